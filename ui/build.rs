fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    slint_build::compile("app.slint").expect("app.slint compiles");
}
