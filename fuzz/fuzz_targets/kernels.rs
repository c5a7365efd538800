//! Any kernel on any view, beside plain code: `src/fuzzing/kernels`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pilview::fuzzing::kernels(data));
