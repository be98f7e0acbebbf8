//! A release binary carries the texts; a debug binary reads them from the checkout (rust-embed's rule), so a
//! changed text rebuilds nothing there.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed=../../locales");
    }
}
