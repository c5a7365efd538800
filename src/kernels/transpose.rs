//! Transpose: the pixels of one view into another, mirrored or turned, block by block where rows become columns.

use super::copy;
use super::flip::Pixels;
use crate::error::Result;
use crate::parallel::{self, Cost};
use crate::rows::{Lanes, Rows, RowsMut};
use crate::simd;

/// What becomes of the pixels, as `Image.Transpose` numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// Whether rows become columns.
    pub transposed: bool,
    /// Whether the columns of the source are taken from the last one on.
    mirrored: bool,
    /// Whether its rows are.
    flipped: bool,
}

impl Method {
    /// In the order of Pillow's numbers.
    pub const NAMES: [&'static str; 7] =
        ["FLIP_LEFT_RIGHT", "FLIP_TOP_BOTTOM", "ROTATE_90", "ROTATE_180", "ROTATE_270", "TRANSPOSE", "TRANSVERSE"];

    /// The method of that number.
    pub fn of(number: usize) -> Option<Method> {
        let (transposed, mirrored, flipped) = *[
            (false, true, false),
            (false, false, true),
            (true, true, false),
            (false, true, true),
            (true, false, true),
            (true, false, false),
            (true, true, true),
        ]
        .get(number)?;
        Some(Method { transposed, mirrored, flipped })
    }
}

/// Pixels of a block's side, and of the parts of rows that are done block by block while they are in the cache.
const SIDE: usize = 16;
const PART: usize = 64;

/// How the pixels of both views lie.
struct Layout {
    to: Lanes,
    from: Lanes,
    /// Which bytes of a pixel are copied, where both have the same.
    mask: Option<[u8; 64]>,
}

impl Layout {
    fn new(to: &Lanes, from: &Lanes) -> Layout {
        let same = to.step == from.step && to.offsets() == from.offsets() && to.step <= 4;
        Layout { to: *to, from: *from, mask: if same { to.mask() } else { None } }
    }

    /// Whether a pixel may be written as a whole.
    fn whole(&self) -> bool {
        self.mask == Some([255; 64])
    }

    #[inline(always)]
    fn copy_pixel(&self, to: &mut [u8], at: usize, from: &[u8], from_at: usize) {
        let (to, from) = (&mut to[at * self.to.step..], &from[from_at * self.from.step..]);
        for (&to_offset, &from_offset) in self.to.offsets().iter().zip(self.from.offsets()) {
            to[to_offset..to_offset + self.to.size].copy_from_slice(&from[from_offset..from_offset + self.to.size]);
        }
    }

    /// Columns `x..` of the rows from `y` on become the rows `to` from their pixel `y` on: a block of whole pixels of `N`
    /// bytes.
    #[inline(always)]
    fn block<const N: usize>(&self, to: &mut [&mut [u8]], from: &[&[u8]; SIDE], x: usize, y: usize, whole: bool) {
        let mut block = [[[0; N]; SIDE]; SIDE];
        for (pixels, row) in block.iter_mut().zip(from) {
            pixels.copy_from_slice(row[x * N..(x + SIDE) * N].as_chunks::<N>().0);
        }
        let mask = u32::from_ne_bytes(self.mask.map_or([0; 4], |mask| std::array::from_fn(|i| mask[i])));
        for (column, row) in to.iter_mut().enumerate() {
            let pixels = row[y * N..(y + SIDE) * N].as_chunks_mut::<N>().0;
            for (to, from) in pixels.iter_mut().zip(&block) {
                let new = from[column];
                if whole {
                    *to = new;
                } else if let (Some(to), Some(new)) = (to.first_chunk_mut::<4>(), new.first_chunk::<4>()) {
                    let kept = u32::from_ne_bytes(*to) & !mask;
                    *to = (kept | (u32::from_ne_bytes(*new) & mask)).to_ne_bytes();
                }
            }
        }
    }

    /// Columns from `x` on become the rows `to`.
    #[inline(always)]
    fn columns<const N: usize>(&self, to: &mut [&mut [u8]], from: &Rows<'_>, x: usize, whole: bool) {
        let height = from.height();
        // Of a last pixel without padding no block is made.
        let rows_of_blocks = if from.span() >= (x + to.len()) * N && N > 0 { to.len() / SIDE * SIDE } else { 0 };
        let room = if N > 0 { to.iter().map(|row| row.len() / N).min().unwrap_or(0) } else { 0 };
        let in_blocks = if rows_of_blocks > 0 { room.min(height) / SIDE * SIDE } else { 0 };
        for y in (0..in_blocks).step_by(SIDE) {
            let rows: [&[u8]; SIDE] = std::array::from_fn(|i| from.row(y + i));
            for (i, block) in to[..rows_of_blocks].chunks_mut(SIDE).enumerate() {
                self.block::<N>(block, &rows, x + i * SIDE, y, whole);
            }
        }
        for (i, row) in to.iter_mut().enumerate() {
            let done = if i < rows_of_blocks { in_blocks } else { 0 };
            for y in done..height {
                self.copy_pixel(row, y, from.row(y), x + i);
            }
        }
    }

    #[inline(always)]
    fn any_columns(&self, to: &mut [&mut [u8]], from: &Rows<'_>, x: usize) {
        match (self.to.step, self.mask.is_some(), self.whole()) {
            (1, true, true) => self.columns::<1>(to, from, x, true),
            (2, true, true) => self.columns::<2>(to, from, x, true),
            (4, true, true) => self.columns::<4>(to, from, x, true),
            (4, true, false) => self.columns::<4>(to, from, x, false),
            _ => self.columns::<0>(to, from, x, false),
        }
    }
}

/// The columns of `from` become the rows of `to`.
fn transpose(to: &mut RowsMut<'_>, from: &Rows<'_>) -> Result<()> {
    let layout = Layout::new(to.lanes(), from.lanes());
    let width = to.rows().height();
    if to.rows().is_empty() {
        return Ok(());
    }
    let bytes = from.span() * from.height();
    let parts = if parallel::parts(bytes, Cost::SCALAR)? == 1 { 1 } else { width.div_ceil(PART) };
    parallel::each(to.parts(parts), |(x, mut part), watch| {
        let Some(rows) = part.iter_mut() else {
            // Rows that share bytes: one after the other.
            return (0..width).for_each(|x| {
                (0..from.height()).for_each(|y| layout.copy_pixel(part.row(x), y, from.row(y), x));
            });
        };
        let mut rows: Vec<_> = rows.collect();
        for (i, rows) in rows.chunks_mut(PART).enumerate() {
            if watch.stopped() {
                return;
            }
            simd::run(
                #[inline(always)]
                || layout.any_columns(rows, from, x + i * PART),
            );
        }
    })
}

/// Writes the pixels of `from` to `to`, which shares no memory with it, as `method` says: any shape and format, the same
/// for both but for the sides. The bytes of `Image.transpose`.
///
/// # Errors
/// None of its own.
pub fn transpose_into(to: &mut RowsMut<'_>, from: &Rows<'_>, method: Method) -> Result<()> {
    let (to_lanes, from_lanes) = (*to.lanes(), *from.lanes());
    let from = if method.flipped != (method.transposed && to_lanes.reversed) { from.upside_down() } else { *from };
    if method.transposed {
        // Then pixels lie as in memory, and columns are rows of `to` from its first or its last one on.
        return match method.mirrored != from_lanes.reversed {
            true => transpose(&mut to.upside_down(), &from),
            false => transpose(to, &from),
        };
    }
    let turned = to_lanes.reversed != (from_lanes.reversed != method.mirrored);
    let pixels = Pixels::new(&to_lanes);
    let copy = copy::row_copier(&to_lanes, &Lanes { reversed: to_lanes.reversed, ..from_lanes });
    to.for_each_with(
        copy.cost(),
        &from,
        #[inline(always)]
        |to, from| {
            copy.copy(to, from);
            if turned {
                pixels.reverse(to);
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(bytes: &[u8], [height, width, pixel]: [usize; 3], method: Method) -> Vec<u8> {
        let (new_height, new_width) = if method.transposed { (width, height) } else { (height, width) };
        let mut new = Vec::new();
        for row in 0..new_height {
            for column in 0..new_width {
                let (mut y, mut x) = if method.transposed { (column, row) } else { (row, column) };
                if method.mirrored {
                    x = width - 1 - x;
                }
                if method.flipped {
                    y = height - 1 - y;
                }
                new.extend(&bytes[(y * width + x) * pixel..][..pixel]);
            }
        }
        new
    }

    #[test]
    fn every_method_in_every_size_of_pixel() {
        for method in (0..7).map(|number| Method::of(number).unwrap()) {
            for (bands, size) in [(1, 1), (1, 2), (1, 4), (2, 1), (3, 1), (4, 1)] {
                for (height, width) in [(1, 1), (2, 3), (16, 16), (17, 33), (70, 130), (300, 1)] {
                    let shape = [height, width, bands];
                    let bytes: Vec<u8> =
                        (0..height * width * bands * size).map(|i| (i * 2_654_435_761 % 257) as u8).collect();
                    let mut new = vec![0; bytes.len()];
                    let turned = if method.transposed { [width, height, bands] } else { shape };
                    let from = Rows::packed(&bytes, shape, size);
                    transpose_into(&mut RowsMut::packed(&mut new, turned, size), &from, method).unwrap();
                    assert_eq!(new, naive(&bytes, [height, width, bands * size], method), "{method:?} {shape:?}");
                }
            }
        }
    }

    #[test]
    fn bands_of_larger_pixels_move_alone() {
        let (height, width) = (67, 35);
        let bytes: Vec<u8> = (0..height * width * 4).map(|i| (i * 2_654_435_761 % 257) as u8).collect();
        let from = Rows::packed(&bytes, [height, width, 4], 1).band(2);
        let mut new = vec![7; bytes.len()];
        let mut to = RowsMut::packed(&mut new, [width, height, 4], 1);
        let method = Method::of(5).unwrap();
        let one = Layout::new(&Lanes { bands: 1, offsets: [2, 0, 0, 0], ..*to.lanes() }, from.lanes());
        let mut rows: Vec<_> = to.iter_mut().unwrap().collect();
        one.any_columns(&mut rows, &from, 0);
        let expected = naive(&bytes, [height, width, 4], method);
        assert!(new.iter().zip(&expected).enumerate().all(|(i, (new, old))| *new == if i % 4 == 2 { *old } else { 7 }));
    }
}
