//! Is everything that was acknowledged still there after a power cut?
//!
//! A killed process cannot tell: what it wrote lives on in the memory of the system. So the program is run
//! under `strace`, the log of its own writes and syncs is replayed on a [`disk`] that forgets, and at many
//! points of the log the folder is rebuilt as a crash may have left it: what was not synced is kept, dropped
//! or torn between sectors. Each rebuilt folder is opened as the product opens it.

pub mod chance;
pub mod disk;
pub mod trace;
