//! Colours times their alpha, and back: what Pillow's Convert.c does from RGBA to RGBa and from LA to La.

use crate::kernels::arithmetic::muldiv255;
use crate::simd;

/// `v * alpha / 255`, rounded: pixels of `C` channels, one of which is the alpha.
#[inline(always)]
pub fn premultiply<const C: usize>(row: &mut [u8], alpha: usize) {
    for pixel in row.as_chunks_mut::<C>().0 {
        let by = u32::from(pixel[alpha]);
        let colours = pixel.map(|v| muldiv255(v.into(), by) as u8);
        *pixel = std::array::from_fn(|i| if i == alpha { by as u8 } else { colours[i] });
    }
}

/// `v * 255 / alpha`, cut to whole numbers and to 255; where alpha is 0, v stays.
#[inline(always)]
pub fn unpremultiply<const C: usize>(row: &mut [u8], alpha: usize) {
    for pixel in row.as_chunks_mut::<C>().0 {
        let by = pixel[alpha];
        // A quotient of so small integers is nowhere rounded up to the next one.
        let (times, by) = if by == 0 { (1.0, 1.0) } else { (255.0, f32::from(by)) };
        let colours = pixel.map(|v| simd::truncate(f32::from(v) * times / by, 255.0) as u8);
        *pixel = std::array::from_fn(|i| if i == alpha { pixel[i] } else { colours[i] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_and_alpha_comes_out_as_by_integers() {
        for alpha in 0..=255_u8 {
            for v in 0..=255_u8 {
                let mut pixels = [v, alpha, v, alpha];
                premultiply::<2>(&mut pixels, 1);
                let exact = (f64::from(v) * f64::from(alpha) / 255.0).round() as u8;
                assert_eq!(pixels, [exact, alpha, exact, alpha]);

                let mut pixels = [alpha, v, v, v];
                unpremultiply::<4>(&mut pixels, 0);
                let exact = (255 * u32::from(v)).checked_div(alpha.into()).map_or(v, |v| v.min(255) as u8);
                assert_eq!(pixels, [alpha, exact, exact, exact]);
            }
        }
    }
}
