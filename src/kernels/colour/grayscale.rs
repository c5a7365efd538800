//! Grayscale: Pillow's luma in all bands of colour.

use super::{byte, each_pixel};
use crate::error::Result;
use crate::kernels::arithmetic::luma;
use crate::parallel::Cost;
use crate::rows::RowsMut;

/// The luma in the first three bytes.
#[inline(always)]
fn grey(pixel: u32) -> u32 {
    (pixel & 0xFF00_0000) | (luma([0, 1, 2].map(|offset| byte(pixel, offset))) * 0x0001_0101)
}

/// Every band of colour becomes the pixel's luma; a fourth band stays. Pixels are R, G, B and one byte more in memory,
/// whatever the order of the view's bands. The bytes of `img.convert("L")`.
///
/// # Errors
/// None of its own.
pub fn grayscale(rows: &mut RowsMut<'_>) -> Result<()> {
    each_pixel(rows, Cost::MEMORY, grey)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn greys_are_themselves_and_others_are_weighted() {
        for v in 0..256_u32 {
            assert_eq!(grey(v * 0x0101_0101), v * 0x0101_0101, "the weights add up to 65536");
        }
        let naive = |[r, g, b, a]: [u8; 4]| {
            let luma = (f64::from(r) * 19595.0 + f64::from(g) * 38470.0 + f64::from(b) * 7471.0) / 65536.0;
            let luma = (luma + 0.5).floor() as u8;
            [luma, luma, luma, a]
        };
        check(|lanes| lanes.bands >= 3, grey, naive);
    }
}
