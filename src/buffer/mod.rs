//! The buffer protocol (PEP 3118), both ways: rows as `Py_buffer`, and other people's `Py_buffer` as rows.

mod export;
mod foreign;

pub use export::{Arrays, first_pointer, first_value, not_even};
pub use foreign::{Foreign, bytes_with, is_buffer, prefer_huge_pages};
