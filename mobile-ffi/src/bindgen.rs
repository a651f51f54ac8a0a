//! Generates the Kotlin and Swift sources from the built library, with the library's own uniffi.

fn main() {
    uniffi::uniffi_bindgen_main();
}
