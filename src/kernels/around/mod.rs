//! Kernels that look at the pixels around each pixel: in place, and small.
//!
//! The rows are cut into a part a thread. A part goes through its columns in strips, and through each strip from top
//! to bottom: a kernel is given one original row after the other ([`Around::push`]), and for the row that lies `reach`
//! rows before it gives the new values ([`Around::pop`]), which are written to the image at once. So it keeps the few
//! rows it needs, a strip wide, in the processor's cache. What is overwritten before others have read it is saved
//! first: the rows on either side of a cut, before anything runs; and the last columns of a strip, for the next.
//!
//! Extra memory: `2 * reach` rows a cut and, a thread, `reach` columns and the strip. Every cut gives the same bytes,
//! since every pixel is made of originals only.

pub mod dense;
mod ring;

pub use dense::Value;
pub use ring::Ring;

use crate::error::Result;
use crate::format::Format;
use crate::parallel::{self, Cost, Watch};
use crate::rows::RowsMut;
use crate::scratch;
use crate::simd;
use dense::Dense;
use std::ops::Range;

/// Bytes of a strip that are worked on at a time: so few that they stay in the processor's first caches.
const STRIP: usize = 64 << 10;

/// Pixels of a row that has no use for its neighbours: Ctrl-C is looked for only between two strips.
const LONG_STRIP: usize = 256 << 10;

/// A kernel that looks so many rows up and down takes so long a row that Ctrl-C is looked for after each.
const LONG_REACH: usize = 4;

/// What part of a view is made in one go.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Columns and rows of the whole view.
    pub size: [usize; 2],
    /// Values of a pixel, that lie one behind the other.
    pub channels: usize,
    /// The columns that are made.
    pub columns: Range<usize>,
    /// The rows that are made.
    pub rows: Range<usize>,
    /// The columns that are given: the reach more on either side, but for the view's edges.
    pub given_columns: Range<usize>,
    /// The rows that are given.
    pub given_rows: Range<usize>,
}

/// A kernel that makes a pixel of the pixels around it, every channel for itself.
pub trait Around<T: Value>: Sync {
    /// What it keeps of the rows given so far.
    type State;

    /// Whether `push` takes rows that lack the padding behind their last value. Such rows need not be copied first.
    const TAKES_SHORT: bool = false;

    /// How many columns and how many rows it looks to either side.
    fn reach(&self) -> [usize; 2];

    /// How many pixels of a row it makes before Ctrl-C is looked for: fewer where one takes long.
    fn most(&self) -> usize {
        usize::MAX
    }

    /// Begins a tile.
    fn begin(&self, tile: &Tile) -> Self::State;

    /// Takes the original values of row `y`, of all given columns. Rows come from top to bottom.
    fn push(&self, state: &mut Self::State, tile: &Tile, y: usize, row: &[T]);

    /// Makes row `y`, when all given rows up to `reach` below it have been pushed: `row` is what to fill, the columns to
    /// be made.
    fn pop(&self, state: &mut Self::State, tile: &Tile, y: usize, row: &mut [T]);
}

/// Into how many parts the rows are cut.
fn parts<T: Value, K: Around<T>>(rows: &RowsMut<'_>, cost: Cost, kernel: &K) -> Result<usize> {
    let (height, span) = (rows.rows().height(), rows.rows().span());
    let reach = kernel.reach()[1].min(height);
    // Rows on either side of a cut are worked on twice: not too many cuts where the reach is long.
    Ok(parallel::parts(height * span, cost)?.min(height / (reach + 16)).max(1))
}

/// Asks for the memory that threads need, each for its part.
fn ask_for_parts<T: Value, K: Around<T>>(rows: &RowsMut<'_>, format: Format, kernel: &K, count: usize) -> Result<()> {
    let (width, height) = (rows.lanes().width, rows.rows().height());
    let pixel = Dense::new(rows.lanes(), format).channels() * size_of::<T>();
    scratch::ask(count * Strips::new(kernel, [width, height], pixel).memory(height.div_ceil(count)))
}

/// Asks for all the memory that `run` will need: for a kernel that runs after another, before that changes a pixel.
///
/// # Errors
/// [`crate::error::Error::Memory`].
pub(super) fn ask<T: Value, K: Around<T>>(rows: &RowsMut<'_>, format: Format, cost: Cost, kernel: &K) -> Result<()> {
    let count = parts::<T, K>(rows, cost, kernel)?;
    let reach = kernel.reach()[1].min(rows.rows().height());
    scratch::ask((count - 1) * 2 * reach * rows.rows().span())?;
    ask_for_parts::<T, K>(rows, format, kernel, count)
}

/// Runs a kernel over all rows, which hold values of `T` in `format`.
///
/// # Errors
/// [`crate::error::Error::Interrupted`]: the picture is then partly done.
pub fn run<T: Value, K: Around<T>>(rows: &mut RowsMut<'_>, format: Format, cost: Cost, kernel: &K) -> Result<()> {
    if rows.rows().is_empty() {
        return Ok(());
    }
    let height = rows.rows().height();
    let reach = kernel.reach()[1].min(height);
    let count = parts::<T, K>(rows, cost, kernel)?;
    let dense = Dense::new(rows.lanes(), format);
    let saved: Vec<Saved> = rows
        .parts(count)
        .iter()
        .skip(1)
        .map(|part| part.0)
        .collect::<Vec<_>>()
        .into_iter()
        .map(|cut| Saved::new(rows, cut.saturating_sub(reach)..(cut + reach).min(height)))
        .collect::<Result<_>>()?;
    ask_for_parts::<T, K>(rows, format, kernel, count)?;
    let parts: Vec<_> = rows.parts(count).into_iter().enumerate().collect();
    parallel::each(parts, |(i, (first, rows)), watch| {
        let mut part = Part {
            above: i.checked_sub(1).map(|above| &saved[above]),
            below: saved.get(i),
            rows,
            first,
            height,
            dense,
            kernel,
        };
        simd::run(
            #[inline(always)]
            || part.run::<T>(watch),
        );
    })
}

/// How a part goes through its columns.
struct Strips {
    /// Columns and rows that are looked at to either side, as far as there are any.
    reach: [usize; 2],
    /// Columns of a strip; the last one takes what is left.
    columns: usize,
    count: usize,
    width: usize,
    /// Bytes of a pixel.
    pixel: usize,
}

impl Strips {
    fn new<T: Value>(kernel: &impl Around<T>, [width, height]: [usize; 2], pixel: usize) -> Strips {
        let reach = kernel.reach();
        let reach = [reach[0].min(width), reach[1].min(height)];
        // Where rows have no use for each other, whole rows need nothing saved, so that only very long ones are cut.
        let columns = if reach[1] == 0 { LONG_STRIP } else { STRIP / ((2 * reach[1] + 3) * pixel) };
        // What the next strip needs of one has to lie in it.
        let columns = columns.max(512).max(4 * reach[0]).min(kernel.most()).max(reach[0]).max(1);
        let count = (width / columns).max(1);
        Strips { reach, columns, count, width, pixel }
    }

    /// Bytes that a part of so many rows needs at most: rows, wider ones among them, what kernels keep of each row that they
    /// look at, and the originals left of a strip.
    fn memory(&self, rows: usize) -> usize {
        let widest = if self.count == 1 { self.width } else { (2 * self.columns).min(self.width) };
        let given = (widest + 2 * self.reach[0]) * self.pixel;
        let edge = if self.count == 1 { 0 } else { rows * self.reach[0] * self.pixel };
        given * (6 * (2 * self.reach[1] + 1) + 32) + edge
    }
}

/// Original rows beside a cut.
struct Saved {
    rows: Range<usize>,
    span: usize,
    bytes: Vec<u8>,
}

impl Saved {
    fn new(from: &RowsMut<'_>, rows: Range<usize>) -> Result<Saved> {
        let span = from.rows().span();
        let mut bytes = Vec::new();
        scratch::reserve(&mut bytes, rows.len() * span)?;
        rows.clone().for_each(|y| bytes.extend_from_slice(from.rows().row(y)));
        Ok(Saved { rows, span, bytes })
    }

    fn row(&self, y: usize) -> &[u8] {
        &self.bytes[(y - self.rows.start) * self.span..][..self.span]
    }
}

/// The rows that one thread makes.
struct Part<'a, K> {
    rows: RowsMut<'a>,
    first: usize,
    /// Rows of the whole view.
    height: usize,
    above: Option<&'a Saved>,
    below: Option<&'a Saved>,
    dense: Dense,
    kernel: &'a K,
}

impl<K> Part<'_, K> {
    #[inline(always)]
    fn run<T: Value>(&mut self, watch: &Watch<'_>)
    where
        K: Around<T>,
    {
        let width = self.rows.lanes().width;
        let channels = self.dense.channels();
        let rows = self.first..self.first + self.rows.rows().height();
        let strips = Strips::new(self.kernel, [width, self.height], channels * size_of::<T>());
        let Strips { reach: [reach_x, reach_y], columns: strip, count: strips, .. } = strips;
        let mut edge = Vec::new(); // The originals left of a strip, a row behind the other.
        for i in 0..strips {
            let columns = i * strip..if i + 1 == strips { width } else { (i + 1) * strip };
            let tile = Tile {
                size: [width, self.height],
                channels,
                given_columns: columns.start.saturating_sub(reach_x)..(columns.end + reach_x).min(width),
                given_rows: rows.start.saturating_sub(reach_y)..(rows.end + reach_y).min(self.height),
                columns,
                rows: rows.clone(),
            };
            if strips > 1 && i == 0 {
                edge = vec![T::default(); rows.len() * reach_x * channels];
            }
            self.strip(&tile, reach_y, &mut edge, watch);
            if watch.stopped() {
                return;
            }
        }
    }

    #[inline(always)]
    fn strip<T: Value>(&mut self, tile: &Tile, reach: usize, edge: &mut [T], watch: &Watch<'_>)
    where
        K: Around<T>,
    {
        let channels = tile.channels;
        let mut given = vec![T::default(); tile.given_columns.len() * channels];
        let mut made = vec![T::default(); tile.columns.len() * channels];
        let edge_len = edge.len() / tile.rows.len();
        let mut state = self.kernel.begin(tile);
        let mut next = tile.rows.start;
        for y in tile.given_rows.clone() {
            self.ask(tile, y, 0);
            let edges = tile.rows.contains(&y) && edge_len > 0;
            let lying = if K::TAKES_SHORT && !edges {
                self.dense.lying(self.original(tile, y), &tile.given_columns)
            } else {
                None
            };
            if lying.is_none() {
                self.dense.load(self.original(tile, y), tile.given_columns.clone(), &mut given);
            }
            if edges {
                let edge = &mut edge[(y - tile.rows.start) * edge_len..][..edge_len];
                let left = (tile.columns.start - tile.given_columns.start) * channels;
                given[..left].copy_from_slice(&edge[..left]);
                let end = (tile.columns.end - tile.given_columns.start) * channels;
                edge.copy_from_slice(&given[end - edge_len..end]);
            }
            self.ask(tile, y, 1);
            self.kernel.push(&mut state, tile, y, lying.unwrap_or(&given));
            self.ask(tile, y, 2);
            let last = y + 1 == tile.given_rows.end;
            while next < tile.rows.end && (next + reach <= y || last) {
                self.kernel.pop(&mut state, tile, next, &mut made);
                self.ask(tile, y, 3);
                self.dense.store(&made, self.rows.row(next - self.first), tile.columns.clone());
                next += 1;
                if reach >= LONG_REACH && watch.stopped() {
                    return;
                }
            }
            if (reach >= LONG_REACH || y % 8 == 0) && watch.stopped() {
                return;
            }
        }
    }

    /// Asks for a quarter of the row after the next: all of it at once is more than a processor can wait for.
    #[inline(always)]
    fn ask(&self, tile: &Tile, y: usize, quarter: usize) {
        let y = y + 2;
        if tile.rows.contains(&y) {
            let bytes = self.dense.part(self.rows.rows().row(y - self.first), &tile.given_columns);
            simd::ask(&bytes[bytes.len() * quarter / 4..bytes.len() * (quarter + 1) / 4]);
        }
    }

    /// Row `y`, where its originals are.
    #[inline(always)]
    fn original(&self, tile: &Tile, y: usize) -> &[u8] {
        if y < tile.rows.start {
            self.above.expect("rows above a part are saved").row(y)
        } else if y >= tile.rows.end {
            self.below.expect("rows below a part are saved").row(y)
        } else {
            self.rows.rows().row(y - self.first)
        }
    }
}
