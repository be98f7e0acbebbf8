//! `settlebook openapi`: the API description on standard output.

use std::io::Write;
use std::process::ExitCode;

pub fn run() -> anyhow::Result<ExitCode> {
    std::io::stdout().write_all(server::openapi_text().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
