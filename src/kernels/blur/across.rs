//! The passes along a row.

use super::window::Window;
use std::ops::Range;

/// Up to this radius each window is summed anew, of vectors: faster than to take the sum of the one before, pixel by
/// pixel, even where a vector holds a whole pixel (benches: `box_blur`).
const ANEW: usize = 24;

/// Part of a row: where it lies, and how wide the row is.
#[derive(Clone, Debug)]
pub struct Line {
    pub columns: Range<usize>,
    pub width: usize,
    pub channels: usize,
}

impl Line {
    /// What a pass makes of it: less on either side, but at the ends of the row.
    pub fn inner(&self, window: &Window) -> Line {
        let Range { start, end } = self.columns;
        let start = if start == 0 { 0 } else { start + window.reach() };
        let end = if end == self.width { end } else { end - window.reach() };
        Line { columns: start..end, ..self.clone() }
    }

    pub fn len(&self) -> usize {
        self.columns.len() * self.channels
    }

    /// Where a column lies; the outermost pixels are repeated beyond the row's ends.
    #[inline(always)]
    fn place(&self, x: isize) -> usize {
        (x.clamp(0, self.width as isize - 1) as usize - self.columns.start) * self.channels
    }
}

/// Room to work in.
#[derive(Default)]
pub struct Room {
    /// A row with its outermost pixels repeated.
    wide: Vec<u8>,
    /// The sum of each value and the next of its channel.
    pairs: Vec<u16>,
}

/// One pass: the averages of `from`, the pixels of `line`, become `to`, those of `line.inner`.
#[inline(always)]
pub fn pass(window: &Window, line: &Line, from: &[u8], to: &mut [u8], room: &mut Room) {
    if window.radius <= ANEW || (window.is_small() && line.channels < 4) {
        widen(window, line, from, &mut room.wide);
        return anew(window, line.channels, room, to);
    }
    match line.channels {
        1 => slide::<1>(window, line, from, to),
        2 => slide::<2>(window, line, from, to),
        3 => slide::<3>(window, line, from, to),
        _ => slide::<4>(window, line, from, to),
    }
}

/// Repeats the outermost pixels at the ends of the row, as far as windows reach.
#[inline(always)]
fn widen(window: &Window, line: &Line, from: &[u8], wide: &mut Vec<u8>) {
    let repeat = |wide: &mut Vec<u8>, pixel: &[u8]| {
        let end = wide.len();
        wide.resize(end + window.reach() * pixel.len(), pixel[0]);
        match pixel.first_chunk::<4>() {
            Some(pixel) => wide[end..].as_chunks_mut().0.fill(*pixel),
            None if pixel.len() > 1 => {
                wide[end..].chunks_exact_mut(pixel.len()).for_each(|to| to.copy_from_slice(pixel))
            }
            None => {} // Filled already.
        }
    };
    wide.clear();
    if line.columns.start == 0 {
        repeat(wide, &from[..line.channels]);
    }
    wide.extend_from_slice(from);
    if line.columns.end == line.width {
        repeat(wide, &from[from.len() - line.channels..]);
    }
    wide.resize(wide.len().max(64 + 2 * window.reach() * line.channels), 0); // At least one block.
}

/// The averages, the sum of each window made anew.
#[inline(always)]
fn anew(window: &Window, channels: usize, room: &mut Room, to: &mut [u8]) {
    let Room { wide, pairs } = room;
    pairs.resize(wide.len() - channels, 0);
    for ((pair, &a), &b) in pairs.iter_mut().zip(&wide[..]).zip(&wide[channels..]) {
        *pair = u16::from(a) + u16::from(b);
    }
    if to.len() < 64 {
        let mut block = [0; 64];
        block_at(window, channels, room, 0, &mut block);
        return to.copy_from_slice(&block[..to.len()]);
    }
    for x in (0..to.len()).step_by(64) {
        let at = x.min(to.len() - 64); // The last block may overlap the one before.
        let block = to[at..].first_chunk_mut().expect("as long as a block");
        block_at(window, channels, room, at, block);
    }
}

/// The averages of 64 values, of which the first is at `at`.
#[inline(always)]
fn block_at(window: &Window, channels: usize, room: &Room, at: usize, to: &mut [u8; 64]) {
    let values = |i: usize| room.wide[at + i * channels..].first_chunk::<64>().expect("a row with its margins");
    let last = 2 * window.radius + 1;
    let mut sums = [0; 64];
    window.sums(&mut sums, &room.pairs[at + channels..], channels);
    sums.iter_mut().zip(values(last)).for_each(|(sum, &value)| *sum += u16::from(value));
    window.averages(to, &sums, values(0), values(last + 1));
}

/// The averages from left to right, each sum from the one before.
#[inline(always)]
fn slide<const CHANNELS: usize>(window: &Window, line: &Line, from: &[u8], to: &mut [u8]) {
    let pixel = |x: isize| -> [u32; CHANNELS] {
        let bytes = from[line.place(x)..].first_chunk::<CHANNELS>().expect("a whole pixel");
        bytes.map(u32::from)
    };
    let radius = window.radius as isize;
    let first = line.inner(window).columns.start as isize;
    let mut sums = [0_u32; CHANNELS];
    for (x, count) in places(first - 1, window.radius, line.width) {
        let values = pixel(x as isize);
        (0..CHANNELS).for_each(|i| sums[i] = sums[i].wrapping_add(values[i].wrapping_mul(count)));
    }
    let mut right = pixel(first + radius);
    for (x, to) in (first..).zip(to.as_chunks_mut::<CHANNELS>().0) {
        let (left, next) = (pixel(x - radius - 1), pixel(x + radius + 1));
        for i in 0..CHANNELS {
            sums[i] = sums[i].wrapping_add(right[i]).wrapping_sub(left[i]);
            to[i] = window.average(sums[i], left[i] + next[i]);
        }
        right = next;
    }
}

/// The places that a window around `at` covers, each with how often: those beyond the ends are the ends.
pub fn places(at: isize, radius: usize, len: usize) -> impl Iterator<Item = (usize, u32)> {
    let (low, high, last) = (at - radius as isize, at + radius as isize, len as isize - 1);
    let inside = low.max(0)..=high.min(last);
    let before = (0, (-low).max(0) as u32);
    let behind = (len - 1, (high - last).max(0) as u32);
    inside.map(|x| (x as usize, 1)).chain([before, behind]).filter(|&(_, count)| count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(len: usize) -> Vec<u8> {
        (0..len).map(|i| ((i * 2_654_435_761) >> 7) as u8).collect()
    }

    /// Value by value, of the whole row.
    fn naive(window: &Window, width: usize, channels: usize, row: &[u8]) -> Vec<u8> {
        let at = |x: isize, c: usize| u32::from(row[x.clamp(0, width as isize - 1) as usize * channels + c]);
        let radius = window.radius as isize;
        let average = |i: usize| {
            let (x, c) = ((i / channels) as isize, i % channels);
            let sum = (x - radius..=x + radius).map(|x| at(x, c)).sum();
            window.average(sum, at(x - radius - 1, c) + at(x + radius + 1, c))
        };
        (0..row.len()).map(average).collect()
    }

    #[test]
    fn every_part_of_a_row_has_the_naive_averages() {
        for width in [1, 2, 15, 16, 17, 63, 64, 65, 130, 700] {
            for channels in 1..=4 {
                let row = values(width * channels);
                for radius in [0.3, 1.0, 2.4, 5.0, 24.9, 25.0, 63.0, 63.5, 64.0, 127.5, 300.0] {
                    let window = Window::new(radius).unwrap();
                    let expected = naive(&window, width, channels, &row);
                    for columns in [0..width, width / 3..width, 0..width - width / 4, width / 3..width - width / 4] {
                        let line = Line { columns, width, channels };
                        let missing = [line.columns.start > 0, line.columns.end < width];
                        let needed = missing.iter().filter(|&&missing| missing).count() * window.reach();
                        if line.columns.len() <= needed {
                            continue;
                        }
                        let inner = line.inner(&window);
                        let mut to = vec![0; inner.len()];
                        let from = &row[line.columns.start * channels..line.columns.end * channels];
                        pass(&window, &line, from, &mut to, &mut Room::default());
                        let inner = inner.columns.start * channels..inner.columns.end * channels;
                        assert_eq!(to, expected[inner], "{width} {channels} {radius} {line:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn places_beyond_the_ends_are_the_ends() {
        let all = |at, radius, len| places(at, radius, len).collect::<Vec<_>>();
        assert_eq!(all(2, 1, 9), [(1, 1), (2, 1), (3, 1)]);
        assert_eq!(all(-1, 2, 9), [(0, 1), (1, 1), (0, 3)]);
        assert_eq!(all(0, 2_000_000_000, 2), [(0, 1), (1, 1), (0, 2_000_000_000), (1, 1_999_999_999)]);
    }
}
