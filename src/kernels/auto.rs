//! Curves by how often each value occurs: `ImageOps.autocontrast` and `ImageOps.equalize`.

use super::copy::Packer;
use super::curves::{self, Curve};
use super::grey::Luma;
use super::histogram::{Counts, histogram};
use super::{accept, point};
use crate::error::Result;
use crate::format::Format;
use crate::parallel::{self, Cost};
use crate::rows::{Rows, RowsMut};
use crate::scratch;
use crate::simd;
use std::ops::Range;

/// What of a histogram counts for `autocontrast`.
#[derive(Clone, Debug)]
pub struct Ends {
    /// How many percent of the darkest and of the lightest pixels do not.
    pub cutoff: [f64; 2],
    /// Values that do not.
    pub ignored: [bool; 256],
}

/// The curve from the darkest value that counts to the lightest, in double precision.
fn stretch(mut counts: [u64; 256], ends: &Ends) -> Curve {
    counts.iter_mut().zip(ends.ignored).filter(|(_, ignored)| *ignored).for_each(|(count, _)| *count = 0);
    let total = counts.iter().sum();
    take(counts.iter_mut(), part(total, ends.cutoff[0]));
    take(counts.iter_mut().rev(), part(total, ends.cutoff[1]));
    let [first, last] = [counts.iter().position(|&count| count > 0), counts.iter().rposition(|&count| count > 0)];
    let (Some(first), Some(last)) = (first, last) else { return curves::same() };
    if first == last {
        return curves::same();
    }
    let scale = 255.0 / (last - first) as f64;
    let offset = -(first as f64) * scale;
    std::array::from_fn(|v| (v as f64 * scale + offset) as u8) // A cast cuts, and clips.
}

/// So many percent of `total`, as Python's `int(total * percent // 100)`.
fn part(total: u64, percent: f64) -> u64 {
    let product = total as f64 * percent;
    let quotient = (product - product % 100.0) / 100.0;
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }) as u64
}

/// Takes `cut` away from the first counts.
fn take<'a>(counts: impl Iterator<Item = &'a mut u64>, mut cut: u64) {
    for count in counts {
        let taken = cut.min(*count);
        *count -= taken;
        cut -= taken;
        if cut == 0 {
            return;
        }
    }
}

/// The curve after which all values are about as frequent.
fn flatten(counts: &[u64; 256]) -> Curve {
    let last = counts.iter().rev().find(|&&count| count > 0).unwrap_or(&0);
    let step = (counts.iter().sum::<u64>() - last) / 255;
    if step == 0 {
        return curves::same();
    }
    let mut sum = step / 2;
    counts.map(|count| {
        let value = (sum / step).min(255) as u8;
        sum += count;
        value
    })
}

/// A curve for each band.
fn curve_of_each(bands: &[Counts], curve: impl Fn(&Counts) -> Curve) -> [Curve; 4] {
    std::array::from_fn(|band| bands.get(band).map_or_else(curves::same, &curve))
}

/// Pixels whose greys are made in one go.
const PART: usize = 1024;

/// How often each grey occurs, of all pixels or of those where `mask` is not 0.
fn greys(rows: &Rows<'_>, luma: Luma, mask: Option<&Rows<'_>>) -> Result<[u64; 256]> {
    let lanes = *rows.lanes();
    scratch::ask_each(mask.map_or(0, Rows::span))?;
    let begin = || (Box::new([[0; 256]; 4]), mask.map(|mask| Packer::of_mask(mask, &lanes)));
    let count = |(tables, packer): &mut (Box<[Counts; 4]>, Option<Packer>), range: Range<usize>| {
        let mut greys = [0; PART];
        for y in range {
            let chosen = mask.zip(packer.as_mut()).map(|(mask, packer)| packer.pack(mask.row(y)));
            for (i, part) in rows.row(y).chunks(PART * lanes.step).enumerate() {
                let greys = &mut greys[..part.len().div_ceil(lanes.step)];
                simd::run(
                    #[inline(always)]
                    || luma.fill(part, &lanes, greys),
                );
                // Values that follow each other are often equal: an addition would wait for the last.
                match chosen {
                    None => {
                        let (fours, rest) = greys.as_chunks::<4>();
                        for four in fours {
                            (0..4).for_each(|i| tables[i][usize::from(four[i])] += 1);
                        }
                        rest.iter().for_each(|&grey| tables[0][usize::from(grey)] += 1);
                    }
                    Some(mask) => {
                        for (x, (&grey, mask)) in greys.iter().zip(&mask[i * PART..]).enumerate() {
                            tables[x % 4][usize::from(grey)] += u64::from(*mask != 0);
                        }
                    }
                }
            }
        }
    };
    let mut total = [0; 256];
    if !rows.is_empty() {
        for (tables, _) in parallel::gather(rows.height(), rows.span(), Cost::SCALAR, begin, count)? {
            for counts in *tables {
                total.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
            }
        }
    }
    Ok(total)
}

/// Stretches the values of each band from 0 to 255, or those of all by their grey: shape `(h, w)` or `(h, w, bands)`,
/// 8-bit values; the mask has one band of 8 bits and the same size. The bytes of `ImageOps.autocontrast`.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
///
/// # Panics
/// For a mask of another size.
pub fn autocontrast(
    rows: &mut RowsMut<'_>,
    format: Format,
    mask: Option<&Rows<'_>>,
    ends: &Ends,
    luma: Option<Luma>,
) -> Result<()> {
    accept("autocontrast", format, &[Format::U8])?;
    let tables = match luma {
        Some(luma) => [stretch(greys(rows.rows(), luma, mask)?, ends); 4],
        None => curve_of_each(&histogram(rows.rows(), mask)?, |counts| stretch(*counts, ends)),
    };
    point::point(rows, format, &tables)
}

/// Makes the values of each band about as frequent: shape `(h, w)` or `(h, w, bands)`, 8-bit values; the mask has one
/// band of 8 bits and the same size. The bytes of `ImageOps.equalize`.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
///
/// # Panics
/// For a mask of another size.
pub fn equalize(rows: &mut RowsMut<'_>, format: Format, mask: Option<&Rows<'_>>) -> Result<()> {
    accept("equalize", format, &[Format::U8])?;
    let curves = curve_of_each(&histogram(rows.rows(), mask)?, flatten);
    point::point(rows, format, &curves)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn counts(of: &[(usize, u64)]) -> [u64; 256] {
        let mut counts = [0; 256];
        of.iter().for_each(|&(value, count)| counts[value] = count);
        counts
    }

    fn ends(cutoff: [f64; 2], ignored: &[u8]) -> Ends {
        let mut ends = Ends { cutoff, ignored: [false; 256] };
        ignored.iter().for_each(|&value| ends.ignored[usize::from(value)] = true);
        ends
    }

    #[test]
    fn the_darkest_becomes_black_and_the_lightest_white() {
        let seen = counts(&[(10, 5), (50, 80), (60, 10), (200, 5)]);
        let black_and_white = |curve: Curve| {
            let black = curve.iter().rposition(|&v| v == 0).unwrap();
            (black, curve.iter().position(|&v| v == 255).unwrap())
        };
        assert_eq!(black_and_white(stretch(seen, &ends([0.0; 2], &[]))), (10, 200));
        assert_eq!(black_and_white(stretch(seen, &ends([5.0, 5.0], &[]))), (50, 60), "all that were cut are gone");
        assert_eq!(black_and_white(stretch(seen, &ends([4.9, 0.0], &[200]))), (10, 60));
    }

    #[test]
    fn one_value_or_none_changes_nothing() {
        for seen in [counts(&[]), counts(&[(77, 9)])] {
            assert_eq!(stretch(seen, &ends([0.0; 2], &[])), curves::same());
            assert_eq!(flatten(&seen), curves::same());
        }
        assert_eq!(stretch(counts(&[(3, 9), (9, 9)]), &ends([100.0; 2], &[])), curves::same());
    }

    #[test]
    fn percents_are_cut_as_python_divides() {
        assert_eq!((part(1000, 0.1), part(999, 33.3), part(7, 100.0), part(0, 50.0)), (1, 332, 7, 0));
        assert_eq!(part(3, 100.0 / 3.0), 1);
    }

    #[test]
    fn what_is_as_frequent_already_stays() {
        let curve = flatten(&[1000; 256]);
        assert!(curve.iter().enumerate().all(|(v, &to)| usize::from(to) == v));
        assert_eq!(flatten(&counts(&[(0, 255), (9, 1)]))[255], 255, "no more than white");
    }

    #[test]
    fn greys_are_counted_where_the_mask_says() {
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.bands == 3 && lanes.step == 3) {
            let (width, height) = (lanes.width, 3);
            let bytes: Vec<u8> = (0..width * height * 3).map(|i| (i * 2_654_435_761 % 257) as u8).collect();
            let mask: Vec<u8> = (0..width * height).map(|i| (i % 7 / 3) as u8).collect();
            let rows = Rows::packed(&bytes, [height, width, 3], 1);
            for mask_rows in [None, Some(&Rows::packed(&mask, [height, width, 1], 1))] {
                let mut expected = [0; 256];
                for (pixel, mask) in bytes.chunks(3).zip(&mask) {
                    let grey = Luma::Rgb([0, 1, 2]).of(pixel, rows.lanes());
                    expected[usize::from(grey)] += u64::from(mask_rows.is_none() || *mask != 0);
                }
                assert_eq!(greys(&rows, Luma::Rgb([0, 1, 2]), mask_rows).unwrap(), expected);
            }
        }
    }
}
