//! Rows in blocks of values, that the compiler keeps in vector registers.

/// Values that are worked on together.
pub const LEN: usize = 64;

pub type Block = [u8; LEN];

#[inline(always)]
pub fn min(mut a: Block, b: Block) -> Block {
    a.iter_mut().zip(b).for_each(|(a, b)| *a = b.min(*a));
    a
}

#[inline(always)]
pub fn max(mut a: Block, b: Block) -> Block {
    a.iter_mut().zip(b).for_each(|(a, b)| *a = b.max(*a));
    a
}

/// The block of `row` that begins at `x`.
#[inline(always)]
pub fn load(row: &[u8], x: usize) -> Block {
    *row[x..].first_chunk().expect("a block inside of the row")
}

/// The reverse of `load`.
#[inline(always)]
pub fn store(block: Block, row: &mut [u8], x: usize) {
    *row[x..].first_chunk_mut().expect("a block inside of the row") = block;
}

/// Calls `f` with where blocks begin that make up a row of `len` values, at least as many as a block. The last one may
/// overlap the one before.
#[inline(always)]
pub fn in_blocks(len: usize, mut f: impl FnMut(usize)) {
    let mut x = 0;
    while x < len {
        f(x.min(len - LEN));
        x += LEN;
    }
}
