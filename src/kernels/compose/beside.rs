//! The common layouts: pixels of four bytes behind each other, or of one, beside others of four bytes, bytes, or one that
//! is always the same.
//!
//! What is beside a pixel is read where it is needed, and nothing is put in between: a block of pixels is one loop.

use crate::simd;

/// Pixels of a block.
const BLOCK: usize = 16;

/// What is beside a row, in blocks of pixels.
pub(super) trait Near<'a>: Copy {
    type Block: 'a;

    /// The whole blocks of a row.
    fn blocks(self) -> impl Iterator<Item = &'a Self::Block>;

    /// The pixels from `start` on as a block, as far as there are some.
    fn part(self, start: usize) -> Self::Block;

    /// What is beside a pixel of a block.
    fn word(self, block: &Self::Block, pixel: usize) -> u32;

    /// Asks for the memory of a later block.
    fn ask_ahead(block: &Self::Block);
}

/// Pixels of four bytes.
#[derive(Clone, Copy)]
pub(super) struct Words<'a>(pub &'a [u8]);

impl<'a> Near<'a> for Words<'a> {
    type Block = [u8; BLOCK * 4];

    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = &'a Self::Block> {
        self.0.as_chunks().0.iter()
    }

    #[inline(always)]
    fn part(self, start: usize) -> Self::Block {
        padded(&self.0[start * 4..])
    }

    #[inline(always)]
    fn word(self, block: &Self::Block, pixel: usize) -> u32 {
        u32::from_le_bytes(block.as_chunks().0[pixel])
    }

    #[inline(always)]
    fn ask_ahead(block: &Self::Block) {
        simd::ask_ahead(block);
    }
}

/// Bytes, each of which becomes that byte of a word.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8], pub usize);

impl<'a> Near<'a> for Bytes<'a> {
    type Block = [u8; BLOCK];

    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = &'a Self::Block> {
        self.0.as_chunks().0.iter()
    }

    #[inline(always)]
    fn part(self, start: usize) -> Self::Block {
        padded(&self.0[start..])
    }

    #[inline(always)]
    fn word(self, block: &Self::Block, pixel: usize) -> u32 {
        u32::from(block[pixel]) << (8 * self.1)
    }

    #[inline(always)]
    fn ask_ahead(block: &Self::Block) {
        simd::ask_ahead(block);
    }
}

/// The same beside each pixel.
#[derive(Clone, Copy)]
pub(super) struct Same(pub u32);

impl<'a> Near<'a> for Same {
    type Block = ();

    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = &'a Self::Block> {
        std::iter::repeat(&())
    }

    #[inline(always)]
    fn part(self, _: usize) -> Self::Block {}

    #[inline(always)]
    fn word(self, (): &Self::Block, _: usize) -> u32 {
        self.0
    }

    #[inline(always)]
    fn ask_ahead((): &Self::Block) {}
}

/// The first bytes, and zeros behind them.
#[inline(always)]
fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let (mut block, len) = ([0; N], bytes.len().min(N));
    block[..len].copy_from_slice(&bytes[..len]);
    block
}

/// Every pixel becomes `f(pixel, what is beside it, its weight)` in the bits of `mask`.
#[inline(always)]
pub(super) fn compose<'a, From: Near<'a>, Weights: Near<'a>>(
    row: &mut [u8],
    mask: u32,
    from: From,
    weights: Weights,
    f: &impl Fn(u32, u32, u32) -> u32,
) {
    in_blocks(
        row,
        from,
        weights,
        #[inline(always)]
        |to: &mut [u8; BLOCK * 4], beside: &From::Block, weight: &Weights::Block| {
            for (i, to) in to.as_chunks_mut().0.iter_mut().enumerate() {
                let old = u32::from_le_bytes(*to);
                let new = f(old, from.word(beside, i), weights.word(weight, i));
                *to = (old & !mask | new & mask).to_le_bytes();
            }
        },
    );
}

/// The same of pixels of one byte, which are words with nothing else in them.
#[inline(always)]
pub(super) fn compose_bytes<'a, From: Near<'a>, Weights: Near<'a>>(
    row: &mut [u8],
    from: From,
    weights: Weights,
    f: &impl Fn(u32, u32, u32) -> u32,
) {
    in_blocks(
        row,
        from,
        weights,
        #[inline(always)]
        |to: &mut [u8; BLOCK], beside: &From::Block, weight: &Weights::Block| {
            for (i, to) in to.iter_mut().enumerate() {
                *to = f((*to).into(), from.word(beside, i), weights.word(weight, i)) as u8;
            }
        },
    );
}

/// Calls `block` with `N` bytes of a row at a time, which are as many pixels as a block has.
#[inline(always)]
fn in_blocks<'a, const N: usize, From: Near<'a>, Weights: Near<'a>>(
    row: &mut [u8],
    from: From,
    weights: Weights,
    block: impl Fn(&mut [u8; N], &From::Block, &Weights::Block),
) {
    let step = N / BLOCK;
    let mut done = 0;
    let blocks = row.as_chunks_mut().0.iter_mut();
    for ((to, beside), weight) in blocks.zip(from.blocks()).zip(weights.blocks()) {
        simd::ask_ahead(to);
        From::ask_ahead(beside);
        Weights::ask_ahead(weight);
        block(to, beside, weight);
        done += BLOCK;
    }
    // Rows end with their last value, so that one may have a whole block more than another.
    for rest in row[done * step..].chunks_mut(N) {
        let mut to = padded(rest);
        block(&mut to, &from.part(done), &weights.part(done));
        rest.copy_from_slice(&to[..rest.len()]);
        done += BLOCK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pixels_are_done_and_other_bits_stay() {
        let f = |to: u32, from: u32, weight: u32| to.wrapping_mul(3) ^ from ^ weight.wrapping_mul(0x0301_0107);
        let bytes = |len: usize, seed: usize| -> Vec<u8> { (0..len).map(|i| (i * seed % 251) as u8).collect() };
        for pixels in [0, 1, 15, 16, 17, 32, 47, 75] {
            // Rows end where the last value does.
            for (mask, missing) in [(u32::MAX, 0), (0x00FF_FFFF, 1), (0xFF, 3), (0x00FF_00FF, 1)] {
                let len = (pixels * 4_usize).saturating_sub(missing);
                let (before, bytes, weights) = (bytes(len, 7), bytes(pixels * 4, 11), bytes(pixels, 13));
                let word = |bytes: &[u8], i: usize| u32::from_le_bytes(padded(&bytes[i * 4..]));
                let check = |row: &[u8], from: &dyn Fn(usize) -> u32, weight: &dyn Fn(usize) -> u32| {
                    let expected = (0..pixels).flat_map(|i| {
                        let old = word(&before, i);
                        (old & !mask | f(old, from(i), weight(i)) & mask).to_le_bytes()
                    });
                    assert_eq!(row, expected.take(len).collect::<Vec<_>>(), "{pixels} {mask:x}");
                };
                for end in [len, bytes.len()] {
                    let mut row = before.clone();
                    compose(&mut row, mask, Words(&bytes[..end]), Bytes(&weights, 0), &f);
                    // What the row does not have does not matter.
                    check(&row, &|i| word(&bytes[..end], i), &|i| weights[i].into());
                }
                let mut row = before.clone();
                compose(&mut row, mask, Same(1234), Bytes(&weights, 0), &f);
                check(&row, &|_| 1234, &|i| weights[i].into());
                for byte in 0..4 {
                    let mut row = before.clone();
                    compose(&mut row, mask, Bytes(&weights, byte), Same(0), &f);
                    check(&row, &|i| u32::from(weights[i]) << (8 * byte), &|_| 0);
                }
            }
        }
    }

    #[test]
    fn pixels_of_one_byte_are_words_of_one_byte() {
        let f = |to: u32, from: u32, weight: u32| (to * 3) ^ from ^ (weight * 7);
        for pixels in [0, 1, 15, 16, 17, 75] {
            let bytes = |seed: usize| -> Vec<u8> { (0..pixels).map(|i| (i * seed % 251) as u8).collect() };
            let (before, other, weights) = (bytes(7), bytes(11), bytes(13));
            let mut row = before.clone();
            compose_bytes(&mut row, Bytes(&other, 0), Bytes(&weights, 0), &f);
            for (i, &byte) in row.iter().enumerate() {
                assert_eq!(byte, f(before[i].into(), other[i].into(), weights[i].into()) as u8);
            }
            row.copy_from_slice(&before);
            compose_bytes(&mut row, Same(99), Bytes(&weights, 0), &f);
            assert!(row.iter().enumerate().all(|(i, &byte)| byte == f(before[i].into(), 99, weights[i].into()) as u8));
        }
    }
}
