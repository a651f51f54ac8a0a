//! All fuzz targets in one program, so that the core is compiled and linked once. `tests/fuzz/run`
//! builds and starts it; `TRIEN_FUZZ` says which target runs.

#![no_main]

mod mend;
mod office;
mod seeds;
mod targets;

use std::sync::OnceLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

use targets::Target;

static CHOSEN: OnceLock<&'static Target> = OnceLock::new();

fuzz_target!(
    init: {
        let name = std::env::var("TRIEN_FUZZ").expect("TRIEN_FUZZ names a target");
        if name == "seeds" {
            let folder = std::env::var("TRIEN_FUZZ_SEEDS").expect("TRIEN_FUZZ_SEEDS is a folder");
            seeds::write(folder.as_ref());
            std::process::exit(0);
        }
        let target = targets::find(&name).expect("TRIEN_FUZZ names a target");
        let _ = CHOSEN.set(target);
        let_the_drawing_fail();
    },
    |data: &[u8]| {
        (chosen().run)(data);
    }
);

// Every second mutant of a file is mended, or nearly all would fail at their first offset.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = fuzzer_mutate(data, size, max_size);
    if !chosen().mends || seed.is_multiple_of(2) {
        return size;
    }
    let mended = mend::mended(&data[..size]);
    if mended.len() > max_size.min(data.len()) {
        return size;
    }
    data[..mended.len()].copy_from_slice(&mended);
    mended.len()
});

fn chosen() -> &'static Target {
    CHOSEN.get().expect("chosen before the first input")
}

/// libFuzzer ends at every panic. hayro runs on a thread of its own, whose panic the core takes for
/// a page that cannot be drawn; that is what it is for, and no finding.
fn let_the_drawing_fail() {
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some("draw") {
            end(panic);
        }
    }));
}
