//! Histogram: how often each value of each band occurs.
//!
//! A value is counted in one of 16 tables, by where its byte lies in a run of 16: values that follow each other are
//! often equal, and an addition to what has just been stored would have to wait for it. For small images, 4 tables are
//! made and added up sooner.

use super::copy::Packer;
use crate::error::Result;
use crate::parallel::{self, Cost};
use crate::rows::{Lanes, Rows};
use crate::scratch;
use crate::simd;
use std::ops::Range;

/// How often each value of a band occurs.
pub type Counts = [u64; 256];

/// Bytes of a run, each with a table of its own.
const RUN: usize = 16;

/// As many pixels are counted before tables of 32 bits are emptied: no value can have more.
const FULL: usize = 1 << 31;

/// As many pixels are counted sooner in fewer tables, which are made and added up sooner.
const FEW: usize = 1 << 14;
const FEW_TABLES: usize = 4;

/// What one thread counts.
struct Tables {
    counts: Box<[[u32; 256]; RUN]>,
    /// Pixels since the tables were emptied.
    pixels: usize,
    /// Of the tables that were emptied.
    total: Vec<Counts>,
    mask: Option<Packer>,
}

/// How the bytes of a row lie, each with a loop of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Values without gaps, one band: any table will do.
    Dense,
    /// Pixels of 4 bytes, of which all, three or two count.
    Four,
    First3,
    Ends,
    /// All else, pixel by pixel.
    Each,
}

impl Way {
    fn of(lanes: &Lanes) -> Way {
        let mut sorted = lanes.offsets;
        sorted[..lanes.bands].sort_unstable();
        match (lanes.step, &sorted[..lanes.bands]) {
            (1, _) => Way::Dense,
            (4, [0, 1, 2, 3]) => Way::Four,
            (4, [0, 1, 2]) => Way::First3,
            (4, [0, 3]) => Way::Ends,
            _ => Way::Each,
        }
    }
}

/// Counts the bytes of a run that `wanted` names, by its place within 4, each as often as `times` says.
#[inline(always)]
fn count_run<const N: usize, const TABLES: usize>(
    run: &[u8; RUN],
    counts: &mut [[u32; 256]; TABLES],
    wanted: [usize; N],
    times: impl Fn(usize) -> u32,
) {
    // Two loads, and shifts: a load for each byte would compete with those of the tables.
    let run = u128::from_le_bytes(*run);
    let halves = [run as u64, (run >> 64) as u64];
    for pixel in 0..RUN / 4 {
        for byte in wanted {
            let at = pixel * 4 + byte;
            let value = (halves[at / 8] >> (at % 8 * 8)) as u8;
            counts[at % TABLES][usize::from(value)] += times(at);
        }
    }
}

/// Counts the bytes that `wanted` names, by its place within 4, of `PIXELS` pixels a run; if `MASKED`, where `mask`
/// is not 0. Returns how many pixels were done, from the first on: as many as make up whole lines.
#[inline(always)]
fn count_runs<const N: usize, const PIXELS: usize, const MASKED: bool, const TABLES: usize>(
    row: &[u8],
    mask: &[u8],
    counts: &mut [[u32; 256]; TABLES],
    wanted: [usize; N],
) -> usize {
    let lines = row.as_chunks::<64>().0;
    let mut masks = mask.as_chunks::<PIXELS>().0.iter();
    for line in lines {
        simd::ask_ahead(line);
        for run in line.as_chunks::<RUN>().0 {
            if !MASKED {
                count_run(run, counts, wanted, |_| 1);
                continue;
            }
            // Most runs lie where a mask is all 0, or not at all.
            let mask = masks.next().unwrap_or(&[0; PIXELS]);
            if !mask.contains(&0) {
                count_run(run, counts, wanted, |_| 1);
            } else if mask != &[0; PIXELS] {
                count_run(run, counts, wanted, |at| u32::from(mask[at * PIXELS / RUN] != 0));
            }
        }
    }
    lines.len() * 64 / RUN * PIXELS
}

/// Counts the values of a row, or those where `mask` is not 0, which is in the row's order.
#[inline(always)]
fn count_row<const MASKED: bool, const TABLES: usize>(
    row: &[u8],
    mask: &[u8],
    lanes: &Lanes,
    way: Way,
    counts: &mut [[u32; 256]; TABLES],
) {
    let done = match way {
        Way::Dense => count_runs::<4, 16, MASKED, TABLES>(row, mask, counts, [0, 1, 2, 3]),
        Way::Four => count_runs::<4, 4, MASKED, TABLES>(row, mask, counts, [0, 1, 2, 3]),
        Way::First3 => count_runs::<3, 4, MASKED, TABLES>(row, mask, counts, [0, 1, 2]),
        Way::Ends => count_runs::<2, 4, MASKED, TABLES>(row, mask, counts, [0, 3]),
        Way::Each => 0,
    };
    for (x, pixel) in row.chunks(lanes.step).enumerate().skip(done) {
        if MASKED && mask[x] == 0 {
            continue;
        }
        for (band, &offset) in lanes.offsets().iter().enumerate() {
            let table = if way == Way::Each { band } else { offset };
            counts[(x % 4 * 4 + table) % TABLES][usize::from(pixel[offset])] += 1;
        }
    }
}

impl Tables {
    fn new(lanes: &Lanes, mask: Option<Packer>) -> Tables {
        Tables { counts: Box::new([[0; 256]; RUN]), pixels: 0, total: vec![[0; 256]; lanes.bands], mask }
    }

    /// Adds the tables up.
    fn empty(&mut self, lanes: &Lanes, way: Way) {
        add(&self.counts[..], &mut self.total, lanes, way);
        *self.counts = [[0; 256]; RUN];
        self.pixels = 0;
    }
}

/// Adds tables to those of their bands.
fn add(tables: &[[u32; 256]], total: &mut [Counts], lanes: &Lanes, way: Way) {
    for (at, counts) in tables.iter().enumerate() {
        let band = match way {
            Way::Dense => Some(0),
            Way::Each => Some(at % 4).filter(|&band| band < lanes.bands),
            _ => lanes.offsets().iter().position(|&offset| offset == at % 4),
        };
        if let Some(band) = band {
            total[band].iter_mut().zip(counts).for_each(|(total, &count)| *total += u64::from(count));
        }
    }
}

/// Counts the values of a small image.
fn count_few(rows: &Rows<'_>, mask: Option<&Rows<'_>>, total: &mut [Counts]) {
    let (lanes, way) = (rows.lanes(), Way::of(rows.lanes()));
    let mut counts = [[0; 256]; FEW_TABLES];
    let mut packer = mask.map(|mask| (mask, Packer::of_mask(mask, lanes)));
    for y in 0..rows.height() {
        match &mut packer {
            Some((mask, packer)) => {
                count_row::<true, _>(rows.row(y), packer.pack(mask.row(y)), lanes, way, &mut counts);
            }
            None => count_row::<false, _>(rows.row(y), &[], lanes, way, &mut counts),
        }
    }
    add(&counts, total, lanes, way);
}

/// Counts the values of each band, a table a band, or those of the pixels where `mask` is not 0: 8-bit values, shape
/// `(h, w)` or `(h, w, bands)`; the mask has one band of 8 bits and the same size. The numbers of `Image.histogram`.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
///
/// # Panics
/// For values of another size, or a mask of another size.
pub fn histogram(rows: &Rows<'_>, mask: Option<&Rows<'_>>) -> Result<Vec<Counts>> {
    let lanes = *rows.lanes();
    assert_eq!(lanes.size, 1);
    let mut total = vec![[0; 256]; lanes.bands];
    if rows.is_empty() {
        return Ok(total);
    }
    if let Some(mask) = mask {
        assert_eq!((mask.height(), mask.lanes().width, mask.lanes().packed()), (rows.height(), lanes.width, 1));
    }
    scratch::ask_each(mask.map_or(0, Rows::span))?;
    if rows.height() * lanes.width <= FEW {
        match mask {
            Some(mask) => {
                let (rows, [mask]) = rows.joined([mask]);
                count_few(&rows, Some(&mask), &mut total);
            }
            None => count_few(&rows.joined([]).0, None, &mut total),
        }
        return Ok(total);
    }
    let way = Way::of(&lanes);
    let begin = || Tables::new(&lanes, mask.map(|mask| Packer::of_mask(mask, &lanes)));
    let count = |tables: &mut Tables, range: Range<usize>| {
        for y in range {
            if tables.pixels + lanes.width > FULL {
                tables.empty(&lanes, way);
            }
            tables.pixels += lanes.width;
            let row = rows.row(y);
            match (mask, &mut tables.mask) {
                (Some(mask), Some(packer)) => {
                    count_row::<true, _>(row, packer.pack(mask.row(y)), &lanes, way, &mut tables.counts);
                }
                _ => count_row::<false, _>(row, &[], &lanes, way, &mut tables.counts),
            }
        }
    };
    for mut tables in parallel::gather(rows.height(), rows.span(), Cost::SCALAR, begin, count)? {
        tables.empty(&lanes, way);
        for (total, counts) in total.as_flattened_mut().iter_mut().zip(tables.total.as_flattened()) {
            *total += counts;
        }
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn naive(lanes: &Lanes, row: &[u8], mask: impl Fn(usize) -> bool) -> Vec<Counts> {
        let mut expected = vec![[0; 256]; lanes.bands];
        for (i, position) in testing::positions(lanes).into_iter().enumerate() {
            expected[i % lanes.bands][usize::from(row[position])] += u64::from(mask(i / lanes.bands));
        }
        expected
    }

    #[test]
    fn counts_each_band_however_it_lies() {
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.size == 1) {
            let row = testing::row(&lanes, 5);
            let mask: Vec<u8> = (0..lanes.width).map(|x| (x % 40 / 17) as u8).collect();
            let wanted = |x| mask[if lanes.reversed { lanes.width - 1 - x } else { x }] != 0;
            for way in [Way::of(&lanes), Way::Each] {
                let mut tables = Tables::new(&lanes, None);
                count_row::<false, _>(&row, &[], &lanes, way, &mut tables.counts);
                tables.empty(&lanes, way);
                assert_eq!(*tables.total, naive(&lanes, &row, |_| true), "{way:?} {lanes:?}");
                let mut tables = Tables::new(&lanes, None);
                count_row::<true, _>(&row, &mask, &lanes, way, &mut tables.counts);
                tables.empty(&lanes, way);
                assert_eq!(*tables.total, naive(&lanes, &row, wanted), "masked, {way:?} {lanes:?}");
                let (mut few, mut total) = ([[0; 256]; FEW_TABLES], vec![[0; 256]; lanes.bands]);
                count_row::<true, _>(&row, &mask, &lanes, way, &mut few);
                add(&few, &mut total, &lanes, way);
                assert_eq!(total, naive(&lanes, &row, wanted), "in few tables, {way:?} {lanes:?}");
            }
        }
    }

    #[test]
    fn threads_add_their_tables_up() {
        let (width, height) = (1013, 900);
        let bytes: Vec<u8> = (0..width * height * 3).map(|i| (i * 2_654_435_761 % 257) as u8).collect();
        let mask: Vec<u8> = (0..width * height).map(|i| (i % 5 / 4) as u8).collect();
        let (rows, mask_rows) =
            (Rows::packed(&bytes, [height, width, 3], 1), Rows::packed(&mask, [height, width, 1], 1));
        for mask_rows in [None, Some(&mask_rows)] {
            let mut expected = [[0; 256]; 3];
            for (i, &value) in bytes.iter().enumerate() {
                expected[i % 3][usize::from(value)] += u64::from(mask_rows.is_none() || mask[i / 3] != 0);
            }
            assert_eq!(histogram(&rows, mask_rows).unwrap(), expected);
        }
    }
}
