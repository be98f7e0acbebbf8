//! Tests that look at the whole workspace.

mod laws;
