//! Sharpness: the image and its smoothed self.

use super::blend::blend;
use crate::error::Result;
use crate::format::Format;
use crate::kernels::accept;
use crate::kernels::around::{self, Around, Ring, Tile};
use crate::parallel::Cost;
use crate::rows::RowsMut;

struct Sharpness {
    factor: f32,
}

/// The mean of a square of 3 by 3 in which the middle counts five times, rounded: `ImageFilter.SMOOTH`. `sum` is that
/// of all nine. Pillow adds thirteenths in single precision; no sum is so near to a half that it would matter.
#[inline(always)]
fn smooth(sum: u16, middle: u16) -> u16 {
    // 5042 / 2^16 is a thirteenth, and little enough more that the integer part is right up to 6553.
    ((u32::from(sum + 4 * middle + 6) * 5042) >> 16) as u16
}

impl Around<u8> for Sharpness {
    type State = Ring<u16>;

    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn begin(&self, tile: &Tile) -> Self::State {
        Ring::new(tile, [1, 1])
    }

    #[inline(always)]
    fn push(&self, ring: &mut Self::State, _tile: &Tile, y: usize, row: &[u8]) {
        ring.push(y, row, u16::from);
    }

    #[inline(always)]
    fn pop(&self, ring: &mut Self::State, tile: &Tile, y: usize, row: &mut [u8]) {
        let (channels, [width, height]) = (tile.channels, tile.size);
        let originals = &ring.row(y, 0)[channels..][..row.len()];
        if y == 0 || y + 1 == height || width < 3 {
            restore(row, originals); // Pillow's filter leaves the border as it is.
            return;
        }
        let sources = [-1, 0, 1].map(|dy| ring.row(y, dy));
        match row.len() {
            64.. => self.blocks::<64>(sources, channels, row),
            8.. => self.blocks::<8>(sources, channels, row),
            _ => self.blocks::<1>(sources, channels, row),
        }
        for x in [0, width - 1].into_iter().filter(|x| tile.columns.contains(x)) {
            let at = (x - tile.columns.start) * channels..(x + 1 - tile.columns.start) * channels;
            restore(&mut row[at.clone()], &originals[at]);
        }
    }
}

impl Sharpness {
    /// A row of at least `LEN` values.
    #[inline(always)]
    fn blocks<const LEN: usize>(&self, sources: [&[u16]; 3], channels: usize, row: &mut [u8]) {
        let (mut x, end) = (0, row.len());
        while x < end {
            let at = x.min(end - LEN); // The last block may overlap the one before.
            let to = row[at..].first_chunk_mut::<LEN>().expect("as long as a block");
            let mut sums = [0; LEN];
            for source in sources {
                for j in 0..3 {
                    let values = source[at + j * channels..].first_chunk::<LEN>().expect("a row with its margins");
                    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
                }
            }
            let middles = sources[1][at + channels..].first_chunk::<LEN>().expect("a row with its margins");
            for ((to, &sum), &middle) in to.iter_mut().zip(&sums).zip(middles) {
                let plain = smooth(sum, middle);
                *to = blend(i32::from(plain) as f32, i32::from(middle) as f32, self.factor);
            }
            x += LEN;
        }
    }
}

/// Values as they were given.
#[inline(always)]
fn restore(row: &mut [u8], originals: &[u16]) {
    row.iter_mut().zip(originals).for_each(|(to, &value)| *to = value as u8);
}

/// Blends every value with the smoothed one: the bytes of `ImageEnhance.Sharpness`. Values at the border stay. Shape
/// `(h, w)` or `(h, w, bands)`, 8-bit values.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn sharpness(rows: &mut RowsMut<'_>, format: Format, factor: f32) -> Result<()> {
    accept("sharpness", format, &[Format::U8])?;
    around::run(rows, format, Cost::SCALAR, &Sharpness { factor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sum_is_divided_as_floats_would() {
        for middle in 0..=255 {
            for sum in middle..=8 * 255 + middle {
                let exact = f64::from(sum + 4 * middle) / 13.0;
                assert_eq!(f64::from(smooth(sum, middle)), (exact + 0.5).floor());
            }
        }
    }

    #[test]
    fn every_value_is_blended_with_the_mean_around_it() {
        for (width, height) in [(1, 1), (2, 5), (3, 3), (7, 4), (150, 5)] {
            let before: Vec<u8> = (0..width * height).map(|i| ((i * 2_654_435_761_usize) >> 7) as u8).collect();
            for factor in [-1.5, 0.0, 0.4, 1.0, 2.5_f32] {
                let mut image = before.clone();
                let mut rows = RowsMut::packed(&mut image, [height, width, 1], 1);
                sharpness(&mut rows, Format::U8, factor).unwrap();
                for (at, &new) in image.iter().enumerate() {
                    let (x, y) = (at % width, at / width);
                    let inside = (1..width.max(1) - 1).contains(&x) && (1..height.max(1) - 1).contains(&y);
                    let expected = if inside {
                        let sum: u16 = (0..9).map(|i| u16::from(before[at + i / 3 * width + i % 3 - width - 1])).sum();
                        blend(smooth(sum, before[at].into()).into(), before[at].into(), factor)
                    } else {
                        before[at]
                    };
                    assert_eq!(new, expected, "{x}, {y} of {width} x {height}, {factor}");
                }
            }
        }
    }
}
