//! Colour matrix: each band becomes a weighted sum of three.

use super::{byte, each_pixel};
use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::RowsMut;
use crate::simd;

/// For each band three weights and what is added.
pub type Matrix = [[f32; 4]; 3];

/// Pillow's Matrix.c: single precision, from left to right, and no sum of a product in one step. The sum with 0.5 is
/// double there, and single again afterwards; that gives what single precision gives.
#[inline(always)]
fn multiply(pixel: u32, matrix: &Matrix, offsets: [usize; 3]) -> u32 {
    let [a, b, c] = offsets.map(|offset| byte(pixel, offset) as f32);
    let mut made = 0;
    for (row, offset) in matrix.iter().zip(offsets) {
        let sum = row[0] * a + row[1] * b + row[2] * c + row[3] + 0.5;
        made |= simd::truncate(sum, 255.0).cast_unsigned() << (8 * offset);
    }
    made
}

/// The bands at `offsets` in a pixel become the product of `matrix` and what they were: rounded, half up, and cut to
/// 0..255; others stay. The bytes of `img.convert("RGB", matrix)`.
///
/// # Errors
/// None of its own.
pub fn color_matrix(rows: &mut RowsMut<'_>, matrix: Matrix, offsets: [usize; 3]) -> Result<()> {
    let kept = offsets.iter().fold(!0, |kept, offset| kept & !(0xFF_u32 << (8 * offset)));
    if offsets == [0, 1, 2] {
        // Most images; the shifts are known then.
        return each_pixel(
            rows,
            Cost::MEMORY,
            #[inline(always)]
            move |pixel| pixel & 0xFF00_0000 | multiply(pixel, &matrix, [0, 1, 2]),
        );
    }
    each_pixel(
        rows,
        Cost::MEMORY,
        #[inline(always)]
        move |pixel| pixel & kept | multiply(pixel, &matrix, offsets),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    /// As C computes it, with the sum with 0.5 in double precision.
    fn naive(bytes: [u8; 4], matrix: &Matrix, offsets: [usize; 3]) -> [u8; 4] {
        let mut made = bytes;
        for (row, to) in matrix.iter().zip(offsets) {
            let mut sum = row[0] * f32::from(bytes[offsets[0]]);
            sum += row[1] * f32::from(bytes[offsets[1]]);
            sum += row[2] * f32::from(bytes[offsets[2]]);
            sum += row[3];
            let sum = (f64::from(sum) + 0.5) as f32;
            made[to] = if sum <= 0.0 { 0 } else { sum as u8 };
        }
        made
    }

    #[test]
    fn sums_are_pillows_in_every_order_of_bands() {
        let matrix = [[0.412_453, 0.357_58, 0.180_423, 0.0], [-1.5, 0.7, 0.1, 200.3], [3.0, -2.0, 1e-3, -0.5]];
        let huge = [[3e38, 3e38, -3e38, 0.0], [1e9, 0.0, 0.0, -1e10], [-0.0, 1e-38, 0.0, 2e-8]];
        for matrix in [matrix, huge] {
            for offsets in [[0, 1, 2], [2, 1, 0], [1, 2, 3], [3, 2, 1]] {
                let kept = offsets.iter().fold(!0, |kept, offset| kept & !(0xFF_u32 << (8 * offset)));
                check(
                    |lanes| lanes.bands == 4,
                    |pixel| pixel & kept | multiply(pixel, &matrix, offsets),
                    |bytes| naive(bytes, &matrix, offsets),
                );
            }
        }
    }

    #[test]
    fn half_is_added_in_single_precision_as_in_double() {
        for bits in (0..=u32::MAX).step_by(10_007) {
            let sum = f32::from_bits(bits);
            let (single, double) = (sum + 0.5, (f64::from(sum) + 0.5) as f32);
            assert!(single == double || sum.is_nan(), "{sum}");
        }
    }
}
