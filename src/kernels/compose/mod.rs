//! One image onto another: pixels that are mixed with those of a second view or with a colour, by the weights of a mask.
//!
//! Pixels are taken as words of up to four bytes, in which each band has the byte that it has in the rows to be changed.
//! So the row functions see one layout, and the compiler makes vector code of arithmetic on `u32`.

mod beside;
pub mod over;
pub mod paste;

use self::beside::{Bytes, Same, Words};
use super::pair::{Beside, apart};
use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::{Lanes, Rows, RowsMut};
use crate::simd;

/// Pixels that are taken at a time.
const BLOCK: usize = 64;

/// A word for each pixel.
type Pixels = [u32; BLOCK];

/// Where the values of a row are, and where they go in a word.
#[derive(Clone, Copy)]
struct Layout {
    lanes: Lanes,
    /// The byte of a word at which each band begins.
    slots: [usize; 4],
    /// Pixels lie behind each other, and each is a word; or a byte, that goes to the first slot.
    words: bool,
    bytes: bool,
}

impl Layout {
    fn new(lanes: &Lanes, slots: [usize; 4]) -> Layout {
        let forward = !lanes.reversed;
        let words = forward && lanes.step == 4 && lanes.offsets() == &slots[..lanes.bands];
        Layout { lanes: *lanes, slots, words, bytes: forward && lanes.step == 1 }
    }

    fn cost(&self) -> Cost {
        if self.words || self.bytes { Cost::MEMORY } else { Cost::SCALAR }
    }

    /// For each byte of a pixel: where it is in a row's slice and where in a word.
    #[inline(always)]
    fn places(&self, x: usize) -> impl Iterator<Item = (usize, usize)> {
        let start = if self.lanes.reversed { self.lanes.width - 1 - x } else { x } * self.lanes.step;
        let size = self.lanes.size;
        self.lanes
            .offsets()
            .iter()
            .zip(&self.slots)
            .flat_map(move |(offset, slot)| (0..size).map(move |i| (start + offset + i, slot + i)))
    }

    /// The bits of a word that belong to the view's bands.
    #[inline(always)]
    fn mask(&self) -> u32 {
        self.places(0).fold(0, |mask, (_, slot)| mask | 0xFF << (8 * slot))
    }

    /// The pixels from `start` on, as far as there are some.
    #[inline(always)]
    fn load(&self, row: &[u8], start: usize) -> Pixels {
        let mut words = [0; BLOCK];
        if self.words {
            let row = &row[start * 4..];
            let mut padded = [0; BLOCK * 4];
            let bytes = row.first_chunk().unwrap_or_else(|| {
                padded[..row.len()].copy_from_slice(row);
                &padded
            });
            bytes.as_chunks::<64>().0.iter().for_each(|line| simd::ask_ahead(line));
            let mask = self.mask(); // A weight is nothing but its own byte.
            words
                .iter_mut()
                .zip(bytes.as_chunks().0)
                .for_each(|(word, &bytes)| *word = u32::from_le_bytes(bytes) & mask);
        } else if self.bytes {
            let row = &row[start..];
            let mut padded = [0; BLOCK];
            let bytes: &[u8; BLOCK] = row.first_chunk().unwrap_or_else(|| {
                padded[..row.len()].copy_from_slice(row);
                &padded
            });
            simd::ask_ahead(bytes);
            let shift = 8 * self.slots[0];
            words.iter_mut().zip(bytes).for_each(|(word, &byte)| *word = u32::from(byte) << shift);
        } else {
            for (word, x) in words.iter_mut().zip(start..self.lanes.width) {
                self.places(x).for_each(|(place, slot)| *word |= u32::from(row[place]) << (8 * slot));
            }
        }
        words
    }

    /// Puts the view's bands of pixels back.
    #[inline(always)]
    fn store(&self, words: &Pixels, row: &mut [u8], start: usize) {
        if self.words {
            let mask = self.mask();
            let row = &mut row[start * 4..];
            let keep = |old: [u8; 4], new: u32| (u32::from_le_bytes(old) & !mask | new & mask).to_le_bytes();
            match row.first_chunk_mut::<{ BLOCK * 4 }>() {
                Some(bytes) => {
                    words.iter().zip(bytes.as_chunks_mut().0).for_each(|(&word, old)| *old = keep(*old, word));
                }
                None => {
                    for (bytes, &word) in row.chunks_mut(4).zip(words) {
                        let mut old = [0; 4]; // The last pixel ends with the last of the view's bands.
                        old[..bytes.len()].copy_from_slice(bytes);
                        bytes.copy_from_slice(&keep(old, word)[..bytes.len()]);
                    }
                }
            }
        } else if self.bytes {
            let row = &mut row[start..];
            let mut bytes = [0; BLOCK];
            let shift = 8 * self.slots[0];
            bytes.iter_mut().zip(words).for_each(|(byte, word)| *byte = (word >> shift) as u8);
            match row.first_chunk_mut() {
                Some(row) => *row = bytes,
                None => row.copy_from_slice(&bytes[..row.len()]),
            }
        } else {
            for (word, x) in words.iter().zip(start..self.lanes.width) {
                self.places(x).for_each(|(place, slot)| row[place] = (word >> (8 * slot)) as u8);
            }
        }
    }
}

/// Every pixel becomes `f(pixel, what is beside it, its weight)`, where weights are the values of a view of one band of
/// bytes. Views that share memory with the rows are read as if they had been copied first.
///
/// # Errors
/// As [`apart`].
#[inline(always)]
fn compose_weighted(
    rows: &mut RowsMut<'_>,
    beside: Beside<'_>,
    weights: &Rows<'_>,
    f: impl Fn(u32, u32, u32) -> u32 + Sync,
) -> Result<()> {
    match beside {
        Beside::Colour(colour) => {
            let (mut rows, [weights]) = rows.joined([weights]);
            let to = Layout::new(rows.lanes(), rows.lanes().offsets);
            let from = splat(&to, colour);
            apart(&mut rows, &weights, |rows, weights| {
                let mask = Layout::new(weights.lanes(), [0; 4]);
                rows.for_each_beside(
                    to.cost(),
                    [weights],
                    #[inline(always)]
                    |row, [weights]| {
                        if to.words && mask.bytes {
                            beside::compose(row, to.mask(), Same(from[0]), Bytes(weights, 0), &f);
                        } else if to.bytes && mask.bytes {
                            beside::compose_bytes(row, Same(from[0]), Bytes(weights, 0), &f);
                        } else {
                            compose_row(row, &to, |_| from, |start| mask.load(weights, start), &f);
                        }
                    },
                )
            })
        }
        Beside::Rows(other) => {
            let (mut rows, [other, weights]) = rows.joined([other, weights]);
            let to = Layout::new(rows.lanes(), rows.lanes().offsets);
            let with_weights = |rows: &mut RowsMut<'_>, weights: &Rows<'_>| {
                let mask = Layout::new(weights.lanes(), [0; 4]);
                apart(rows, &other, |rows, other| {
                    let from = Layout::new(other.lanes(), to.lanes.offsets);
                    rows.for_each_beside(
                        from.cost(),
                        [other, weights],
                        #[inline(always)]
                        |row, [other, weights]| {
                            if to.words && from.words && mask.bytes {
                                beside::compose(row, to.mask(), Words(other), Bytes(weights, 0), &f);
                            } else if to.bytes && from.bytes && mask.bytes {
                                beside::compose_bytes(row, Bytes(other, 0), Bytes(weights, 0), &f);
                            } else {
                                let load = |start| from.load(other, start);
                                compose_row(row, &to, load, |start| mask.load(weights, start), &f);
                            }
                        },
                    )
                })
            };
            apart(&mut rows, &weights, with_weights)
        }
    }
}

/// The same without weights: `f(pixel, what is beside it)`. Either may have anything in the bytes that are not the view's.
///
/// # Errors
/// As [`apart`].
#[inline(always)]
fn compose(rows: &mut RowsMut<'_>, other: &Rows<'_>, f: impl Fn(u32, u32) -> u32 + Sync) -> Result<()> {
    let (mut rows, [other]) = rows.joined([other]);
    let to = Layout::new(rows.lanes(), rows.lanes().offsets);
    apart(&mut rows, &other, |rows, other| {
        let from = Layout::new(other.lanes(), to.lanes.offsets);
        rows.for_each_beside(
            from.cost(),
            [other],
            #[inline(always)]
            |row, [other]| {
                let f = |to, from, _| f(to, from);
                if to.words && from.words {
                    beside::compose(row, to.mask(), Words(other), Same(0), &f);
                } else if to.words && from.bytes {
                    beside::compose(row, to.mask(), Bytes(other, from.slots[0]), Same(0), &f);
                } else {
                    compose_row(row, &to, |start| from.load(other, start), |_| [0; BLOCK], &f);
                }
            },
        )
    })
}

/// A colour as the word of each pixel.
fn splat(to: &Layout, colour: &[[u8; 4]; 4]) -> Pixels {
    let bytes = colour[..to.lanes.bands].iter().flat_map(|value| &value[..to.lanes.size]);
    [to.places(0).zip(bytes).fold(0, |word, ((_, slot), &byte)| word | u32::from(byte) << (8 * slot)); BLOCK]
}

#[inline(always)]
fn compose_row(
    row: &mut [u8],
    to: &Layout,
    from: impl Fn(usize) -> Pixels,
    weights: impl Fn(usize) -> Pixels,
    f: &impl Fn(u32, u32, u32) -> u32,
) {
    for start in (0..to.lanes.width).step_by(BLOCK) {
        let (mut words, from, weights) = (to.load(row, start), from(start), weights(start));
        // By reference: arrays that are taken apart by value are no loop for vector code.
        for ((word, &from), &weight) in words.iter_mut().zip(&from).zip(&weights) {
            *word = f(*word, from, weight);
        }
        to.store(&words, row, start);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn pixels_meet_in_every_layout_and_nothing_else_changes() {
        // Bytes do not mix in these, so that every place is seen for itself.
        let mixed = |to: u8, from: u8, weight: u8| to ^ from.rotate_left(3) ^ weight;
        let mix = |to: u32, from: u32, weight: u32| {
            let rotated = from << 3 & 0xF8F8_F8F8 | from >> 5 & 0x0707_0707;
            to ^ rotated ^ (weight * 0x0101_0101)
        };
        let all = testing::lanes();
        let masks: Vec<_> = all.iter().filter(|lanes| lanes.bands == 1 && lanes.size == 1).collect();
        for lanes in &all {
            for (i, other) in all.iter().enumerate() {
                let shape = |lanes: &Lanes| (lanes.width, lanes.bands, lanes.size);
                if shape(lanes) != shape(other) {
                    continue;
                }
                let mask = masks.iter().cycle().skip(i).find(|mask| mask.width == lanes.width).unwrap();
                let places = testing::positions(mask);
                let (before, from) = (testing::row(lanes, 3), testing::row(other, 77));
                let weights = testing::row(mask, 5);
                let mut expected = before.clone();
                let each = lanes.bands * lanes.size;
                for (i, (t, f)) in testing::positions(lanes).into_iter().zip(testing::positions(other)).enumerate() {
                    let weight = weights[places[i / each]];
                    expected[t] = mixed(before[t], from[f], weight);
                }
                let mut row = before.clone();
                let to = Layout::new(lanes, lanes.offsets);
                let (beside, mask) = (Layout::new(other, lanes.offsets), Layout::new(mask, [0; 4]));
                let load = |start| beside.load(&from, start);
                compose_row(&mut row, &to, load, |start| mask.load(&weights, start), &mix);
                assert_eq!(row, expected, "{lanes:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_colour_is_beside_every_pixel() {
        let colour = [[1, 2, 3, 4], [50, 60, 70, 80], [9, 10, 11, 12], [213, 14, 15, 16]];
        for lanes in testing::lanes() {
            let mut row = testing::row(&lanes, 3);
            let mut expected = row.clone();
            for (i, position) in testing::positions(&lanes).into_iter().enumerate() {
                expected[position] ^= colour[i / lanes.size % lanes.bands][i % lanes.size];
            }
            let to = Layout::new(&lanes, lanes.offsets);
            let from = splat(&to, &colour);
            compose_row(&mut row, &to, |_| from, |_| [0; BLOCK], &|to, from, _| to ^ from);
            assert_eq!(row, expected, "{lanes:?}");
        }
    }
}
