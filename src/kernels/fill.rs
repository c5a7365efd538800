//! Fill: every pixel becomes one colour.

use super::in_lines;
use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::{Lanes, RowsMut};

/// One row becomes the 64 bytes of `pattern`, over and over, where `mask` is 255.
#[inline(always)]
fn fill_row(row: &mut [u8], lanes: &Lanes, &pattern: &[u8; 64], &mask: &[u8; 64]) {
    in_lines(row, lanes, |bytes| {
        let values = bytes.iter_mut().zip(&mask).zip(&pattern);
        values.for_each(|((value, mask), new)| *value = (*value & !mask) | new);
    });
}

/// As `fill_row` where nothing is kept: memory is written without being read.
#[inline(always)]
fn overwrite_row(row: &mut [u8], lanes: &Lanes, &pattern: &[u8; 64]) {
    in_lines(row, lanes, |bytes| bytes.copy_from_slice(&pattern[..bytes.len()]));
}

/// As `fill_row`, for steps over columns that do not divide 64.
#[inline(always)]
pub(super) fn fill_stepped_row(row: &mut [u8], lanes: &Lanes, colour: &[[u8; 4]; 4]) {
    for pixel in row.chunks_mut(lanes.step) {
        for (&offset, value) in lanes.offsets().iter().zip(colour) {
            pixel[offset..offset + lanes.size].copy_from_slice(&value[..lanes.size]);
        }
    }
}

/// Sets every pixel to `colour`, a value for each band as its bytes: any shape, any format. The bytes of
/// `Image.paste(colour, box)`, but that padding bytes stay.
///
/// # Errors
/// None of its own.
pub fn fill(rows: &mut RowsMut<'_>, colour: &[[u8; 4]; 4]) -> Result<()> {
    let lanes = *rows.lanes();
    let patterns = lanes.pattern(colour).zip(lanes.mask());
    let cost = if patterns.is_some() { Cost::MEMORY } else { Cost::SCALAR };
    rows.for_each(
        cost,
        #[inline(always)]
        |row| match &patterns {
            Some((pattern, mask)) if mask == &[255; 64] => overwrite_row(row, &lanes, pattern),
            Some((pattern, mask)) => fill_row(row, &lanes, pattern, mask),
            None => fill_stepped_row(row, &lanes, colour),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn fills_the_bands_and_nothing_else() {
        let colour = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]];
        for lanes in testing::lanes() {
            let before = testing::row(&lanes, 3);
            let mut expected = before.clone();
            for (i, position) in testing::positions(&lanes).into_iter().enumerate() {
                expected[position] = colour[i / lanes.size % lanes.bands][i % lanes.size];
            }
            let mut row = before.clone();
            fill_stepped_row(&mut row, &lanes, &colour);
            assert_eq!(row, expected, "{lanes:?}");
            if let Some((pattern, mask)) = lanes.pattern(&colour).zip(lanes.mask()) {
                row.copy_from_slice(&before);
                fill_row(&mut row, &lanes, &pattern, &mask);
                assert_eq!(row, expected, "{lanes:?}");
                if mask == [255; 64] {
                    row.copy_from_slice(&before);
                    overwrite_row(&mut row, &lanes, &pattern);
                    assert_eq!(row, expected, "{lanes:?}");
                }
            }
        }
    }
}
