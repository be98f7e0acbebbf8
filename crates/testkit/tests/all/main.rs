//! Tests that look at the whole workspace.

mod cases;
mod faults;
mod laws;
mod races;
mod statements;
mod story;
mod walk;
