//! Colours: which pixels there are, and how often, in the order in which Pillow lists them.

use crate::error::{Error, Result};
use crate::parallel::{self, Cost};
use crate::rows::{Lanes, Rows};
use crate::scratch;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// A pixel as Pillow keeps it in 32 bits.
type Pixel = u32;

/// Spreads pixels well enough: one multiplication.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(byte.into()));
    }

    fn write_u32(&mut self, v: u32) {
        self.0 = (self.0 ^ u64::from(v)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Spreading = BuildHasherDefault<Spread>;

/// Colours that are at hand without a search.
const AT_HAND: usize = 1024;

/// The place of a colour that is not at hand.
const NOBODY: u32 = u32::MAX;

/// So few pixels are counted, and so few colours wanted, that neither threads nor a table for each pay.
const FEW: usize = 1 << 14;

/// What one thread has found.
struct Found {
    places: HashMap<Pixel, u32, Spreading>,
    /// Each colour, how often it occurs, and where first.
    colours: Vec<(Pixel, u64, usize)>,
    at_hand: Box<[(Pixel, u32); AT_HAND]>,
    /// There was no memory for one more.
    full: bool,
}

impl Found {
    fn new() -> Found {
        Found {
            places: HashMap::default(),
            colours: Vec::new(),
            at_hand: Box::new([(0, NOBODY); AT_HAND]),
            full: false,
        }
    }

    fn hand(pixel: Pixel) -> usize {
        (pixel.wrapping_mul(0x9E37_79B1) >> 22) as usize
    }

    #[inline(always)]
    fn add(&mut self, pixel: Pixel, count: u64, first: usize) {
        let hand = &mut self.at_hand[Self::hand(pixel)];
        if hand.0 != pixel || hand.1 == NOBODY {
            let colours = &mut self.colours;
            if self.places.try_reserve(1).is_err() || colours.try_reserve(1).is_err() {
                self.full = true;
                return;
            }
            let place = *self.places.entry(pixel).or_insert_with(|| {
                colours.push((pixel, 0, first));
                colours.len() as u32 - 1
            });
            *hand = (pixel, place);
        }
        let colour = &mut self.colours[hand.1 as usize];
        colour.1 += count;
        colour.2 = colour.2.min(first);
    }
}

/// Pillow's places for colours: the sizes of its table, and what moves the steps of a search about in it, of
/// GetBBox.c.
const STEPS: [u32; 29] =
    [3, 3, 3, 5, 3, 3, 29, 17, 9, 5, 83, 27, 43, 3, 45, 9, 39, 39, 9, 5, 3, 33, 27, 9, 71, 39, 9, 5, 83];

/// The last place in Pillow's table for up to `most` colours, and what its steps change by.
fn pillows_table(most: usize) -> (u32, u32) {
    let size = (0..STEPS.len()).find(|&i| 4 << i > most).unwrap_or(STEPS.len() - 1);
    ((4 << size) - 1, STEPS[size])
}

/// Where that table has room for a pixel: one place after the other, for as long as they are taken.
fn places(pixel: Pixel, (mask, change): (u32, u32)) -> impl Iterator<Item = u32> {
    let first = (pixel ^ (pixel >> 3)) & mask;
    let mut step = if first == 0 { mask } else { first };
    let mut place = !pixel & mask;
    std::iter::once(place).chain(std::iter::repeat_with(move || {
        place = place.wrapping_add(step) & mask;
        step <<= 1;
        if step > mask {
            step ^= change;
        }
        place
    }))
}

/// The colours, which are in the order in which they occur first, in the order of Pillow's table for up to `most`.
fn in_pillows_order(mut colours: Vec<(Pixel, u64, usize)>, most: usize) -> Vec<(Pixel, u64)> {
    let table = pillows_table(most);
    let mut taken: HashSet<u32, Spreading> = HashSet::default();
    colours.sort_unstable_by_key(|&(.., first)| first);
    let mut placed: Vec<_> = colours
        .into_iter()
        .filter_map(|(pixel, count, _)| {
            Some((places(pixel, table).find(|&place| taken.insert(place))?, (pixel, count)))
        })
        .collect();
    placed.sort_unstable_by_key(|&(place, _)| place);
    placed.into_iter().map(|(_, colour)| colour).collect()
}

/// The colours of few pixels, by way of Pillow's table itself: a larger one takes longer to make than they to count.
fn few_colors(rows: &Rows<'_>, most: usize) -> Option<Vec<(Pixel, u64)>> {
    let lanes = rows.lanes();
    let pillows = pillows_table(most);
    let mut table = vec![(0, 0_u64); pillows.0 as usize + 1];
    let mut colours = 0;
    for y in 0..rows.height() {
        let row = rows.row(y);
        for i in 0..lanes.width {
            let x = if lanes.reversed { lanes.width - 1 - i } else { i };
            let pixel = pixel_of(&row[x * lanes.step..], lanes);
            let place = places(pixel, pillows).find(|&place| {
                let (there, count) = table[place as usize];
                count == 0 || there == pixel
            })?;
            let (there, count) = &mut table[place as usize];
            if *count == 0 {
                *there = pixel;
                colours += 1;
                if colours > most {
                    return None;
                }
            }
            *count += 1;
        }
    }
    table.retain(|&(_, count)| count > 0);
    Some(table)
}

/// A pixel in 32 bits: two bands as Pillow keeps LA, three as RGB; a value of 4 bytes.
#[inline(always)]
fn pixel_of(pixel: &[u8], lanes: &Lanes) -> Pixel {
    let [a, b, c, d] = lanes.offsets.map(|offset| pixel[offset]);
    Pixel::from_ne_bytes(match lanes.bands {
        _ if lanes.size == 4 => std::array::from_fn(|i| pixel[lanes.offsets[0] + i]),
        2 => [a, a, a, b],
        3 => [a, b, c, 0],
        _ => [a, b, c, d],
    })
}

/// Counts pixels of several bands of 8 bits, or values of 32; `None` if there are more than `most` colours. What
/// `Image.getcolors` lists, in its order.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn colors(rows: &Rows<'_>, most: usize) -> Result<Option<Vec<(Pixel, u64)>>> {
    if rows.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let lanes = *rows.lanes();
    if rows.height() * lanes.width <= FEW && most <= FEW {
        return Ok(few_colors(rows, most));
    }
    let most_here = most.min(NOBODY as usize - 1);
    let too_many = AtomicBool::new(false);
    let look = |found: &mut Found, range: Range<usize>| {
        for y in range {
            if too_many.load(Ordering::Relaxed) {
                return;
            }
            let (mut last, mut count, mut first) = (0, 0, 0);
            for (i, pixel) in rows.row(y).chunks(lanes.step).enumerate() {
                let pixel = pixel_of(pixel, &lanes);
                if pixel != last || count == 0 {
                    if count > 0 {
                        found.add(last, count, first);
                    }
                    if found.colours.len() > most_here {
                        return too_many.store(true, Ordering::Relaxed);
                    }
                    (last, count) = (pixel, 0);
                }
                count += 1;
                let x = if lanes.reversed { lanes.width - 1 - i } else { i };
                if count == 1 || lanes.reversed {
                    first = y * lanes.width + x;
                }
            }
            found.add(last, count, first);
        }
    };
    let mut all = parallel::gather(rows.height(), rows.span(), Cost::SCALAR, Found::new, look)?.into_iter();
    let Some(mut found) = all.next() else { return Ok(Some(Vec::new())) };
    for other in all {
        other.colours.into_iter().for_each(|(pixel, count, first)| found.add(pixel, count, first));
        found.full |= other.full;
    }
    if found.full {
        return Err(Error::Memory("there is no memory for so many colours; give a smaller `maxcolors`".into()));
    }
    if too_many.into_inner() || found.colours.len() > most {
        return Ok(None);
    }
    scratch::ask(2 * size_of::<(u32, (Pixel, u64))>() * found.colours.len().next_power_of_two())?;
    Ok(Some(in_pillows_order(found.colours, most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_is_counted_under_its_colour() {
        let (width, height) = (700, 900);
        let bytes: Vec<u8> = (0..width * height * 4).map(|i| (i / 7 * 31 % 83 % 3) as u8).collect();
        let rows = Rows::packed(&bytes, [height, width, 4], 1);
        let mut expected: HashMap<Pixel, u64> = HashMap::new();
        for pixel in bytes.as_chunks::<4>().0 {
            *expected.entry(Pixel::from_ne_bytes(*pixel)).or_default() += 1;
        }
        let found = colors(&rows, 256).unwrap().unwrap();
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().all(|(pixel, count)| expected[pixel] == *count));
        assert!(colors(&rows, expected.len()).unwrap().is_some());
        assert!(colors(&rows, expected.len() - 1).unwrap().is_none());
    }

    #[test]
    fn few_pixels_are_counted_as_many_are() {
        for (colours, most) in [(1, 1), (40, 256), (300, 256), (300, 300), (3, 0), (5000, FEW)] {
            let bytes: Vec<u8> =
                (0..90 * 91_u32).flat_map(|i| (i * i % colours).wrapping_mul(2_654_435_761).to_ne_bytes()).collect();
            let rows = Rows::packed(&bytes, [90, 91, 4], 1);
            let mut all = Found::new();
            (0..90 * 91).for_each(|i| {
                all.add(Pixel::from_ne_bytes(bytes.as_chunks().0[i]), 1, i);
            });
            let expected = (all.colours.len() <= most).then(|| in_pillows_order(all.colours, most));
            assert_eq!(few_colors(&rows, most), expected, "{colours} {most}");
        }
    }

    #[test]
    fn a_full_table_has_a_place_for_everybody() {
        for most in [3_u32, 7, 255, 65_535] {
            let colours = (0..most).map(|i| (i * 64, 1, i as usize)).collect();
            assert_eq!(in_pillows_order(colours, most as usize).len(), most as usize);
        }
    }
}
