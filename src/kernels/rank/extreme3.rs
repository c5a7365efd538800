//! The least or the largest of 3 x 3, the commonest: of three along the row, and of three such down the column.

use super::extreme::Choice;
use crate::kernels::around::{Around, Tile};
use std::marker::PhantomData;

pub struct Extreme3<C>(PhantomData<C>);

impl<C: Choice> Extreme3<C> {
    pub fn new() -> Self {
        Extreme3(PhantomData)
    }
}

/// The winners of two rows.
#[inline(always)]
fn winners2<C: Choice>(to: &mut [u8], [a, b]: [&[u8]; 2]) {
    for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
        *to = C::choose(a, b);
    }
}

/// The winners of three rows.
#[inline(always)]
fn winners3<C: Choice>(to: &mut [u8], [a, b, c]: [&[u8]; 3]) {
    for (((to, &a), &b), &c) in to.iter_mut().zip(a).zip(b).zip(c) {
        *to = C::choose(C::choose(a, b), c);
    }
}

impl<C: Choice> Around<u8> for Extreme3<C> {
    /// The winners along the last three rows.
    type State = [Vec<u8>; 3];

    const TAKES_SHORT: bool = true;

    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn begin(&self, tile: &Tile) -> Self::State {
        std::array::from_fn(|_| vec![0; tile.columns.len() * tile.channels])
    }

    #[inline(always)]
    fn push(&self, state: &mut Self::State, tile: &Tile, y: usize, row: &[u8]) {
        let (to, step) = (&mut state[y % 3][..], tile.channels);
        let (left, right) = (tile.columns.start > tile.given_columns.start, tile.given_columns.end > tile.columns.end);
        if tile.given_columns.len() == 1 {
            to.iter_mut().zip(row).for_each(|(to, &value)| *to = value);
            return;
        }
        // Where there is a pixel on either side; what lies outside of the view repeats what is inside, and never wins.
        let first = if left { 0 } else { step };
        let last = to.len() - if right { 0 } else { step };
        // The pixel before `first` is the first of `row`.
        winners3::<C>(&mut to[first..last], [row, &row[step..], row.get(2 * step..).unwrap_or_default()]);
        if !left {
            winners2::<C>(&mut to[..step], [row, &row[step..]]);
        }
        if !right {
            let before = (tile.given_columns.len() - 2) * step;
            winners2::<C>(&mut to[last..], [&row[before..], &row[before + step..]]);
        }
    }

    #[inline(always)]
    fn pop(&self, state: &mut Self::State, tile: &Tile, y: usize, row: &mut [u8]) {
        let rows = [y.saturating_sub(1), y, (y + 1).min(tile.size[1] - 1)];
        winners3::<C>(row, rows.map(|y| &state[y % 3][..]));
    }
}
