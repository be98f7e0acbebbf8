//! `settlebook serve`: the server, until SIGINT or SIGTERM.

use std::process::ExitCode;

use server::ServeOptions;

use super::runtime;
use crate::place::Place;

/// Serve the interface and the API; the first line printed is the address
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// How customers reach this program, for links, for example https://books.example
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// A proxy in front ends HTTPS and says who the client is
    #[arg(long)]
    pub behind_proxy: bool,
}

pub fn run(place: &Place, args: Args) -> anyhow::Result<ExitCode> {
    let options = ServeOptions {
        listen: args.listen,
        target: place.target(),
        data_dir: place.data.clone(),
        public_url: args.public_url,
        behind_proxy: args.behind_proxy,
    };
    runtime()?.block_on(server::serve(options))?;
    Ok(ExitCode::SUCCESS)
}
