//! Solarize: `v -> v if v < threshold else 255 - v`.

use super::{accept, each_row, map_bytes};
use crate::error::Result;
use crate::format::Format;
use crate::rows::{Lanes, RowsMut};

/// One row. Bytes outside of the view's bands stay.
#[inline(always)]
fn solarize_row(row: &mut [u8], lanes: &Lanes, mask: Option<&[u8; 64]>, first: u8) {
    map_bytes(row, lanes, mask, |v| if v >= first { !v } else { v });
}

/// Inverts every value from `first` on; `None` for no value: shape `(h, w)` or `(h, w, bands)`, 8-bit values, the bytes
/// of `ImageOps.solarize`.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn solarize(rows: &mut RowsMut<'_>, format: Format, first: Option<u8>) -> Result<()> {
    accept("solarize", format, &[Format::U8])?;
    let Some(first) = first else { return Ok(()) };
    each_row(
        rows,
        #[inline(always)]
        |row, lanes, mask| solarize_row(row, lanes, mask, first),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn all_values_for_all_thresholds() {
        for first in 0..=255 {
            testing::check(
                |row, lanes, mask| solarize_row(row, lanes, mask, first),
                |v| if v < first { v } else { 255 - v },
            );
        }
    }
}
