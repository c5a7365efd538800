//! The passes along a row.

use super::window::Window;
use std::ops::Range;

/// Up to so many values the sum of each window is made anew, of vectors: faster than to take the sum of the one before,
/// pixel by pixel (benches: `box_blur`, `gaussian_blur`).
const ANEW: usize = 33;

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

/// One pass: the averages of `from`, the pixels of `line`, become `to`, those of `line.inner`. `wide` is room to work in.
#[inline(always)]
pub fn pass(window: &Window, line: &Line, from: &[u8], to: &mut [u8], wide: &mut Vec<u8>) {
    if 2 * window.radius < ANEW {
        widen(window, line, from, wide);
        match to.len() {
            64.. => anew::<64>(window, line.channels, wide, to),
            16.. => anew::<16>(window, line.channels, wide, to),
            _ => anew::<1>(window, line.channels, wide, to),
        }
        return;
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
    let repeat = |wide: &mut Vec<u8>, pixel: &[u8]| (0..window.reach()).for_each(|_| wide.extend_from_slice(pixel));
    wide.clear();
    if line.columns.start == 0 {
        repeat(wide, &from[..line.channels]);
    }
    wide.extend_from_slice(from);
    if line.columns.end == line.width {
        repeat(wide, &from[from.len() - line.channels..]);
    }
}

/// At least `LEN` averages, of a row that goes on to either side.
#[inline(always)]
fn anew<const LEN: usize>(window: &Window, channels: usize, wide: &[u8], to: &mut [u8]) {
    let (mut x, end) = (0, to.len());
    let count = 2 * window.radius + 1;
    let divisor = window.divisor();
    while x < end {
        let at = x.min(end - LEN); // The last block may overlap the one before.
        let values = |i: usize| wide[at + i * channels..].first_chunk::<LEN>().expect("a row with its margins");
        let block = to[at..].first_chunk_mut::<LEN>().expect("as long as a block");
        let mut sums = [0_u16; LEN];
        for i in 1..=count {
            sums.iter_mut().zip(values(i)).for_each(|(sum, &value)| *sum += u16::from(value));
        }
        if let Some(divisor) = divisor {
            block.iter_mut().zip(&sums).for_each(|(to, &sum)| *to = divisor.average(sum));
        } else {
            let (left, right) = (values(0), values(count + 1));
            for (i, to) in block.iter_mut().enumerate() {
                let outermost = u16::from(left[i]) + u16::from(right[i]);
                *to = window.average(sums[i].into(), outermost.into());
            }
        }
        x += LEN;
    }
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
                for radius in [0.3, 1.0, 2.4, 5.0, 15.0, 16.9, 17.0, 63.0, 127.5, 300.0] {
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
                        pass(&window, &line, from, &mut to, &mut Vec::new());
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
