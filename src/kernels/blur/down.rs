//! The passes down the columns: a stage each, that is given one row after the other.

use super::across::places;
use super::window::Window;

/// The sum of each column.
enum Sums {
    /// Of small windows. A whole number of blocks.
    Small(Vec<[u16; 64]>),
    Large(Vec<u32>),
}

/// One pass: the rows that its windows still need, and the sum of each column.
pub struct Stage {
    rows: Vec<u8>,
    /// Values of a row.
    len: usize,
    sums: Sums,
    /// The row that is made next.
    pub next: usize,
    begun: bool,
    /// Rows of the whole view.
    height: usize,
}

impl Stage {
    /// For rows of `len` values, of which `next` is the first that can be made and `given` are there at most.
    pub fn new(window: &Window, len: usize, next: usize, given: usize, height: usize) -> Stage {
        let kept = (2 * window.reach() + 1).min(given);
        let sums =
            if window.is_small() { Sums::Small(vec![[0; 64]; len.div_ceil(64)]) } else { Sums::Large(vec![0; len]) };
        Stage { rows: vec![0; kept * len], len, sums, next, begun: false, height }
    }

    /// Where row `y` of what the pass reads is kept: the place of one that no window needs any more.
    #[inline(always)]
    pub fn slot(&mut self, y: usize) -> &mut [u8] {
        let at = y % (self.rows.len() / self.len) * self.len;
        &mut self.rows[at..][..self.len]
    }

    /// Makes the next row, when all rows up to the window's reach below it are there.
    #[inline(always)]
    pub fn make(&mut self, window: &Window, to: &mut [u8]) {
        let Stage { rows, len, sums, next, begun, height } = self;
        let (y, radius) = (*next as isize, window.radius as isize);
        let row = |y: usize| &rows[y % (rows.len() / *len) * *len..][..*len];
        let near = |y: isize| row(y.clamp(0, *height as isize - 1) as usize);
        let (above, last, below) = (near(y - radius - 1), near(y + radius), near(y + radius + 1));
        let before = || places(y - 1, window.radius, *height).map(|(y, count)| (row(y), count));
        match sums {
            Sums::Small(sums) => {
                if !*begun {
                    for (row, count) in before() {
                        let sums = sums.as_flattened_mut().iter_mut().zip(row);
                        sums.for_each(|(sum, &value)| *sum += u16::from(value) * count as u16);
                    }
                }
                small(window, sums, [above, last, below], to);
            }
            Sums::Large(sums) => {
                if !*begun {
                    for (row, count) in before() {
                        let sums = sums.iter_mut().zip(row);
                        sums.for_each(|(sum, &value)| *sum = sum.wrapping_add(count.wrapping_mul(value.into())));
                    }
                }
                for ((((to, sum), &above), &last), &below) in to.iter_mut().zip(sums).zip(above).zip(last).zip(below) {
                    *sum = sum.wrapping_add(last.into()).wrapping_sub(above.into());
                    *to = window.average(*sum, u32::from(above) + u32::from(below));
                }
            }
        }
        *begun = true;
        *next += 1;
    }
}

/// Moves the sums of small windows down by a row, and makes their averages.
#[inline(always)]
fn small(window: &Window, sums: &mut [[u16; 64]], rows: [&[u8]; 3], to: &mut [u8]) {
    let (blocks, tail) = to.as_chunks_mut::<64>();
    let [(above, above_tail), (last, last_tail), (below, below_tail)] = rows.map(<[u8]>::as_chunks::<64>);
    for ((((to, sums), above), last), below) in blocks.iter_mut().zip(&mut *sums).zip(above).zip(last).zip(below) {
        block(window, sums, [above, last, below], to);
    }
    if !tail.is_empty() {
        let filled = |values: &[u8]| {
            let mut block = [0; 64];
            block[..values.len()].copy_from_slice(values);
            block
        };
        let [above, last, below] = [above_tail, last_tail, below_tail].map(filled);
        let (mut averages, last_sums) = ([0; 64], sums.len() - 1);
        block(window, &mut sums[last_sums], [&above, &last, &below], &mut averages);
        tail.copy_from_slice(&averages[..tail.len()]);
    }
}

/// The same for 64 columns.
#[inline(always)]
fn block(window: &Window, sums: &mut [u16; 64], [above, last, below]: [&[u8; 64]; 3], to: &mut [u8; 64]) {
    for ((sum, &above), &last) in sums.iter_mut().zip(above).zip(last) {
        *sum = sum.wrapping_add(last.into()).wrapping_sub(above.into());
    }
    window.averages(to, sums, above, below);
}
