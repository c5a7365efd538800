//! Grayscale: Pillow's luma in all bands of colour.

use super::{byte, each_pixel};
use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::RowsMut;

/// `(19595 R + 38470 G + 7471 B + 32768) >> 16`, which is `L24` of Pillow's Convert.c, in the first three bytes.
#[inline(always)]
fn gray(pixel: u32) -> u32 {
    let luma = (byte(pixel, 0) * 19595 + byte(pixel, 1) * 38470 + byte(pixel, 2) * 7471 + 0x8000) >> 16;
    pixel & 0xFF00_0000 | (luma * 0x0001_0101)
}

/// Every band of colour becomes the pixel's luma; a fourth band stays. Pixels are R, G, B and one byte more in memory,
/// whatever the order of the view's bands. The bytes of `img.convert("L")`.
///
/// # Errors
/// None of its own.
pub fn grayscale(rows: &mut RowsMut<'_>) -> Result<()> {
    each_pixel(rows, Cost::MEMORY, gray)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn grays_are_themselves_and_others_are_weighted() {
        for v in 0..256_u32 {
            assert_eq!(gray(v * 0x0101_0101), v * 0x0101_0101, "the weights add up to 65536");
        }
        let naive = |[r, g, b, a]: [u8; 4]| {
            let luma = (f64::from(r) * 19595.0 + f64::from(g) * 38470.0 + f64::from(b) * 7471.0) / 65536.0;
            let luma = (luma + 0.5).floor() as u8;
            [luma, luma, luma, a]
        };
        check(|lanes| lanes.bands >= 3, gray, naive);
    }
}
