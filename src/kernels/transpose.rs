//! Transpose: the pixels of one view into another, mirrored or turned, block by block where rows become columns.

use super::copy;
use super::flip::Pixels;
use crate::error::Result;
use crate::parallel::{self, Cost};
use crate::rows::{Lanes, Rows, RowsMut};
#[cfg(target_arch = "x86_64")]
use crate::simd::TwoSquares;
use crate::simd::{self, OneSquare, Run, Squares};

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

/// Columns that are done at a time: as many rows of the target are written, each a line of memory at a time.
const PART: usize = 64;

/// Bytes of a line of memory.
const LINE: usize = 64;

/// Where parts of `len` begin: the last ends where the others would leave a rest, over the one before it.
#[inline(always)]
fn starts(all: usize, len: usize) -> impl Iterator<Item = usize> {
    (0..all).step_by(len).map(move |start| start.min(all - len))
}

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

    #[inline(always)]
    fn copy_pixel(&self, to: &mut [u8], at: usize, from: &[u8], from_at: usize) {
        let (to, from) = (&mut to[at * self.to.step..], &from[from_at * self.from.step..]);
        for (&to_offset, &from_offset) in self.to.offsets().iter().zip(self.from.offsets()) {
            to[to_offset..to_offset + self.to.size].copy_from_slice(&from[from_offset..from_offset + self.to.size]);
        }
    }

    /// Columns from `x` on become the rows `to`, pixel by pixel from pixel `done` of them on.
    #[inline(always)]
    fn pixels(&self, to: &mut [&mut [u8]], from: &Rows<'_>, x: usize, done: usize) {
        for (i, row) in to.iter_mut().enumerate() {
            for y in done..from.height() {
                self.copy_pixel(row, y, from.row(y), x + i);
            }
        }
    }

    /// The same of pixels of `N` bytes, of which `mask` says what is copied. The last of a row may end before them.
    #[inline(always)]
    fn whole_pixels<const N: usize>(&self, to: &mut [&mut [u8]], from: &Rows<'_>, x: usize, done: usize, mask: Run) {
        for y in done..from.height() {
            let from = from.row(y);
            for (i, row) in to.iter_mut().enumerate() {
                let new = from[(x + i) * N..].iter().take(N);
                for ((old, new), mask) in row[y * N..].iter_mut().zip(new).zip(mask) {
                    *old = (*old & !mask) | (new & mask);
                }
            }
        }
    }

    /// Columns from `x` on become the rows `to`: pixels of `N` bytes in squares of `SIDE`, whose rows are runs; `DEEP` of
    /// them at a time, one or two, one below the other.
    #[inline(always)]
    fn squares<const N: usize, const SIDE: usize, const DEEP: usize>(
        &self,
        squares: impl Squares<DEEP>,
        to: &mut [&mut [u8]],
        from: &Rows<'_>,
        x: usize,
        mask: Run,
    ) {
        // A last pixel without padding is in no square.
        let columns = to.len().min((from.span() / N).saturating_sub(x));
        let room = to.iter().map(|row| row.len() / N).min().unwrap_or(0).min(from.height());
        if columns < SIDE || room < DEEP * SIDE {
            return self.whole_pixels::<N>(to, from, x, 0, mask);
        }
        let (to, rest) = to.split_at_mut(columns);
        let part = |y: usize| &from.row(y)[x * N..(x + columns) * N];
        (0..room.min(LINE / N)).for_each(|y| simd::ask(part(y)));
        to.iter().filter_map(|row| row.get(..LINE)).for_each(simd::ask);
        for y in (0..room).step_by(LINE / N).map(|y| y.min(room - DEEP * SIDE)) {
            let end = room.min(y + LINE / N);
            // Each row is somewhere else in memory: no processor guesses so many that come next.
            (end..room.min(end + LINE / N)).for_each(|next| simd::ask(part(next)));
            let mut lines: [&[u8]; LINE] = [&[]; LINE];
            lines.iter_mut().zip(y..end).for_each(|(line, y)| *line = part(y));
            for column in starts(columns, SIDE) {
                let to = &mut to[column..column + SIDE];
                // Of each row its next line, and no more: a slice is asked for to its end.
                to.iter().filter_map(|row| row.get(end * N..end * N + LINE)).for_each(simd::ask);
                for i in starts(end - y, DEEP * SIDE) {
                    let mut rows = [[Run::default(); DEEP]; SIDE];
                    for (j, line) in lines[i..i + DEEP * SIDE].iter().enumerate() {
                        rows[j % SIDE][j / SIDE] = line[column * N..].as_chunks().0[0];
                    }
                    for (row, &new) in to.iter_mut().zip(&squares.turn::<N, SIDE>(rows)) {
                        let old = &mut row[(y + i) * N..].as_chunks_mut().0.as_chunks_mut().0[0];
                        *old = squares.merge(*old, new, mask);
                    }
                }
            }
        }
        self.whole_pixels::<N>(to, from, x, room, mask);
        self.whole_pixels::<N>(rest, from, x + columns, 0, mask);
    }

    /// Columns from `x` on become the rows `to`.
    #[inline(always)]
    fn columns(&self, to: &mut [&mut [u8]], from: &Rows<'_>, x: usize) {
        let Some(mask) = self.mask.map(|mask| mask.as_chunks().0[0]) else {
            return self.pixels(to, from, x, 0);
        };
        // Of the pixels of a row the last may be in no square.
        #[cfg(target_arch = "x86_64")]
        if let Some(two) = TwoSquares::new()
            && from.height() > 2 * LINE / 4 / self.to.step
        {
            match self.to.step {
                1 => return self.squares::<1, 16, 2>(two, to, from, x, mask),
                2 => return self.squares::<2, 8, 2>(two, to, from, x, mask),
                4 => return self.squares::<4, 4, 2>(two, to, from, x, mask),
                _ => {}
            }
        }
        match self.to.step {
            1 => self.squares::<1, 16, 1>(OneSquare, to, from, x, mask),
            2 => self.squares::<2, 8, 1>(OneSquare, to, from, x, mask),
            4 => self.squares::<4, 4, 1>(OneSquare, to, from, x, mask),
            _ => self.pixels(to, from, x, 0),
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
                || layout.columns(rows, from, x + i * PART),
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
        one.columns(&mut rows, &from, 0);
        let expected = naive(&bytes, [height, width, 4], method);
        assert!(new.iter().zip(&expected).enumerate().all(|(i, (new, old))| *new == if i % 4 == 2 { *old } else { 7 }));
    }
}
