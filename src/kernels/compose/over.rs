//! Alpha composite: one image over another, each as far as its alpha is opaque.

use super::compose;
use crate::error::Result;
use crate::rows::{Rows, RowsMut};
use crate::simd;

/// The weight of one, with 7 bits behind the point.
const ONE: i32 = 255 << 7;

/// `n / 255`, rounded where 128 was added before: `SHIFTFORDIV255` of Pillow's ImagingUtils.h.
#[inline(always)]
fn by_255(n: i32) -> i32 {
    (n + (n >> 8)) >> 8
}

/// How much the upper pixel weighs by both alphas, of `ONE`, rounded down; and 255 times the alpha of both.
#[inline(always)]
fn weigh(below: i32, above: i32) -> (i32, i32) {
    let both = above * 255 + below * (255 - above);
    let share = above * (255 * ONE); // Less than 2^31.
    // Both numbers are floats exactly, so the quotient is right but where it was rounded up to a whole number.
    let about = simd::truncate(share as f32 / both as f32, ONE as f32);
    (about - i32::from(share - about * both < 0), both)
}

/// As Pillow's AlphaComposite.c.
#[inline(always)]
fn over(below: u32, above: u32) -> u32 {
    let (weight, both) = weigh((below >> 24).cast_signed(), (above >> 24).cast_signed());
    let mut made = by_255(both + 0x80).cast_unsigned() << 24;
    for shift in [0, 8, 16] {
        let value = |pixel: u32| (pixel >> shift & 0xFF).cast_signed();
        let sum = value(above) * weight + value(below) * (ONE - weight);
        made |= (by_255(sum + (0x80 << 7)) >> 7).cast_unsigned() << shift;
    }
    if above >> 24 == 0 { below } else { made }
}

/// Pixels of `above` over those of the rows, both of four bytes of which the last is alpha: the bytes of
/// `Image.alpha_composite`.
///
/// # Errors
/// None of its own.
pub fn alpha_composite(rows: &mut RowsMut<'_>, above: &Rows<'_>) -> Result<()> {
    compose(rows, above, over)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(below: [u8; 4], above: [u8; 4]) -> [u8; 4] {
        if above[3] == 0 {
            return below;
        }
        let [b, a] = [below, above].map(|pixel| pixel.map(u32::from));
        let both = a[3] * 255 + b[3] * (255 - a[3]);
        let weight = a[3] * 255 * 255 * 128 / both;
        let by_255 = |n: u32| ((n >> 8) + n) >> 8;
        std::array::from_fn(|i| {
            if i == 3 {
                return by_255(both + 0x80) as u8;
            }
            (by_255(a[i] * weight + b[i] * (255 * 128 - weight) + (0x80 << 7)) >> 7) as u8
        })
    }

    #[test]
    fn every_alpha_over_every_alpha() {
        for below in 0..=255_u8 {
            for above in 0..=255_u8 {
                if above > 0 {
                    let both = u32::from(above) * 255 + u32::from(below) * (255 - u32::from(above));
                    let weight = u32::from(above) * 255 * 255 * 128 / both;
                    assert_eq!(weigh(below.into(), above.into()), (weight as i32, both as i32), "{below} {above}");
                }
                for v in [0, 1, 77, 128, 254, 255_u8] {
                    let (b, a) = ([v, 255, below, below], [!v, above, 0, above]);
                    let made = over(u32::from_le_bytes(b), u32::from_le_bytes(a)).to_le_bytes();
                    assert_eq!(made, naive(b, a), "{b:?} {a:?}");
                }
            }
        }
    }
}
