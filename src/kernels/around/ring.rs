//! The last few rows that a kernel was given.

use super::{Tile, Value};

/// A window of `2 * reach + 1` rows, that moves down; at the view's edges the outermost pixels are repeated, as if the
/// view went on like that.
pub struct Ring<T> {
    rows: Vec<T>,
    /// Values of a row, with what was added at its ends.
    len: usize,
    reach: usize,
    height: usize,
    margin: [usize; 2],
    channels: usize,
}

impl<T: Copy + Default> Ring<T> {
    /// For a kernel that looks so many columns and rows to either side.
    pub fn new(tile: &Tile, [reach_x, reach_y]: [usize; 2]) -> Ring<T> {
        let missing = |there: usize| reach_x - there.min(reach_x);
        let margin = [
            missing(tile.columns.start - tile.given_columns.start),
            missing(tile.given_columns.end - tile.columns.end),
        ];
        let len = (tile.given_columns.len() + margin[0] + margin[1]) * tile.channels;
        let kept = (2 * reach_y + 1).min(tile.given_rows.len());
        Ring {
            rows: vec![T::default(); kept * len],
            len,
            reach: reach_y,
            height: tile.size[1],
            margin,
            channels: tile.channels,
        }
    }

    /// Takes row `y`, whose place the row `2 * reach + 1` above it had, each value converted.
    #[inline(always)]
    pub fn push<S: Value>(&mut self, y: usize, row: &[S], convert: impl Fn(S) -> T) {
        let [left, right] = self.margin.map(|pixels| pixels * self.channels);
        let at = y % (self.rows.len() / self.len) * self.len;
        let to = &mut self.rows[at..][..self.len];
        to[left..].iter_mut().zip(row).for_each(|(to, &value)| *to = convert(value));
        to.copy_within(left..left + self.channels, 0);
        for x in 1..self.margin[0] {
            to.copy_within(..self.channels, x * self.channels);
        }
        let last = to.len() - right - self.channels;
        for x in 1..=self.margin[1] {
            to.copy_within(last..last + self.channels, last + x * self.channels);
        }
    }

    /// The row `dy` below or above row `y`: it begins `reach` columns left of the tile's own, and ends as many right of
    /// them.
    #[inline(always)]
    pub fn row(&self, y: usize, dy: isize) -> &[T] {
        debug_assert!(dy.unsigned_abs() <= self.reach);
        let y = y.saturating_add_signed(dy).min(self.height - 1);
        &self.rows[y % (self.rows.len() / self.len) * self.len..][..self.len]
    }
}
