//! Compare: whether two views have the same values, whatever the steps, orders and paddings.

use super::copy::Packer;
use crate::error::Result;
use crate::format::{Format, Scalar};
use crate::parallel::{self, Cost};
use crate::rows::Rows;
use crate::scratch;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Value by value; byte by byte where that is the same. As memoryview compares: by number, a NaN equals nothing.
fn same_values((a, a_format): (&[u8], Format), (b, b_format): (&[u8], Format)) -> bool {
    if a_format == b_format && a_format != Format::F32 {
        return a == b;
    }
    let float = |scalar| match scalar {
        Scalar::Int(v) => v as f64, // At most 32 bits: exact.
        Scalar::Float(v) => v,
    };
    let values = a.chunks_exact(a_format.size()).map(|v| float(a_format.decode(v)));
    values.eq(b.chunks_exact(b_format.size()).map(|v| float(b_format.decode(v))))
}

/// Whether all values of `a` and `b`, which have the same shape, are equal. Needs two rows of memory a thread.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn equal((a, a_format): (&Rows<'_>, Format), (b, b_format): (&Rows<'_>, Format)) -> Result<bool> {
    if a.is_empty() || b.is_empty() {
        return Ok(true);
    }
    scratch::ask_each(a.span() + b.span())?;
    let differ = AtomicBool::new(false);
    parallel::split(a.height(), a.span().max(b.span()), Cost::MEMORY, true, &|range: Range<usize>| {
        let (mut a_packer, mut b_packer) = (Packer::new(a.lanes()), Packer::new(b.lanes()));
        for y in range {
            if differ.load(Ordering::Relaxed) {
                return;
            }
            if !same_values((a_packer.pack(a.row(y)), a_format), (b_packer.pack(b.row(y)), b_format)) {
                differ.store(true, Ordering::Relaxed);
            }
        }
    })?;
    Ok(!differ.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_across_formats_and_nan_equals_nothing() {
        let bytes = |format: Format, value| format.encode(value).unwrap()[..format.size()].to_vec();
        let int = |format, value| (bytes(format, Scalar::Int(value)), format);
        let float = |value| (bytes(Format::F32, Scalar::Float(value)), Format::F32);
        let same = |a: &(Vec<u8>, Format), b: &(Vec<u8>, Format)| same_values((&a.0, a.1), (&b.0, b.1));
        assert!(same(&int(Format::U16, 258), &int(Format::U16Be, 258)));
        assert!(same(&int(Format::U8, 7), &float(7.0)));
        assert!(!same(&int(Format::I32, -1), &int(Format::U32, i64::from(u32::MAX))));
        assert!(same(&float(0.0), &float(-0.0)));
        assert!(!same(&float(f64::NAN), &float(f64::NAN)));
    }

    #[test]
    fn a_difference_in_any_row_is_found() {
        let bytes: Vec<u8> = (0..50 * 40 * 3).map(|i| (i % 251) as u8).collect();
        for changed in [0, 75 * 40, 50 * 40 * 3 - 1] {
            let mut other = bytes.clone();
            let shape = [40, 50, 3];
            let rows = Rows::packed(&bytes, shape, 1);
            assert!(equal((&rows, Format::U8), (&Rows::packed(&other, shape, 1), Format::U8)).unwrap());
            other[changed] ^= 1;
            assert!(!equal((&rows, Format::U8), (&Rows::packed(&other, shape, 1), Format::U8)).unwrap());
        }
    }
}
