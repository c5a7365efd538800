//! Rows of a square become its columns: two runs of values to one, by turns, again and again.

#[cfg(target_arch = "x86_64")]
use super::{Level, level};

/// 16 bytes of a row.
pub type Run = [u8; 16];

/// Code for `DEEP` squares at a time, one below the other.
pub trait Squares<const DEEP: usize>: Copy {
    /// The values of `a` and `b` by turns, `N` bytes each, run by run: what the first halves give, and what the second
    /// halves do.
    fn interleave<const N: usize>(self, a: [Run; DEEP], b: [Run; DEEP]) -> [[Run; DEEP]; 2];

    /// The bytes of `new` where `mask` is 255, and those of `old` where it is 0.
    fn merge(self, old: [Run; DEEP], new: [Run; DEEP], mask: Run) -> [Run; DEEP];

    /// Squares of values of `N` bytes, rows of as many as they have: rows become columns. To lay the first half of the rows
    /// between those of the second, value by value, is half of the way for two rows, and a quarter for four.
    #[inline(always)]
    fn turn<const N: usize, const SIDE: usize>(self, mut rows: [[Run; DEEP]; SIDE]) -> [[Run; DEEP]; SIDE] {
        for _ in 0..SIDE.ilog2() {
            let before = rows;
            for i in 0..SIDE / 2 {
                [rows[2 * i], rows[2 * i + 1]] = self.interleave::<N>(before[i], before[i + SIDE / 2]);
            }
        }
        rows
    }
}

/// What every processor can do.
#[derive(Clone, Copy, Debug)]
pub struct OneSquare;

impl Squares<1> for OneSquare {
    #[inline(always)]
    fn interleave<const N: usize>(self, [a]: [Run; 1], [b]: [Run; 1]) -> [[Run; 1]; 2] {
        interleave::<N>(a, b).map(|run| [run])
    }

    #[inline(always)]
    fn merge(self, [old]: [Run; 1], [new]: [Run; 1], mask: Run) -> [Run; 1] {
        let [old, new, mask] = [old, new, mask].map(u128::from_le_bytes);
        [((old & !mask) | (new & mask)).to_le_bytes()]
    }
}

/// Only where the processor has AVX2.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub struct TwoSquares(());

#[cfg(target_arch = "x86_64")]
impl TwoSquares {
    /// `None` without AVX2.
    pub fn new() -> Option<TwoSquares> {
        (level() >= Level::Avx2).then_some(TwoSquares(()))
    }
}

#[cfg(target_arch = "x86_64")]
impl Squares<2> for TwoSquares {
    #[inline(always)]
    fn interleave<const N: usize>(self, a: [Run; 2], b: [Run; 2]) -> [[Run; 2]; 2] {
        // SAFETY: `new` has found AVX2.
        unsafe { x86::interleave_avx2::<N>(a, b) }
    }

    #[inline(always)]
    fn merge(self, old: [Run; 2], new: [Run; 2], mask: Run) -> [Run; 2] {
        // SAFETY: `new` has found AVX2.
        unsafe { x86::merge_avx2(old, new, [mask; 2]) }
    }
}

#[inline(always)]
fn interleave<const N: usize>(a: Run, b: Run) -> [Run; 2] {
    #[cfg(target_arch = "x86_64")]
    return x86::interleave::<N>(a, b);
    #[cfg(not(target_arch = "x86_64"))]
    plain::<N>(a, b)
}

/// The same without instructions by name.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(always)]
fn plain<const N: usize>(a: Run, b: Run) -> [Run; 2] {
    let half = |first: usize| std::array::from_fn(|i| [a, b][i / N % 2][first + i / (2 * N) * N + i % N]);
    [half(0), half(8)]
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Run;
    use std::arch::x86_64::*;
    use std::mem::transmute;

    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn merge_avx2(old: [Run; 2], new: [Run; 2], mask: [Run; 2]) -> [Run; 2] {
        // SAFETY: the types have the same size, and any bytes are a value of each.
        unsafe {
            let [old, new, mask]: [__m256i; 3] = transmute([old, new, mask]);
            transmute(_mm256_blendv_epi8(old, new, mask))
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn interleave_avx2<const N: usize>(a: [Run; 2], b: [Run; 2]) -> [[Run; 2]; 2] {
        // SAFETY: as in `merge_avx2`.
        unsafe {
            let [a, b]: [__m256i; 2] = transmute([a, b]);
            transmute(match N {
                1 => [_mm256_unpacklo_epi8(a, b), _mm256_unpackhi_epi8(a, b)],
                2 => [_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)],
                4 => [_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)],
                _ => panic!("values of {N} bytes"),
            })
        }
    }

    #[inline(always)]
    pub fn interleave<const N: usize>(a: Run, b: Run) -> [Run; 2] {
        // SAFETY: as in `merge_avx2`, and every x86-64 has SSE2.
        unsafe {
            let [a, b]: [__m128i; 2] = transmute([a, b]);
            transmute(match N {
                1 => [_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b)],
                2 => [_mm_unpacklo_epi16(a, b), _mm_unpackhi_epi16(a, b)],
                4 => [_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b)],
                _ => panic!("values of {N} bytes"),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_by_turns() {
        let a: Run = std::array::from_fn(|i| i as u8);
        let b = a.map(|value| value + 100);
        let first = [0, 100, 1, 101, 2, 102, 3, 103, 4, 104, 5, 105, 6, 106, 7, 107];
        assert_eq!(interleave::<1>(a, b), [first, first.map(|value| value + 8)]);
        let first = [0, 1, 2, 3, 100, 101, 102, 103, 4, 5, 6, 7, 104, 105, 106, 107];
        assert_eq!(interleave::<4>(a, b), [first, first.map(|value| value + 8)]);
        assert_eq!(interleave::<1>(a, b), plain::<1>(a, b));
        assert_eq!(interleave::<2>(a, b), plain::<2>(a, b));
        assert_eq!(interleave::<4>(a, b), plain::<4>(a, b));
    }

    fn byte(run: usize, y: usize, i: usize) -> u8 {
        (run * 101 + y * 16 + i) as u8
    }

    fn check<const N: usize, const SIDE: usize, const DEEP: usize>(squares: impl Squares<DEEP>) {
        let rows = std::array::from_fn(|y| std::array::from_fn(|run| std::array::from_fn(|i| byte(run, y, i))));
        for (x, row) in squares.turn::<N, SIDE>(rows).iter().enumerate() {
            for (run, values) in row.iter().enumerate() {
                let expected = std::array::from_fn(|i| byte(run, i / N, x * N + i % N));
                assert_eq!(*values, expected, "{DEEP} {N} {x} {run}");
            }
        }
        let mask: Run = std::array::from_fn(|i| if i % 3 == 0 { 255 } else { 0 });
        let runs = |y| std::array::from_fn(|run| std::array::from_fn(|i| byte(run, y, i)));
        let (old, new, made): ([Run; DEEP], _, _) = (runs(0), runs(5), squares.merge(runs(0), runs(5), mask));
        let expected = |run: usize, i: usize| if mask[i] == 255 { new[run][i] } else { old[run][i] };
        assert_eq!(made, std::array::from_fn(|run| std::array::from_fn(|i| expected(run, i))));
    }

    #[test]
    fn rows_become_columns() {
        check::<1, 16, 1>(OneSquare);
        check::<2, 8, 1>(OneSquare);
        check::<4, 4, 1>(OneSquare);
        #[cfg(target_arch = "x86_64")]
        if let Some(two) = TwoSquares::new() {
            check::<1, 16, 2>(two);
            check::<2, 8, 2>(two);
            check::<4, 4, 2>(two);
        }
    }
}
