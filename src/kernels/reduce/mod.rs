//! Reduce: blocks of pixels become their mean.

mod halve;

use super::accept;
use super::around::Value;
use super::around::dense::Dense;
use super::colour::mask_of;
use super::point::c_int;
use super::resize::{half_away, premultiply, unpremultiply};
use crate::error::Result;
use crate::format::Format;
use crate::rows::{Rows, RowsMut};
use crate::scratch;
use crate::simd;
use std::ops::Range;

/// The formats that have a mean: what Pillow's `reduce` takes.
pub const FORMATS: [Format; 3] = [Format::U8, Format::I32, Format::F32];

/// Bytes of a row whose columns are added up at a time: so few that the sums stay in the first cache.
const STRIP: usize = 4 << 10;

/// Columns and rows that become one, of a part of an image.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// Columns and rows of a block. Those at the right and at the lower edge have what is left.
    pub factor: [usize; 2],
    /// The columns and the rows of the part.
    pub part: [Range<usize>; 2],
}

impl Blocks {
    /// How many blocks there are along an axis.
    pub fn count(&self, axis: usize) -> usize {
        self.part[axis].len().div_ceil(self.factor[axis])
    }

    /// The columns or rows of block `i`.
    #[inline(always)]
    fn of(&self, axis: usize, i: usize) -> Range<usize> {
        let start = self.part[axis].start + i * self.factor[axis];
        start..self.part[axis].end.min(start.saturating_add(self.factor[axis]))
    }
}

/// Every pixel of `to` becomes the mean of its block of `from`: shape `(h, w)` or `(h, w, bands)`, both of the same bands and
/// format, without shared memory; as many pixels as there are blocks. `alpha` is the band that the others are multiplied
/// with meanwhile. The bytes of `Image.reduce` (Reduce.c).
///
/// # Errors
/// [`crate::error::Error::Mode`] for formats that Pillow does not know.
pub fn reduce(
    to: &mut RowsMut<'_>,
    from: &Rows<'_>,
    format: Format,
    blocks: &Blocks,
    alpha: Option<usize>,
) -> Result<()> {
    accept("reduce_into", format, &FORMATS)?;
    let [read, write] = Dense::pair(from.lanes(), to.lanes(), format);
    // Bytes that are taken as they lie, without alpha.
    let halved = format == Format::U8 && blocks.factor == [2, 2] && alpha.is_none() && read.is_raw();
    let mask = if halved && read.channels() == 4 { mask_of(to.lanes()) } else { 0 };
    let means = Means { from, read, write, blocks, alpha: alpha.map(|band| read.channel(band)), mask };
    scratch::ask_each(means.memory(format))?;
    to.for_each_row(|y, row| {
        simd::run(
            #[inline(always)]
            || match (format, read.channels()) {
                (Format::I32, _) => means.wide(y, row, i32::wrapping_add, |mean| c_int(half_away(mean))),
                (Format::F32, _) => means.wide(y, row, |a: f32, b| a + b, |mean| mean as f32),
                (_, 1) if halved => means.halves::<1>(y, row),
                (_, 4) if halved => means.halves::<4>(y, row),
                (_, 1) => means.bytes::<1>(y, row, 0),
                (_, 2) => means.bytes::<2>(y, row, 0),
                (_, 3) => means.bytes::<3>(y, row, 0),
                _ => means.bytes::<4>(y, row, 0),
            },
        );
    })
}

/// What all rows of the result are made with.
struct Means<'a> {
    from: &'a Rows<'a>,
    read: Dense,
    write: Dense,
    blocks: &'a Blocks,
    alpha: Option<usize>,
    /// The bits of the view's bands in a pixel of four bytes, for `halves`.
    mask: u32,
}

impl Means<'_> {
    /// Bytes that a row takes beside the images.
    fn memory(&self, format: Format) -> usize {
        let (columns, channels) = (self.blocks.part[0].len(), self.read.channels());
        if format == Format::U8 {
            let factor = self.blocks.factor[0].min(columns);
            6 * STRIP.max(factor * channels).min((columns + factor) * channels)
        } else {
            2 * columns * format.size() + self.blocks.count(0) * (size_of::<f64>() + format.size())
        }
    }

    /// Row `y` of bytes where blocks are two by two; those at the edges that are not go the common way.
    #[inline(always)]
    fn halves<const C: usize>(&self, y: usize, row: &mut [u8]) {
        let (blocks, rows) = (self.blocks, self.blocks.of(1, y));
        let pairs = blocks.part[0].len() / 2;
        if rows.len() < 2 || pairs == 0 {
            return self.bytes::<C>(y, row, 0);
        }
        let columns = blocks.part[0].start..blocks.part[0].start + 2 * pairs;
        let [above, below] = [rows.start, rows.start + 1].map(|y| self.read.part(self.from.row(y), &columns));
        let made = self.write.part_mut(row, &(0..pairs));
        if C == 4 {
            halve::pixels(made, above, below, self.mask)
        } else {
            halve::bytes(made, above, below)
        }
        if pairs < blocks.count(0) {
            self.bytes::<C>(y, row, pairs);
        }
    }

    /// Row `y` of bytes from column `first` on: sums and means are integers, so that the order is free.
    #[inline(always)]
    fn bytes<const C: usize>(&self, y: usize, row: &mut [u8], first: usize) {
        let (blocks, rows) = (self.blocks, self.blocks.of(1, y));
        let width = blocks.count(0);
        let strip = (STRIP / blocks.factor[0].saturating_mul(C)).clamp(1, width - first);
        let most = blocks.of(0, 0).len() * strip * C;
        let direct = self.read.is_raw() && self.alpha.is_none();
        let mut line = vec![0; if direct { 0 } else { most }];
        let (mut sums, mut made) = (vec![0; most], vec![[0; C]; strip]);
        for start in (first..width).step_by(strip) {
            let end = (start + strip).min(width);
            let columns = blocks.of(0, start).start..blocks.of(0, end - 1).end;
            let sums = &mut sums[..columns.len() * C];
            for y in rows.clone() {
                let values = if direct {
                    self.read.part(self.from.row(y), &columns)
                } else {
                    let line = &mut line[..columns.len() * C];
                    self.read.load(self.from.row(y), columns.clone(), line);
                    if let Some(alpha) = self.alpha {
                        premultiply::<C>(line, alpha);
                    }
                    line
                };
                // The last pixel may lack padding, of which the sum is then whatever it is.
                if y == rows.start {
                    sums.iter_mut().zip(values).for_each(|(sum, &value)| *sum = u32::from(value));
                } else {
                    sums.iter_mut().zip(values).for_each(|(sum, &value)| *sum += u32::from(value));
                }
            }
            let sums = sums.as_chunks::<C>().0;
            // The commonest factors as constants, to be unrolled.
            match blocks.factor[0] {
                1 => means(&mut made, sums.as_chunks::<1>().0, rows.len()),
                2 => means(&mut made, sums.as_chunks::<2>().0, rows.len()),
                3 => means(&mut made, sums.as_chunks::<3>().0, rows.len()),
                4 => means(&mut made, sums.as_chunks::<4>().0, rows.len()),
                factor => {
                    for (made, block) in made.iter_mut().zip(sums.chunks_exact(factor)) {
                        *made = mean(block, rows.len());
                    }
                }
            }
            let rest = sums.len() % blocks.factor[0];
            if rest > 0 {
                made[end - start - 1] = mean(&sums[sums.len() - rest..], rows.len());
            }
            let made = made[..end - start].as_flattened_mut();
            if let Some(alpha) = self.alpha {
                unpremultiply::<C>(made, alpha);
            }
            self.write.store(made, row, start..end);
        }
    }

    /// Row `y` of wider values. Those of whole blocks are added four by four in their own type, and only then in double
    /// precision, as Pillow does it.
    #[inline(always)]
    fn wide<T: Value + Into<f64>>(&self, y: usize, row: &mut [u8], add: impl Fn(T, T) -> T, finish: impl Fn(f64) -> T) {
        let (blocks, rows) = (self.blocks, self.blocks.of(1, y));
        let columns = blocks.part[0].clone();
        let mut lines = [vec![T::default(); columns.len()], vec![T::default(); columns.len()]];
        let mut sums = vec![0.0; blocks.count(0)];
        let (whole, height) = (rows.len() == blocks.factor[1], rows.len());
        for y in rows.clone().step_by(2) {
            let pair = (rows.end - y).min(2);
            for (line, y) in lines.iter_mut().zip(y..y + pair) {
                self.read.load(self.from.row(y), columns.clone(), line);
            }
            let blocks_of = |line: usize| lines[line].chunks(blocks.factor[0]);
            for ((sum, above), below) in sums.iter_mut().zip(blocks_of(0)).zip(blocks_of(1)) {
                if whole && above.len() == blocks.factor[0] {
                    for (above, below) in above.chunks(2).zip(below.chunks(2)) {
                        let mut four = above.iter().chain(&below[..below.len() * (pair - 1)]).copied();
                        let first = four.next().expect("chunks are not empty");
                        *sum += four.fold(first, &add).into();
                    }
                } else {
                    above.iter().chain(&below[..below.len() * (pair - 1)]).for_each(|&value| *sum += value.into());
                }
            }
        }
        let of = |x| 1.0 / (blocks.of(0, x).len() * height) as f64;
        let means: Vec<T> = sums.iter().enumerate().map(|(x, sum)| finish(sum * of(x))).collect();
        self.write.store(&means, row, 0..means.len());
    }
}

/// The mean of a block, of which the sums of each column's `rows` values are given.
#[inline(always)]
fn mean<const C: usize>(block: &[[u32; C]], rows: usize) -> [u8; C] {
    let count = block.len() * rows;
    let times = multiplier(count);
    let mut total = [count as u32 / 2; C];
    for pixel in block {
        for (total, &sum) in total.iter_mut().zip(pixel) {
            *total = total.wrapping_add(sum);
        }
    }
    let mut mean = [0; C];
    for (mean, total) in mean.iter_mut().zip(total) {
        *mean = (total.wrapping_mul(times) >> 24) as u8;
    }
    mean
}

/// The same of many blocks.
#[inline(always)]
fn means<const C: usize, const N: usize>(made: &mut [[u8; C]], blocks: &[[[u32; C]; N]], rows: usize) {
    for (made, block) in made.iter_mut().zip(blocks) {
        *made = mean(block, rows);
    }
}

/// 2^24 / `count`, as Pillow computes it: in single precision, and without a thought of more than 2^24 pixels, for which its
/// means are no means.
#[inline(always)]
fn multiplier(count: usize) -> u32 {
    match (count as u32).wrapping_mul(256) {
        0 => 0,
        largest => ((1_u64 << 32) as f32 / largest as f32) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_becomes_its_mean_whatever_is_left_at_the_edges() {
        let (width, height) = (23, 17);
        let bytes: Vec<u8> = (0..width * height * 3).map(|i| ((i * 2_654_435_761_usize) >> 9) as u8).collect();
        for factor in [[1, 2], [2, 2], [3, 1], [5, 7], [40, 3], [23, 17], [usize::MAX, usize::MAX]] {
            for part in [[0..width, 0..height], [3..20, 4..5]] {
                let blocks = Blocks { factor, part };
                let shape = [blocks.count(1), blocks.count(0), 3];
                let mut got = vec![0; shape.iter().product()];
                let from = Rows::packed(&bytes, [height, width, 3], 1);
                reduce(&mut RowsMut::packed(&mut got, shape, 1), &from, Format::U8, &blocks, None).unwrap();
                for (i, &mean) in got.iter().enumerate() {
                    let (y, x, band) = (i / 3 / shape[1], i / 3 % shape[1], i % 3);
                    let values: Vec<u64> = blocks
                        .of(1, y)
                        .flat_map(|y| blocks.of(0, x).map(move |x| (y * width + x) * 3 + band))
                        .map(|i| bytes[i].into())
                        .collect();
                    let count = values.len() as u64;
                    let expected = ((values.iter().sum::<u64>() + count / 2) * ((1 << 24) / count)) >> 24;
                    assert_eq!(u64::from(mean), expected, "{blocks:?} {x} {y}");
                }
            }
        }
    }
}
