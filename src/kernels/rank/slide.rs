//! Any rank of a large window: a histogram that slides along the row, a column in and a column out (Huang 1979, "A fast
//! two-dimensional median filtering algorithm"). Its counts are kept in sixteens too, so that a rank is found in few
//! steps.

use crate::kernels::around::{Around, Ring, Tile};

pub struct Slide {
    pub reach: usize,
    pub rank: usize,
}

/// How many of the values there are of each.
struct Histogram {
    fine: [u32; 256],
    coarse: [u32; 16],
}

impl Histogram {
    #[inline(always)]
    fn add(&mut self, value: u8) {
        self.fine[usize::from(value)] += 1;
        self.coarse[usize::from(value >> 4)] += 1;
    }

    #[inline(always)]
    fn remove(&mut self, value: u8) {
        self.fine[usize::from(value)] -= 1;
        self.coarse[usize::from(value >> 4)] -= 1;
    }

    /// The value that has `rank` values before it.
    #[inline(always)]
    fn find(&self, rank: usize) -> u8 {
        let mut left = rank as u32;
        let mut value = 0;
        while left >= self.coarse[value / 16] {
            left -= self.coarse[value / 16];
            value += 16;
        }
        while left >= self.fine[value] {
            left -= self.fine[value];
            value += 1;
        }
        value as u8
    }
}

impl Around<u8> for Slide {
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
        let (reach, channels) = (self.reach.cast_signed(), tile.channels);
        let rows: Vec<&[u8]> = (-reach..=reach).map(|dy| ring.row(y, dy)).collect();
        for channel in 0..channels {
            let mut histogram = Histogram { fine: [0; 256], coarse: [0; 16] };
            for row in &rows {
                (0..2 * self.reach).for_each(|x| histogram.add(row[x * channels + channel]));
            }
            for (x, pixel) in row.chunks_exact_mut(channels).enumerate() {
                let (first, last) = (x * channels + channel, (x + 2 * self.reach) * channels + channel);
                rows.iter().for_each(|row| histogram.add(row[last]));
                pixel[channel] = histogram.find(self.rank);
                rows.iter().for_each(|row| histogram.remove(row[first]));
            }
        }
    }
}
