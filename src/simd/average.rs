//! Sums to averages of one byte, 64 at a time. The compiler spends most of its instructions on narrowing the numbers:
//! these take a third of the time (benches: `box_blur`, `gaussian_blur`).

use super::{Level, level};

/// Which code makes the averages.
#[derive(Clone, Copy, Debug)]
pub struct Averages {
    /// Only [`Averages::new`] sets it, where the processor has AVX2.
    vectors: bool,
}

/// Half of the 2^24 that weights are parts of.
const HALF: u32 = 1 << 23;

impl Averages {
    /// The best that this processor has.
    #[expect(clippy::new_without_default)]
    pub fn new() -> Averages {
        Averages { vectors: level() >= Level::Avx2 }
    }

    /// Sums `count` runs of 64 values, of which each begins `step` values behind the one before.
    ///
    /// # Panics
    /// If there are not so many values.
    #[inline(always)]
    pub fn sum(self, sums: &mut [u16; 64], values: &[u16], step: usize, count: usize) {
        #[cfg(target_arch = "x86_64")]
        if self.vectors {
            // SAFETY: the processor has AVX2.
            return unsafe { x86::sum(sums, values, step, count) };
        }
        sums.fill(0);
        for i in 0..count {
            sums.iter_mut().zip(&values[i * step..][..64]).for_each(|(sum, value)| *sum += value);
        }
    }

    /// `(sum + half) * factor / 2^(16 + shift)`, cut to 16 bits before the division and to a byte behind it.
    #[inline(always)]
    pub fn divide(self, to: &mut [u8; 64], sums: &[u16; 64], half: u16, factor: u16, shift: u32) {
        #[cfg(target_arch = "x86_64")]
        if self.vectors {
            // SAFETY: the processor has AVX2.
            return unsafe { x86::divide(to, sums, half, factor, shift) };
        }
        for (to, sum) in to.iter_mut().zip(sums) {
            let product = u32::from(sum.wrapping_add(half)) * u32::from(factor);
            *to = ((product >> 16) as u16 >> shift) as u8;
        }
    }

    /// `(sum * full + outermost * part) / 2^24`, rounded. Sums are less than 2^15, and weights at most 2^24; those of
    /// all values make up no more than that.
    #[inline(always)]
    pub fn weigh(self, to: &mut [u8; 64], sums: &[u16; 64], outermost: &[u16; 64], full: u32, part: u32) {
        #[cfg(target_arch = "x86_64")]
        if self.vectors {
            // SAFETY: the processor has AVX2.
            return unsafe { x86::weigh(to, sums, outermost, full, part) };
        }
        for ((to, &sum), &outermost) in to.iter_mut().zip(sums).zip(outermost) {
            let weighted = u32::from(sum).wrapping_mul(full).wrapping_add(u32::from(outermost).wrapping_mul(part));
            *to = (weighted.wrapping_add(HALF) >> 24) as u8;
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::HALF;
    use std::arch::x86_64::*;

    /// The compiler would keep the sums in memory.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn sum(to: &mut [u16; 64], values: &[u16], step: usize, count: usize) {
        let mut sums = [_mm256_setzero_si256(); 4];
        for i in 0..count {
            let run: &[u16; 64] = values[i * step..].first_chunk().expect("as many values as are summed");
            for (sum, values) in sums.iter_mut().zip(run.as_chunks().0) {
                *sum = _mm256_add_epi16(*sum, load(values));
            }
        }
        for (to, sum) in to.as_chunks_mut::<16>().0.iter_mut().zip(sums) {
            // SAFETY: 32 writable bytes, and the store is the unaligned one.
            unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), sum) };
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn divide(to: &mut [u8; 64], sums: &[u16; 64], half: u16, factor: u16, shift: u32) {
        let half = _mm256_set1_epi16(half.cast_signed());
        let factor = _mm256_set1_epi16(factor.cast_signed());
        let shift = _mm_cvtsi32_si128(shift.cast_signed());
        let quotients = |sums| _mm256_srl_epi16(_mm256_mulhi_epu16(_mm256_add_epi16(load(sums), half), factor), shift);
        for (to, sums) in to.as_chunks_mut::<32>().0.iter_mut().zip(sums.as_chunks::<32>().0) {
            let [low, high] = sums.as_chunks::<16>().0 else { unreachable!() };
            store(to, quotients(low), quotients(high));
        }
    }

    /// Weights in two parts of 12 bits, so that pairs of products of 16 bits can be summed by one instruction.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn weigh(to: &mut [u8; 64], sums: &[u16; 64], outermost: &[u16; 64], full: u32, part: u32) {
        let pair = |full: u32, part: u32| _mm256_set1_epi32((part << 16 | full).cast_signed());
        let (high, low) = (pair(full >> 12, part >> 12), pair(full & 0xfff, part & 0xfff));
        let half = _mm256_set1_epi32(HALF.cast_signed());
        let round = |pairs| {
            let high = _mm256_slli_epi32::<12>(_mm256_madd_epi16(pairs, high));
            let low = _mm256_add_epi32(_mm256_madd_epi16(pairs, low), half);
            _mm256_srli_epi32::<24>(_mm256_add_epi32(high, low))
        };
        let averages = |sums, outermost| {
            let (sums, outermost) = (load(sums), load(outermost));
            let pairs = [_mm256_unpacklo_epi16(sums, outermost), _mm256_unpackhi_epi16(sums, outermost)];
            _mm256_packus_epi32(round(pairs[0]), round(pairs[1]))
        };
        let sums = sums.as_chunks::<32>().0.iter().zip(outermost.as_chunks::<32>().0);
        for (to, (sums, outermost)) in to.as_chunks_mut::<32>().0.iter_mut().zip(sums) {
            let ([sums, more], [ends, more_ends]) = (sums.as_chunks::<16>().0, outermost.as_chunks::<16>().0) else {
                unreachable!()
            };
            store(to, averages(sums, ends), averages(more, more_ends));
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(values: &[u16; 16]) -> __m256i {
        // SAFETY: 32 readable bytes, and the load is the unaligned one.
        unsafe { _mm256_loadu_si256(values.as_ptr().cast()) }
    }

    /// The low bytes of 16 values and 16 more.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(to: &mut [u8; 32], low: __m256i, high: __m256i) {
        let bytes = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(low, high));
        // SAFETY: 32 writable bytes, and the store is the unaligned one.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), bytes) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_summed_wherever_they_begin() {
        let values: Vec<u16> = (0..400).map(|i| i * 7 % 501).collect();
        for averages in [Averages::new(), Averages { vectors: false }] {
            for (step, count) in [(1, 1), (4, 0), (4, 3), (3, 60), (8, 43)] {
                let mut sums = [9; 64];
                averages.sum(&mut sums, &values, step, count);
                let naive = |i: usize| (0..count).map(|run| values[run * step + i]).sum::<u16>();
                assert_eq!(sums, std::array::from_fn(naive));
            }
        }
    }

    #[test]
    fn vectors_and_plain_loops_make_the_same_averages() {
        let best = Averages::new();
        let plain = Averages { vectors: false };
        let both = |make: &dyn Fn(Averages, &mut [u8; 64])| {
            let (mut one, mut other) = ([0; 64], [1; 64]);
            make(best, &mut one);
            make(plain, &mut other);
            assert_eq!(one, other);
        };
        for count in [1, 3, 11, 127_u16] {
            let shift = count.ilog2();
            let factor = (1_u32 << (16 + shift)).div_ceil(count.into()) as u16;
            let full = (1 << 24) / (u32::from(count) + 1);
            let part = ((1 << 24) - full * u32::from(count)) / 2;
            for first in (0..=255 * count).step_by(64) {
                let sums = std::array::from_fn(|i| (first + i as u16).min(255 * count));
                if count > 1 {
                    both(&|averages, to| averages.divide(to, &sums, count / 2, factor, shift));
                }
                for least in (0..=510).step_by(15) {
                    let outermost = std::array::from_fn(|i| (least + i as u16 * 7) % 511);
                    both(&|averages, to| averages.weigh(to, &sums, &outermost, full, part));
                }
            }
        }
        both(&|averages, to| averages.weigh(to, &[255; 64], &[510; 64], 1 << 24, 0));
    }
}
