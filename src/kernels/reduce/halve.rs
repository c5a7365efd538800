//! Blocks of two by two, the commonest, of bytes: in registers, without sums in memory.

/// The even bytes of eight.
const EVEN: u64 = 0x00FF_00FF_00FF_00FF;

/// The mean of four pixels of four bytes, byte by byte: two that lie one behind the other, and the two below them.
#[inline(always)]
fn mean4(above: [u8; 8], below: [u8; 8]) -> u32 {
    let [above, below] = [above, below].map(u64::from_le_bytes);
    // Sums of the even bytes and of the odd ones, which have 16 bits each.
    let [even, odd] = [0, 8].map(|shift| {
        let sums = (above >> shift & EVEN) + (below >> shift & EVEN);
        (((sums + (sums >> 32)) as u32).wrapping_add(0x0002_0002) >> 2) & 0x00FF_00FF
    });
    even | odd << 8
}

/// The mean of two bytes and the two below them.
#[inline(always)]
fn mean1(above: [u8; 2], below: [u8; 2]) -> u8 {
    let [a, b, c, d] = [above[0], above[1], below[0], below[1]].map(u16::from);
    ((a + b + c + d + 2) >> 2) as u8
}

/// Means of pixels of four bytes, in the bits of `mask`: as many as there are pairs of pixels. The last pixel of a row may
/// lack bytes outside of the mask.
#[inline(always)]
pub fn pixels(to: &mut [u8], above: &[u8], below: &[u8], mask: u32) {
    let pairs = above.as_chunks::<8>().0.iter().zip(below.as_chunks::<8>().0);
    for (to, (&above, &below)) in to.as_chunks_mut::<4>().0.iter_mut().zip(pairs) {
        let before = u32::from_le_bytes(*to);
        *to = (before & !mask | mean4(above, below) & mask).to_le_bytes();
    }
    let done = (to.len() / 4).min(above.len() / 8);
    let (to, above, below) = (&mut to[4 * done..], &above[8 * done..], &below[8 * done..]);
    if !to.is_empty() && above.len() > 4 {
        let len = to.len().min(4);
        let mut before = [0; 4];
        before[..len].copy_from_slice(&to[..len]);
        let made = u32::from_le_bytes(before) & !mask | mean4(padded(above), padded(below)) & mask;
        to[..len].copy_from_slice(&made.to_le_bytes()[..len]);
    }
}

/// The first eight bytes; zeros where there are less.
#[inline(always)]
fn padded(bytes: &[u8]) -> [u8; 8] {
    let mut all = [0; 8];
    let len = bytes.len().min(8);
    all[..len].copy_from_slice(&bytes[..len]);
    all
}

/// The same of single bytes.
#[inline(always)]
pub fn bytes(to: &mut [u8], above: &[u8], below: &[u8]) {
    let pairs = above.as_chunks::<2>().0.iter().zip(below.as_chunks::<2>().0);
    for (to, (&above, &below)) in to.iter_mut().zip(pairs) {
        *to = mean1(above, below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd;

    #[test]
    fn every_byte_of_the_mask_is_the_mean_of_four() {
        let byte = |i: usize| (i.wrapping_mul(2_654_435_761) >> 11) as u8;
        for width in (2..40).chain([129, 130]) {
            for (mask, cut) in [(!0_u32, 0), (0x00FF_FFFF, 1), (0x0000_FF00, 2), (0xFF00_00FF, 0), (0x0000_00FF, 3)] {
                let row = |seed: usize| -> Vec<u8> {
                    (0..4 * width - cut).map(|i| if i % 7 == 0 { 255 } else { byte(i + seed) }).collect()
                };
                let (above, below) = (row(1), row(1000));
                let before: Vec<u8> = (0..width / 2 * 4 - cut).map(byte).collect();
                let (mut to, mut expected) = (before.clone(), before);
                for (i, to) in expected.iter_mut().enumerate().filter(|(i, _)| mask.to_le_bytes()[i % 4] == 255) {
                    let (first, second) = (i / 4 * 8 + i % 4, i / 4 * 8 + i % 4 + 4);
                    let four = [above[first], above[second], below[first], below[second]];
                    *to = ((four.map(u32::from).iter().sum::<u32>() + 2) / 4) as u8;
                }
                simd::run(
                    #[inline(always)]
                    || pixels(&mut to, &above, &below, mask),
                );
                assert_eq!(to, expected, "{width} {mask:x}");
                let mut to = vec![0; above.len() / 2];
                bytes(&mut to, &above, &below);
                for (i, &mean) in to.iter().enumerate() {
                    let sum: u32 =
                        [&above, &below].iter().map(|row| u32::from(row[2 * i]) + u32::from(row[2 * i + 1])).sum();
                    assert_eq!(u32::from(mean), (sum + 2) / 4);
                }
            }
        }
    }
}
