//! Threshold: `v -> 255 if v >= t else 0`.

use super::{accept, each_row, map_bytes};
use crate::error::Result;
use crate::format::Format;
use crate::rows::{Lanes, RowsMut};

/// One row. Bytes outside of the view's bands stay.
#[inline(always)]
fn threshold_row(row: &mut [u8], lanes: &Lanes, mask: Option<&[u8; 64]>, t: u8) {
    map_bytes(row, lanes, mask, |v| if v >= t { 255 } else { 0 });
}

/// 255 where a value is `t` or more, else 0: shape `(h, w)` or `(h, w, bands)`, 8-bit values.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn threshold(rows: &mut RowsMut<'_>, format: Format, t: u8) -> Result<()> {
    accept("threshold", format, &[Format::U8])?;
    each_row(
        rows,
        #[inline(always)]
        |row, lanes, mask| threshold_row(row, lanes, mask, t),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn all_values_for_all_thresholds() {
        let all: Vec<u8> = (0..=255).collect();
        let lanes = Lanes { width: 256, step: 1, offsets: [0; 4], bands: 1, size: 1, reversed: false };
        for t in 0..=255 {
            let mut row = all.clone();
            threshold_row(&mut row, &lanes, lanes.mask().as_ref(), t);
            assert!(row.iter().zip(&all).all(|(&out, &v)| out == if v >= t { 255 } else { 0 }));
        }
    }

    #[test]
    fn changes_the_bands_and_nothing_else() {
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.size == 1) {
            let before = testing::row(&lanes, 9);
            let mut expected = before.clone();
            testing::positions(&lanes).into_iter().for_each(|i| expected[i] = if before[i] >= 100 { 255 } else { 0 });
            for mask in [lanes.mask(), None] {
                let mut row = before.clone();
                threshold_row(&mut row, &lanes, mask.as_ref(), 100);
                assert_eq!(row, expected, "{lanes:?}");
            }
        }
    }
}
