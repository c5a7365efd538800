//! Runs a loop as compiled for the vector units that this processor has.
//!
//! Wheels are built for baseline x86-64 and aarch64. [`run`] holds three copies of the closure it is given, each
//! compiled for another level, and picks one at run time; the closure is plain safe code that the compiler
//! vectorizes. Closures passed here are `#[inline(always)]`: what is not inlined is compiled for the baseline.
//! [`lookup`], [`pack3`] and [`weigh4`] need instructions by name, which the compiler does not find by itself.

mod average;

pub use average::Averages;

use std::sync::OnceLock;

/// The vector code in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What every processor of the architecture has: SSE2, NEON.
    Baseline,
    /// AVX2, BMI and FMA: x86-64-v3.
    Avx2,
    /// AVX-512 as of Ice Lake: F, BW, VL, VBMI.
    Avx512,
}

impl Level {
    /// For `pilview.info()`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Baseline => "baseline",
            Level::Avx2 => "AVX2",
            Level::Avx512 => "AVX-512 VBMI",
        }
    }
}

/// The best level that this processor has; `PILVIEW_CPU=baseline` or `avx2` stays below it, to test or compare.
pub fn level() -> Level {
    static LEVEL: OnceLock<Level> = OnceLock::new();
    *LEVEL.get_or_init(|| {
        let wanted = match std::env::var("PILVIEW_CPU").as_deref() {
            Ok("baseline") => Level::Baseline,
            Ok("avx2") => Level::Avx2,
            _ => Level::Avx512,
        };
        detect().min(wanted)
    })
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Level {
    let has = |all: &[bool]| all.iter().all(|&has| has);
    let avx2 = has(&[
        is_x86_feature_detected!("avx2"),
        is_x86_feature_detected!("bmi1"),
        is_x86_feature_detected!("bmi2"),
        is_x86_feature_detected!("fma"),
    ]);
    let avx512 = has(&[
        is_x86_feature_detected!("avx512f"),
        is_x86_feature_detected!("avx512bw"),
        is_x86_feature_detected!("avx512vl"),
        is_x86_feature_detected!("avx512vbmi"),
    ]);
    match (avx2, avx512) {
        (true, true) => Level::Avx512,
        (true, false) => Level::Avx2,
        _ => Level::Baseline,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn detect() -> Level {
    Level::Baseline
}

/// Calls `f`, compiled for [`level`].
#[inline]
pub fn run<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    match level() {
        // SAFETY: `level` is at most what `detect` found, and it looks for exactly these features.
        Level::Avx512 => unsafe { x86::avx512(f) },
        // SAFETY: as above.
        Level::Avx2 => unsafe { x86::avx2(f) },
        Level::Baseline => f(),
    }
    #[cfg(not(target_arch = "x86_64"))]
    f()
}

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

/// The integer part of a value, cut to 0 and `max`; 0 for NaN. Rust's own conversion does the same, but the compiler has
/// no vector code for it.
#[inline(always)]
pub fn truncate(value: f32, max: f32) -> i32 {
    let value = if value > 0.0 { value } else { 0.0 };
    let max = if max < LARGEST { max } else { LARGEST };
    let value = if value < max { value } else { max };
    // SAFETY: from 0 to the largest float that an i32 holds; the comparisons above are false for NaN.
    unsafe { value.to_int_unchecked() }
}

/// The largest `f32` below 2^31.
const LARGEST: f32 = 2_147_483_520.0;

/// Asks for the memory some lines ahead. The more instructions a line takes, the fewer lines a processor waits for at a
/// time by itself; asking early keeps enough of them under way.
#[inline(always)]
pub fn ask_ahead(line: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 has the instruction, and a hint may point anywhere: nothing is read.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().wrapping_add(AHEAD).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = line;
}

/// Asks for memory that will be read soon.
#[inline(always)]
pub fn ask(bytes: &[u8]) {
    for line in bytes.chunks(64) {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: as in `ask_ahead`.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = line;
    }
}

/// Bytes that `ask_ahead` looks ahead (benches: `threshold` and `point` on 24 megapixels).
#[cfg(target_arch = "x86_64")]
const AHEAD: usize = 2048;

/// Writes the first three bytes of each 4-byte pixel of `from` to `to`. Returns how many pixels were done, from the
/// first on; the rest is the caller's.
pub fn pack3(to: &mut [u8], from: &[u8]) -> usize {
    match level() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `detect` found AVX-512 F, BW and VBMI, which is all that the function is compiled for.
        Level::Avx512 => unsafe { x86::pack3_avx512(to, from) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `detect` found AVX2, which has SSSE3.
        Level::Avx2 => unsafe { x86::pack3_ssse3(to, from) },
        _ => 0,
    }
}

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

    #[target_feature(enable = "avx2,bmi1,bmi2,fma")]
    pub fn avx2<R>(f: impl FnOnce() -> R) -> R {
        f()
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,fma,avx512f,avx512bw,avx512vl,avx512vbmi")]
    pub fn avx512<R>(f: impl FnOnce() -> R) -> R {
        f()
    }

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
            super::ask_ahead(chunk);
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
            super::ask_ahead(chunk);
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

    /// `vpermb` moves the 48 bytes of 16 pixels together.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub fn pack3_avx512(to: &mut [u8], from: &[u8]) -> usize {
        let order: [u8; 64] = std::array::from_fn(|i| if i < 48 { (i / 3 * 4 + i % 3) as u8 } else { 0 });
        let order = load(&order);
        let (to, from) = (to.as_chunks_mut::<48>().0, from.as_chunks::<64>().0);
        for (to, from) in to.iter_mut().zip(from) {
            let packed = _mm512_permutexvar_epi8(order, load(from));
            // SAFETY: the mask lets 48 bytes through, and `to` has as many.
            unsafe { _mm512_mask_storeu_epi8(to.as_mut_ptr().cast(), (1 << 48) - 1, packed) };
        }
        to.len().min(from.len()) * 16
    }

    /// `pshufb` moves the 12 bytes of 4 pixels together; a store of 16 is overwritten by the next in its last 4.
    #[target_feature(enable = "ssse3")]
    pub fn pack3_ssse3(to: &mut [u8], from: &[u8]) -> usize {
        let order = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
        // The last store must not go beyond the end.
        let chunks = (from.len() / 16).min(to.len().saturating_sub(4) / 12);
        for (i, from) in from.as_chunks::<16>().0[..chunks].iter().enumerate() {
            let to = &mut to[i * 12..i * 12 + 16];
            // SAFETY: 16 bytes are read and 16 written, by the unaligned instructions.
            unsafe {
                let pixels = _mm_loadu_si128(from.as_ptr().cast());
                _mm_storeu_si128(to.as_mut_ptr().cast(), _mm_shuffle_epi8(pixels, order));
            }
        }
        chunks * 4
    }

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

    #[target_feature(enable = "avx512f")]
    fn load(bytes: &[u8; 64]) -> __m512i {
        // SAFETY: 64 readable bytes, and the load is the unaligned one.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
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
        if detect() >= Level::Avx2 {
            check(&|row, table, mask| {
                // SAFETY: just detected.
                let done = unsafe { x86::lookup_avx2(row, table, mask) };
                lookup(&mut row[done..], table, mask);
            });
        }
    }

    #[test]
    fn every_pack3_equals_the_naive_loop_for_every_length() {
        for pixels in 0..100 {
            let from: Vec<u8> = (0..pixels * 4).map(|i| (i * 7 % 251) as u8).collect();
            let naive: Vec<u8> = from.chunks(4).flat_map(|pixel| &pixel[..3]).copied().collect();
            let check = |pack: &dyn Fn(&mut [u8], &[u8]) -> usize| {
                let mut to = vec![0; pixels * 3];
                // As rows end with their last value, the last padding byte may not be there.
                let done = pack(&mut to, &from[..from.len().saturating_sub(1)]);
                assert!(done <= pixels);
                assert_eq!(to[..done * 3], naive[..done * 3]);
            };
            check(&pack3);
            #[cfg(target_arch = "x86_64")]
            if detect() >= Level::Avx2 {
                // SAFETY: just detected.
                check(&|to, from| unsafe { x86::pack3_ssse3(to, from) });
            }
        }
    }

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

    #[test]
    fn truncate_is_rusts_own_conversion() {
        for max in [0.0, 255.0, 65535.0, 2_147_483_520.0, f32::INFINITY] {
            for bits in (0..=u32::MAX).step_by(40_961) {
                let value = f32::from_bits(bits);
                let cut = if value.is_nan() { 0.0 } else { value.clamp(0.0, max) };
                assert_eq!(truncate(value, max), cut.min(2_147_483_520.0) as i32, "{value} {max}");
            }
        }
    }

    #[test]
    fn run_returns_what_the_closure_returns() {
        assert_eq!(run(|| 7), 7);
    }
}
