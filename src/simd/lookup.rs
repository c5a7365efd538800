//! Tables of 256 bytes.

use super::{Level, level};

/// `v -> table[v]` for the bytes where `mask` is 255; `mask` repeats every 64 bytes.
pub fn lookup(row: &mut [u8], table: &[u8; 256], mask: &[u8; 64]) {
    let done = match level() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `detect` found AVX-512 F, BW and VBMI, which is all that the function is compiled for.
        Level::Avx512 => unsafe { x86::lookup_avx512(row, table, mask) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `detect` found AVX2.
        Level::Avx2 => unsafe { x86::lookup_avx2(row, table, mask) },
        _ => 0,
    };
    for chunk in row[done..].chunks_mut(64) {
        for (v, mask) in chunk.iter_mut().zip(mask) {
            *v = (*v & !mask) | (table[usize::from(*v)] & mask);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use crate::simd::ask_ahead;
    use crate::simd::x86::load;
    use std::arch::x86_64::*;

    /// Two `vpermi2b` look up 128 entries each; the value's top bit chooses between them. Returns how many bytes
    /// were done: all whole runs of 64.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub fn lookup_avx512(row: &mut [u8], table: &[u8; 256], mask: &[u8; 64]) -> usize {
        let (chunks, rest) = row.as_chunks_mut::<64>();
        let done = chunks.len() * 64;
        debug_assert!(rest.len() < 64);
        let quarter = |i: usize| load(table[i * 64..].first_chunk().expect("256 is four times 64"));
        let (a, b, c, d) = (quarter(0), quarter(1), quarter(2), quarter(3));
        let lanes = _mm512_movepi8_mask(load(mask));
        for chunk in chunks {
            ask_ahead(chunk);
            let v = load(chunk);
            let low = _mm512_permutex2var_epi8(a, v, b);
            let high = _mm512_permutex2var_epi8(c, v, d);
            let found = _mm512_mask_blend_epi8(_mm512_movepi8_mask(v), low, high);
            let kept = _mm512_mask_blend_epi8(lanes, v, found);
            // SAFETY: `chunk` is 64 writable bytes, and the store is the unaligned one.
            unsafe { _mm512_storeu_si512(chunk.as_mut_ptr().cast(), kept) };
        }
        done
    }

    /// `vpshufb` looks up 16 entries by the low four bits, and gives 0 where the top bit is set. For each sixteen
    /// values the table is that of the differences (by xor) to the sixteen before; a value that is counted down by 16
    /// from step to step meets all up to its own, which add up to its entry, and is negative from then on. The upper
    /// half of the values is the same with the top bit turned round, and negative in the other half's steps.
    #[target_feature(enable = "avx2")]
    pub fn lookup_avx2(row: &mut [u8], table: &[u8; 256], mask: &[u8; 64]) -> usize {
        let mut steps = [_mm256_setzero_si256(); 16];
        for (i, step) in steps.iter_mut().enumerate() {
            let sixteen = &table[i * 16..(i + 1) * 16];
            let before = if i % 8 == 0 { &[0; 16] } else { &table[(i - 1) * 16..i * 16] };
            let differences: [u8; 32] = std::array::from_fn(|j| sixteen[j % 16] ^ before[j % 16]);
            *step = load32(&differences);
        }
        let masks = mask.as_chunks::<32>().0;
        let done = row.len() / 64 * 64; // Whole masks, so that the rest begins with one.
        let chunks = row[..done].as_chunks_mut::<32>().0;
        let sixteen = _mm256_set1_epi8(16);
        let top = _mm256_set1_epi8(-128);
        for (chunk, mask) in chunks.iter_mut().zip(masks.iter().cycle()) {
            ask_ahead(chunk);
            let v = load32(chunk);
            let mut found = _mm256_setzero_si256();
            for (half, steps) in [v, _mm256_xor_si256(v, top)].into_iter().zip(steps.as_chunks::<8>().0) {
                let mut left = half;
                for step in steps {
                    found = _mm256_xor_si256(found, _mm256_shuffle_epi8(*step, left));
                    left = _mm256_subs_epi8(left, sixteen);
                }
            }
            let kept = _mm256_blendv_epi8(v, found, load32(mask));
            // SAFETY: `chunk` is 32 writable bytes, and the store is the unaligned one.
            unsafe { _mm256_storeu_si256(chunk.as_mut_ptr().cast(), kept) };
        }
        done
    }

    #[target_feature(enable = "avx2")]
    fn load32(bytes: &[u8; 32]) -> __m256i {
        // SAFETY: 32 readable bytes, and the load is the unaligned one.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookup_equals_the_naive_loop_for_every_value_length_and_mask() {
        let table: [u8; 256] = std::array::from_fn(|v| (v * v * 167 / 3 + 13) as u8);
        type Lookup<'a> = &'a dyn Fn(&mut [u8], &[u8; 256], &[u8; 64]);
        let check = |lookup: Lookup<'_>| {
            for mask in [[255; 64], std::array::from_fn(|i| if i % 4 == 3 { 0 } else { 255 })] {
                for len in [0, 1, 31, 32, 63, 64, 65, 96, 256, 300] {
                    let before: Vec<u8> = (0..len).map(|i| (i * 3 % 256) as u8).collect();
                    let naive = |(i, &v): (usize, &u8)| if mask[i % 64] == 255 { table[usize::from(v)] } else { v };
                    let expected: Vec<u8> = before.iter().enumerate().map(naive).collect();
                    let mut row = before.clone();
                    lookup(&mut row, &table, &mask);
                    assert_eq!(row, expected);
                }
            }
        };
        check(&lookup);
        #[cfg(target_arch = "x86_64")]
        if crate::simd::detect() >= Level::Avx2 {
            check(&|row, table, mask| {
                // SAFETY: just detected.
                let done = unsafe { x86::lookup_avx2(row, table, mask) };
                lookup(&mut row[done..], table, mask);
            });
        }
    }
}
