//! All ranks of 3 x 3 and the median of 5 x 5: columns are sorted once for all windows they are in, then exchanges find
//! the one that is wanted.

use super::blocks::{Block, in_blocks, load, max, min, store};
use crate::kernels::around::{Around, Ring, Tile};

/// Puts pairs of values in order. (Named one by one: the compiler would keep an array in memory.)
macro_rules! exchange {
    ($($a:ident $b:ident),*) => {$( ($a, $b) = (min($a, $b), max($a, $b)); )*};
}

/// The one in the middle.
#[inline(always)]
fn median_of_3([a, b, c]: [Block; 3]) -> Block {
    max(min(a, b), min(max(a, b), c))
}

#[inline(always)]
fn sort3([mut a, mut b, mut c]: [Block; 3]) -> [Block; 3] {
    exchange!(a b, b c, a b);
    [a, b, c]
}

/// Five values in order, by the nine exchanges that it takes.
#[inline(always)]
fn sort5([mut a, mut b, mut c, mut d, mut e]: [Block; 5]) -> [Block; 5] {
    exchange!(a b, d e, c e, c d, a d, a c, b e, b d, b c);
    [a, b, c, d, e]
}

/// Nine values in order, by the 25 exchanges that it takes (Codish, Cruz-Filipe, Frank and Schneider-Kamp 2014).
#[inline(always)]
pub fn sort9([mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h, mut i]: [Block; 9]) -> [Block; 9] {
    exchange!(a d, b h, c f, e i, a h, c e, d i, f g, a c, b d, e f, h i, b e, d g, f h);
    exchange!(a b, c e, d f, g i, c d, e f, g h, b c, d e, f g);
    [a, b, c, d, e, f, g, h, i]
}

/// The median of thirteen. Of any eight of them neither the least nor the largest is in the middle: these two are dropped
/// and one more is taken in, until none is left. (What is not used after an exchange is not computed.)
#[inline(always)]
fn median_of_13(
    [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h, mut i, mut j, mut k, mut l, m]: [Block; 13],
) -> Block {
    exchange!(a h, b g, c f, d e, a b, a c, a d, g h, f h, e h);
    exchange!(b i, c g, d f, b c, b d, b e, g i, f i, e i);
    exchange!(c j, d g, e f, c d, c e, g j, f j);
    exchange!(d k, e g, d e, d f, g k, f k);
    exchange!(e l, f g, e f, g l);
    let _ = (a, b, c, d, e, h, i, j, k, l);
    median_of_3([f, g, m])
}

/// Blocks that lie a pixel of `step` values apart.
#[inline(always)]
fn three(row: &[u8], x: usize, step: usize) -> [Block; 3] {
    [load(row, x), load(row, x + step), load(row, x + 2 * step)]
}

/// As `three`, in order of their values.
#[inline(always)]
fn five(row: &[u8], x: usize, step: usize) -> [Block; 5] {
    let [a, b, c] = three(row, x, step);
    sort5([a, b, c, load(row, x + 3 * step), load(row, x + 4 * step)])
}

/// The sorted columns of the rows around one row, and the rows they come from.
pub struct Columns<const N: usize> {
    ring: Ring<u8>,
    sorted: [Vec<u8>; N],
}

impl<const N: usize> Columns<N> {
    fn new(tile: &Tile) -> Self {
        let len = (tile.columns.len() + N - 1) * tile.channels;
        Columns { ring: Ring::new(tile, [N / 2, N / 2]), sorted: std::array::from_fn(|_| vec![0; len]) }
    }
}

/// The value of rank `RANK`, from 1 to 7, of 3 x 3 whose columns are in order, and then each row too. The k least are
/// then at the upper left, in rows none of which is longer than the one above: of all such shapes with `RANK` + 1 values
/// the one whose largest value is the least has the result, and the largest stands in a corner. (Of the exchanges
/// only those that a rank has use for are computed. For the median this is Smith 1996, "Implementing median filters in
/// XC4000E FPGAs".)
#[inline(always)]
fn ranked<const RANK: usize>([_, b, c]: [Block; 3], [d, e, f]: [Block; 3], [g, h, _]: [Block; 3]) -> Block {
    match RANK {
        1 => min(b, d),
        2 => min(min(c, g), max(b, d)),
        3 => min(min(max(c, d), max(b, g)), e),
        4 => median_of_3([c, e, g]),
        5 => max(max(min(g, f), min(h, c)), e),
        6 => max(max(g, c), min(h, f)),
        _ => max(h, f),
    }
}

/// The value of rank `RANK`, from 1 to 7, of 3 x 3.
pub struct Rank3<const RANK: usize>;

impl<const RANK: usize> Around<u8> for Rank3<RANK> {
    type State = Columns<3>;

    const TAKES_SHORT: bool = true;

    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn begin(&self, tile: &Tile) -> Self::State {
        Columns::new(tile)
    }

    #[inline(always)]
    fn push(&self, state: &mut Self::State, _tile: &Tile, y: usize, row: &[u8]) {
        state.ring.push(y, row, |v| v);
    }

    #[inline(always)]
    fn pop(&self, Columns { ring, sorted }: &mut Self::State, tile: &Tile, y: usize, row: &mut [u8]) {
        let [low, middle, high] = sorted;
        let (above, here, below) = (ring.row(y, -1), ring.row(y, 0), ring.row(y, 1));
        in_blocks(
            low.len(),
            #[inline(always)]
            |x| {
                let [a, b, c] = sort3([load(above, x), load(here, x), load(below, x)]);
                store(a, low, x);
                store(b, middle, x);
                store(c, high, x);
            },
        );
        let step = tile.channels;
        in_blocks(
            row.len(),
            #[inline(always)]
            |x| {
                let low = sort3(three(low, x, step));
                let middle = sort3(three(middle, x, step));
                let high = sort3(three(high, x, step));
                store(ranked::<RANK>(low, middle, high), row, x);
            },
        );
    }
}

/// The median of 5 x 5. When the columns are in order, and then the rows, 13 values can be the middle: all others have
/// 13 or more that are not smaller, or not larger.
pub struct Median5;

impl Around<u8> for Median5 {
    type State = Columns<5>;

    const TAKES_SHORT: bool = true;

    fn reach(&self) -> [usize; 2] {
        [2, 2]
    }

    fn begin(&self, tile: &Tile) -> Self::State {
        Columns::new(tile)
    }

    #[inline(always)]
    fn push(&self, state: &mut Self::State, _tile: &Tile, y: usize, row: &[u8]) {
        state.ring.push(y, row, |v| v);
    }

    #[inline(always)]
    fn pop(&self, Columns { ring, sorted }: &mut Self::State, tile: &Tile, y: usize, row: &mut [u8]) {
        let [r0, r1, r2, r3, r4] = sorted;
        let [s0, s1, s2, s3, s4] = [-2, -1, 0, 1, 2].map(|dy| ring.row(y, dy));
        in_blocks(
            r0.len(),
            #[inline(always)]
            |x| {
                let [a, b, c, d, e] = sort5([load(s0, x), load(s1, x), load(s2, x), load(s3, x), load(s4, x)]);
                store(a, r0, x);
                store(b, r1, x);
                store(c, r2, x);
                store(d, r3, x);
                store(e, r4, x);
            },
        );
        let step = tile.channels;
        in_blocks(
            row.len(),
            #[inline(always)]
            |x| {
                let five =
                    [five(r0, x, step), five(r1, x, step), five(r2, x, step), five(r3, x, step), five(r4, x, step)];
                let [[_, _, _, a, b], [_, _, c, d, e], [_, f, g, h, _], [i, j, k, _, _], [l, m, _, _, _]] = five;
                store(median_of_13([a, b, c, d, e, f, g, h, i, j, k, l, m]), row, x);
            },
        );
    }
}
