//! Flips: rows and the pixels in them the other way round, in place, two rows at a time.

use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::{Lanes, RowsMut};

/// Rows of pixels of these bands; a pattern of 64 bytes shows those where the step divides 64.
pub(super) struct Pixels {
    lanes: Lanes,
    mask: Option<[u8; 64]>,
}

/// 8 bytes as pixels of `N` bytes, the last one first.
#[inline(always)]
fn reversed<const N: usize>(word: u64) -> u64 {
    match N {
        1 => word.swap_bytes(),
        2 => {
            let halves = word.rotate_left(32);
            ((halves >> 16) & 0x0000_FFFF_0000_FFFF) | ((halves & 0x0000_FFFF_0000_FFFF) << 16)
        }
        _ => word.rotate_left(32),
    }
}

/// The 8 bytes of a pattern for word `i` of a row.
#[inline(always)]
fn word_at(mask: &[u8; 64], i: usize) -> u64 {
    u64::from_ne_bytes(mask.as_chunks::<8>().0[i % 8])
}

/// Exchanges the pixels of `a` with those of `b`, the first with the last: as many whole pixels of `N` bytes.
#[inline(always)]
fn exchange_words<const N: usize>(a: &mut [u8], b: &mut [u8], mask: &[u8; 64]) {
    let (a_words, a_rest) = a.as_chunks_mut::<8>();
    let (b_rest, b_words) = b.as_rchunks_mut::<8>();
    let wanted = word_at(mask, 0);
    for (a, b) in a_words.iter_mut().zip(b_words.iter_mut().rev()) {
        let (old_a, old_b) = (u64::from_ne_bytes(*a), u64::from_ne_bytes(*b));
        *a = ((old_a & !wanted) | (reversed::<N>(old_b) & wanted)).to_ne_bytes();
        *b = ((old_b & !wanted) | (reversed::<N>(old_a) & wanted)).to_ne_bytes();
    }
    let pixels = a_rest.as_chunks_mut::<N>().0.iter_mut().zip(b_rest.as_chunks_mut::<N>().0.iter_mut().rev());
    for (a, b) in pixels {
        for ((a, b), mask) in a.iter_mut().zip(b).zip(mask) {
            let changed = (*a ^ *b) & mask;
            (*a, *b) = (*a ^ changed, *b ^ changed);
        }
    }
}

impl Pixels {
    pub(super) fn new(lanes: &Lanes) -> Pixels {
        Pixels { lanes: *lanes, mask: lanes.mask() }
    }

    pub(super) fn cost(&self) -> Cost {
        if self.mask.is_some() && self.lanes.step <= 4 { Cost::MEMORY } else { Cost::SCALAR }
    }

    #[inline(always)]
    fn swap_pixels(&self, a: &mut [u8], b: &mut [u8]) {
        for &offset in self.lanes.offsets() {
            let bytes = offset..offset + self.lanes.size;
            a[bytes.clone()].swap_with_slice(&mut b[bytes]);
        }
    }

    /// Exchanges the pixels of `a` with those of `b`, which has as many, the first with the last.
    #[inline(always)]
    fn exchange(&self, a: &mut [u8], b: &mut [u8]) {
        let step = self.lanes.step;
        let pixels = a.len().div_ceil(step);
        // The last pixel of a row ends with its last band; those two are exchanged by themselves.
        let (pixels, a, b) = if pixels * step > b.len() {
            self.swap_pixels(a, &mut b[(pixels - 1) * step..]);
            let len = a.len();
            (pixels - 1, &mut a[step.min(len)..], &mut b[..(pixels - 1) * step])
        } else {
            (pixels, a, b)
        };
        let (a, b) = if pixels * step > a.len() {
            self.swap_pixels(&mut a[(pixels - 1) * step..], b);
            (&mut a[..(pixels - 1) * step], &mut b[step..])
        } else {
            (a, b)
        };
        match (&self.mask, step) {
            (Some(mask), 1) => exchange_words::<1>(a, b, mask),
            (Some(mask), 2) => exchange_words::<2>(a, b, mask),
            (Some(mask), 4) => exchange_words::<4>(a, b, mask),
            _ => a.chunks_mut(step).zip(b.chunks_mut(step).rev()).for_each(|(a, b)| self.swap_pixels(a, b)),
        }
    }

    /// Turns the pixels of a row round.
    #[inline(always)]
    pub(super) fn reverse(&self, row: &mut [u8]) {
        let (width, step) = (self.lanes.width, self.lanes.step);
        let half = width / 2;
        let (left, right) = row.split_at_mut(half * step);
        let middle = (width % 2 * step).min(right.len());
        self.exchange(left, &mut right[middle..]);
    }

    /// Exchanges two rows.
    #[inline(always)]
    pub(super) fn swap(&self, a: &mut [u8], b: &mut [u8]) {
        let Some(mask) = &self.mask else {
            return a
                .chunks_mut(self.lanes.step)
                .zip(b.chunks_mut(self.lanes.step))
                .for_each(|(a, b)| self.swap_pixels(a, b));
        };
        let (a_words, a_rest) = a.as_chunks_mut::<8>();
        let (b_words, b_rest) = b.as_chunks_mut::<8>();
        let wanted = word_at(mask, 0);
        let short = self.lanes.step <= 8; // Then all words have one mask.
        for (i, (a, b)) in a_words.iter_mut().zip(b_words).enumerate() {
            let wanted = if short { wanted } else { word_at(mask, i) };
            let (old_a, old_b) = (u64::from_ne_bytes(*a), u64::from_ne_bytes(*b));
            let changed = (old_a ^ old_b) & wanted;
            (*a, *b) = ((old_a ^ changed).to_ne_bytes(), (old_b ^ changed).to_ne_bytes());
        }
        let phase = a_words.len() % 8 * 8;
        for ((a, b), mask) in a_rest.iter_mut().zip(b_rest).zip(&mask[phase..]) {
            let changed = (*a ^ *b) & mask;
            (*a, *b) = (*a ^ changed, *b ^ changed);
        }
    }
}

/// The left becomes the right: any shape, any format. The bytes of `ImageOps.mirror`.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn left_right(rows: &mut RowsMut<'_>) -> Result<()> {
    let pixels = Pixels::new(rows.lanes());
    rows.for_each_pair(
        pixels.cost(),
        #[inline(always)]
        |row, other| {
            pixels.reverse(row);
            if let Some(other) = other {
                pixels.reverse(other);
            }
        },
    )
}

/// The top becomes the bottom: any shape, any format. The bytes of `ImageOps.flip`.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn top_bottom(rows: &mut RowsMut<'_>) -> Result<()> {
    let pixels = Pixels::new(rows.lanes());
    rows.for_each_pair(
        pixels.cost(),
        #[inline(always)]
        |row, other| {
            if let Some(other) = other {
                pixels.swap(row, other);
            }
        },
    )
}

/// Both: the bytes of `Image.transpose(ROTATE_180)`.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn both(rows: &mut RowsMut<'_>) -> Result<()> {
    let pixels = Pixels::new(rows.lanes());
    rows.for_each_pair(
        pixels.cost(),
        #[inline(always)]
        |row, other| match other {
            Some(other) => pixels.exchange(row, other),
            None => pixels.reverse(row),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn bands_move_and_other_bytes_stay() {
        for lanes in testing::lanes() {
            let (a, b) = (testing::row(&lanes, 3), testing::row(&lanes, 8));
            let places = testing::positions(&lanes);
            let value = lanes.packed();
            let turned: Vec<_> = places.chunks(value).rev().flatten().copied().collect();
            let moved = |to: &[u8], from: &[u8], order: &[usize]| {
                let mut row = to.to_vec();
                places.iter().zip(order).for_each(|(&to, &from_place)| row[to] = from[from_place]);
                row
            };
            for pixels in [Pixels::new(&lanes), Pixels { lanes, mask: None }] {
                let mut row = a.clone();
                pixels.reverse(&mut row);
                assert_eq!(row, moved(&a, &a, &turned), "{lanes:?}");
                let (mut row, mut other) = (a.clone(), b.clone());
                pixels.exchange(&mut row, &mut other);
                assert_eq!((row, other), (moved(&a, &b, &turned), moved(&b, &a, &turned)), "{lanes:?}");
                let (mut row, mut other) = (a.clone(), b.clone());
                pixels.swap(&mut row, &mut other);
                assert_eq!((row, other), (moved(&a, &b, &places), moved(&b, &a, &places)), "{lanes:?}");
            }
        }
    }
}
