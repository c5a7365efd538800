//! What lies between two values, or beyond them: Pillow's Blend.c.

use crate::kernels::curves::Curve;
use crate::simd;

/// `plain + factor * (v - plain)`, in single precision, cut to an int from 0 to 255.
#[inline(always)]
pub fn blend(plain: f32, v: f32, factor: f32) -> u8 {
    simd::truncate(plain + factor * (v - plain), 255.0) as u8
}

/// What every value becomes beside one plain value.
pub fn curve(plain: u8, factor: f32) -> Curve {
    std::array::from_fn(|v| blend(plain.into(), v as f32, factor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::curves;

    #[test]
    fn a_factor_of_one_is_the_image_and_of_zero_the_plain_picture() {
        for plain in 0..=255 {
            assert_eq!(curve(plain, 1.0), curves::same());
            assert_eq!(curve(plain, 0.0), [plain; 256]);
        }
    }

    #[test]
    fn what_lies_beyond_is_clipped() {
        assert_eq!(curve(100, f32::MAX)[98..103], [0, 0, 100, 255, 255]);
        assert_eq!(curve(100, -1.0)[..2], [200, 199]);
        assert_eq!(curve(200, -1.0)[..2], [255, 255]);
    }
}
