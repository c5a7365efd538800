//! The least or the largest: along each row, then along each column, by doubling. The least of `2^k` neighbours is the
//! lesser of those of two halves, and that of any number the lesser of two such runs, which may overlap.

use crate::kernels::around::{Around, Tile};
use std::marker::PhantomData;

/// Which of two values is wanted.
pub trait Choice: Sync + Send {
    fn choose(a: u8, b: u8) -> u8;
}

/// The least.
pub struct Smaller;

impl Choice for Smaller {
    #[inline(always)]
    fn choose(a: u8, b: u8) -> u8 {
        a.min(b)
    }
}

/// The largest.
pub struct Larger;

impl Choice for Larger {
    #[inline(always)]
    fn choose(a: u8, b: u8) -> u8 {
        a.max(b)
    }
}

pub struct Extreme<C> {
    reach: usize,
    choice: PhantomData<C>,
}

impl<C: Choice> Extreme<C> {
    pub fn new(reach: usize) -> Self {
        Extreme { reach, choice: PhantomData }
    }
}

/// The winners of `2^k` rows that end with row `y`, for each `k` and the last few `y`.
pub struct State {
    levels: Vec<Vec<u8>>,
    /// Values of a row.
    len: usize,
    /// Rows that are kept of each level.
    kept: usize,
    /// The winners of `2^k` pixels that begin at each pixel of a row, and of half as many.
    runs: [Vec<u8>; 2],
}

/// `to[i]` becomes the winner of itself and `from[i]`.
#[inline(always)]
fn merge<C: Choice>(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = C::choose(*to, from));
}

/// The winners of each value and of the one `step` behind it.
#[inline(always)]
fn winners<C: Choice>(to: &mut [u8], from: &[u8], step: usize) {
    for ((to, &a), &b) in to.iter_mut().zip(from).zip(&from[step..]) {
        *to = C::choose(a, b);
    }
}

impl<C: Choice> Around<u8> for Extreme<C> {
    type State = State;

    fn reach(&self) -> [usize; 2] {
        [self.reach; 2]
    }

    fn begin(&self, tile: &Tile) -> State {
        let len = tile.columns.len() * tile.channels;
        let kept = (2 * self.reach + 1).min(tile.given_rows.len());
        let levels = (2 * self.reach + 1).min(tile.size[1]).ilog2() as usize + 1;
        let runs = std::array::from_fn(|_| vec![0; tile.given_columns.len() * tile.channels]);
        State { levels: vec![vec![0; kept * len]; levels], len, kept, runs }
    }

    #[inline(always)]
    fn push(&self, state: &mut State, tile: &Tile, y: usize, row: &[u8]) {
        let State { levels, len, kept, runs: [run, half_run] } = state;
        let (len, at) = (*len, |y: usize| y % *kept * *len);
        // Along the row: what lies outside of the view repeats what is inside, and so never wins.
        let (channels, given) = (tile.channels, &tile.given_columns);
        let window = 2 * self.reach + 1;
        let half = 1 << window.min(given.len()).ilog2();
        if half == 1 {
            run.copy_from_slice(row);
        } else {
            winners::<C>(run, row, channels);
        }
        let mut width = 2;
        while width < half {
            std::mem::swap(run, half_run);
            winners::<C>(run, half_run, width * channels);
            width *= 2;
        }
        let level0 = &mut levels[0][at(y)..][..len];
        // Where the whole window lies inside, two runs make it up; at the sides it is shorter.
        let inner = tile.columns.start.max(self.reach)..tile.columns.end.min(tile.size[0].saturating_sub(self.reach));
        let side = |x: usize, to: &mut [u8]| {
            let window = x.saturating_sub(self.reach)..(x + self.reach + 1).min(tile.size[0]);
            let at = |x: usize| (x - given.start) * channels;
            to.copy_from_slice(&row[at(window.start)..][..channels]);
            window.for_each(|x| merge::<C>(to, &row[at(x)..][..channels]));
        };
        let place = |x: usize| (x - tile.columns.start) * channels..(x + 1 - tile.columns.start) * channels;
        if inner.start >= inner.end {
            tile.columns.clone().for_each(|x| side(x, &mut level0[place(x)]));
        } else {
            let count = inner.len() * channels;
            let first = &run[(inner.start - self.reach - given.start) * channels..][..count];
            let second = &run[(inner.start + self.reach + 1 - half - given.start) * channels..][..count];
            let to = &mut level0[place(inner.start).start..][..count];
            for ((to, &a), &b) in to.iter_mut().zip(first).zip(second) {
                *to = C::choose(a, b);
            }
            (tile.columns.start..inner.start)
                .chain(inner.end..tile.columns.end)
                .for_each(|x| side(x, &mut level0[place(x)]));
        }
        // And down the columns.
        for k in 1..levels.len() {
            let rows = 1 << (k - 1);
            if y < tile.given_rows.start + 2 * rows - 1 {
                break;
            }
            let (below, above) = levels.split_at_mut(k);
            let (a, b) = (&below[k - 1][at(y)..][..len], &below[k - 1][at(y - rows)..][..len]);
            let to = &mut above[0][at(y)..][..len];
            for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
                *to = C::choose(a, b);
            }
        }
    }

    #[inline(always)]
    fn pop(&self, state: &mut State, tile: &Tile, y: usize, row: &mut [u8]) {
        let (top, bottom) = (y.saturating_sub(self.reach), (y + self.reach).min(tile.size[1] - 1));
        let level = (bottom - top + 1).ilog2();
        let winners = &state.levels[level as usize];
        let run = |last: usize| &winners[last % state.kept * state.len..][..state.len];
        for ((to, &a), &b) in row.iter_mut().zip(run(bottom)).zip(run(top + (1 << level) - 1)) {
            *to = C::choose(a, b);
        }
    }
}
