//! Any rows of any picture, beside plain code: `src/fuzzing/rows.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pilview::fuzzing::rows(data));
