//! The HTTP server: merges the slices' routes, guards them, serves the web interface.
