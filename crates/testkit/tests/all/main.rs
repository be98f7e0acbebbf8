//! Tests that look at the whole workspace.

mod laws;
mod statements;
mod story;
mod walk;
