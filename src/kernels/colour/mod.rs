//! Colours: kernels that make each band of a pixel of several.
//!
//! They see a pixel as it lies in memory, four bytes at once, whatever the order of the view's bands: the compiler turns
//! arithmetic on `u32` into vector code that shuffles nothing.

pub mod alpha;
pub mod grayscale;
pub mod lut;
pub mod matrix;
pub mod swap;

use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::{Lanes, RowsMut};
use crate::simd;

/// The bits of the view's bands in a pixel of four bytes; the first byte is the lowest.
pub fn mask_of(lanes: &Lanes) -> u32 {
    lanes.offsets().iter().fold(0, |mask, offset| mask | 0xFF << (8 * offset))
}

/// The byte of a pixel that lies so many bytes behind its first.
#[inline(always)]
fn byte(pixel: u32, offset: usize) -> u32 {
    pixel >> (8 * offset) & 0xFF
}

/// `change` for every pixel of the rows, which have four bytes a pixel. Bits outside of the view's bands stay. `change` has
/// what it needs itself, and is copied for each row: what lies elsewhere could change with every pixel written, for all
/// that the compiler knows, and there would be no vector code.
#[inline(always)]
fn each_pixel(rows: &mut RowsMut<'_>, cost: Cost, change: impl Fn(u32) -> u32 + Sync + Copy) -> Result<()> {
    let lanes = *rows.lanes();
    rows.for_each(
        cost,
        #[inline(always)]
        |row| {
            let copied = change;
            change_row(row, &lanes, copied);
        },
    )
}

/// `change` for every pixel of one row, or of several that lie one behind the other.
#[inline(always)]
fn change_row(row: &mut [u8], lanes: &Lanes, change: impl Fn(u32) -> u32) {
    let mask = mask_of(lanes);
    let mut rest = row;
    if lanes.step == 4 {
        let (blocks, tail) = rest.as_chunks_mut::<256>();
        for block in blocks {
            block.as_chunks::<64>().0.iter().for_each(|line| simd::ask_ahead(line));
            for pixel in block.as_chunks_mut::<4>().0 {
                let before = u32::from_le_bytes(*pixel);
                *pixel = (before & !mask | change(before) & mask).to_le_bytes();
            }
        }
        rest = tail;
    }
    for pixel in rest.chunks_mut(lanes.step) {
        let len = pixel.len().min(4); // The last one ends with the last of the view's bands.
        let mut bytes = [0; 4];
        bytes[..len].copy_from_slice(&pixel[..len]);
        let before = u32::from_le_bytes(bytes);
        pixel[..len].copy_from_slice(&(before & !mask | change(before) & mask).to_le_bytes()[..len]);
    }
}

#[cfg(test)]
mod testing {
    use super::super::testing;
    use super::*;

    /// Compares with `naive`, which makes the view's bytes of a pixel of all its four bytes, in rows of all kinds that
    /// `wanted` takes.
    pub fn check(wanted: impl Fn(&Lanes) -> bool, change: impl Fn(u32) -> u32, naive: impl Fn([u8; 4]) -> [u8; 4]) {
        for lanes in testing::lanes() {
            if lanes.step % 4 != 0 || lanes.size != 1 || lanes.offsets == [0; 4] && lanes.bands > 1 || !wanted(&lanes) {
                continue;
            }
            let before = testing::row(&lanes, 7);
            let mut expected = before.clone();
            for pixel in expected.chunks_mut(lanes.step) {
                let mut bytes = [0; 4];
                let len = pixel.len().min(4);
                bytes[..len].copy_from_slice(&pixel[..len]);
                let made = naive(bytes);
                lanes.offsets().iter().for_each(|&offset| pixel[offset] = made[offset]);
            }
            let mut row = before.clone();
            change_row(&mut row, &lanes, &change);
            assert_eq!(row, expected, "{lanes:?}");
        }
    }

    #[test]
    fn pixels_change_in_the_views_bands_only() {
        let rotated = |pixel: u32| pixel.rotate_left(8).wrapping_add(0x0101_0101);
        check(|_| true, rotated, |bytes| rotated(u32::from_le_bytes(bytes)).to_le_bytes());
    }
}
