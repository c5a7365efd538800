//! What pilview computes on pixels: pure row functions, one file a family; no Python, no pointers, no threads.
//!
//! A kernel takes [`RowsMut`](crate::rows::RowsMut) and calls its row function for each row; which threads, which
//! vector units and which rows is not its business, nor whether a slice is one row or several that lie one behind
//! the other. Row functions are `#[inline(always)]`, so that
//! [`crate::simd`] can compile them for each processor.
#![forbid(unsafe_code)]

pub mod arithmetic;
pub mod around;
pub mod auto;
pub mod bbox;
pub mod bins;
pub mod blend;
pub mod blur;
pub mod chops;
pub mod colors;
pub mod colour;
pub mod compare;
pub mod compose;
pub mod convolve;
pub mod copy;
pub mod curves;
pub mod enhance;
pub mod extrema;
pub mod fill;
pub mod flip;
pub mod grey;
pub mod histogram;
pub mod invert;
pub mod linear;
pub mod mode_filter;
pub mod moments;
pub mod pair;
pub mod point;
pub mod posterize;
pub mod rank;
pub mod reduce;
pub mod resize;
pub mod roll;
pub mod solarize;
pub mod threshold;
pub mod transpose;

use crate::error::{Error, Result};
use crate::format::Format;
use crate::parallel::Cost;
use crate::rows::{Lanes, RowsMut};
use crate::simd;

/// Calls the row function of a kernel that changes byte by byte for each row, with the mask of the view's bands.
#[inline(always)]
fn each_row(rows: &mut RowsMut<'_>, change: impl Fn(&mut [u8], &Lanes, Option<&[u8; 64]>) + Sync) -> Result<()> {
    let lanes = *rows.lanes();
    let mask = lanes.mask();
    let cost = if mask.is_some() { Cost::MEMORY } else { Cost::SCALAR };
    rows.for_each(
        cost,
        #[inline(always)]
        |row| change(row, &lanes, mask.as_ref()),
    )
}

/// Changes every byte of the view's bands by `f`; other bytes stay as they are.
#[inline(always)]
fn map_bytes(row: &mut [u8], lanes: &Lanes, mask: Option<&[u8; 64]>, f: impl Fn(u8) -> u8) {
    let Some(&mask) = mask else {
        for pixel in row.chunks_mut(lanes.step) {
            for &offset in lanes.offsets() {
                for value in &mut pixel[offset..offset + lanes.size] {
                    *value = f(*value);
                }
            }
        }
        return;
    };
    in_lines(row, lanes, |bytes| {
        bytes.iter_mut().zip(&mask).for_each(|(value, mask)| *value = (*value & !mask) | (f(*value) & mask));
    });
}

/// `new` becomes what is there, where `mask` is 255.
#[inline(always)]
fn put<const N: usize>(new: &[u8; N], to: &mut [u8; N], mask: &[u8; N]) {
    let old = *to;
    // By index: arrays that are taken apart by value are no loop for vector code.
    for i in 0..N {
        to[i] = (old[i] & !mask[i]) | (new[i] & mask[i]);
    }
}

/// The same, all along: as many bytes as both have. A mask says the same of each 16 bytes, which short rows are made of.
#[inline(always)]
fn put_all(new: &[u8], to: &mut [u8], mask: &[u8; 64]) {
    let len = to.len().min(new.len());
    let ((to, to_tail), (new, new_tail)) = (to[..len].as_chunks_mut(), new[..len].as_chunks());
    to.iter_mut().zip(new).for_each(|(to, new)| put(new, to, mask));
    let mask: &[u8; 16] = &mask.as_chunks().0[0];
    let ((to, to_tail), (new, new_tail)) = (to_tail.as_chunks_mut(), new_tail.as_chunks());
    to.iter_mut().zip(new).for_each(|(to, new)| put(new, to, mask));
    to_tail.iter_mut().zip(new_tail).zip(mask).for_each(|((to, new), mask)| *to = (*to & !mask) | (new & mask));
}

/// Calls `change` with up to 64 bytes of a row at a time, so that patterns of 64 bytes fit them from their first on.
/// Most times it is 64, and the compiler turns each call into a few vector operations.
#[inline(always)]
fn in_lines(row: &mut [u8], lanes: &Lanes, change: impl Fn(&mut [u8])) {
    let (head, body) = split_at_line(row, lanes);
    let (lines, tail) = body.as_chunks_mut::<64>();
    for line in lines {
        simd::ask_ahead(line);
        change(line);
    }
    change(head);
    change(tail);
}

/// Splits a row before its first whole cache line, where a vector would else lie in two; not where that would cut a
/// pixel, so that a pattern begins anew in the second part.
#[inline(always)]
fn split_at_line<'a>(row: &'a mut [u8], lanes: &Lanes) -> (&'a mut [u8], &'a mut [u8]) {
    let head = row.as_ptr().align_offset(64);
    let at = if head.is_multiple_of(lanes.step) { head.min(row.len()) } else { 0 };
    row.split_at_mut(at)
}

/// Refuses all formats but those accepted, with a message that says so.
pub(crate) fn accept(kernel: &str, format: Format, accepted: &[Format]) -> Result<()> {
    if accepted.contains(&format) {
        return Ok(());
    }
    let names: Vec<_> = accepted.iter().map(|format| format.described()).collect();
    Err(Error::Mode(format!(
        "{kernel}() is not defined for values of format {}; it takes {}. Convert the image first",
        format.described(),
        names.join(", "),
    )))
}

/// Rows for the tests of row functions: every alignment and tail, each against a naive twin.
#[cfg(test)]
pub(crate) mod testing {
    use crate::rows::Lanes;

    /// Lanes of every kind: each mode's bands, single bands, steps, backwards.
    pub fn lanes() -> Vec<Lanes> {
        let mut all = Vec::new();
        for (pixel, offsets, size) in [
            (1, &[0][..], 1),
            (2, &[0], 2),
            (4, &[0], 4),
            (4, &[0, 3], 1),
            (4, &[0, 1, 2], 1),
            (4, &[2, 1, 0], 1),
            (4, &[0, 1, 2, 3], 1),
            (4, &[0], 1),
            (4, &[1], 1),
            (3, &[0, 1, 2], 1),
        ] {
            for width in [0, 1, 2, 15, 16, 17, 63, 64, 65, 130] {
                for skip in [1, 2, 3] {
                    // One pixel has no order.
                    for reversed in [false, true].into_iter().filter(|reversed| !reversed || width > 1) {
                        let mut lanes =
                            Lanes { width, step: pixel * skip, offsets: [0; 4], bands: offsets.len(), size, reversed };
                        lanes.offsets[..offsets.len()].copy_from_slice(offsets);
                        all.push(lanes);
                    }
                }
            }
        }
        all
    }

    /// A row's slice for `lanes`, of varied bytes.
    pub fn row(lanes: &Lanes, seed: usize) -> Vec<u8> {
        let last = lanes.offsets().iter().max().unwrap() + lanes.size;
        let len = if lanes.width == 0 { 0 } else { (lanes.width - 1) * lanes.step + last };
        (0..len).map(|i| ((i + seed) * 2_654_435_761 % 257) as u8).collect()
    }

    /// Where each byte of each value of the view lies, in the view's order.
    pub fn positions(lanes: &Lanes) -> Vec<usize> {
        let mut all = Vec::new();
        for x in 0..lanes.width {
            let x = if lanes.reversed { lanes.width - 1 - x } else { x };
            for &offset in lanes.offsets() {
                all.extend((0..lanes.size).map(|i| x * lanes.step + offset + i));
            }
        }
        all
    }

    /// Checks a row function of single bytes with `f`, its naive twin: every value, length and place.
    pub fn check(change: impl Fn(&mut [u8], &Lanes, Option<&[u8; 64]>), f: impl Fn(u8) -> u8) {
        for lanes in lanes().into_iter().filter(|lanes| lanes.size == 1) {
            let before = row(&lanes, lanes.width);
            let mut expected = before.clone();
            positions(&lanes).into_iter().for_each(|i| expected[i] = f(before[i]));
            for mask in [lanes.mask(), None] {
                let mut row = before.clone();
                change(&mut row, &lanes, mask.as_ref());
                assert_eq!(row, expected, "{lanes:?}");
            }
        }
        let all: Vec<u8> = (0..=255).collect();
        let lanes = Lanes { width: 256, step: 1, offsets: [0; 4], bands: 1, size: 1, reversed: false };
        let mut row = all.clone();
        change(&mut row, &lanes, lanes.mask().as_ref());
        assert!(row.iter().zip(&all).all(|(&out, &v)| out == f(v)));
    }
}
