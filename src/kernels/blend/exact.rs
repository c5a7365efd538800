//! Weighted sums of two bytes as integers, wherever those give the same bytes as Pillow's floats.
//!
//! Numbers with 20 bits behind the point or more are exact enough for nearly all weights, and take half the time of
//! floats. Where a sum is next to a whole number, floats may be rounded to the one side or the other; so a pair of weights
//! is used only if it was tried with all 65,536 pairs of bytes.

use super::{blended, scaled};
use crate::rows::RowsMut;
use crate::simd;

/// Bits behind the point: as many as there is room for beside the largest sum.
const fn fraction(clip: bool) -> u32 {
    if clip { 20 } else { 23 }
}

/// Bytes of an image from which on it pays to try all pairs.
const MANY: usize = 1 << 20;

/// Whether there are so many bytes that it pays to look for weights.
pub(super) fn worth_it(rows: &RowsMut<'_>) -> bool {
    rows.rows().height() * rows.rows().span() >= MANY
}

/// `(a * to + b * from + nothing) >> fraction`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixed {
    to: i32,
    from: i32,
    nothing: i32,
}

impl Fixed {
    /// The weights of a blend; with `CLIP` of one that extrapolates.
    pub(super) fn blend<const CLIP: bool>(alpha: f32) -> Option<Fixed> {
        let known = if CLIP { -2.0..=2.0 } else { 0.0..=1.0 };
        if !known.contains(&alpha) {
            return None;
        }
        let one = 1 << fraction(CLIP);
        let from = (f64::from(alpha) * f64::from(one)).round() as i32;
        Fixed { to: one - from, from, nothing: 0 }.tried::<CLIP>(
            #[inline(always)]
            |a, b| blended(a, b, alpha),
        )
    }

    /// The weights of `(a + b) / scale + offset`, or of `a - b`.
    pub(super) fn sum<const MINUS: bool>(scale: f32, offset: f32) -> Option<Fixed> {
        let one = f64::from(1 << fraction(true));
        let weight = one / f64::from(scale);
        // No sum gets to 2^31.
        if weight.abs() > 2.0 * one || offset.abs() > 512.0 {
            return None;
        }
        let to = weight.round() as i32;
        let nothing = (f64::from(offset) * one).round() as i32;
        Fixed { to, from: if MINUS { -to } else { to }, nothing }.tried::<true>(
            #[inline(always)]
            |a, b| scaled::<MINUS>(a, b, scale, offset),
        )
    }

    /// These weights, if they make of all pairs what `expected` does. What was lost by rounding the weights is added.
    #[inline(always)]
    fn tried<const CLIP: bool>(mut self, expected: impl Fn(u8, u8) -> u8) -> Option<Fixed> {
        self.nothing += 255; // Each weight is wrong by half a unit at most.
        let same = simd::run(
            #[inline(always)]
            || {
                (0..=255_u8).all(|a| {
                    let mut made = [a; 256];
                    let all: [u8; 256] = std::array::from_fn(|b| b as u8);
                    self.apply::<CLIP>(&mut made, &all);
                    let wrong = made.iter().zip(&all).fold(0, |wrong, (made, &b)| wrong | (made ^ expected(a, b)));
                    wrong == 0
                })
            },
        );
        same.then_some(self)
    }

    /// Every `a` of `to` becomes the sum with the `b` of `from`. Without `CLIP` sums are known to fit.
    #[inline(always)]
    pub(super) fn apply<const CLIP: bool>(self, to: &mut [u8], from: &[u8]) {
        let sum = |a: u32, b: u32| {
            let sum = (a.cast_signed() * self.to + b.cast_signed() * self.from + self.nothing) >> fraction(CLIP);
            (if CLIP { sum.clamp(0, 255) } else { sum }).cast_unsigned()
        };
        // By words: to take bytes apart by shifts is quicker than to widen vectors.
        let ((words, rest), (beside, rest_beside)) = (to.as_chunks_mut::<4>(), from.as_chunks::<4>());
        for (to, from) in words.iter_mut().zip(beside) {
            let (a, b) = (u32::from_le_bytes(*to), u32::from_le_bytes(*from));
            let at = |shift: u32| sum(a >> shift & 0xFF, b >> shift & 0xFF) << shift;
            *to = (at(0) | at(8) | at(16) | at(24)).to_le_bytes();
        }
        rest.iter_mut().zip(rest_beside).for_each(|(a, &b)| *a = sum((*a).into(), b.into()) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weights were found, and make what `expected` does, in words and in what is left behind them.
    fn check<const CLIP: bool>(fixed: Option<Fixed>, expected: impl Fn(u8, u8) -> u8) {
        let fixed = fixed.unwrap();
        for a in 0..=255_u8 {
            for len in [1, 2, 3, 256] {
                let from: Vec<u8> = (0..len).map(|b| b as u8 ^ a).collect();
                let mut to = vec![a; len];
                fixed.apply::<CLIP>(&mut to, &from);
                to.iter().zip(from).for_each(|(&made, b)| assert_eq!(made, expected(a, b), "{a} {b}"));
            }
        }
    }

    #[test]
    fn blends_are_those_of_floats() {
        // Rust's conversion clips.
        let blend = |alpha: f32, a: u8, b: u8| (f32::from(a) + alpha * (f32::from(b) - f32::from(a))) as u8;
        for alpha in [0.3, 0.5, 0.25, 0.1, 0.9, 0.123, 1.0 / 3.0, 0.01] {
            check::<false>(Fixed::blend::<false>(alpha), |a, b| blend(alpha, a, b));
        }
        for alpha in [1.5, 2.0, 1.25, -0.5, -2.0] {
            check::<true>(Fixed::blend::<true>(alpha), |a, b| blend(alpha, a, b));
        }
    }

    #[test]
    fn scaled_sums_are_those_of_floats() {
        for (scale, offset) in [(2.0, 0.0), (2.0, 128.0), (1.5, -20.0), (3.0, 0.0), (-2.0, 255.0), (0.5, 1.0)] {
            let scaled = |sum: f32| (sum / scale + offset) as u8; // As above.
            check::<true>(Fixed::sum::<false>(scale, offset), |a, b| scaled(f32::from(a) + f32::from(b)));
            check::<true>(Fixed::sum::<true>(scale, offset), |a, b| scaled(f32::from(a) - f32::from(b)));
        }
    }

    #[test]
    fn weights_that_give_other_bytes_are_refused() {
        for alpha in [0.6, 1.5, -0.1, f32::NAN] {
            assert!(Fixed::blend::<false>(alpha).is_none(), "{alpha}");
        }
        for alpha in [2.5, -1e30, f32::NAN] {
            assert!(Fixed::blend::<true>(alpha).is_none(), "{alpha}");
        }
        for (scale, offset) in [(1e-3, 0.0), (2.0, 1e9), (1.0 / 1e-40, f32::INFINITY)] {
            assert!(Fixed::sum::<false>(scale, offset).is_none(), "{scale} {offset}");
        }
    }
}
