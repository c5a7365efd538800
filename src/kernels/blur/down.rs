//! The passes down the columns: a stage each, that is given one row after the other.

use super::across::places;
use super::window::Window;

/// What the sums of columns are kept in.
pub trait Sum: Copy + Default + Send + Sync + 'static {
    /// The sum, with `add` more and `less` less, which may be more than it holds meanwhile.
    fn moved(self, add: u8, less: u8) -> Self;
    /// With `value` so many times more.
    fn plus(self, value: u8, count: u32) -> Self;
    fn wide(self) -> u32;
}

macro_rules! sums {
    ($($type:ty)*) => {$(
        impl Sum for $type {
            #[inline(always)]
            fn moved(self, add: u8, less: u8) -> Self {
                self.wrapping_add(add.into()).wrapping_sub(less.into())
            }

            #[inline(always)]
            fn plus(self, value: u8, count: u32) -> Self {
                self.wrapping_add(<$type>::from(value).wrapping_mul(count as $type))
            }

            #[inline(always)]
            fn wide(self) -> u32 {
                self.into()
            }
        }
    )*};
}
sums!(u16 u32);

/// One pass: the rows that its windows still need, and the sum of each column.
pub struct Stage<S> {
    rows: Vec<u8>,
    /// Values of a row.
    len: usize,
    sums: Vec<S>,
    /// The row that is made next.
    pub next: usize,
    begun: bool,
    /// Rows of the whole view.
    height: usize,
}

impl<S: Sum> Stage<S> {
    /// For rows of `len` values, of which `next` is the first that can be made and `given` are there at most.
    pub fn new(window: &Window, len: usize, next: usize, given: usize, height: usize) -> Stage<S> {
        let kept = (2 * window.reach() + 1).min(given);
        Stage { rows: vec![0; kept * len], len, sums: vec![S::default(); len], next, begun: false, height }
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
        if !*begun {
            for (y, count) in places(y - 1, window.radius, *height) {
                sums.iter_mut().zip(row(y)).for_each(|(sum, &value)| *sum = sum.plus(value, count));
            }
            *begun = true;
        }
        let (above, last, below) = (near(y - radius - 1), near(y + radius), near(y + radius + 1));
        let columns = to.iter_mut().zip(sums).zip(above).zip(last);
        if let Some(divisor) = window.divisor() {
            for (((to, sum), &above), &last) in columns {
                *sum = sum.moved(last, above);
                *to = divisor.average(sum.wide() as u16);
            }
        } else {
            for ((((to, sum), &above), &last), &below) in columns.zip(below) {
                *sum = sum.moved(last, above);
                *to = window.average(sum.wide(), (u16::from(above) + u16::from(below)).into());
            }
        }
        *next += 1;
    }
}
