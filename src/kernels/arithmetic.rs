//! Formulas of Pillow's that several kernels share, each written once.

use crate::simd;

/// The grey of a colour: the weights 0.299, 0.587 and 0.114 times 2^16, as `L24` of Convert.c.
#[inline(always)]
pub fn luma([r, g, b]: [u32; 3]) -> u32 {
    (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16
}

/// `plain + factor * (v - plain)`, in single precision, cut to an int from 0 to 255: Blend.c.
#[inline(always)]
pub fn between(plain: f32, v: f32, factor: f32) -> u8 {
    simd::truncate(plain + factor * (v - plain), 255.0) as u8
}

/// `a * b / 255` of two bytes, rounded: `MULDIV255` of ImagingUtils.h.
#[inline(always)]
pub fn muldiv255(a: u32, b: u32) -> u32 {
    let product = a * b + 128;
    ((product >> 8) + product) >> 8
}

/// Every second byte of a word: two products of bytes have room in four bytes, and do not meet.
pub const EVEN: u32 = 0x00FF_00FF;

/// Both halves of a word by 255, rounded: `DIV255` of ImagingUtils.h, of products of bytes or of two such that weigh 255
/// together.
#[inline(always)]
pub fn div255(pair: u32) -> u32 {
    let pair = pair + 0x0080_0080;
    (pair + (pair >> 8 & EVEN)) >> 8 & EVEN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_are_their_own_luma_and_colours_have_pillows() {
        assert!((0..256).all(|v| luma([v; 3]) == v));
        assert_eq!([[255, 0, 0], [0, 255, 0], [0, 0, 255]].map(luma), [76, 150, 29]);
    }

    #[test]
    fn products_are_divided_as_whole_numbers_would_be() {
        for a in 0..256 {
            for b in 0..256 {
                let exact = (2 * a * b + 255) / 510;
                assert_eq!(muldiv255(a, b), exact);
                assert_eq!(div255(a * b * 0x0001_0001), exact * 0x0001_0001);
            }
        }
    }

    #[test]
    fn what_lies_beyond_is_clipped() {
        assert_eq!([0.0, 1.0, -1.0, 300.0].map(|factor| between(100.0, 101.0, factor)), [100, 101, 99, 255]);
        assert_eq!(between(100.0, 99.0, f32::MAX), 0);
    }
}
