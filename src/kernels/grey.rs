//! The grey of pixels: what Pillow's `convert("L")` makes of them (Convert.c), and what their bands are without colour.

use super::arithmetic::{self, muldiv255};
use crate::error::Result;
use crate::parallel::{self, Cost};
use crate::rows::{Lanes, Rows};
use crate::simd;
use std::ops::Range;

/// How the grey of a pixel comes from its bands, which are named by their numbers in the view.
#[derive(Clone, Copy, Debug)]
pub enum Luma {
    /// A band has it: L, or Y.
    Band(usize),
    /// Of R, G and B.
    Rgb([usize; 3]),
    /// Of C, M, Y and K.
    Cmyk([usize; 4]),
    /// Of H, S and V.
    Hsv([usize; 3]),
}

/// What a band of a grey pixel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// What it had: alpha.
    Itself,
    /// Always the same.
    Value(u8),
    /// The grey.
    Luma,
    /// 255 less the grey: the ink of K.
    Ink,
}

/// What the bands of a mode are, as far as pixels without colour are concerned.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    /// How grey a pixel is.
    pub luma: Luma,
    /// For each band of the view.
    pub bands: [Towards; 4],
}

impl Towards {
    /// What the band has in a pixel of this grey; `None` for what it had.
    #[inline(always)]
    pub fn value(self, luma: u8) -> Option<u8> {
        match self {
            Towards::Itself => None,
            Towards::Value(value) => Some(value),
            Towards::Luma => Some(luma),
            Towards::Ink => Some(255 - luma),
        }
    }
}

#[inline(always)]
fn of_cmyk([c, m, y, k]: [u8; 4]) -> u8 {
    let white = 255 - u32::from(k);
    arithmetic::luma([c, m, y].map(|ink| white - muldiv255(ink.into(), white))) as u8
}

/// By way of RGB, in Pillow's mixture of single and double precision.
#[inline(always)]
fn of_hsv([h, s, v]: [u8; 3]) -> u8 {
    let sixth = f64::from(h) * 6.0 / 255.0;
    let part = (sixth - sixth.floor()) as f32;
    let s = (f64::from(s) / 255.0) as f32;
    let shade = |by: f64| (f64::from(v) * (1.0 - by) + 0.5) as u32;
    let [v, p] = [v.into(), shade(s.into())];
    let [q, t] = [shade((s * part).into()), shade(f64::from(s) * (1.0 - f64::from(part)))];
    arithmetic::luma(match sixth as u32 {
        1 => [q, v, p],
        2 => [p, v, t],
        3 => [p, q, v],
        4 => [t, p, v],
        5 => [v, p, q],
        _ => [v, t, p],
    }) as u8
}

impl Luma {
    /// Of one pixel.
    #[inline(always)]
    pub fn of(self, pixel: &[u8], lanes: &Lanes) -> u8 {
        let value = |band: usize| pixel[lanes.offsets[band]];
        match self {
            Luma::Band(band) => value(band),
            Luma::Rgb(bands) => arithmetic::luma(bands.map(|band| value(band).into())) as u8,
            Luma::Cmyk(bands) => of_cmyk(bands.map(value)),
            Luma::Hsv(bands) => of_hsv(bands.map(value)),
        }
    }
}

impl Luma {
    /// Of several pixels.
    #[inline(always)]
    pub fn fill(self, pixels: &[u8], lanes: &Lanes, greys: &mut [u8]) {
        let mut done = 0;
        if let (Luma::Rgb(bands), 4) = (self, lanes.step) {
            let shifts = bands.map(|band| 8 * lanes.offsets[band] as u32);
            let pixels = pixels.as_chunks::<4>().0;
            for (grey, pixel) in greys.iter_mut().zip(pixels) {
                let pixel = u32::from_le_bytes(*pixel);
                *grey = arithmetic::luma(shifts.map(|shift| pixel >> shift & 255)) as u8;
            }
            done = pixels.len();
        }
        for (grey, pixel) in greys.iter_mut().zip(pixels.chunks(lanes.step)).skip(done) {
            *grey = self.of(pixel, lanes);
        }
    }
}

/// The sum of the greys of one row.
#[inline(always)]
fn sum_row(row: &[u8], lanes: &Lanes, luma: Luma) -> u64 {
    match luma {
        Luma::Rgb(bands) if lanes.step == 4 => {
            let shifts = bands.map(|band| 8 * lanes.offsets[band] as u32);
            let (pixels, rest) = row.as_chunks::<4>();
            let mut sum = u64::from(lumas(rest, lanes, luma));
            for pixels in pixels.chunks(4096) {
                // So few that 32 bits hold their sum.
                let grey = |pixel: &[u8; 4]| {
                    let pixel = u32::from_le_bytes(*pixel);
                    arithmetic::luma(shifts.map(|shift| pixel >> shift & 255))
                };
                sum += u64::from(pixels.iter().map(grey).sum::<u32>());
            }
            sum
        }
        Luma::Band(_) if lanes.step == 1 => {
            row.chunks(4096).map(|part| u64::from(part.iter().map(|&v| u32::from(v)).sum::<u32>())).sum()
        }
        _ => row.chunks(4096 * lanes.step).map(|part| u64::from(lumas(part, lanes, luma))).sum(),
    }
}

/// The sum of the greys of a few pixels.
#[inline(always)]
fn lumas(pixels: &[u8], lanes: &Lanes, luma: Luma) -> u32 {
    pixels.chunks(lanes.step).map(|pixel| u32::from(luma.of(pixel, lanes))).sum()
}

/// The sum of the greys of all pixels.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn sum(rows: &Rows<'_>, luma: Luma) -> Result<u64> {
    let lanes = *rows.lanes();
    let add = |sum: &mut u64, range: Range<usize>| {
        simd::run(
            #[inline(always)]
            || *sum += range.map(|y| sum_row(rows.row(y), &lanes, luma)).sum::<u64>(),
        );
    };
    Ok(parallel::gather(rows.height(), rows.span(), Cost::MEMORY, || 0, add)?.into_iter().sum())
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn the_sum_of_a_row_is_that_of_its_pixels() {
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.size == 1) {
            let row = testing::row(&lanes, 2);
            let kinds = [Luma::Band(0), Luma::Rgb([2, 0, 1]), Luma::Hsv([0, 1, 2]), Luma::Cmyk([3, 1, 2, 0])];
            for (luma, bands) in kinds.into_iter().zip([1, 3, 3, 4]) {
                if lanes.bands >= bands {
                    let naive = row.chunks(lanes.step).map(|pixel| u64::from(luma.of(pixel, &lanes))).sum::<u64>();
                    assert_eq!(sum_row(&row, &lanes, luma), naive, "{luma:?} {lanes:?}");
                    let mut greys = vec![0; lanes.width];
                    luma.fill(&row, &lanes, &mut greys);
                    assert!(
                        greys.iter().zip(row.chunks(lanes.step)).all(|(&grey, pixel)| grey == luma.of(pixel, &lanes))
                    );
                }
            }
        }
    }

    #[test]
    fn greys_are_their_own_grey() {
        for v in 0..=255 {
            assert_eq!(of_cmyk([0, 0, 0, 255 - v]), v);
            assert_eq!(of_hsv([v.wrapping_mul(7), 0, v]), v);
        }
    }

    #[test]
    fn colours_have_pillows_luma() {
        assert_eq!([0, 85, 170, 255].map(|h| of_hsv([h, 255, 255])), [76, 150, 29, 76]);
        assert_eq!([of_cmyk([255, 0, 0, 0]), of_cmyk([0, 255, 0, 0]), of_cmyk([0, 0, 255, 0])], [179, 105, 226]);
    }
}
