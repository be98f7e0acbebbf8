//! The web interface is embedded when it has been built. The folder must exist for the compiler; without its
//! `index.html` the program serves a page that says how to make it. A debug binary reads the folder as it
//! runs.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed=../../web/dist");
    }
    if let Err(error) = std::fs::create_dir_all("../../web/dist") {
        println!("cargo::warning=web/dist cannot be made: {error}");
    }
}
