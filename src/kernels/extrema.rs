//! Extrema: the least and the largest value of each band.

use super::accept;
use crate::error::Result;
use crate::format::{Format, Scalar};
use crate::parallel::{self, Cost};
use crate::rows::{Lanes, Rows};
use crate::simd;

/// The least and the largest value of each band; of no band nothing that means something.
pub type Extrema = [(Scalar, Scalar); 4];

/// Values whose extrema are kept apart, so that the compiler has vectors to compare.
const APART: usize = 16;

/// The least and the largest byte for each place in 64.
type Line = ([u8; 64], [u8; 64]);

/// Bytes of a row, by their place in runs of 64.
#[inline(always)]
fn line_extrema(row: &[u8], (low, high): &mut Line) {
    let (lines, rest) = row.as_chunks::<64>();
    for line in lines {
        simd::ask_ahead(line);
        for i in 0..64 {
            low[i] = line[i].min(low[i]);
            high[i] = line[i].max(high[i]);
        }
    }
    for ((&v, low), high) in rest.iter().zip(low).zip(high) {
        *low = v.min(*low);
        *high = v.max(*high);
    }
}

/// 8-bit values.
fn of_bytes(rows: &Rows<'_>, lanes: &Lanes) -> Result<Extrema> {
    let patterned = lanes.mask().is_some();
    let look = |found: &mut Line, range: std::ops::Range<usize>| {
        for y in range {
            if patterned {
                simd::run(
                    #[inline(always)]
                    || line_extrema(rows.row(y), found),
                );
                continue;
            }
            for pixel in rows.row(y).chunks(lanes.step) {
                for (band, &offset) in lanes.offsets().iter().enumerate() {
                    found.0[band] = found.0[band].min(pixel[offset]);
                    found.1[band] = found.1[band].max(pixel[offset]);
                }
            }
        }
    };
    let cost = if patterned { Cost::MEMORY } else { Cost::SCALAR };
    let mut extrema = [(Scalar::Int(255), Scalar::Int(0)); 4];
    let all = parallel::gather(rows.height(), rows.span(), cost, || ([255; 64], [0; 64]), look)?;
    for (band, (low, high)) in extrema[..lanes.bands].iter_mut().enumerate() {
        let places = || if patterned { (lanes.offsets[band]..64).step_by(lanes.step) } else { (band..64).step_by(64) };
        let least = all.iter().flat_map(|line| places().map(|at| line.0[at])).min();
        let largest = all.iter().flat_map(|line| places().map(|at| line.1[at])).max();
        *low = Scalar::Int(least.unwrap_or(255).into());
        *high = Scalar::Int(largest.unwrap_or(0).into());
    }
    Ok(extrema)
}

/// Takes a value that is less or more than those so far.
#[inline(always)]
fn widen<T: Copy + PartialOrd>(low: &mut T, high: &mut T, v: T) {
    *low = if v < *low { v } else { *low };
    *high = if v > *high { v } else { *high };
}

/// Wider values of one band; what is not comparable (NaN) is passed over but for the first value, as Pillow does.
fn of_values<const N: usize, T: Copy + PartialOrd + Send + Sync>(
    rows: &Rows<'_>,
    lanes: &Lanes,
    value: impl Fn([u8; N]) -> T + Sync,
) -> Result<(T, T)> {
    let at = |pixel: &[u8]| value(std::array::from_fn(|i| pixel[i]));
    let first = rows.row(0);
    let first = at(if lanes.reversed { &first[(lanes.width - 1) * lanes.step..] } else { first });
    if first.partial_cmp(&first).is_none() {
        return Ok((first, first));
    }
    let look = |(low, high): &mut ([T; APART], [T; APART]), range: std::ops::Range<usize>| {
        simd::run(
            #[inline(always)]
            || {
                for y in range {
                    let row = rows.row(y);
                    let mut pixels = row;
                    if lanes.step == N {
                        let (values, _) = row.as_chunks::<N>();
                        let (runs, rest) = values.as_chunks::<APART>();
                        for run in runs {
                            for i in 0..APART {
                                widen(&mut low[i], &mut high[i], value(run[i]));
                            }
                        }
                        pixels = rest.as_flattened();
                    }
                    for pixel in pixels.chunks(lanes.step) {
                        widen(&mut low[0], &mut high[0], at(pixel));
                    }
                }
            },
        );
    };
    let all = parallel::gather(rows.height(), rows.span(), Cost::SCALAR, || ([first; APART], [first; APART]), look)?;
    let (mut least, mut largest) = (first, first);
    for (low, high) in all.iter().flat_map(|(low, high)| low.iter().zip(high)) {
        widen(&mut least, &mut largest, *low);
        widen(&mut least, &mut largest, *high);
    }
    Ok((least, largest))
}

/// The first 0 as it is, positive or negative: of equal values Pillow keeps the first.
fn first_zero(rows: &Rows<'_>, lanes: &Lanes) -> f32 {
    let value = |row: &[u8], x: usize| {
        let x = if lanes.reversed { lanes.width - 1 - x } else { x };
        f32::from_ne_bytes(std::array::from_fn(|i| row[x * lanes.step + i]))
    };
    let mut values = rows.iter().flat_map(|row| (0..lanes.width).map(move |x| value(row, x)));
    values.find(|&v| v == 0.0).unwrap_or(0.0)
}

/// The least and the largest value of each band: any shape, 8-bit values, I;16*, I and F. What `Image.getextrema` gives.
/// `None` if there is no value.
///
/// # Errors
/// [`crate::error::Error::Mode`] for casts.
pub fn extrema(kernel: &str, rows: &Rows<'_>, format: Format) -> Result<Option<Extrema>> {
    use Format::{F32, I32, U8, U16, U16Be, U16Le};
    accept(kernel, format, &[U8, U16, U16Be, U16Le, I32, F32])?;
    if rows.is_empty() {
        return Ok(None);
    }
    let lanes = *rows.lanes();
    let ints = |(low, high): (i64, i64)| [(Scalar::Int(low), Scalar::Int(high)); 4];
    let of_u16 =
        |value: fn([u8; 2]) -> u16| of_values(rows, &lanes, value).map(|(low, high)| ints((low.into(), high.into())));
    Ok(Some(match format {
        U16 => of_u16(u16::from_ne_bytes)?,
        U16Be => of_u16(u16::from_be_bytes)?,
        U16Le => of_u16(u16::from_le_bytes)?,
        I32 => {
            let (low, high) = of_values(rows, &lanes, i32::from_ne_bytes)?;
            ints((low.into(), high.into()))
        }
        F32 => {
            let (low, high) = of_values(rows, &lanes, f32::from_ne_bytes)?;
            let exact = |v: f32| Scalar::Float(if v == 0.0 { first_zero(rows, &lanes) } else { v }.into());
            [(exact(low), exact(high)); 4]
        }
        _ => of_bytes(rows, &lanes)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::rows::RowsMut;

    /// Rows that lie as `lanes` says.
    fn rows<'a>(bytes: &'a [u8], lanes: &Lanes) -> Option<Rows<'a>> {
        let plain = lanes.offsets().iter().enumerate().all(|(i, &offset)| offset == i * lanes.size);
        (plain && lanes.step == lanes.packed() && !lanes.reversed)
            .then(|| Rows::packed(bytes, [1, lanes.width, lanes.bands], lanes.size))
    }

    #[test]
    fn bytes_by_their_place_or_pixel_by_pixel() {
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.size == 1 && lanes.width > 0) {
            let row = testing::row(&lanes, 5);
            let Some(rows) = rows(&row, &lanes) else { continue };
            let found = extrema("extrema", &rows, Format::U8).unwrap().unwrap();
            for (band, &(low, high)) in found[..lanes.bands].iter().enumerate() {
                let values =
                    || testing::positions(&lanes).into_iter().skip(band).step_by(lanes.bands).map(|at| row[at]);
                assert_eq!(low, Scalar::Int(values().min().unwrap().into()), "{lanes:?}");
                assert_eq!(high, Scalar::Int(values().max().unwrap().into()), "{lanes:?}");
            }
        }
    }

    fn floats(values: &[f32]) -> (f64, f64) {
        let mut bytes: Vec<u8> = values.iter().flat_map(|v| v.to_ne_bytes()).collect();
        let rows = RowsMut::packed(&mut bytes, [1, values.len(), 1], 4);
        match extrema("extrema", rows.rows(), Format::F32).unwrap().unwrap()[0] {
            (Scalar::Float(low), Scalar::Float(high)) => (low, high),
            _ => unreachable!(),
        }
    }

    #[test]
    fn what_is_no_number_counts_only_where_it_is_first_and_zeros_keep_their_sign() {
        let mut many: Vec<f32> = (0..70).map(|i| (i * 37 % 71) as f32 - 30.5).collect();
        assert_eq!(floats(&many), (-30.5, 39.5));
        many[3] = f32::NAN;
        assert_eq!(floats(&many), (-30.5, 39.5));
        many[0] = f32::NAN;
        assert!(floats(&many).0.is_nan() && floats(&many).1.is_nan());
        assert!(floats(&[0.0, -0.0, 2.0]).0.is_sign_positive());
        assert!(floats(&[5.0, -0.0, 0.0]).0.is_sign_negative());
        assert!(floats(&[-5.0, -0.0, 0.0]).1.is_sign_negative());
    }
}
