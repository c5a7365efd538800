//! Sharpness: the image and its smoothed self.

use crate::error::Result;
use crate::format::Format;
use crate::kernels::accept;
use crate::kernels::arithmetic::between;
use crate::kernels::around::{self, Around, Ring, Tile};
use crate::parallel::Cost;
use crate::rows::RowsMut;

struct Sharpness {
    factor: f32,
}

/// The last rows, and what is made of them for one row.
struct State {
    ring: Ring<u16>,
    /// The sum of three values below each other.
    columns: Vec<u16>,
    smooth: Vec<u16>,
}

/// The mean of a square of 3 by 3 in which the middle counts five times, rounded: `ImageFilter.SMOOTH`. `sum` is that
/// of all nine. Pillow adds thirteenths in single precision; no sum is so near to a half that it would matter.
#[inline(always)]
fn mean(sum: u16, middle: u16) -> u16 {
    // 5042 / 2^16 is a thirteenth, and little enough more that the integer part is right up to 6553.
    ((u32::from(sum + 4 * middle + 6) * 5042) >> 16) as u16
}

impl Around<u8> for Sharpness {
    type State = State;

    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn begin(&self, tile: &Tile) -> State {
        let len = tile.columns.len() * tile.channels;
        State { ring: Ring::new(tile, [1, 1]), columns: vec![0; len + 2 * tile.channels], smooth: vec![0; len] }
    }

    #[inline(always)]
    fn push(&self, state: &mut State, _tile: &Tile, y: usize, row: &[u8]) {
        state.ring.push(y, row, u16::from);
    }

    #[inline(always)]
    fn pop(&self, state: &mut State, tile: &Tile, y: usize, row: &mut [u8]) {
        let (channels, [width, height]) = (tile.channels, tile.size);
        let State { ring, columns, smooth } = state;
        let len = row.len();
        let originals = &ring.row(y, 0)[channels..][..len];
        if y == 0 || y + 1 == height || width < 3 {
            restore(row, originals); // Pillow's filter leaves the border as it is.
            return;
        }
        // Pass by pass, each of which the compiler turns into vector code.
        let [above, here, below] = [-1, 0, 1].map(|dy| ring.row(y, dy));
        for (((sum, above), here), below) in columns.iter_mut().zip(above).zip(here).zip(below) {
            *sum = above + here + below;
        }
        let [left, middle, right] = [0, 1, 2].map(|x| &columns[x * channels..][..len]);
        for ((((smooth, left), middle), right), v) in smooth.iter_mut().zip(left).zip(middle).zip(right).zip(originals)
        {
            *smooth = mean(left + middle + right, *v);
        }
        for ((to, smooth), v) in row.iter_mut().zip(smooth).zip(originals) {
            *to = between(i32::from(*smooth) as f32, i32::from(*v) as f32, self.factor);
        }
        for x in [0, width - 1].into_iter().filter(|x| tile.columns.contains(x)) {
            let at = (x - tile.columns.start) * channels..(x + 1 - tile.columns.start) * channels;
            restore(&mut row[at.clone()], &originals[at]);
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
                assert_eq!(f64::from(mean(sum, middle)), (exact + 0.5).floor());
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
                        between(mean(sum, before[at].into()).into(), before[at].into(), factor)
                    } else {
                        before[at]
                    };
                    assert_eq!(new, expected, "{x}, {y} of {width} x {height}, {factor}");
                }
            }
        }
    }
}
