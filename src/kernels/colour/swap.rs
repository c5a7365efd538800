//! Swap bands: each band becomes a copy of another.

use super::{each_pixel, mask_of};
use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::{Lanes, RowsMut};

/// For each rotation of a pixel by 0 to 3 bytes, the bits that are right then.
fn masks(lanes: &Lanes, sources: &[usize]) -> [u32; 4] {
    let mut masks = [!mask_of(lanes), 0, 0, 0];
    for (&to, &source) in lanes.offsets().iter().zip(sources) {
        let from = lanes.offsets[source];
        masks[(to + 4 - from) % 4] |= 0xFF << (8 * to);
    }
    masks
}

/// Rotations by whole bytes are shuffles of bytes, one instruction each.
#[inline(always)]
fn swap(pixel: u32, masks: &[u32; 4]) -> u32 {
    (pixel & masks[0])
        | (pixel.rotate_left(8) & masks[1])
        | (pixel.rotate_left(16) & masks[2])
        | (pixel.rotate_left(24) & masks[3])
}

/// Band `i` of every pixel becomes what band `sources[i]` was: shape `(h, w, bands)`, 8-bit values. The bytes of
/// `Image.merge` of the bands that `Image.split` gives.
///
/// # Errors
/// None of its own.
pub fn swap_bands(rows: &mut RowsMut<'_>, sources: &[usize]) -> Result<()> {
    let masks = masks(rows.lanes(), sources);
    each_pixel(
        rows,
        Cost::MEMORY,
        #[inline(always)]
        move |pixel| swap(pixel, &masks),
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::testing;
    use super::super::change_row;
    use super::*;

    #[test]
    fn bands_come_from_where_they_are_told() {
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.step % 4 == 0 && lanes.bands > 1) {
            for choice in 0..lanes.bands.pow(lanes.bands as u32) {
                let sources: Vec<_> =
                    (0..lanes.bands).map(|band| choice / lanes.bands.pow(band as u32) % lanes.bands).collect();
                let before = testing::row(&lanes, 3);
                let mut expected = before.clone();
                let positions = testing::positions(&lanes);
                for pixel in positions.chunks(lanes.bands) {
                    pixel.iter().zip(&sources).for_each(|(&to, &source)| expected[to] = before[pixel[source]]);
                }
                let mut row = before;
                let masks = masks(&lanes, &sources);
                change_row(&mut row, &lanes, |pixel| swap(pixel, &masks));
                assert_eq!(row, expected, "{sources:?} {lanes:?}");
            }
        }
    }
}
