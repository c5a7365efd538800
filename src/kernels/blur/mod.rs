//! Blur: every value becomes an average of those around it, once or three times along its row and then down its column.
//!
//! Rounded after each pass, as Pillow rounds (BoxBlur.c), so that passes cannot be made one. Rows go through the passes
//! along them as they come, and then from one pass down the columns to the next, each of which keeps the rows that its
//! windows need: a strip wide, in the processor's cache.
//!
//! With a window that reaches `r` pixels the passes reach `3 * r`, and as many original rows are saved on either side of
//! a cut between two threads; so extra memory grows with the radius, as `around` says.

mod across;
mod down;
mod window;

use super::accept;
use super::around::{self, Around, Tile};
use crate::error::Result;
use crate::format::Format;
use crate::parallel::Cost;
use crate::rows::RowsMut;
use crate::simd;
use across::{Line, Room};
use down::Stage;
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

    fn run(&self, rows: &mut RowsMut<'_>) -> Result<()> {
        let [across, down] = self.windows;
        if across.is_none() && down.is_none() {
            return Ok(()); // Nothing differs from its blur, so that there is nothing to sharpen either.
        }
        // A view that is no larger has no more to save.
        let size = [rows.lanes().width, rows.rows().height()];
        let far = self.reach().into_iter().zip(size).any(|(reach, len)| reach.min(len) > NEAR);
        if self.sharpen.is_none() && across.is_some() && down.is_some() && far {
            let [first, second] = [[across, None], [None, down]].map(|windows| Plan { windows, ..*self });
            around::ask(rows, Format::U8, Cost::SCALAR, &second)?;
            first.run(rows)?;
            return second.run(rows);
        }
        around::run(rows, Format::U8, Cost::SCALAR, self)
    }
}

/// What a tile keeps.
struct State {
    /// What a pass makes of a row, and what the next makes of that, in turn.
    lines: [Vec<u8>; 2],
    room: Room,
    /// What the passes along a row made of it, where there are none down the columns.
    made: Vec<u8>,
    stages: Vec<Stage>,
    /// The last few rows as they were, to sharpen them.
    originals: Vec<u8>,
}

impl Plan {
    /// The passes along a row: its given columns become those of the tile.
    #[inline(always)]
    fn along(&self, tile: &Tile, row: &[u8], lines: &mut [Vec<u8>; 2], room: &mut Room, to: &mut [u8]) {
        let mut line = Line { columns: tile.given_columns.clone(), width: tile.size[0], channels: tile.channels };
        let [from, made] = lines;
        if let Some(window) = &self.windows[0] {
            for i in 0..self.passes {
                let inner = line.inner(window);
                let last = i + 1 == self.passes && inner.columns == tile.columns;
                let from_line = if i == 0 { row } else { &from[..line.len()] };
                let to_line = if last { &mut *to } else { &mut made[..inner.len()] };
                across::pass(window, &line, from_line, to_line, room);
                if last {
                    return;
                }
                std::mem::swap(from, made);
                line = inner;
            }
        }
        let start = (tile.columns.start - line.columns.start) * tile.channels;
        let line = if self.windows[0].is_some() { &from[..] } else { row };
        to.copy_from_slice(&line[start..][..to.len()]);
    }
}

impl Around<u8> for Plan {
    type State = State;

    fn reach(&self) -> [usize; 2] {
        self.windows.map(|window| window.map_or(0, |window| window.reach() * self.passes))
    }

    fn begin(&self, tile: &Tile) -> State {
        let Plan { windows: [_, down], passes, sharpen } = *self;
        let (given, len) = (&tile.given_rows, tile.columns.len() * tile.channels);
        let stage = |window: &Window, i: usize| {
            let first = if given.start == 0 { 0 } else { given.start + (i + 1) * window.reach() };
            Stage::new(window, len, first, given.len(), tile.size[1])
        };
        let kept = sharpen.map_or(0, |_| (self.reach()[1] + 1).min(given.len()));
        State {
            lines: std::array::from_fn(|_| vec![0; tile.given_columns.len() * tile.channels]),
            room: Room::default(),
            made: vec![0; if down.is_none() { len } else { 0 }],
            stages: down.map_or_else(Vec::new, |window| (0..passes).map(|i| stage(&window, i)).collect()),
            originals: vec![0; kept * len],
        }
    }

    #[inline(always)]
    fn push(&self, state: &mut State, tile: &Tile, y: usize, row: &[u8]) {
        let Plan { windows: [_, down], passes, sharpen } = *self;
        let len = tile.columns.len() * tile.channels;
        if sharpen.is_some() {
            let at = (tile.columns.start - tile.given_columns.start) * tile.channels;
            let slot = y % (state.originals.len() / len) * len;
            state.originals[slot..][..len].copy_from_slice(&row[at..][..len]);
        }
        let State { lines, room, made, stages, .. } = state;
        let Some(window) = down else { return self.along(tile, row, lines, room, made) };
        self.along(tile, row, lines, room, stages[0].slot(y));
        // What can be made is made at once: the rows that it is made of may soon be overwritten.
        for i in 1..passes {
            if let Some(last) = y.checked_sub(i * window.reach()) {
                advance(stages, i, &window, last);
            }
        }
    }

    #[inline(always)]
    fn pop(&self, state: &mut State, tile: &Tile, y: usize, row: &mut [u8]) {
        let Plan { windows: [_, down], passes, sharpen } = *self;
        let State { made, stages, originals, .. } = state;
        if let Some(window) = down {
            // At the view's lower edge no further rows come, so that all passes go on without.
            for i in 1..passes {
                let last = y.saturating_add((passes - i) * window.reach()).min(tile.size[1] - 1);
                advance(stages, i, &window, last);
            }
            stages[passes - 1].make(&window, row);
        } else {
            row.copy_from_slice(made);
        }
        if let Some(sharpen) = sharpen {
            let at = y % (originals.len() / row.len()) * row.len();
            sharpen.row(row, &originals[at..][..row.len()]);
        }
    }
}

/// Makes the rows up to `last` of the pass before that of stage `i`.
#[inline(always)]
fn advance(stages: &mut [Stage], i: usize, window: &Window, last: usize) {
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
    negative: bool,
    threshold: i32,
}

impl Sharpen {
    fn new(percent: i32, threshold: i32) -> Sharpen {
        // From 25,600 % on a difference of 1 is all that a byte can change. So products are exact in single precision.
        Sharpen { percent: percent.unsigned_abs().min(25_600) as f32, negative: percent < 0, threshold }
    }

    /// `row` is the blur, and becomes the sharp picture.
    #[inline(always)]
    fn row(&self, row: &mut [u8], originals: &[u8]) {
        for (to, &original) in row.iter_mut().zip(originals) {
            let difference = i32::from(original) - i32::from(*to);
            let change = simd::truncate(difference.abs() as f32 * self.percent / 100.0, 255.0);
            let change = if (difference < 0) == self.negative { change } else { -change };
            let change = if difference.abs() > self.threshold { change } else { 0 };
            *to = (i32::from(original) + change).clamp(0, 255) as u8;
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
