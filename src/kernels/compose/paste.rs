//! Paste: pixels of another image or a colour, as far as a mask lets them through.

use super::{compose, compose_weighted};
use crate::error::Result;
use crate::kernels::arithmetic::{EVEN, div255};
use crate::kernels::colour::mask_of;
use crate::kernels::pair::Beside;
use crate::rows::{Rows, RowsMut};

/// What the values of a mask mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// Pixels are pasted where the mask is not 0.
    Binary,
    /// Both pixels weigh in.
    Weights,
    /// As `Weights`, and the pasted pixel was multiplied by the weight before.
    Premultiplied,
    /// As `Weights`, for a colour on pixels whose last byte is alpha: where that is 0 there is no colour to keep.
    OnAlpha,
}

/// `(to * (255 - weight) + from * weight) / 255`, rounded, byte by byte: `BLEND` of Pillow's ImagingUtils.h. The weights
/// 0 and 255 give exactly one of the two.
#[inline(always)]
fn blend(to: u32, from: u32, weight: u32) -> u32 {
    let mix = |to: u32, from: u32| div255((to & EVEN) * (255 - weight) + (from & EVEN) * weight);
    mix(to, from) | mix(to >> 8, from >> 8) << 8
}

/// `to * (255 - weight) / 255`, rounded, plus `from`, modulo 256: `PREBLEND` of Pillow's ImagingUtils.h.
#[inline(always)]
fn blend_premultiplied(to: u32, from: u32, weight: u32) -> u32 {
    let add = |to: u32, from: u32| (div255((to & EVEN) * (255 - weight)) + (from & EVEN)) & EVEN;
    add(to, from) | add(to >> 8, from >> 8) << 8
}

/// As `fill_mask_L` of Pillow's Paste.c.
#[inline(always)]
fn blend_on_alpha(to: u32, from: u32, weight: u32) -> u32 {
    let mixed = blend(to, from, weight);
    let colours = if to >> 24 == 0 && weight != 0 { from } else { mixed };
    mixed & 0xFF00_0000 | colours & 0x00FF_FFFF
}

/// Pastes what is beside the rows by the weights of `mask`, a view of one band of bytes: any format with
/// [`Mask::Binary`], 8-bit values with the others. The bytes of `Image.paste`.
///
/// # Errors
/// None of its own.
pub fn paste(rows: &mut RowsMut<'_>, beside: Beside<'_>, weights: &Rows<'_>, mask: Mask) -> Result<()> {
    match mask {
        Mask::Binary => compose_weighted(
            rows,
            beside,
            weights,
            #[inline(always)]
            |to, from, weight| if weight == 0 { to } else { from },
        ),
        Mask::Weights => compose_weighted(rows, beside, weights, blend),
        Mask::Premultiplied => compose_weighted(rows, beside, weights, blend_premultiplied),
        Mask::OnAlpha => compose_weighted(rows, beside, weights, blend_on_alpha),
    }
}

/// The view's band becomes that of `alpha`, both of bytes; if `binary`, 255 wherever that is not 0.
///
/// # Errors
/// None of its own.
pub fn put_band(rows: &mut RowsMut<'_>, alpha: &Rows<'_>, binary: bool) -> Result<()> {
    if !binary {
        return compose(rows, alpha, |_, from| from);
    }
    let band = mask_of(rows.lanes());
    compose(
        rows,
        alpha,
        #[inline(always)]
        |_, from| if from & band != 0 { !0 } else { from },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `check` with words whose bytes are all pairs of bytes, and with a weight.
    fn each(check: impl Fn([u8; 4], [u8; 4], u8)) {
        for weight in 0..=255 {
            for to in 0..=255_u8 {
                for from in (0..=252).step_by(4).map(|v: u8| v ^ (weight & 3)) {
                    check([to, !to, to, if weight % 3 == 0 { 0 } else { to }], [from, from, !from, from / 2], weight);
                }
            }
        }
    }

    fn naive(to: u8, from: u8, weight: u8) -> u8 {
        let sum = u32::from(to) * u32::from(255 - weight) + u32::from(from) * u32::from(weight) + 128;
        (((sum >> 8) + sum) >> 8) as u8
    }

    #[test]
    fn bytes_are_weighted_each_for_itself() {
        each(|to, from, weight| {
            let made = blend(u32::from_le_bytes(to), u32::from_le_bytes(from), weight.into()).to_le_bytes();
            assert_eq!(made, std::array::from_fn(|i| naive(to[i], from[i], weight)));
        });
    }

    #[test]
    fn premultiplied_bytes_are_added() {
        each(|to, from, weight| {
            let [a, b] = [to, from].map(u32::from_le_bytes);
            let made = blend_premultiplied(a, b, weight.into()).to_le_bytes();
            assert_eq!(made, std::array::from_fn(|i| naive(to[i], 0, weight).wrapping_add(from[i])));
        });
    }

    #[test]
    fn a_clear_pixel_has_no_colour_to_keep() {
        each(|to, from, weight| {
            let made = blend_on_alpha(u32::from_le_bytes(to), u32::from_le_bytes(from), weight.into()).to_le_bytes();
            // Integer division, as in C.
            let colours = 255 - (255 - i32::from(weight)) * (1 - (255 - i32::from(to[3])) / 255);
            let colours = if weight == 0 { 0 } else { colours as u8 };
            let expected = std::array::from_fn(|i| naive(to[i], from[i], if i == 3 { weight } else { colours }));
            assert_eq!(made, expected, "{to:?} {from:?} {weight}");
        });
    }
}
