//! Numbers from counts, as Pillow's ImageStat and Image.entropy compute them, to the last bit.

use crate::error::Result;
use crate::parallel::{self, Cost};
use crate::rows::Rows;
use crate::simd;

/// What there is to know of a band whose value `i` occurs `counts[i]` times.
pub struct Moments<'a>(pub &'a [u64]);

impl Moments<'_> {
    fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The sum of all values.
    pub fn sum(&self) -> u64 {
        self.0.iter().zip(0..).map(|(count, v)| count * v).sum()
    }

    /// The sum of their squares.
    pub fn sum2(&self) -> u128 {
        self.0.iter().zip(0..).map(|(&count, v)| u128::from(count) * v * v).sum()
    }

    /// Their average; 0 of none.
    pub fn mean(&self) -> f64 {
        divide(self.sum().into(), self.count())
    }

    /// The value in the middle of all in order; the last there is of none.
    pub fn median(&self) -> u64 {
        let half = self.count() / 2;
        let mut seen = 0;
        let middle = self.0.iter().position(|count| {
            seen += count;
            seen > half
        });
        middle.unwrap_or(self.0.len() - 1) as u64
    }

    /// The root of the average square.
    pub fn rms(&self) -> f64 {
        divide(self.sum2(), self.count()).sqrt()
    }

    /// The average square of the distance from the mean.
    pub fn var(&self) -> f64 {
        let (sum, count) = (u128::from(self.sum()), self.count());
        if count == 0 { 0.0 } else { (self.sum2() as f64 - divide(sum * sum, count)) / count as f64 }
    }

    /// Its root.
    pub fn stddev(&self) -> f64 {
        self.var().sqrt()
    }
}

/// `a / b` rounded once, as Python divides ints; 0 for `b = 0`.
pub fn divide(a: u128, b: u64) -> f64 {
    if a == 0 || b == 0 {
        return 0.0;
    }
    // The quotient has 64 bits at least, so more than a float's 53 by some: the rest shows as its last bit only, and that
    // rounds it as it should.
    let shift = a.leading_zeros();
    let (quotient, rest) = ((a << shift) / u128::from(b), (a << shift) % u128::from(b));
    (quotient | u128::from(rest != 0)) as f64 * (-f64::from(shift)).exp2()
}

/// The entropy in bits of all counts together: `Image.entropy`. NaN if there are none.
pub fn entropy(counts: &[u64]) -> f64 {
    let sum = counts.iter().sum::<u64>() as f64;
    let mut entropy = 0.0;
    for &count in counts {
        let p = count as f64 / sum;
        if p != 0.0 {
            entropy += p * p.ln() * std::f64::consts::LOG2_E;
        }
    }
    -entropy
}

/// Lines whose bytes fit into sums of 16 bits.
const LINES: usize = 256;

/// The sum of the bytes at each place in 64.
#[inline(always)]
fn sum_row(row: &[u8], sums: &mut [u64; 64]) {
    for part in row.chunks(64 * LINES) {
        let mut few = [0_u16; 64];
        let (lines, rest) = part.as_chunks::<64>();
        for line in lines {
            simd::ask_ahead(line);
            few.iter_mut().zip(line).for_each(|(sum, &v)| *sum += u16::from(v));
        }
        sums.iter_mut().zip(few).for_each(|(sum, few)| *sum += u64::from(few));
        sums.iter_mut().zip(rest).for_each(|(sum, &v)| *sum += u64::from(v));
    }
}

/// The sum of each band of 8-bit values, without a histogram; `None` for steps that do not divide 64.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn sums(rows: &Rows<'_>) -> Result<Option<[u64; 4]>> {
    let lanes = *rows.lanes();
    let mut total = [0; 4];
    if lanes.mask().is_none() {
        return Ok(None);
    }
    if rows.is_empty() {
        return Ok(Some(total));
    }
    let all = parallel::gather(
        rows.height(),
        rows.span(),
        Cost::MEMORY,
        || [0; 64],
        |sums, range| {
            simd::run(
                #[inline(always)]
                || range.for_each(|y| sum_row(rows.row(y), sums)),
            );
        },
    )?;
    for (total, &offset) in total.iter_mut().zip(lanes.offsets()) {
        *total = all.iter().flat_map(|sums| sums[offset..].iter().step_by(lanes.step)).sum();
    }
    Ok(Some(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_once() {
        assert_eq!(divide(1, 3), 1.0 / 3.0);
        assert_eq!(divide(0, 3), 0.0);
        assert_eq!(divide(7, 0), 0.0);
        for a in [1_u64, 10, 255 * 24_000_000, (1 << 53) - 1] {
            for b in [1_u64, 7, 24_000_000, (1 << 33) + 1] {
                assert_eq!(divide(a.into(), b), a as f64 / b as f64, "both are exact as floats");
            }
        }
        // 2^53 + 1 lies between two floats, and a little more is above the middle.
        assert_eq!(divide((1 << 53) + 1, 1), 9_007_199_254_740_992.0);
        assert_eq!(divide(((1 << 53) + 1) * 1000 + 1, 1000), 9_007_199_254_740_994.0);
    }

    #[test]
    fn numbers_of_a_few_values() {
        let mut counts = [0; 256];
        (counts[1], counts[2], counts[5]) = (2, 1, 1); // 1, 1, 2, 5
        let band = Moments(&counts);
        assert_eq!((band.sum(), band.sum2(), band.median()), (9, 31, 2));
        assert_eq!((band.mean(), band.var(), band.rms()), (2.25, 31.0 / 4.0 - 81.0 / 16.0, 7.75_f64.sqrt()));
        assert_eq!(entropy(&counts), 1.5);
        let none = Moments(&[0; 256]);
        assert_eq!((none.mean(), none.median(), none.var(), none.stddev()), (0.0, 255, 0.0, 0.0));
    }

    #[test]
    fn sums_are_those_of_the_counts() {
        for bands in [1, 2, 4] {
            let (height, width) = (3, 64 * LINES + 77);
            let bytes: Vec<u8> = (0..height * width * bands).map(|i| 255 - (i * i % 251) as u8 / 9).collect();
            let rows = Rows::packed(&bytes, [height, width, bands], 1);
            let sums = sums(&rows).unwrap().unwrap();
            for (band, &sum) in sums[..bands].iter().enumerate() {
                let values = bytes.iter().skip(band).step_by(bands);
                assert_eq!(sum, values.map(|&v| u64::from(v)).sum::<u64>());
            }
        }
    }
}
