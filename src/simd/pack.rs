//! Pixels of three bytes out of such of four.

use super::{Level, level};

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

#[cfg(target_arch = "x86_64")]
mod x86 {
    use crate::simd::x86::load;
    use std::arch::x86_64::*;

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
}

#[cfg(test)]
mod tests {
    use super::*;

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
            if crate::simd::detect() >= Level::Avx2 {
                // SAFETY: just detected.
                check(&|to, from| unsafe { x86::pack3_ssse3(to, from) });
            }
        }
    }
}
