//! Lists the migration files, so that a new one is embedded without anybody naming it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../migrations");
    let root = root
        .canonicalize()
        .expect("the workspace has a folder `migrations`");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut code = String::new();
    list(&mut code, "FILES", &root);
    list(&mut code, "VIEWS", &root.join("views"));
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo")).join("migrations.rs");
    // A new file: where build folders share their contents by links, the other's stays as it is.
    let _ = fs::remove_file(&target);
    fs::write(target, code).expect("OUT_DIR can be written");
}

/// Writes `const NAME: &[(&str, &str)]`: file name without `.sql` and text, in the order of names.
fn list(code: &mut String, name: &str, folder: &Path) {
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    writeln!(code, "const {name}: &[(&str, &str)] = &[").expect("writing to a string");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let stem = file
            .file_stem()
            .map(|stem| stem.to_string_lossy())
            .unwrap_or_default();
        writeln!(
            code,
            "    ({stem:?}, include_str!({:?})),",
            file.display().to_string()
        )
        .expect("writing to a string");
    }
    code.push_str("];\n");
}
