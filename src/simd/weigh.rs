//! Weighted sums of pixels of four bytes.

use super::{Level, level};

/// Whether [`weigh4`] does anything.
pub fn has_weigh4() -> bool {
    level() >= Level::Avx2
}

/// Weighted sums of 4-byte pixels, byte by byte: for each pixel of `to` those of `from` from `first` on, four for each of
/// its `groups` of weights, and `nothing`. A weight of up to 27 bits is in a group twice: its upper bits, with the sign,
/// and its lower [`WEIGH_SHIFT`]. Sums are shifted down by `fraction` bits and cut to a byte. Only where [`has_weigh4`].
///
/// # Panics
/// If `from` ends before the weights do, or there are no groups for a pixel.
pub fn weigh4(
    to: &mut [[u8; 4]],
    from: &[[u8; 4]],
    firsts: &[usize],
    groups: &[[i16; 8]],
    nothing: i32,
    fraction: i32,
) {
    match level() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `detect` found AVX2.
        Level::Avx512 | Level::Avx2 => unsafe { x86::weigh4_avx2(to, from, firsts, groups, nothing, fraction) },
        _ => unreachable!("has_weigh4 said no"),
    }
}

/// Bits of a weight that are in the lower half of it.
pub const WEIGH_SHIFT: u32 = 12;

/// Four weights as [`weigh4`] takes them.
pub fn weigh_group(weights: [i32; 4]) -> [i16; 8] {
    std::array::from_fn(|i| {
        let weight = weights[i % 4];
        if i < 4 { (weight >> WEIGH_SHIFT) as i16 } else { (weight & ((1 << WEIGH_SHIFT) - 1)) as i16 }
    })
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    /// `vpmaddwd` multiplies pairs of 16-bit integers and adds each pair up. So four pixels become pairs of the same byte
    /// of two pixels, and a weight of more bits two numbers, whose sums come together at the end; all modulo 2^32, so
    /// that the result is exact where that fits.
    #[target_feature(enable = "avx2")]
    pub fn weigh4_avx2(
        to: &mut [[u8; 4]],
        from: &[[u8; 4]],
        firsts: &[usize],
        groups: &[[i16; 8]],
        nothing: i32,
        fraction: i32,
    ) {
        let pairs = _mm_setr_epi8(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
        // The first two weights for the lower half, the other two for the upper one.
        let upper_bits = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
        let lower_bits = _mm256_setr_epi32(2, 2, 2, 2, 3, 3, 3, 3);
        let spread =
            |weights: __m256i, order| _mm256_castps_si256(_mm256_permutevar_ps(_mm256_castsi256_ps(weights), order));
        let (nothing, fraction) = (_mm_set1_epi32(nothing), _mm_cvtsi32_si128(fraction));
        let count = groups.len() / to.len().max(1);
        for ((to, &first), groups) in to.iter_mut().zip(firsts).zip(groups.chunks_exact(count)) {
            let pixels = from[first..first + 4 * count].as_chunks::<4>().0;
            let (mut upper, mut lower) = (_mm256_setzero_si256(), _mm256_setzero_si256());
            for (pixels, weights) in pixels.iter().zip(groups) {
                // SAFETY: 16 readable bytes each, and the loads are the unaligned ones.
                let (pixels, weights) =
                    unsafe { (_mm_loadu_si128(pixels.as_ptr().cast()), _mm_loadu_si128(weights.as_ptr().cast())) };
                let values = _mm256_cvtepu8_epi16(_mm_shuffle_epi8(pixels, pairs));
                let weights = _mm256_broadcastsi128_si256(weights);
                upper = _mm256_add_epi32(upper, _mm256_madd_epi16(values, spread(weights, upper_bits)));
                lower = _mm256_add_epi32(lower, _mm256_madd_epi16(values, spread(weights, lower_bits)));
            }
            let sums = _mm256_add_epi32(_mm256_slli_epi32::<{ super::WEIGH_SHIFT as i32 }>(upper), lower);
            let sums = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
            let sums = _mm_sra_epi32(_mm_add_epi32(sums, nothing), fraction);
            let sums = _mm_packs_epi32(sums, sums);
            *to = _mm_cvtsi128_si32(_mm_packus_epi16(sums, sums)).to_le_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weigh4_equals_the_naive_sums() {
        if !has_weigh4() {
            return;
        }
        let from: Vec<[u8; 4]> = (0..40_usize).map(|i| ((i * 2_654_435_761) as u32).to_le_bytes()).collect();
        for count in 1..4 {
            for scale in [1, 77, 300] {
                let firsts: Vec<usize> = (0..9).map(|i| i * 3 % 19).collect();
                let weights: Vec<i32> = (0..9 * count as i32 * 4).map(|i| (i * 7919 % 2047 - 700) * scale).collect();
                let groups: Vec<_> = weights.as_chunks::<4>().0.iter().map(|&four| weigh_group(four)).collect();
                let mut to = [[0; 4]; 9];
                weigh4(&mut to, &from, &firsts, &groups, 1 << 21, 22);
                for (i, pixel) in to.iter().enumerate() {
                    for (band, &value) in pixel.iter().enumerate() {
                        let mut sum = 1_i64 << 21;
                        for j in 0..4 * count {
                            sum += i64::from(from[firsts[i] + j][band]) * i64::from(weights[i * 4 * count + j]);
                        }
                        assert_eq!(i64::from(value), (sum >> 22).clamp(0, 255), "{count} {scale} {i}");
                    }
                }
            }
        }
    }
}
