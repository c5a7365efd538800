//! Two images, weighted: `blend`, and `add` and `subtract` with a scale and an offset, as Pillow's Blend.c and Chops.c.
//!
//! Bytes are computed in single precision, as there. The other formats, which Pillow does not have, do the same in double
//! precision; their results are clipped to what the format holds, and rounded towards zero.
//!
//! Many bytes are computed as integers instead, wherever those were seen to give the same: see [`exact`].

mod exact;

use self::exact::{Fixed, worth_it};
use super::accept;
use super::arithmetic::between;
use super::chops::{NUMBERS, each};
use super::pair::{Beside, combine};
use crate::error::Result;
use crate::format::Format;
use crate::rows::RowsMut;
use crate::simd::truncate;

/// Every value `a` of one type becomes what is made of it and of the `b` beside it.
macro_rules! values {
    ($rows:ident, $beside:ident, $type:ty, swapped $swapped:expr, |$a:ident, $b:ident| $made:expr) => {{
        let swapped = $swapped;
        combine(
            $rows,
            $beside,
            #[inline(always)]
            move |to, from| {
                each::<$type>(
                    to,
                    from,
                    swapped,
                    #[inline(always)]
                    |$a, $b| $made,
                )
            },
        )
    }};
    ($rows:ident, $beside:ident, $type:ty, |$a:ident, $b:ident| $made:expr) => {
        values!($rows, $beside, $type, swapped false, |$a, $b| $made)
    };
}

/// Every pair of bytes by weights that were tried.
macro_rules! fixed {
    ($rows:ident, $beside:ident, $fixed:expr, $clip:literal) => {
        if let Some(fixed) = $fixed {
            return combine(
                $rows,
                $beside,
                #[inline(always)]
                move |to, from| fixed.apply::<$clip>(to, from),
            );
        }
    };
}

/// Every value `a` becomes `a + alpha * (b - a)`, where `b` is the one beside it: any shape, unsigned values of 8 or 16 bits,
/// ints and floats. The bytes of `Image.blend`, which clips what is outside of the range, and rounds down.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn blend(rows: &mut RowsMut<'_>, format: Format, beside: Beside<'_>, alpha: f64) -> Result<()> {
    accept("blend", format, &NUMBERS)?;
    let single = alpha as f32;
    if single == 0.0 && format != Format::I32 {
        return Ok(());
    }
    if single == 1.0 && format != Format::I32 {
        return values!(rows, beside, u8, |_a, b| b); // Byte by byte, whatever the format.
    }
    let wide = |a: f64, b: f64| a + alpha * (b - a);
    match format {
        Format::U8 => {
            if worth_it(rows) {
                // Inside of 0 and 1 there is nothing to clip.
                fixed!(rows, beside, Fixed::blend::<false>(single), false);
                fixed!(rows, beside, Fixed::blend::<true>(single), true);
            }
            values!(rows, beside, u8, |a, b| blended(a, b, single))
        }
        // Rust's conversions clip, and round towards zero.
        Format::I32 => values!(rows, beside, i32, |a, b| wide(a.into(), b.into()) as i32),
        Format::F32 => values!(rows, beside, f32, |a, b| a + single * (b - a)),
        _ => values!(rows, beside, u16, swapped !format.is_native(), |a, b| wide(a.into(), b.into()) as u16),
    }
}

/// As a byte.
#[inline(always)]
fn blended(a: u8, b: u8, alpha: f32) -> u8 {
    between(a.into(), b.into(), alpha)
}

/// What becomes of a sum or a difference: `sum / scale + offset`.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Not 0.
    pub scale: f64,
    #[allow(missing_docs)]
    pub offset: f64,
}

/// Every value `a` becomes `(a + b) / scale + offset`, or `a - b` instead, where `b` is the one beside it; rounded towards
/// zero and clipped: any shape, unsigned values of 8 or 16 bits, ints and floats. The bytes of `ImageChops.add` and
/// `ImageChops.subtract`.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn add<const MINUS: bool>(
    rows: &mut RowsMut<'_>,
    format: Format,
    beside: Beside<'_>,
    Scale { scale, offset }: Scale,
) -> Result<()> {
    accept(if MINUS { "subtract" } else { "add" }, format, &NUMBERS)?;
    let (single, single_offset) = (scale as f32, offset as f32);
    match format {
        Format::U8 if scale == 1.0 && offset == 0.0 => {
            values!(rows, beside, u8, |a, b| if MINUS { a.saturating_sub(b) } else { a.saturating_add(b) })
        }
        Format::U8 if scale == 1.0 => {
            let offset = offset.clamp(-1024.0, 1024.0) as i16; // All the more are clipped alike.
            values!(rows, beside, u8, |a, b| (sum::<MINUS>(a, b) + offset).clamp(0, 255) as u8)
        }
        Format::U8 => {
            if worth_it(rows) {
                fixed!(rows, beside, Fixed::sum::<MINUS>(single, single_offset), true);
            }
            let inverse = 1.0 / single;
            if inverse.is_normal() && single.to_bits().trailing_zeros() >= f32::MANTISSA_DIGITS - 1 {
                // A power of two: to multiply by its inverse gives the same number, and sooner.
                return values!(rows, beside, u8, |a, b| {
                    truncate(f32::from(sum::<MINUS>(a, b)) * inverse + single_offset, 255.0) as u8
                });
            }
            values!(rows, beside, u8, |a, b| scaled::<MINUS>(a, b, single, single_offset))
        }
        Format::I32 => values!(rows, beside, i32, |a, b| (sum64::<MINUS>(a, b) / scale + offset) as i32),
        Format::F32 => {
            values!(rows, beside, f32, |a, b| (if MINUS { a - b } else { a + b }) / single + single_offset)
        }
        _ => values!(rows, beside, u16, swapped !format.is_native(), |a, b| {
            (sum64::<MINUS>(a, b) / scale + offset) as u16
        }),
    }
}

#[inline(always)]
fn sum<const MINUS: bool>(a: u8, b: u8) -> i16 {
    if MINUS { i16::from(a) - i16::from(b) } else { i16::from(a) + i16::from(b) }
}

/// A sum or a difference, scaled.
#[inline(always)]
fn scaled<const MINUS: bool>(a: u8, b: u8, scale: f32, offset: f32) -> u8 {
    truncate(f32::from(sum::<MINUS>(a, b)) / scale + offset, 255.0) as u8
}

/// Exact, since it has 33 bits at most.
#[inline(always)]
fn sum64<const MINUS: bool>(a: impl Into<f64>, b: impl Into<f64>) -> f64 {
    if MINUS { a.into() - b.into() } else { a.into() + b.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Rows;

    /// What `kernel` makes of all pairs of bytes.
    fn of_all_pairs(kernel: impl Fn(&mut RowsMut<'_>, Beside<'_>) -> Result<()>, expected: impl Fn(u8, u8) -> u8) {
        let all = || (0..=255u8).flat_map(|a| (0..=255u8).map(move |b| (a, b)));
        let (mut to, from): (Vec<u8>, Vec<u8>) = all().unzip();
        let shape = [64, 1024, 1];
        kernel(&mut RowsMut::packed(&mut to, shape, 1), Beside::Rows(&Rows::packed(&from, shape, 1))).unwrap();
        for ((a, b), got) in all().zip(to) {
            assert_eq!(got, expected(a, b), "{a} {b}");
        }
    }

    /// As C casts a float to an int and clips it after that.
    fn clip(value: f32) -> u8 {
        (value as i32).clamp(0, 255) as u8
    }

    #[test]
    fn blend_of_all_pairs() {
        for alpha in [0.0, 1.0, 0.5, 0.3, 0.999_999_9, 1e-9, 0.1, 1.000_000_1, 2.5, -0.7, 1e30, -1e30] {
            let expected = |a: u8, b: u8| match alpha as f32 {
                0.0 => a,
                1.0 => b,
                alpha => clip(f32::from(a) + alpha * (f32::from(b) - f32::from(a))),
            };
            of_all_pairs(|rows, beside| blend(rows, Format::U8, beside, alpha), expected);
        }
    }

    #[test]
    fn add_and_subtract_of_all_pairs() {
        for scale in [1.0, 2.0, -2.0, 0.5, 0.3, -0.7, 1e-3, 1e9, 3.0] {
            for offset in [0.0, 7.0, -100.0, 255.0, 30_000.0, -30_000.0] {
                let by = Scale { scale, offset };
                let scaled = |sum: i16| clip(f32::from(sum) / scale as f32 + offset as f32);
                let plus = |a: u8, b: u8| scaled(i16::from(a) + i16::from(b));
                let minus = |a: u8, b: u8| scaled(i16::from(a) - i16::from(b));
                of_all_pairs(|rows, beside| add::<false>(rows, Format::U8, beside, by), plus);
                of_all_pairs(|rows, beside| add::<true>(rows, Format::U8, beside, by), minus);
            }
        }
    }
}
