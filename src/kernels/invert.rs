//! Invert: `v -> MAX - v`, which is `!v` bit by bit.

use super::{accept, each_row, map_bytes};
use crate::error::Result;
use crate::format::Format;
use crate::rows::{Lanes, RowsMut};

/// One row. Bytes outside of the view's bands stay.
#[inline(always)]
fn invert_row(row: &mut [u8], lanes: &Lanes, mask: Option<&[u8; 64]>) {
    map_bytes(row, lanes, mask, |v| !v);
}

/// Inverts every value: shape `(h, w)` or `(h, w, bands)`, unsigned values of 8 or 16 bits, the bytes of
/// `ImageChops.invert`.
///
/// # Errors
/// [`crate::error::Error::Mode`] for signed values and floats, which have no full range to turn round in.
pub fn invert(rows: &mut RowsMut<'_>, format: Format) -> Result<()> {
    // Two bytes of either order are inverted byte by byte.
    accept("invert", format, &[Format::U8, Format::U16, Format::U16Be, Format::U16Le])?;
    each_row(rows, invert_row)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn inverts_the_bands_and_nothing_else() {
        for lanes in testing::lanes() {
            let before = testing::row(&lanes, 5);
            let mut expected = before.clone();
            testing::positions(&lanes).into_iter().for_each(|i| expected[i] = 255 - before[i]);
            let mut row = before.clone();
            invert_row(&mut row, &lanes, lanes.mask().as_ref());
            assert_eq!(row, expected, "{lanes:?}");
            row.copy_from_slice(&before);
            invert_row(&mut row, &lanes, None);
            assert_eq!(row, expected, "without a mask, {lanes:?}");
        }
    }
}
