//! The HTTP server: puts the slices' routes together, guards them, serves the web interface and runs the
//! jobs. No business word lives here; the routes of `access` do, because that crate is below `kit`.
//!
//! * Every operation of the API description names its permission (`x-permission`); [`policy::Policy`] is
//!   built from the description itself, and a server whose description has a gap does not start.
//! * A request is authenticated and authorised before its body is read; handlers find a [`kit::Ctx`].
//! * What changes something needs the session's CSRF token and must come from our own pages.

mod api;
mod caller;
mod checker;
mod guard;
mod policy;
mod routes;
mod schedule;
mod serve;
mod site;
mod web;

pub use api::{all_checks, checks, handlers, openapi, openapi_text, router};
pub use serve::{Listening, ServeOptions, bind, serve};
pub use site::{DEMO_MARKER, Site, is_demo, link_key};
