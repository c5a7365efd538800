//! Two runs of values to one, by turns. Rows of a square become its columns when this is repeated.

/// 16 bytes of a row.
pub type Run = [u8; 16];

/// The values of `a` and `b` by turns, `N` bytes each: what their first halves give, and what their second halves do.
#[inline(always)]
pub fn interleave<const N: usize>(a: Run, b: Run) -> [Run; 2] {
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

/// The bytes of `new` where `mask` is 255, and those of `old` where it is 0.
#[inline(always)]
pub fn merge(old: Run, new: Run, mask: Run) -> Run {
    #[cfg(target_arch = "x86_64")]
    return x86::merge(old, new, mask);
    #[cfg(not(target_arch = "x86_64"))]
    plain_merge(old, new, mask)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(always)]
fn plain_merge(old: Run, new: Run, mask: Run) -> Run {
    let [old, new, mask] = [old, new, mask].map(u128::from_le_bytes);
    ((old & !mask) | (new & mask)).to_le_bytes()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Run;
    use std::arch::x86_64::*;

    #[inline(always)]
    pub fn merge(old: Run, new: Run, mask: Run) -> Run {
        // SAFETY: as in `interleave`.
        unsafe {
            let [old, new, mask]: [__m128i; 3] = std::mem::transmute([old, new, mask]);
            std::mem::transmute(_mm_or_si128(_mm_andnot_si128(mask, old), _mm_and_si128(mask, new)))
        }
    }

    #[inline(always)]
    pub fn interleave<const N: usize>(a: Run, b: Run) -> [Run; 2] {
        // SAFETY: the types have the same size, any bytes are a value of each, and every x86-64 has SSE2.
        unsafe {
            let [a, b]: [__m128i; 2] = std::mem::transmute([a, b]);
            std::mem::transmute(match N {
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
        let mask = std::array::from_fn(|i| if i % 3 == 0 { 255 } else { 0 });
        assert_eq!(merge(a, b, mask), std::array::from_fn(|i| [a, b][usize::from(i % 3 == 0)][i]));
        assert_eq!(merge(a, b, mask), plain_merge(a, b, mask));
        assert_eq!(interleave::<1>(a, b), plain::<1>(a, b));
        assert_eq!(interleave::<2>(a, b), plain::<2>(a, b));
        assert_eq!(interleave::<4>(a, b), plain::<4>(a, b));
    }
}
