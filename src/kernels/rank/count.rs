//! Any rank of a small window: bit by bit from the top, by counting how many of the values around are smaller than what
//! is known of the result so far with the next bit set. All values of a block at a time, so that it takes no branches.

use super::blocks::{Block, LEN, in_blocks, load, store};
use crate::kernels::around::{Around, Ring, Tile};

pub struct Count {
    pub reach: usize,
    pub rank: usize,
}

impl Around<u8> for Count {
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
        in_blocks(
            row.len(),
            #[inline(always)]
            |x| store(self.find(ring, tile, y, x), row, x),
        );
    }
}

impl Count {
    /// The results for a block of values, the first at `x`.
    #[inline(always)]
    fn find(&self, ring: &Ring<u8>, tile: &Tile, y: usize, x: usize) -> Block {
        let (reach, window) = (self.reach.cast_signed(), 2 * self.reach + 1);
        let mut found = [0; LEN];
        for bit in (0..8).rev() {
            let mut wanted: Block = found;
            wanted.iter_mut().for_each(|v| *v |= 1 << bit);
            let mut smaller = [0_u16; LEN];
            for dy in -reach..=reach {
                let source = ring.row(y, dy);
                let mut in_row = [0_u8; LEN]; // As many as the window is wide, at most.
                for dx in 0..window {
                    let values = load(source, x + dx * tile.channels);
                    for ((count, value), wanted) in in_row.iter_mut().zip(&values).zip(&wanted) {
                        *count += u8::from(value < wanted);
                    }
                }
                smaller.iter_mut().zip(&in_row).for_each(|(all, &count)| *all += u16::from(count));
            }
            for ((found, wanted), &smaller) in found.iter_mut().zip(wanted).zip(&smaller) {
                if usize::from(smaller) <= self.rank {
                    *found = wanted;
                }
            }
        }
        found
    }
}
