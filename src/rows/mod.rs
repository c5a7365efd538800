//! Row pointers as safe slices of bytes.
//!
//! # Aliasing
//!
//! What is guaranteed here: a slice covers only the columns of its view; at any time at most one `&mut` slice to a
//! row exists, and rows go to several threads only where no two of them share a byte (a mapped stride can make
//! them overlap; those go one after the other, on one thread). Rows of an empty image are null and never followed.
//! Slices are of bytes, so that a row at an odd address is nothing special: kernels put wider values together.
//!
//! What the caller promises when making [`Rows`]: the memory lives for `'a`, and the lock of its image is held (see
//! [`crate::parallel::lock`]), so that no other kernel of pilview reads or writes it meanwhile.
//!
//! What nobody can promise: Pillow, NumPy and memoryviews write the same memory without asking. As with every
//! buffer in Python, who lets them do so while a kernel runs gets pixels of either in any mixture; the values are
//! plain bytes, so that no mixture is invalid.

mod exclusive;
mod lanes;
mod places;
mod shared;

pub use exclusive::RowsMut;
pub use lanes::Lanes;
pub use shared::Rows;

#[cfg(test)]
mod tests;
