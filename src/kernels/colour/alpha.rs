//! Alpha as a factor of the colours: into them, and out of them again.

use super::{byte, each_pixel};
use crate::error::Result;
use crate::kernels::arithmetic::{EVEN, div255};
use crate::parallel::Cost;
use crate::rows::RowsMut;
use crate::simd;

/// `colour * alpha / 255`, rounded: `MULDIV255` of Pillow's Convert.c.
#[inline(always)]
fn into_colour(pixel: u32) -> u32 {
    let alpha = byte(pixel, 3);
    let [even, odd] = [pixel & EVEN, pixel >> 8 & EVEN].map(|pair| div255(pair * alpha));
    pixel & 0xFF00_0000 | (even | odd << 8) & 0x00FF_FFFF
}

/// `colour * 255 / alpha`, rounded down and cut to 255; where alpha is 0 colours stay: Pillow's Convert.c. The quotient
/// is made a little larger than it is, so that whole ones do not come out below.
#[inline(always)]
fn out_of_colour(pixel: u32) -> u32 {
    let alpha = byte(pixel, 3);
    let factor = if alpha == 0 { 1.0 } else { 255.000_1 / alpha as f32 };
    let mut made = pixel & 0xFF00_0000;
    for offset in 0..3 {
        made |= simd::truncate(byte(pixel, offset) as f32 * factor, 255.0).cast_unsigned() << (8 * offset);
    }
    made
}

/// Colours times alpha: pixels whose alpha is the last of four bytes. The bytes of `img.convert("RGBa")`.
///
/// # Errors
/// None of its own.
pub fn premultiply(rows: &mut RowsMut<'_>) -> Result<()> {
    each_pixel(rows, Cost::MEMORY, into_colour)
}

/// Colours divided by alpha: the bytes of `img.convert("RGBA")` of an RGBa image.
///
/// # Errors
/// None of its own.
pub fn unpremultiply(rows: &mut RowsMut<'_>) -> Result<()> {
    each_pixel(rows, Cost::MEMORY, out_of_colour)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    fn premultiplied(v: u8, alpha: u8) -> u8 {
        let product = u32::from(v) * u32::from(alpha) + 128;
        (((product >> 8) + product) >> 8) as u8
    }

    fn unpremultiplied(v: u8, alpha: u8) -> u8 {
        if alpha == 0 { v } else { (u32::from(v) * 255 / u32::from(alpha)).min(255) as u8 }
    }

    #[test]
    fn every_colour_with_every_alpha() {
        for alpha in 0..=255 {
            for v in 0..=255_u8 {
                let pixel = u32::from_le_bytes([v, !v, v / 2, alpha]);
                let each = |f: fn(u8, u8) -> u8| [f(v, alpha), f(!v, alpha), f(v / 2, alpha), alpha];
                assert_eq!(into_colour(pixel).to_le_bytes(), each(premultiplied));
                assert_eq!(out_of_colour(pixel).to_le_bytes(), each(unpremultiplied));
            }
        }
    }

    #[test]
    fn rows_of_every_kind() {
        let each = |f: fn(u8, u8) -> u8| move |[r, g, b, a]: [u8; 4]| [f(r, a), f(g, a), f(b, a), a];
        check(|lanes| lanes.offsets().contains(&3), into_colour, each(premultiplied));
        check(|lanes| lanes.offsets().contains(&3), out_of_colour, each(unpremultiplied));
    }
}
