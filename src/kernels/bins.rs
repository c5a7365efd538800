//! Histograms of wide values: 256 bins between two values as Pillow makes them, or a count for each of 65,536.

use super::copy::Packer;
use crate::error::Result;
use crate::format::{Format, Scalar};
use crate::parallel::{self, Cost};
use crate::rows::Rows;
use crate::scratch;
use std::ops::Range;

/// Values that follow each other are counted in tables of their own, since they are often equal.
type Tables = [[u64; 256]; 4];

/// Counts the values that `bin` puts between 0 and 255.
fn count<const N: usize>(rows: &Rows<'_>, bin: impl Fn([u8; N]) -> f32 + Sync) -> Result<[u64; 256]> {
    let lanes = *rows.lanes();
    let look = |tables: &mut Tables, range: Range<usize>| {
        for y in range {
            for (x, pixel) in rows.row(y).chunks(lanes.step).enumerate() {
                let bin = bin(std::array::from_fn(|i| pixel[i]));
                // As C's cast to int, which cuts towards 0; NaN is nowhere.
                if bin > -1.0 && bin < 256.0 {
                    tables[x % 4][bin as usize] += 1;
                }
            }
        }
    };
    let mut total = [0; 256];
    for tables in parallel::gather(rows.height(), rows.span(), Cost::SCALAR, || [[0; 256]; 4], look)? {
        for (i, total) in total.iter_mut().enumerate() {
            *total += tables.iter().map(|table| table[i]).sum::<u64>();
        }
    }
    Ok(total)
}

/// Counts the values in 256 bins from `low` to `high`, as `ImagingGetHistogram` of Pillow's Histo.c: I, and I;16* like
/// it; F. No bin has anything where `low` is not less than `high`.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn between(rows: &Rows<'_>, format: Format, (low, high): (Scalar, Scalar)) -> Result<[u64; 256]> {
    if rows.is_empty() {
        return Ok([0; 256]);
    }
    match (low, high) {
        (Scalar::Int(low), Scalar::Int(high)) => {
            if low >= high {
                return Ok([0; 256]);
            }
            // Differences of ints are C's, which are 32 bits wide.
            let scale = 255.0 / (high - low) as i32 as f32;
            let bin = |v: i32| v.wrapping_sub(low as i32) as f32 * scale;
            match format {
                Format::U16 => count(rows, |v| bin(u16::from_ne_bytes(v).into())),
                Format::U16Be => count(rows, |v| bin(u16::from_be_bytes(v).into())),
                Format::U16Le => count(rows, |v| bin(u16::from_le_bytes(v).into())),
                _ => count(rows, |v| bin(i32::from_ne_bytes(v))),
            }
        }
        (Scalar::Float(low), Scalar::Float(high)) if low < high || low.is_nan() || high.is_nan() => {
            let (low, high) = (low as f32, high as f32);
            let scale = 255.0 / (high - low);
            count(rows, |v| (f32::from_ne_bytes(v) - low) * scale)
        }
        _ => Ok([0; 256]),
    }
}

/// Counts each of the 65,536 values of I;16*, or those of the pixels where `mask` is not 0.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn sixteen_bit(rows: &Rows<'_>, format: Format, mask: Option<&Rows<'_>>) -> Result<Vec<u64>> {
    let lanes = *rows.lanes();
    let mut total = vec![0; 1 << 16];
    let big = (format == Format::U16Be) || (format == Format::U16 && cfg!(target_endian = "big"));
    let place = |pixel: &[u8]| {
        let bytes = [pixel[0], pixel[1]];
        usize::from(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    scratch::ask_each((8 << 16) + mask.map_or(0, Rows::span))?;
    let begin = || (vec![0_u64; 1 << 16], mask.map(|mask| Packer::of_mask(mask, &lanes)));
    let look = |(table, packer): &mut (Vec<u64>, Option<Packer>), range: Range<usize>| {
        for y in range {
            let pixels = rows.row(y).chunks(lanes.step);
            match (mask, &mut *packer) {
                (Some(mask), Some(packer)) => {
                    let pixels = pixels.zip(packer.pack(mask.row(y)));
                    pixels.for_each(|(pixel, &mask)| table[place(pixel)] += u64::from(mask != 0));
                }
                _ => pixels.for_each(|pixel| table[place(pixel)] += 1),
            }
        }
    };
    if !rows.is_empty() {
        for (table, _) in parallel::gather(rows.height(), rows.span(), Cost::SCALAR, begin, look)? {
            total.iter_mut().zip(table).for_each(|(total, count)| *total += count);
        }
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_cut_towards_zero_and_leave_out_what_is_outside() {
        let floats = [-3.0_f32, -0.9 / 255.0, 0.0, 0.5, 1.0, 1.004, 7.0, f32::NAN, f32::INFINITY];
        let bytes: Vec<u8> = floats.iter().flat_map(|v| v.to_ne_bytes()).collect();
        let rows = Rows::packed(&bytes, [1, floats.len(), 1], 4);
        let found = between(&rows, Format::F32, (Scalar::Float(0.0), Scalar::Float(1.0))).unwrap();
        assert_eq!((found[0], found[127], found[255], found.iter().sum()), (2, 1, 1, 4));
        let same = between(&rows, Format::F32, (Scalar::Float(1.0), Scalar::Float(1.0))).unwrap();
        assert_eq!(same, [0; 256]);
    }

    #[test]
    fn each_value_of_16_bits_has_its_count() {
        let values: Vec<u16> = (0..3000_u32).map(|i| (i * 40_503 % 65_536) as u16).chain([7, 7, 65_535]).collect();
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_be_bytes()).collect();
        let mask: Vec<u8> = (0..values.len()).map(|x| (x % 3) as u8).collect();
        let shape = [1, values.len(), 1];
        let (rows, mask_rows) = (Rows::packed(&bytes, shape, 2), Rows::packed(&mask, shape, 1));
        for with in [None, Some(&mask_rows)] {
            let mut expected = vec![0; 1 << 16];
            for (&value, &mask) in values.iter().zip(&mask) {
                expected[usize::from(value)] += u64::from(with.is_none() || mask != 0);
            }
            assert_eq!(sixteen_bit(&rows, Format::U16Be, with).unwrap(), expected);
        }
    }
}
