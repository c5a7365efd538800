//! What the fuzzer runs, and the tests of the corpus after it: bytes become a picture, a view of it and a call; plain
//! code that shares nothing with the rows and the kernels says what has to come out.
//!
//! Compiled for tests and by `cargo fuzz` only; see `fuzz/` and `make fuzz`.

mod input;
mod kernels;
mod picture;
mod rows;

pub use kernels::kernels;
pub use rows::rows;

#[cfg(test)]
mod tests;
