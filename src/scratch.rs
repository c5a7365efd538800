//! Memory beside the image: asked for before any pixel changes.
//!
//! Rust ends the process where an allocation fails. So what grows with the image is either allocated by a call that may
//! fail, or, where that is deep inside of threads, asked for first, all in one piece, and given back at once.

use crate::error::{Error, Result};
use crate::parallel;

/// For what does not grow, and for what allocators add.
const SPARE: usize = 64 << 10;

/// # Errors
/// [`Error::Memory`] where there are no `bytes` to be had.
pub fn ask(bytes: usize) -> Result<()> {
    let mut all = Vec::<u8>::new();
    all.try_reserve_exact(bytes.saturating_add(SPARE)).map_err(|_| missing(bytes))?;
    std::hint::black_box(&mut all); // Else the compiler would leave out both, the asking and the giving back.
    Ok(())
}

/// The same for every thread that work may be split among.
///
/// # Errors
/// As [`ask`]; those of [`parallel::threads`].
pub fn ask_each(bytes: usize) -> Result<()> {
    ask(bytes.saturating_mul(parallel::threads()?))
}

/// Makes room for so many more values.
///
/// # Errors
/// [`Error::Memory`].
pub fn reserve<T>(all: &mut Vec<T>, len: usize) -> Result<()> {
    all.try_reserve_exact(len).map_err(|_| missing(len.saturating_mul(size_of::<T>())))
}

/// So many values, all of them the default.
///
/// # Errors
/// [`Error::Memory`].
pub fn zeros<T: Clone + Default>(len: usize) -> Result<Vec<T>> {
    let mut all = Vec::new();
    reserve(&mut all, len)?;
    all.resize(len, T::default());
    Ok(all)
}

fn missing(bytes: usize) -> Error {
    Error::Memory(format!("there is no memory for {bytes} bytes, which the call needs beside the image"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_is_refused() {
        for bytes in [usize::MAX, isize::MAX.unsigned_abs() - SPARE] {
            assert!(matches!(ask(bytes), Err(Error::Memory(_))));
            assert!(matches!(zeros::<u32>(bytes / 4), Err(Error::Memory(_))));
        }
        ask(1 << 20).unwrap();
        assert_eq!(zeros::<u16>(3).unwrap(), [0; 3]);
    }
}
