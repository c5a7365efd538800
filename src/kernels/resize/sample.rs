//! The arithmetic of each type of values, as Pillow's Resample.c has it, and rows made of rows.

use super::alpha;
use super::weights::Weights;
use crate::kernels::around::Value;
use crate::kernels::point::c_int;
use crate::simd;

/// Fractional bits of a weight for 8-bit values: a sum has 8 bits in front of them and two for what lies outside.
const FRACTION: u32 = 32 - 8 - 2;

/// A value that can be weighed.
pub trait Sample: Value {
    /// How much a value counts.
    type Weight: Copy + Default + Send + Sync;
    /// A sum of weighed values.
    type Sum: Copy + Send;
    /// The sum of nothing.
    const NOTHING: Self::Sum;

    /// Of an exact weight.
    fn weight(exact: f64) -> Self::Weight;
    /// `sum` and one more value.
    fn add(sum: Self::Sum, value: Self, weight: Self::Weight) -> Self::Sum;
    /// What a sum comes to.
    fn finish(sum: Self::Sum) -> Self;

    /// Makes groups of the weights, where there is vector code for them; only for bytes there is.
    fn group(_across: &mut Across<Self::Weight>) {}
    /// The pass across by groups.
    fn row_of_groups(_to: &mut [Self], _from: &[Self], _firsts: &[usize], _groups: &[[i16; 8]]) {}

    /// Pixels of `C` channels, one of which is the alpha of the others; only bytes have that.
    fn premultiply<const C: usize>(_row: &mut [Self], _alpha: usize) {}
    /// The reverse.
    fn unpremultiply<const C: usize>(_row: &mut [Self], _alpha: usize) {}
}

/// Sums are those of Pillow whatever the order, so far as they fit 32 bits, as they do.
impl Sample for u8 {
    type Weight = i32;
    type Sum = i32;
    const NOTHING: i32 = 1 << (FRACTION - 1); // To round.

    #[inline(always)]
    fn weight(exact: f64) -> i32 {
        let half = if exact < 0.0 { -0.5 } else { 0.5 };
        (half + exact * f64::from(1 << FRACTION)) as i32
    }

    #[inline(always)]
    fn add(sum: i32, value: u8, weight: i32) -> i32 {
        sum.wrapping_add(i32::from(value).wrapping_mul(weight))
    }

    #[inline(always)]
    fn finish(sum: i32) -> u8 {
        (sum >> FRACTION).clamp(0, 255) as u8
    }

    fn group(across: &mut Across<i32>) {
        let count = across.weights.most().div_ceil(4);
        for (pixels, weights) in across.weights.iter() {
            across.firsts.push(pixels.start);
            let weight = |i| weights.get(i).copied().unwrap_or(0);
            across.groups.extend((0..count).map(|i| simd::weigh_group([0, 1, 2, 3].map(|j| weight(4 * i + j)))));
        }
    }

    fn row_of_groups(to: &mut [u8], from: &[u8], firsts: &[usize], groups: &[[i16; 8]]) {
        let (to, from) = (to.as_chunks_mut().0, from.as_chunks().0);
        simd::weigh4(to, from, firsts, groups, u8::NOTHING, FRACTION as i32);
    }

    #[inline(always)]
    fn premultiply<const C: usize>(row: &mut [u8], by: usize) {
        alpha::premultiply::<C>(row, by);
    }

    #[inline(always)]
    fn unpremultiply<const C: usize>(row: &mut [u8], by: usize) {
        alpha::unpremultiply::<C>(row, by);
    }
}

/// Wider values: sums are of double precision, and the order counts.
macro_rules! wide {
    ($($type:ty: $finish:expr;)*) => {$(
        impl Sample for $type {
            type Weight = f64;
            type Sum = f64;
            const NOTHING: f64 = 0.0;

            #[inline(always)]
            fn weight(exact: f64) -> f64 {
                exact
            }

            #[inline(always)]
            fn add(sum: f64, value: $type, weight: f64) -> f64 {
                sum + f64::from(value) * weight
            }

            #[inline(always)]
            fn finish(sum: f64) -> $type {
                $finish(sum)
            }
        }
    )*};
}
wide! {
    u16: |sum| c_int(half_away(sum)).clamp(0, 65535) as u16;
    i32: |sum| c_int(half_away(sum));
    f32: |sum| sum as f32;
}

/// To be cut to an integer then: halves are rounded away from 0.
#[inline(always)]
pub(in crate::kernels) fn half_away(value: f64) -> f64 {
    if value >= 0.0 { value + 0.5 } else { value - 0.5 }
}

/// The pass across: rows of another width.
pub struct Across<W> {
    weights: Weights<W>,
    /// The same for [`simd::weigh4`], where it is used: the first pixels, and groups of weights, as many for each.
    firsts: Vec<usize>,
    groups: Vec<[i16; 8]>,
}

impl<W: Copy + Default> Across<W> {
    /// For pixels of so many channels.
    pub fn new<T: Sample<Weight = W>>(weights: Weights<W>, channels: usize) -> Across<W> {
        let mut across = Across { weights, firsts: Vec::new(), groups: Vec::new() };
        if channels == 4 && simd::has_weigh4() && across.weights.most() > 0 {
            T::group(&mut across);
        }
        across
    }

    /// How many more pixels have to be there behind the originals, whatever they are.
    pub fn margin(&self) -> usize {
        self.groups.len() / self.firsts.len().max(1) * 4
    }

    /// A row of another width: pixels of `C` channels, with the margin behind them.
    #[inline(always)]
    pub fn row<T: Sample<Weight = W>, const C: usize>(&self, to: &mut [T], from: &[T]) {
        if !self.groups.is_empty() {
            return T::row_of_groups(to, from, &self.firsts, &self.groups);
        }
        let (to, from) = (to.as_chunks_mut::<C>().0, from.as_chunks::<C>().0);
        for (to, (pixels, weights)) in to.iter_mut().zip(self.weights.iter()) {
            let mut sums = [T::NOTHING; C];
            for (pixel, &weight) in from[pixels].iter().zip(weights) {
                for (sum, &value) in sums.iter_mut().zip(pixel) {
                    *sum = T::add(*sum, value, weight);
                }
            }
            for (to, sum) in to.iter_mut().zip(sums) {
                *to = T::finish(sum);
            }
        }
    }
}

/// Values that are made at a time, so few that their sums stay in registers.
const BLOCK: usize = 32;

/// The sum of rows, each times its weight. Row `i` of those is `row(i)`.
#[inline(always)]
pub fn down<'a, T: Sample>(to: &mut [T], weights: &[T::Weight], row: impl Fn(usize) -> &'a [T]) {
    let (blocks, rest) = to.as_chunks_mut::<BLOCK>();
    let done = blocks.len() * BLOCK;
    for (i, block) in blocks.iter_mut().enumerate() {
        let mut sums = [T::NOTHING; BLOCK];
        for (j, &weight) in weights.iter().enumerate() {
            let values = row(j)[i * BLOCK..].first_chunk::<BLOCK>().expect("rows are of one length");
            for (sum, &value) in sums.iter_mut().zip(values) {
                *sum = T::add(*sum, value, weight);
            }
        }
        for (to, sum) in block.iter_mut().zip(sums) {
            *to = T::finish(sum);
        }
    }
    for (x, to) in rest.iter_mut().enumerate() {
        let add = |sum, (j, &weight)| T::add(sum, row(j)[done + x], weight);
        *to = T::finish(weights.iter().enumerate().fold(T::NOTHING, add));
    }
}

/// Adds a row to sums.
#[inline(always)]
pub fn add_row<T: Sample>(sums: &mut [T::Sum], row: &[T], weight: T::Weight) {
    for (sum, &value) in sums.iter_mut().zip(row) {
        *sum = T::add(*sum, value, weight);
    }
}
