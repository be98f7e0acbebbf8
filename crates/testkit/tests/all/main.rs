//! Tests that look at the whole workspace.

mod cases;
mod laws;
mod statements;
mod story;
mod walk;
