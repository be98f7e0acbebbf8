//! `settlebook`: the server and the commands that need no browser. Each command is a module of [`commands`]
//! with its arguments and a `run`. Errors go to standard error with exit code 1, wrong usage with 2.

mod books;
mod commands;
mod place;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use i18n::Lang;
use tracing_subscriber::EnvFilter;

use crate::place::Place;

/// Receivables and sales: from a delivery to a settled statement.
#[derive(Parser)]
#[command(name = "settlebook", version, disable_help_subcommand = true)]
struct Args {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(commands::serve::Args),
    Demo(commands::demo::Args),
    Init(commands::init::Args),
    #[command(subcommand)]
    Import(commands::import::Import),
    #[command(subcommand)]
    Statements(commands::statements::Statements),
    #[command(subcommand)]
    Report(commands::report::Report),
    Check(commands::check::Args),
    /// Print the API description (OpenAPI 3.1)
    Openapi,
}

fn main() -> ExitCode {
    let args = Args::parse();
    log_to_stderr();
    let place = args.place;
    let ended = match args.command {
        Command::Serve(args) => commands::serve::run(&place, args),
        Command::Demo(args) => commands::demo::run(&place, args),
        Command::Init(args) => commands::init::run(&place, args),
        Command::Import(args) => commands::import::run(&place, args),
        Command::Statements(args) => commands::statements::run(&place, args),
        Command::Report(args) => commands::report::run(&place, args),
        Command::Check(args) => commands::check::run(&place, args),
        Command::Openapi => commands::openapi::run(),
    };
    ended.unwrap_or_else(|error| {
        eprintln!("settlebook: {}", told(&error));
        ExitCode::FAILURE
    })
}

/// What standard error says: warnings, or what `RUST_LOG` asks for.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}

/// A refusal in words, anything else with its chain of causes.
fn told(error: &anyhow::Error) -> String {
    let refusal = error.downcast_ref::<db::Error>().and_then(db::Error::refusal);
    match refusal {
        Some(refusal) => i18n::format(Lang::En, &format!("refusal.{}", refusal.code), &refusal.params),
        None => format!("{error:#}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_refusal_is_told_in_words() {
        let refusal = base::Refusal::not_found("db.missing").with("dir", "/nowhere");
        let error = anyhow::Error::from(db::Error::from(refusal));
        assert_eq!(told(&error), "There is no database in /nowhere.");
    }
}
