//! Bounding box: where the pixels are that are not 0.

use crate::error::Result;
use crate::parallel::{self, Cost};
use crate::rows::{Lanes, Rows};
use crate::simd;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Which bytes count: a pattern of 64 where steps allow it.
struct Wanted {
    lanes: Lanes,
    mask: Option<[u8; 64]>,
}

impl Wanted {
    fn pixel(&self, pixel: &[u8]) -> bool {
        self.lanes.offsets().iter().any(|&offset| pixel[offset..offset + self.lanes.size].iter().any(|&v| v != 0))
    }

    /// Whether one of the pixels of a slice is not 0.
    #[inline(always)]
    fn any(&self, pixels: &[u8]) -> bool {
        let Some(mask) = &self.mask else { return pixels.chunks(self.lanes.step).any(|pixel| self.pixel(pixel)) };
        let some = |line: &[u8]| line.iter().zip(mask).fold(0, |all, (v, mask)| all | (v & mask)) != 0;
        let (lines, rest) = pixels.as_chunks::<64>();
        lines.iter().any(|line| some(line)) || some(rest)
    }

    /// The part of a row that some pixels are.
    fn part<'a>(&self, row: &'a [u8], pixels: Range<usize>) -> &'a [u8] {
        // The last pixel of a row ends with its last band.
        let place = |x: usize| (x * self.lanes.step).min(row.len());
        &row[place(pixels.start)..place(pixels.end)]
    }

    /// The first pixel of a row, of those given, that is not 0.
    #[inline(always)]
    fn first(&self, row: &[u8], pixels: Range<usize>) -> Option<usize> {
        let part = self.part(row, pixels.clone());
        // Some pixels at a time, and then those one by one.
        let some = 64 * self.lanes.step;
        let at = part.chunks(some).position(|part| self.any(part))? * some;
        let inside = part[at..].chunks(self.lanes.step).position(|pixel| self.pixel(pixel))?;
        Some(pixels.start + at / self.lanes.step + inside)
    }

    /// The last one.
    #[inline(always)]
    fn last(&self, row: &[u8], pixels: Range<usize>) -> Option<usize> {
        let part = self.part(row, pixels.clone());
        let some = 64 * self.lanes.step;
        let at = part.chunks(some).rposition(|part| self.any(part))? * some;
        let inside = part[at..].chunks(self.lanes.step).take(64).rposition(|pixel| self.pixel(pixel))?;
        Some(pixels.start + at / self.lanes.step + inside)
    }

    /// The first of rows `0..height` of which one pixel is not 0; `row` gives them in the order of the search.
    fn first_row<'a>(&self, height: usize, row: impl Fn(usize) -> &'a [u8] + Sync) -> Result<Option<usize>> {
        if self.any(row(0)) {
            return Ok(Some(0));
        }
        let found = AtomicUsize::new(height);
        parallel::split(height, row(0).len(), Cost::MEMORY, true, &|range| {
            simd::run(
                #[inline(always)]
                || {
                    let earlier = |&y: &usize| y < found.load(Ordering::Relaxed);
                    let mut rows = range.take_while(earlier);
                    if let Some(y) = rows.find(|&y| self.any(row(y))) {
                        found.fetch_min(y, Ordering::Relaxed);
                    }
                },
            );
        })?;
        Ok(Some(found.into_inner()).filter(|&y| y < height))
    }
}

/// Left, top, right and bottom of the pixels of which a band of `bands` is not 0, or `None` if all are: any shape, any
/// format. What `Image.getbbox` gives.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn bbox(rows: &Rows<'_>) -> Result<Option<[usize; 4]>> {
    if rows.is_empty() {
        return Ok(None);
    }
    let (lanes, height) = (*rows.lanes(), rows.height());
    let wanted = Wanted { mask: lanes.mask(), lanes };
    let Some(top) = wanted.first_row(height, |y| rows.row(y))? else { return Ok(None) };
    let below = wanted.first_row(height, |y| rows.row(height - 1 - y))?.unwrap_or(0);
    let bottom = height - below;
    // What those two rows show need not be looked for in others.
    let mut sides = (lanes.width, 0);
    let widen = |(left, right): &mut (usize, usize), row: &[u8]| {
        simd::run(
            #[inline(always)]
            || {
                *left = wanted.first(row, 0..*left).unwrap_or(*left);
                *right = wanted.last(row, *right..lanes.width).map_or(*right, |x| x + 1);
            },
        );
    };
    widen(&mut sides, rows.row(top));
    widen(&mut sides, rows.row(bottom - 1));
    if sides != (0, lanes.width) {
        let look = |sides: &mut (usize, usize), range: Range<usize>| {
            range.for_each(|y| widen(sides, rows.row(top + y)));
        };
        let margins = (sides.0 + lanes.width - sides.1) * lanes.step;
        for (left, right) in parallel::gather(bottom - top, margins, Cost::MEMORY, || sides, look)? {
            sides = (sides.0.min(left), sides.1.max(right));
        }
    }
    let (left, right) = if lanes.reversed { (lanes.width - sides.1, lanes.width - sides.0) } else { sides };
    Ok(Some([left, top, right, bottom]))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn the_first_and_the_last_pixel_of_a_row_are_found() {
        for lanes in testing::lanes() {
            for at in [0, 1, 40, 64, 100, 129].into_iter().filter(|&x| x < lanes.width) {
                let len = testing::row(&lanes, 0).len();
                // Bytes between the bands do not count.
                let mut row = vec![1; len];
                testing::positions(&lanes).into_iter().for_each(|place| row[place] = 0);
                for wanted in [Wanted { mask: lanes.mask(), lanes }, Wanted { mask: None, lanes }] {
                    let whole = || 0..lanes.width;
                    assert_eq!((wanted.first(&row, whole()), wanted.last(&row, whole())), (None, None));
                    let mut row = row.clone();
                    let place = at * lanes.step + lanes.offsets[lanes.bands - 1] + lanes.size - 1;
                    row[place] = 1;
                    assert!(wanted.any(&row));
                    assert_eq!((wanted.first(&row, whole()), wanted.last(&row, whole())), (Some(at), Some(at)));
                    assert_eq!((wanted.first(&row, 0..at), wanted.last(&row, at + 1..lanes.width)), (None, None));
                    assert_eq!(wanted.first(&row, at..lanes.width), Some(at));
                }
            }
        }
    }
}
