//! Mode: the value that is the most frequent around.

use super::accept;
use super::around::{self, Around, Ring, Tile};
use super::rank::blocks::{Block, LEN, load, store};
use super::rank::network::sort9;
use crate::error::Result;
use crate::format::Format;
use crate::parallel::Cost;
use crate::rows::RowsMut;

struct Mode {
    reach: usize,
}

/// Up to this reach all pairs of a window are compared, for a block of windows at once; from then on a histogram that
/// slides is faster (benches: `mode_filter`).
const PAIRS_TO: usize = 3;

/// A value that occurs only so often is not taken.
const TOO_FEW: u32 = 2;

impl Around<u8> for Mode {
    type State = Ring<u8>;

    fn reach(&self) -> [usize; 2] {
        [self.reach; 2]
    }

    fn begin(&self, tile: &Tile) -> Self::State {
        Ring::new(tile, [self.reach; 2])
    }

    #[inline(always)]
    fn push(&self, ring: &mut Self::State, _tile: &Tile, y: usize, row: &[u8]) {
        ring.push(y, row, |v| v);
    }

    #[inline(always)]
    fn pop(&self, ring: &mut Self::State, tile: &Tile, y: usize, row: &mut [u8]) {
        let (reach, channels, [width, height]) = (self.reach.cast_signed(), tile.channels, tile.size);
        // Only what lies inside of the view counts.
        let rows: Vec<&[u8]> = (-reach..=reach)
            .filter(|&dy| y.checked_add_signed(dy).is_some_and(|y| y < height))
            .map(|dy| ring.row(y, dy))
            .collect();
        let originals = &ring.row(y, 0)[self.reach * channels..][..row.len()];
        row.copy_from_slice(originals);
        let inside = self.reach.max(tile.columns.start)..tile.columns.end.min(width.saturating_sub(self.reach));
        let mut slow = tile.columns.clone();
        if self.reach <= PAIRS_TO && inside.len() * channels >= LEN {
            let values = (inside.start - tile.columns.start) * channels..(inside.end - tile.columns.start) * channels;
            let blocks = (values.start..values.end - LEN).step_by(LEN);
            for x in blocks.chain([values.end - LEN]) {
                let originals = load(row, x);
                let found = match (self.reach, &rows[..]) {
                    (1, &[above, here, below]) => most_frequent_of_nine([above, here, below], x, channels, originals),
                    _ => most_frequent_of_pairs(&rows, x, channels, 2 * self.reach + 1, originals),
                };
                store(found, row, x);
            }
            slow = tile.columns.start..inside.start.max(tile.columns.start);
            self.slide(&rows, tile, inside.end..tile.columns.end, row);
        }
        self.slide(&rows, tile, slow, row);
    }
}

/// As `most_frequent_of_pairs`, of 3 x 3. In order, values that are alike stand together: one that is there n times is
/// equal to the one n - 1 places on.
#[inline(always)]
fn most_frequent_of_nine(rows: [&[u8]; 3], x: usize, channels: usize, mut found: Block) -> Block {
    let [[a, b, c], [d, e, f], [g, h, i]] =
        rows.map(|row| [load(row, x), load(row, x + channels), load(row, x + 2 * channels)]);
    let [a, b, c, d, e, f, g, h, i] = sort9([a, b, c, d, e, f, g, h, i]);
    // The more frequent and, of those as frequent, the lesser is looked for later, and replaces the others.
    for (value, other) in [(g, i), (f, h), (e, g), (d, f), (c, e), (b, d), (a, c)] {
        take_where_equal(&mut found, value, other);
    }
    for (value, other) in [(f, i), (e, h), (d, g), (c, f), (b, e), (a, d)] {
        take_where_equal(&mut found, value, other);
    }
    // One that is there five times or more is the one in the middle.
    for (value, other) in [(e, i), (d, h), (c, g), (b, f), (a, e)] {
        take_where_equal(&mut found, value, other);
    }
    found
}

#[inline(always)]
fn take_where_equal(found: &mut Block, values: Block, others: Block) {
    for ((found, value), other) in found.iter_mut().zip(values).zip(others) {
        *found = if value == other { value } else { *found };
    }
}

/// The most frequent of each window of a block that begins at `x`, and of those that are as frequent the least; or the
/// original.
#[inline(always)]
fn most_frequent_of_pairs(rows: &[&[u8]], x: usize, channels: usize, window: usize, originals: Block) -> Block {
    let (mut most, mut found) = ([TOO_FEW as u8; LEN], originals);
    let values = |row: &[u8], dx: usize| load(row, x + dx * channels);
    for row in rows {
        for dx in 0..window {
            let candidate = values(row, dx);
            let mut count = [0_u8; LEN];
            for other in rows {
                for dx in 0..window {
                    let other = values(other, dx);
                    for ((count, candidate), other) in count.iter_mut().zip(&candidate).zip(&other) {
                        *count += u8::from(candidate == other);
                    }
                }
            }
            for (((most, found), &count), &candidate) in most.iter_mut().zip(&mut found).zip(&count).zip(&candidate) {
                let better = count > *most || (count == *most && count > TOO_FEW as u8 && candidate < *found);
                *most = if better { count } else { *most };
                *found = if better { candidate } else { *found };
            }
        }
    }
    found
}

impl Mode {
    /// The most frequent values of the windows around `columns`, by a histogram.
    #[inline(always)]
    fn slide(&self, rows: &[&[u8]], tile: &Tile, columns: std::ops::Range<usize>, to: &mut [u8]) {
        if columns.is_empty() {
            return;
        }
        let (channels, width) = (tile.channels, tile.size[0]);
        // Rows of the ring begin `reach` columns left of the tile.
        let at = |x: usize, channel: usize| (x + self.reach - tile.columns.start) * channels + channel;
        for channel in 0..channels {
            let mut counts = [0_u32; 256];
            let add = |counts: &mut [u32; 256], x: usize, change: u32| {
                for row in rows {
                    let count = &mut counts[usize::from(row[at(x, channel)])];
                    *count = count.wrapping_add(change);
                }
            };
            (columns.start.saturating_sub(self.reach)..(columns.start + self.reach).min(width))
                .for_each(|x| add(&mut counts, x, 1));
            for x in columns.clone() {
                if x + self.reach < width {
                    add(&mut counts, x + self.reach, 1);
                }
                let most = counts.iter().copied().fold(0, u32::max);
                if most > TOO_FEW
                    && let Some(value) = counts.iter().position(|&count| count == most)
                {
                    to[(x - tile.columns.start) * channels + channel] = value as u8;
                }
                if let Some(x) = x.checked_sub(self.reach) {
                    add(&mut counts, x, 1_u32.wrapping_neg());
                }
            }
        }
    }
}

/// Replaces every value by the most frequent of the `size` by `size` values around it, as far as those lie inside; by the
/// least of several; if none is there more than twice it stays. 8-bit values: the bytes of `ImageFilter.ModeFilter`
/// (ModeFilter.c).
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn mode_filter(rows: &mut RowsMut<'_>, format: Format, size: usize) -> Result<()> {
    accept("mode_filter", format, &[Format::U8])?;
    around::run(rows, format, Cost::SCALAR, &Mode { reach: size / 2 })
}
