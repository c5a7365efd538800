//! Convolve: every value becomes a weighted sum of those around it.

use super::accept;
use super::around::{self, Around, Ring, Tile, Value};
use crate::error::Result;
use crate::format::Format;
use crate::parallel::Cost;
use crate::rows::RowsMut;
use crate::simd;

/// Weights of a square of `N` by `N`, as Pillow lays them: the first row is that of the row *below*.
struct Convolve<A: Arithmetic, const N: usize> {
    arithmetic: A,
    weights: [[A::Sum; N]; N],
    /// What a sum begins with: the offset, and a half, to round.
    offset: A::Sum,
}

/// In what type sums are made, so that they are Pillow's.
trait Arithmetic: Sync {
    /// The values of the image.
    type Value: Value;
    /// How they are kept for as long as sums need them.
    type Kept: Copy + Default;
    type Sum: Copy + Sync + std::ops::AddAssign + std::ops::Mul<Output = Self::Sum>;

    fn keep(value: Self::Value) -> Self::Kept;
    fn original(kept: Self::Kept) -> Self::Value;
    fn sum(kept: Self::Kept) -> Self::Sum;
    fn finish(&self, sum: Self::Sum) -> Self::Value;
}

/// In floats, as Pillow does: `clip8`, `clip16` and `clip32` of Filter.c.
struct Floats<T>(std::marker::PhantomData<T>);

macro_rules! floats {
    ($($type:ty, $kept:ty;)*) => {$(
        impl Arithmetic for Floats<$type> {
            type Value = $type;
            type Kept = $kept;
            type Sum = f32;

            #[inline(always)]
            fn keep(value: $type) -> $kept {
                value as $kept
            }

            #[inline(always)]
            fn original(kept: $kept) -> $type {
                kept as $type
            }

            #[inline(always)]
            fn sum(kept: $kept) -> f32 {
                kept as f32
            }

            #[inline(always)]
            fn finish(&self, sum: f32) -> $type {
                let largest = <$type>::MAX as f32; // Of 32 bits, one more than the largest.
                if <$type>::BITS == 32 && sum >= largest { <$type>::MAX } else { simd::truncate(sum, largest) as $type }
            }
        }
    )*};
}
floats!(u8, f32; u16, f32; i32, i32;);

/// In integers of 16 bits, for weights that are multiples of `2^-shift`: twice as fast. Floats have no rounding error
/// there, so that the sums are the same.
struct Integers {
    shift: u32,
}

impl Arithmetic for Integers {
    type Value = u8;
    type Kept = i16;
    type Sum = i16;

    #[inline(always)]
    fn keep(value: u8) -> i16 {
        i16::from(value)
    }

    #[inline(always)]
    fn original(kept: i16) -> u8 {
        kept as u8
    }

    #[inline(always)]
    fn sum(kept: i16) -> i16 {
        kept
    }

    #[inline(always)]
    fn finish(&self, sum: i16) -> u8 {
        (sum >> self.shift).clamp(0, 255) as u8
    }
}

/// The weights and the offset as integers, with their shift, where all sums of bytes are exact and fit.
fn integers(weights: &[f32], offset: f32) -> Option<(Vec<i16>, i16, u32)> {
    (1..=7).find_map(|shift| {
        let scaled = |v: f32| {
            let scaled = f64::from(v) * f64::from(1 << shift);
            (scaled.fract() == 0.0 && scaled.abs() <= f64::from(i16::MAX)).then_some(scaled as i16)
        };
        let weights = weights.iter().map(|&weight| scaled(weight)).collect::<Option<Vec<_>>>()?;
        let offset = scaled(offset)?;
        let most = weights.iter().map(|weight| i32::from(weight.unsigned_abs()) * 255).sum::<i32>();
        (most + i32::from(offset.unsigned_abs()) <= i32::from(i16::MAX)).then_some((weights, offset, shift))
    })
}

impl<A: Arithmetic, const N: usize> Around<A::Value> for Convolve<A, N> {
    type State = Ring<A::Kept>;

    fn reach(&self) -> [usize; 2] {
        [N / 2, N / 2]
    }

    fn begin(&self, tile: &Tile) -> Self::State {
        Ring::new(tile, [N / 2, N / 2])
    }

    #[inline(always)]
    fn push(&self, ring: &mut Self::State, _tile: &Tile, y: usize, row: &[A::Value]) {
        ring.push(y, row, A::keep);
    }

    #[inline(always)]
    fn pop(&self, ring: &mut Self::State, tile: &Tile, y: usize, row: &mut [A::Value]) {
        let (reach, channels, [width, height]) = (N / 2, tile.channels, tile.size);
        let originals = &ring.row(y, 0)[reach * channels..][..row.len()];
        if y < reach || y + reach >= height || width <= 2 * reach {
            restore::<A>(row, originals); // Pillow leaves the border as it is.
            return;
        }
        let sources: [&[A::Kept]; N] = std::array::from_fn(|i| ring.row(y, reach as isize - i as isize));
        match row.len() {
            64.. if size_of::<A::Sum>() == 2 => self.sums::<64>(sources, channels, row),
            32.. => self.sums::<32>(sources, channels, row),
            8.. => self.sums::<8>(sources, channels, row),
            _ => self.sums::<1>(sources, channels, row),
        }
        for x in (0..reach).chain(width - reach..width).filter(|x| tile.columns.contains(x)) {
            let at = (x - tile.columns.start) * channels..(x + 1 - tile.columns.start) * channels;
            restore::<A>(&mut row[at.clone()], &originals[at]);
        }
    }
}

impl<A: Arithmetic, const N: usize> Convolve<A, N> {
    /// The sums of a row of at least `LEN` values: 64 of 16 bits or 32 floats fit, with their parts, into registers.
    #[inline(always)]
    fn sums<const LEN: usize>(&self, sources: [&[A::Kept]; N], channels: usize, row: &mut [A::Value]) {
        let (mut x, end) = (0, row.len());
        while x < end {
            let at = x.min(end - LEN); // The last block may overlap the one before.
            let block = row[at..].first_chunk_mut::<LEN>().expect("as long as a block");
            self.sum(sources, at, channels, block);
            x += LEN;
        }
    }

    /// The sums of values that follow each other, the first at `x`.
    #[inline(always)]
    fn sum<const LEN: usize>(&self, sources: [&[A::Kept]; N], x: usize, channels: usize, to: &mut [A::Value; LEN]) {
        let mut sums = [self.offset; LEN];
        for (source, weights) in sources.iter().zip(&self.weights) {
            let values = |j: usize| source[x + j * channels..].first_chunk::<LEN>().expect("a row with its margins");
            // Summed row by row and in this order, as Pillow's macros do: sums of floats depend on it.
            let first = values(0);
            let mut parts: [A::Sum; LEN] = std::array::from_fn(|i| A::sum(first[i]) * weights[0]);
            for (j, &weight) in weights.iter().enumerate().skip(1) {
                parts.iter_mut().zip(values(j)).for_each(|(part, &value)| *part += A::sum(value) * weight);
            }
            sums.iter_mut().zip(&parts).for_each(|(sum, &part)| *sum += part);
        }
        to.iter_mut().zip(&sums).for_each(|(to, &sum)| *to = self.arithmetic.finish(sum));
    }
}

/// Values as they were given.
#[inline(always)]
fn restore<A: Arithmetic>(row: &mut [A::Value], originals: &[A::Kept]) {
    row.iter_mut().zip(originals).for_each(|(to, &value)| *to = A::original(value));
}

/// The sum of `weights` (already divided by the scale) times the values around, plus `offset`, for each value: 3 x 3 or
/// 5 x 5, the first row of weights for the lowest row. Values at the border stay. 8-bit values, I;16 and I: the bytes of
/// `ImageFilter.Kernel` (Filter.c).
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
///
/// # Panics
/// If there are not 9 or 25 weights.
pub fn convolve(rows: &mut RowsMut<'_>, format: Format, weights: &[f32], offset: f32) -> Result<()> {
    accept("convolve", format, &[Format::U8, Format::U16, Format::U16Be, Format::U16Le, Format::I32])?;
    let offset = offset + 0.5; // To round.
    if format == Format::U8
        && let Some((weights, offset, shift)) = integers(weights, offset)
    {
        return square(rows, format, Integers { shift }, &weights, offset);
    }
    match format.size() {
        1 => square(rows, format, Floats::<u8>(Default::default()), weights, offset),
        2 => square(rows, format, Floats::<u16>(Default::default()), weights, offset),
        _ => square(rows, format, Floats::<i32>(Default::default()), weights, offset),
    }
}

fn square<A: Arithmetic>(
    rows: &mut RowsMut<'_>,
    format: Format,
    arithmetic: A,
    weights: &[A::Sum],
    offset: A::Sum,
) -> Result<()> {
    match weights.len() {
        9 => around::run(rows, format, Cost::SCALAR, &Convolve::<A, 3>::new(arithmetic, weights, offset)),
        25 => around::run(rows, format, Cost::SCALAR, &Convolve::<A, 5>::new(arithmetic, weights, offset)),
        len => panic!("{len} weights"),
    }
}

impl<A: Arithmetic, const N: usize> Convolve<A, N> {
    fn new(arithmetic: A, weights: &[A::Sum], offset: A::Sum) -> Self {
        let weights = std::array::from_fn(|i| std::array::from_fn(|j| weights[i * N + j]));
        Convolve { arithmetic, weights, offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Rows;

    /// The weighted sum of one place, in double precision, which holds it without an error.
    fn naive(bytes: &[u8], width: usize, at: usize, weights: &[f32], offset: f32) -> u8 {
        let n = weights.len().isqrt();
        let mut sum = f64::from(offset) + 0.5;
        for (i, row) in weights.chunks_exact(n).rev().enumerate() {
            for (j, &weight) in row.iter().enumerate() {
                sum += f64::from(bytes[at + i * width + j - n / 2 * (width + 1)]) * f64::from(weight);
            }
        }
        sum.clamp(0.0, 255.0) as u8
    }

    #[test]
    fn integers_and_floats_give_the_same_sums() {
        let (width, height) = (150, 9);
        let before: Vec<u8> = (0..width * height).map(|i| ((i * 2_654_435_761_usize) >> 7) as u8).collect();
        for (weights, offset) in [
            ((0..9).map(|i| (i as f32 - 3.0) / 16.0).collect::<Vec<_>>(), 3.25),
            ((0..25).map(|i| (i % 5) as f32 / 4.0 - 0.5).collect(), -20.0),
        ] {
            assert!(integers(&weights, offset + 0.5).is_some());
            let mut fast = before.clone();
            convolve(&mut RowsMut::packed(&mut fast, [height, width, 1], 1), Format::U8, &weights, offset).unwrap();
            let mut floats = before.clone();
            let arithmetic = Floats::<u8>(Default::default());
            let mut rows = RowsMut::packed(&mut floats, [height, width, 1], 1);
            square(&mut rows, Format::U8, arithmetic, &weights, offset + 0.5).unwrap();
            assert_eq!(fast, floats);
            let reach = weights.len().isqrt() / 2;
            for y in reach..height - reach {
                let expected = (reach..width - reach).map(|x| naive(&before, width, y * width + x, &weights, offset));
                assert_eq!(fast[y * width + reach..(y + 1) * width - reach], expected.collect::<Vec<_>>());
            }
            assert_eq!(Rows::packed(&fast, [height, width, 1], 1).row(0), &before[..width], "the border stays");
        }
    }

    #[test]
    fn weights_that_integers_cannot_hold_are_summed_as_floats() {
        assert!(integers(&[1.0 / 13.0; 9], 0.5).is_none());
        assert!(integers(&[20.0; 9], 0.5).is_none(), "too large");
        assert!(integers(&[f32::MAX; 9], 0.5).is_none());
    }
}
