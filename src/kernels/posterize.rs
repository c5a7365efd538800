//! Posterize: the top bits of every value.

use super::{accept, each_row, map_bytes};
use crate::error::Result;
use crate::format::Format;
use crate::rows::{Lanes, RowsMut};

/// One row. Bytes outside of the view's bands stay.
#[inline(always)]
fn posterize_row(row: &mut [u8], lanes: &Lanes, mask: Option<&[u8; 64]>, kept: u8) {
    map_bytes(row, lanes, mask, |v| v & kept);
}

/// Keeps the top `bits` of every value, 1 to 8: shape `(h, w)` or `(h, w, bands)`, 8-bit values, the bytes of
/// `ImageOps.posterize`.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn posterize(rows: &mut RowsMut<'_>, format: Format, bits: u32) -> Result<()> {
    accept("posterize", format, &[Format::U8])?;
    let kept = !(u8::MAX.checked_shr(bits).unwrap_or(0));
    each_row(
        rows,
        #[inline(always)]
        |row, lanes, mask| posterize_row(row, lanes, mask, kept),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn all_values_for_all_bits() {
        for bits in 1..=8 {
            let kept = !(u8::MAX.checked_shr(bits).unwrap_or(0));
            let step = 1 << (8 - bits);
            testing::check(
                |row, lanes, mask| posterize_row(row, lanes, mask, kept),
                |v| (u32::from(v) / step * step) as u8,
            );
        }
    }
}
