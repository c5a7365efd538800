//! Linear: `v -> v * scale + offset`, rounded and clipped.

use super::around::Value;
use super::{accept, curves};
use crate::error::Result;
use crate::format::Format;
use crate::parallel::Cost;
use crate::rows::{Lanes, RowsMut};

/// A type that values wider than 8 bits have.
trait Wide: Value {
    /// `v * scale + offset` as such a value.
    fn linear(self, scale: f64, offset: f64) -> Self;
}

impl Wide for u16 {
    #[inline(always)]
    fn linear(self, scale: f64, offset: f64) -> u16 {
        let v = (f64::from(self) * scale + offset + 0.5).floor();
        v.clamp(0.0, 65535.0) as i32 as u16
    }
}

impl Wide for i32 {
    #[inline(always)]
    fn linear(self, scale: f64, offset: f64) -> i32 {
        (f64::from(self) * scale + offset + 0.5).floor() as i32 // A cast clips.
    }
}

impl Wide for f32 {
    #[inline(always)]
    fn linear(self, scale: f64, offset: f64) -> f32 {
        (f64::from(self) * scale + offset) as f32
    }
}

/// One row.
#[inline(always)]
fn linear_row<T: Wide>(row: &mut [u8], lanes: &Lanes, swapped: bool, scale: f64, offset: f64) {
    let change = |pixel: &mut [u8]| T::read(pixel, swapped).linear(scale, offset).write(pixel, swapped);
    if lanes.step == size_of::<T>() {
        row.chunks_exact_mut(size_of::<T>()).for_each(change); // A length that the compiler knows.
    } else {
        row.chunks_mut(lanes.step).for_each(change);
    }
}

/// `v * scale + offset` in double precision: shape `(h, w)` or `(h, w, bands)`, 8-bit values and the formats of I;16, I and
/// F. Ints are rounded half up and clipped to their range; floats become the nearest float, or infinite.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn linear(rows: &mut RowsMut<'_>, format: Format, scale: f64, offset: f64) -> Result<()> {
    use Format::{F32, I32, U8, U16, U16Be, U16Le};
    accept("linear", format, &[U8, U16, U16Be, U16Le, I32, F32])?;
    let (lanes, swapped) = (*rows.lanes(), !format.is_native());
    macro_rules! each {
        ($type:ty) => {
            rows.for_each(
                Cost::SCALAR,
                #[inline(always)]
                |row| linear_row::<$type>(row, &lanes, swapped, scale, offset),
            )
        };
    }
    match format {
        I32 => each!(i32),
        F32 => each!(f32),
        U8 => curves::apply("linear", rows, format, &curves::linear(scale, offset)),
        _ => each!(u16),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::format::Scalar;

    #[test]
    fn every_16_bit_value_of_either_byte_order() {
        for (scale, offset) in [(0.5, 0.0), (-1.0, 65535.0), (1.0, -0.5), (3.7, -99.25)] {
            for swapped in [false, true] {
                let lanes = Lanes { width: 65536, step: 2, offsets: [0; 4], bands: 1, size: 2, reversed: false };
                let value = |v: u16| if swapped { v.swap_bytes() } else { v };
                let mut row: Vec<u8> = (0..=65535).flat_map(|v| value(v).to_ne_bytes()).collect();
                linear_row::<u16>(&mut row, &lanes, swapped, scale, offset);
                for (v, bytes) in row.as_chunks::<2>().0.iter().enumerate() {
                    let exact = v as f64 * scale + offset; // No fraction is shorter than a quarter: no error.
                    let rounded = (exact * 4.0) as i64 + 2;
                    let expected = rounded.div_euclid(4).clamp(0, 65535);
                    assert_eq!(i64::from(value(u16::from_ne_bytes(*bytes))), expected, "{v} * {scale} + {offset}");
                }
            }
        }
    }

    #[test]
    fn each_value_of_each_lane_and_nothing_else() {
        let naive = |format: Format, v: Scalar| match v {
            Scalar::Int(v) => {
                let (least, most) = if format == Format::I32 { (i32::MIN, i32::MAX) } else { (0, 65535) };
                Scalar::Int(((v * 3 + 14) as f64 / 2.0).floor().clamp(f64::from(least), f64::from(most)) as i64)
            }
            Scalar::Float(v) => Scalar::Float(v * 1.5 + 6.5),
        };
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.bands == 1 && lanes.offsets[0] == 0) {
            for format in [Format::U16, Format::I32, Format::F32].into_iter().filter(|f| f.size() == lanes.size) {
                let before = testing::row(&lanes, 3);
                let mut expected = before.clone();
                for at in testing::positions(&lanes).into_iter().step_by(lanes.size) {
                    let bytes = format.encode(naive(format, format.decode(&before[at..]))).unwrap();
                    expected[at..at + lanes.size].copy_from_slice(&bytes[..lanes.size]);
                }
                let mut row = before.clone();
                match format {
                    Format::U16 => linear_row::<u16>(&mut row, &lanes, false, 1.5, 6.5),
                    Format::I32 => linear_row::<i32>(&mut row, &lanes, false, 1.5, 6.5),
                    _ => linear_row::<f32>(&mut row, &lanes, false, 1.5, 6.5),
                }
                assert_eq!(row, expected, "{format:?} {lanes:?}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_clipped() {
        assert_eq!((i32::MAX.linear(1.0, 0.5), i32::MIN.linear(2.0, 0.0)), (i32::MAX, i32::MIN));
        assert_eq!((1_i32.linear(1e300, 0.0), 0_i32.linear(1e300, -2.5)), (i32::MAX, -2));
        assert_eq!(1e30_f32.linear(1e300, 0.0), f32::INFINITY);
    }
}
