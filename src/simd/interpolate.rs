//! A colour between eight others, of a table in three dimensions.

/// Bits of a weight, from 0 to less than 1.
pub const WEIGHT_BITS: u32 = 15;
/// Bits behind the point of a table's values: 255 is 255 << 6.
pub const VALUE_BITS: u32 = 6;

/// The colour that lies `weights` of the way between the corners of a cube, rounded down at each step, and to a byte at the
/// end: along the first dimension between the two of each line, then between the first two lines and the last two, then
/// between those.
#[inline(always)]
pub fn interpolate(lines: [&[[i16; 4]; 2]; 4], weights: [i16; 3]) -> [u8; 4] {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 has SSE2.
    return unsafe { x86::interpolate(lines, weights) };
    #[cfg(not(target_arch = "x86_64"))]
    plain(lines, weights)
}

/// The same without instructions by name.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(always)]
fn plain(lines: [&[[i16; 4]; 2]; 4], weights: [i16; 3]) -> [u8; 4] {
    let [x, y, z] = weights.map(i32::from);
    let between = |a: [i32; 4], b: [i32; 4], weight: i32| -> [i32; 4] {
        std::array::from_fn(|i| a[i] + (((b[i] - a[i]) * weight) >> WEIGHT_BITS))
    };
    let [a, b, c, d] = lines.map(|[a, b]| between(a.map(i32::from), b.map(i32::from), x));
    between(between(a, b, y), between(c, d, y), z)
        .map(|v| ((v + (1 << (VALUE_BITS - 1))) >> VALUE_BITS).clamp(0, 255) as u8)
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{VALUE_BITS, WEIGHT_BITS};
    use std::arch::x86_64::*;

    /// `pmaddwd` multiplies pairs of 16-bit integers and adds each pair up: of `b` and `a`, with `weight` and `-weight`,
    /// it makes `(b - a) * weight`, exactly. What lies between two values of 16 bits is one as well.
    #[inline]
    #[target_feature(enable = "sse2")]
    pub fn interpolate(lines: [&[[i16; 4]; 2]; 4], weights: [i16; 3]) -> [u8; 4] {
        let [x, y, z] = weights;
        let [a, b, c, d] = lines.map(|line| {
            // SAFETY: 16 readable bytes, and the load is the unaligned one.
            let pair = unsafe { _mm_loadu_si128(line.as_ptr().cast()) };
            between(_mm_unpacklo_epi16(_mm_srli_si128::<8>(pair), pair), x)
        });
        let made = between(beside(between(beside(a, b), y), between(beside(c, d), y)), z);
        let rounded = _mm_add_epi32(made, _mm_set1_epi32(1 << (VALUE_BITS - 1)));
        let values = _mm_srai_epi32::<{ VALUE_BITS as i32 }>(rounded);
        let values = _mm_packs_epi32(values, values);
        _mm_cvtsi128_si32(_mm_packus_epi16(values, values)).to_le_bytes()
    }

    /// Values of 16 bits in the upper half of 32, those of `b` in the lower.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn beside(a: __m128i, b: __m128i) -> __m128i {
        _mm_or_si128(_mm_slli_epi32::<16>(a), _mm_and_si128(b, _mm_set1_epi32(0xFFFF)))
    }

    /// What lies between the upper halves and the lower ones.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn between(pairs: __m128i, weight: i16) -> __m128i {
        let weights = _mm_set1_epi32((i32::from(-weight) << 16) | i32::from(weight));
        let part = _mm_srai_epi32::<{ WEIGHT_BITS as i32 }>(_mm_madd_epi16(pairs, weights));
        _mm_add_epi32(_mm_srai_epi32::<16>(pairs), part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_by_name_do_what_plain_code_does() {
        let mut seed = 1_u64;
        let mut any = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 48) as i16
        };
        for i in 0..20_000 {
            let value = |v: i16| match i % 4 {
                0 => v,
                1 => v / 2,
                2 => [i16::MIN, i16::MAX, 0, -1][usize::from(v.unsigned_abs() % 4)],
                _ => v.rem_euclid(16_321),
            };
            let lines: [[[i16; 4]; 2]; 4] =
                std::array::from_fn(|_| std::array::from_fn(|_| std::array::from_fn(|_| value(any()))));
            let weights = std::array::from_fn(|_| any() & i16::MAX);
            assert_eq!(
                interpolate(lines.each_ref(), weights),
                plain(lines.each_ref(), weights),
                "{lines:?} {weights:?}"
            );
        }
    }
}
