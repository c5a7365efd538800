//! Any rank of wide values, by Hoare's selection, in the very order of Pillow's RankFilter.c: of values that are equal, or
//! that cannot be compared (-0.0, NaN), it finds the same one.

use crate::error::{Error, Result};
use crate::kernels::around::{Around, Ring, Tile, Value};

pub struct Select {
    size: usize,
    rank: usize,
}

impl Select {
    /// # Errors
    /// [`Error::Memory`] where a window has more values than there is memory for.
    pub fn new(size: usize, rank: usize) -> Result<Select> {
        let window = size * size * size_of::<i32>();
        Vec::<u8>::new()
            .try_reserve_exact(window)
            .map_err(|_| Error::Memory(format!("there is no memory for a window of {window} bytes")))?;
        Ok(Select { size, rank })
    }
}

impl<T: Value> Around<T> for Select {
    type State = (Ring<T>, Vec<T>);

    fn reach(&self) -> [usize; 2] {
        [self.size / 2; 2]
    }

    fn most(&self) -> usize {
        (1 << 20) / (self.size * self.size)
    }

    fn begin(&self, tile: &Tile) -> Self::State {
        (Ring::new(tile, [self.size / 2; 2]), Vec::with_capacity(self.size * self.size))
    }

    #[inline(always)]
    fn push(&self, (ring, _): &mut Self::State, _tile: &Tile, y: usize, row: &[T]) {
        ring.push(y, row, |v| v);
    }

    #[inline(always)]
    fn pop(&self, (ring, values): &mut Self::State, tile: &Tile, y: usize, row: &mut [T]) {
        let reach = (self.size / 2).cast_signed();
        for (x, value) in row.iter_mut().enumerate() {
            values.clear();
            for dy in -reach..=reach {
                let source = &ring.row(y, dy)[x..];
                values.extend((0..self.size).map(|dx| source[dx * tile.channels]));
            }
            *value = select(values, self.rank);
        }
    }
}

/// The value of rank `rank`. A NaN ends each search, as nothing is less or greater, so none runs beyond the values.
fn select<T: Value>(values: &mut [T], rank: usize) -> T {
    let (mut low, mut high) = (0, values.len() - 1);
    while low < high {
        let pivot = values[rank];
        let (mut i, mut j) = (low, high);
        loop {
            while values[i] < pivot {
                i += 1;
            }
            while pivot < values[j] {
                j -= 1;
            }
            if i <= j {
                values.swap(i, j);
                i += 1;
                j = j.wrapping_sub(1);
            }
            if i.cast_signed() > j.cast_signed() {
                break;
            }
        }
        if j.cast_signed() < rank.cast_signed() {
            low = i;
        }
        if rank < i {
            high = j;
        }
        if high.cast_signed() < 0 {
            break;
        }
    }
    values[rank]
}
