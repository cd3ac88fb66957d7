//! Embedded files do not make cargo rebuild by themselves.

fn main() {
    for folder in ["migrations", "forms"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
