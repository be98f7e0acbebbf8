use std::path::PathBuf;

use clap::Args;
use db::Target;

/// Where the books are; every command takes it.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// Folder of the data: the SQLite file, keys and uploads
    #[arg(long, global = true, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// Keep the books in PostgreSQL instead, for example postgres://user@host/name
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
}

impl Place {
    pub fn target(&self) -> Target {
        match &self.database {
            Some(url) => Target::Postgres { url: url.clone() },
            None => Target::Sqlite {
                dir: self.data.clone(),
            },
        }
    }
}
