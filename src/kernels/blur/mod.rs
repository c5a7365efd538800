//! Blur: every value becomes an average of those around it, once or three times along its row and then down its column.
//!
//! Rounded after each pass, as Pillow rounds (BoxBlur.c), so that passes cannot be made one. Rows go through the passes
//! along them as they come, and then from one pass down the columns to the next, each of which keeps the rows that its
//! windows need: a strip wide, in the processor's cache.

mod across;
mod down;
mod window;

use super::accept;
use super::around::{self, Around, Tile};
use crate::error::Result;
use crate::format::Format;
use crate::parallel::Cost;
use crate::rows::RowsMut;
use across::Line;
use down::{Stage, Sum};
use std::marker::PhantomData;
use window::Window;

/// Passes of a Gaussian.
const PASSES: usize = 3;

/// Up to so many rows around are saved beside a cut, for all passes at once. Beyond, the passes along the rows come
/// first, for the whole view, and those down the columns then.
const NEAR: usize = 64;

/// Replaces every value by the average of the `2 * radius + 1` by `2 * radius + 1` around it, the outermost in part
/// where the radius is none of whole pixels: along each row, then down each column. Radii as (x, y). 8-bit values.
/// The bytes of `ImageFilter.BoxBlur`.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn box_blur(rows: &mut RowsMut<'_>, format: Format, radii: [f32; 2]) -> Result<()> {
    accept("box_blur", format, &[Format::U8])?;
    Plan { windows: radii.map(Window::new), passes: 1, sharpen: None }.run(rows)
}

/// Three boxes, one after the other, in each direction: nearly a Gaussian of these standard deviations, (x, y). 8-bit
/// values. The bytes of `ImageFilter.GaussianBlur`.
///
/// # Errors
/// As [`box_blur`].
pub fn gaussian_blur(rows: &mut RowsMut<'_>, format: Format, radii: [f32; 2]) -> Result<()> {
    accept("gaussian_blur", format, &[Format::U8])?;
    Plan::gaussian(radii).run(rows)
}

/// Adds `percent` hundredths of the difference to `gaussian_blur(radius)` where it is more than `threshold`. 8-bit
/// values. The bytes of `ImageFilter.UnsharpMask`.
///
/// # Errors
/// As [`box_blur`].
pub fn unsharp_mask(rows: &mut RowsMut<'_>, format: Format, radius: f32, percent: i32, threshold: i32) -> Result<()> {
    accept("unsharp_mask", format, &[Format::U8])?;
    Plan { sharpen: Some(Sharpen::new(percent, threshold)), ..Plan::gaussian([radius; 2]) }.run(rows)
}

/// What is done to the rows.
#[derive(Clone, Copy)]
struct Plan {
    /// Along the rows, and down the columns.
    windows: [Option<Window>; 2],
    passes: usize,
    sharpen: Option<Sharpen>,
}

impl Plan {
    fn gaussian(radii: [f32; 2]) -> Plan {
        let windows = radii.map(|radius| Window::new(window::of_gaussian(radius, PASSES)));
        Plan { windows, passes: PASSES, sharpen: None }
    }

    fn reach(&self) -> [usize; 2] {
        self.windows.map(|window| window.map_or(0, |window| window.reach() * self.passes))
    }

    fn run(&self, rows: &mut RowsMut<'_>) -> Result<()> {
        let [across, down] = self.windows;
        if across.is_none() && down.is_none() {
            return Ok(()); // Nothing differs from its blur, so that there is nothing to sharpen either.
        }
        if self.sharpen.is_none() && across.is_some() && down.is_some() && self.reach().iter().max() > Some(&NEAR) {
            Plan { windows: [across, None], ..*self }.run(rows)?;
            return Plan { windows: [None, down], ..*self }.run(rows);
        }
        if down.is_none_or(|window| window.radius <= window::SMALL) {
            around::run(rows, Format::U8, Cost::SCALAR, &Blur::<u16>(*self, PhantomData))
        } else {
            around::run(rows, Format::U8, Cost::SCALAR, &Blur::<u32>(*self, PhantomData))
        }
    }
}

/// A plan, with what sums of columns are kept in.
struct Blur<S>(Plan, PhantomData<fn() -> S>);

/// What a tile keeps.
struct State<S> {
    /// A row and what a pass makes of it, in turn; and the same with its ends repeated.
    lines: [Vec<u8>; 2],
    wide: Vec<u8>,
    stages: Vec<Stage<S>>,
    /// The last few rows as they were, to sharpen them.
    originals: Vec<u8>,
}

impl<S: Sum> Around<u8> for Blur<S> {
    type State = State<S>;

    fn reach(&self) -> [usize; 2] {
        self.0.reach()
    }

    fn begin(&self, tile: &Tile) -> State<S> {
        let Plan { windows: [_, down], passes, sharpen } = self.0;
        let (given, len) = (&tile.given_rows, tile.columns.len() * tile.channels);
        let stage = |window: &Window, i: usize| {
            let first = if given.start == 0 { 0 } else { given.start + (i + 1) * window.reach() };
            Stage::new(window, len, first, given.len(), tile.size[1])
        };
        let kept = sharpen.map_or(0, |_| (self.reach()[1] + 1).min(given.len()));
        State {
            lines: std::array::from_fn(|_| vec![0; tile.given_columns.len() * tile.channels]),
            wide: Vec::new(),
            stages: down.map_or_else(Vec::new, |window| (0..passes).map(|i| stage(&window, i)).collect()),
            originals: vec![0; kept * len],
        }
    }

    #[inline(always)]
    fn push(&self, state: &mut State<S>, tile: &Tile, y: usize, row: &[u8]) {
        let Plan { windows: [across, down], passes, sharpen } = self.0;
        let len = tile.columns.len() * tile.channels;
        if sharpen.is_some() {
            let at = (tile.columns.start - tile.given_columns.start) * tile.channels;
            let slot = y % (state.originals.len() / len) * len;
            state.originals[slot..][..len].copy_from_slice(&row[at..][..len]);
        }
        let State { lines: [line, made], wide, stages, .. } = state;
        let mut at = Line { columns: tile.given_columns.clone(), width: tile.size[0], channels: tile.channels };
        line.copy_from_slice(row);
        if let Some(window) = across {
            for _ in 0..passes {
                let inner = at.inner(&window);
                across::pass(&window, &at, &line[..at.len()], &mut made[..inner.len()], wide);
                std::mem::swap(line, made);
                at = inner;
            }
        }
        let Some(window) = down else { return };
        let start = (tile.columns.start - at.columns.start) * tile.channels;
        stages[0].slot(y).copy_from_slice(&line[start..][..len]);
        // What can be made is made at once: the rows that it is made of may soon be overwritten.
        for i in 1..passes {
            if let Some(last) = y.checked_sub(i * window.reach()) {
                advance(stages, i, &window, last);
            }
        }
    }

    #[inline(always)]
    fn pop(&self, state: &mut State<S>, tile: &Tile, y: usize, row: &mut [u8]) {
        let Plan { windows: [across, down], passes, sharpen } = self.0;
        let State { lines: [line, _], stages, originals, .. } = state;
        if let Some(window) = down {
            // At the view's lower edge no further rows come, so that all passes go on without.
            for i in 1..passes {
                let last = y.saturating_add((passes - i) * window.reach()).min(tile.size[1] - 1);
                advance(stages, i, &window, last);
            }
            stages[passes - 1].make(&window, row);
        } else {
            let start = across.map_or(tile.given_columns.start, |window| {
                let start = tile.given_columns.start;
                if start == 0 { 0 } else { start + passes * window.reach() }
            });
            let start = (tile.columns.start - start) * tile.channels;
            row.copy_from_slice(&line[start..][..row.len()]);
        }
        if let Some(sharpen) = sharpen {
            let at = y % (originals.len() / row.len()) * row.len();
            sharpen.row(row, &originals[at..][..row.len()]);
        }
    }
}

/// Makes the rows up to `last` of the pass before that of stage `i`.
#[inline(always)]
fn advance<S: Sum>(stages: &mut [Stage<S>], i: usize, window: &Window, last: usize) {
    let (before, stage) = stages.split_at_mut(i);
    let (before, stage) = (&mut before[i - 1], &mut stage[0]);
    while before.next <= last {
        let y = before.next;
        before.make(window, stage.slot(y));
    }
}

/// What becomes of a value and its blur.
#[derive(Clone, Copy)]
struct Sharpen {
    percent: f32,
    threshold: i32,
}

impl Sharpen {
    fn new(percent: i32, threshold: i32) -> Sharpen {
        // From 25,600 % on a difference of 1 is all that a byte can change. So products are exact in single precision.
        Sharpen { percent: percent.clamp(-25_600, 25_600) as f32, threshold }
    }

    /// `row` is the blur, and becomes the sharp picture.
    #[inline(always)]
    fn row(&self, row: &mut [u8], originals: &[u8]) {
        for (to, &original) in row.iter_mut().zip(originals) {
            let difference = i32::from(original) - i32::from(*to);
            let change = (difference as f32 * self.percent / 100.0).clamp(-255.0, 255.0) as i32;
            let sharp = (i32::from(original) + change).clamp(0, 255) as u8;
            *to = if difference.abs() > self.threshold { sharp } else { original };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_bytes_is_sharpened_as_with_whole_numbers() {
        for percent in [0, 1, 33, 99, 100, 150, -70, 1999, 25_599, 25_600, 65_537, i32::MAX, i32::MIN] {
            for threshold in [-5, 0, 3, 255] {
                let sharpen = Sharpen::new(percent, threshold);
                for original in 0..=255_u8 {
                    let mut row: Vec<u8> = (0..=255).collect();
                    sharpen.row(&mut row, &[original; 256]);
                    for (blurred, &sharp) in (0..).zip(&row) {
                        let difference = i64::from(original) - blurred;
                        let whole = i64::from(original) + difference * i64::from(percent) / 100;
                        let expected = if difference.abs() > threshold.into() { whole } else { original.into() };
                        assert_eq!(i64::from(sharp), expected.clamp(0, 255), "{original} {blurred} {percent}");
                    }
                }
            }
        }
    }
}
