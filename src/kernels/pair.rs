//! Two images: rows changed by what lies beside them, in the same row of another view, or by a colour.
//!
//! [`combine`] is for kernels whose row function takes values of equal layout: `f(to, from)` gets the same number of
//! bytes of both, whole values behind each other, pixel by pixel or with the padding of both. Steps, orders and gaps
//! are dealt with here, and what `f` does to bytes outside of the view's bands is undone. [`apart`] comes before any
//! kernel that reads another view while it writes.

use super::fill::fill_stepped_row;
use super::{put, split_at_line};
use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::{Lanes, Rows, RowsMut};
use crate::scratch;
use crate::simd;

/// What is beside the rows.
#[derive(Clone, Copy)]
pub enum Beside<'a> {
    /// A view of as many pixels, bands and bytes a value.
    Rows(&'a Rows<'a>),
    /// The same value for each pixel.
    Colour(&'a [[u8; 4]; 4]),
}

/// Pixels that are taken at a time where layouts differ.
const STRIP: usize = 1024;

/// Bytes of the widest pixel, without padding.
const WIDEST: usize = 4;

/// Calls `work` with rows that stay as they are while `rows` are changed row by row: those of `other`, or a copy of them
/// if they would not.
///
/// # Errors
/// Those of `work`; [`crate::error::Error::Memory`].
pub fn apart<R>(
    rows: &mut RowsMut<'_>,
    other: &Rows<'_>,
    work: impl FnOnce(&mut RowsMut<'_>, &Rows<'_>) -> Result<R>,
) -> Result<R> {
    if !rows.rows().shares_across_rows(other) {
        return work(rows, other);
    }
    let mut bytes = Vec::new();
    work(rows, &other.copied(&mut bytes)?)
}

/// Calls `f(to, from)` for all values of the view and those beside them, as if those had been copied first. `f` changes
/// `to`, value by value: it is given runs of whole pixels, of any length, with or without their padding.
///
/// # Errors
/// As [`apart`].
pub fn combine(rows: &mut RowsMut<'_>, beside: Beside<'_>, f: impl Fn(&mut [u8], &[u8]) + Sync) -> Result<()> {
    match beside {
        Beside::Rows(other) => {
            let (mut rows, [other]) = rows.joined([other]);
            apart(&mut rows, &other, |rows, other| combine_rows(rows, other, &f))
        }
        Beside::Colour(colour) => {
            let lanes = *rows.lanes();
            let mut row = scratch::zeros(rows.rows().span())?;
            fill_stepped_row(&mut row, &lanes, colour);
            let other = Rows::repeated(&row, rows.rows().height(), &lanes);
            combine_rows(rows, &other, &f)
        }
    }
}

/// Not inlined, so that there is one of it for each `f`.
#[inline(never)]
fn combine_rows(rows: &mut RowsMut<'_>, other: &Rows<'_>, f: &(impl Fn(&mut [u8], &[u8]) + Sync)) -> Result<()> {
    let (lanes, other_lanes) = (*rows.lanes(), *other.lanes());
    let mask = if lanes == other_lanes { lanes.mask() } else { None };
    rows.for_each_with(
        if mask.is_some() { Cost::MEMORY } else { Cost::SCALAR },
        other,
        #[inline(always)]
        |row, other| match &mask {
            Some(mask) => lines(row, other, &lanes, mask, f),
            None => strips(row, &lanes, other, &other_lanes, f),
        },
    )
}

/// Two rows of the same layout.
#[inline(always)]
fn lines(row: &mut [u8], other: &[u8], lanes: &Lanes, &mask: &[u8; 64], f: &impl Fn(&mut [u8], &[u8])) {
    let (head, body) = split_at_line(row, lanes);
    let (other_head, other_body) = other.split_at(head.len());
    let (to, tail) = body.as_chunks_mut::<64>();
    let (from, other_tail) = other_body.as_chunks::<64>();
    for (to, from) in to.iter_mut().zip(from) {
        simd::ask_ahead(to);
        simd::ask_ahead(from);
        masked(to, from, &mask, f);
    }
    for (to, other) in [(head, other_head), (tail, other_tail)] {
        let mut from = [0; 64];
        from[..other.len()].copy_from_slice(other);
        masked_part(to, &from, &mask, f);
    }
}

/// Calls `f` with 64 bytes, and keeps those that `mask` does not have.
#[inline(always)]
fn masked(to: &mut [u8; 64], from: &[u8; 64], mask: &[u8; 64], f: &impl Fn(&mut [u8], &[u8])) {
    let mut new = *to;
    f(&mut new, from);
    put(&new, to, mask);
}

/// The same with fewer bytes. `f` gets 64 all the same, so that it is compiled for that number only.
#[inline(always)]
fn masked_part(part: &mut [u8], from: &[u8; 64], mask: &[u8; 64], f: &impl Fn(&mut [u8], &[u8])) {
    let mut to = [0; 64];
    to[..part.len()].copy_from_slice(part);
    masked(&mut to, from, mask, f);
    part.copy_from_slice(&to[..part.len()]);
}

/// Pixel by pixel, by way of runs of values without gaps, in the order of the views.
#[inline(always)]
fn strips(row: &mut [u8], lanes: &Lanes, other: &[u8], other_lanes: &Lanes, f: &impl Fn(&mut [u8], &[u8])) {
    let [mut to, mut from] = [[0; STRIP * WIDEST]; 2];
    for start in (0..lanes.width).step_by(STRIP) {
        let bytes = (lanes.width - start).min(STRIP) * lanes.packed();
        let (to, from) = (&mut to[..bytes], &mut from[..bytes]);
        gather(row, lanes, start, to);
        gather(other, other_lanes, start, from);
        f(to, from);
        scatter(to, row, lanes, start);
    }
}

/// Where the values of the pixels from `start` on lie in a row.
#[inline(always)]
fn places(lanes: &Lanes, start: usize) -> impl Iterator<Item = usize> {
    let place = move |x| if lanes.reversed { lanes.width - 1 - x } else { x } * lanes.step;
    (start..lanes.width).flat_map(move |x| lanes.offsets().iter().map(move |offset| place(x) + offset))
}

/// Takes values out of a row, from a pixel on.
#[inline(always)]
fn gather(row: &[u8], lanes: &Lanes, start: usize, to: &mut [u8]) {
    for (to, place) in to.chunks_exact_mut(lanes.size).zip(places(lanes, start)) {
        to.copy_from_slice(&row[place..place + lanes.size]);
    }
}

/// Puts them back.
#[inline(always)]
fn scatter(from: &[u8], row: &mut [u8], lanes: &Lanes, start: usize) {
    for (from, place) in from.chunks_exact(lanes.size).zip(places(lanes, start)) {
        row[place..place + lanes.size].copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    /// The row functions of the tests: every byte of the result tells its two sources.
    fn mix(to: &mut [u8], from: &[u8]) {
        assert_eq!(to.len(), from.len());
        to.iter_mut().zip(from).for_each(|(to, from)| *to = to.wrapping_mul(3) ^ from);
    }

    fn mixed(to: u8, from: u8) -> u8 {
        to.wrapping_mul(3) ^ from
    }

    #[test]
    fn values_of_any_two_layouts_meet_and_nothing_else_changes() {
        let all = testing::lanes();
        for lanes in &all {
            for other_lanes in &all {
                let shape = |lanes: &Lanes| (lanes.width, lanes.bands, lanes.size);
                if shape(lanes) != shape(other_lanes) {
                    continue;
                }
                let (before, other) = (testing::row(lanes, 3), testing::row(other_lanes, 77));
                let mut expected = before.clone();
                for (t, f) in testing::positions(lanes).into_iter().zip(testing::positions(other_lanes)) {
                    expected[t] = mixed(before[t], other[f]);
                }
                let mut row = before.clone();
                strips(&mut row, lanes, &other, other_lanes, &mix);
                assert_eq!(row, expected, "{lanes:?} {other_lanes:?}");
                if let (true, Some(mask)) = (lanes == other_lanes, lanes.mask()) {
                    row.copy_from_slice(&before);
                    lines(&mut row, &other, lanes, &mask, &mix);
                    assert_eq!(row, expected, "{lanes:?}");
                }
            }
        }
    }

    #[test]
    fn a_colour_is_beside_every_pixel() {
        let colour = [[1, 2, 3, 4], [50, 60, 70, 80], [9, 10, 11, 12], [13, 14, 15, 16]];
        let before: Vec<u8> = (0..4 * 50 * 3).map(|i| (i * 7 % 251) as u8).collect();
        let mut bytes = before.clone();
        combine(&mut RowsMut::packed(&mut bytes, [4, 50, 3], 1), Beside::Colour(&colour), mix).unwrap();
        for (i, (after, before)) in bytes.into_iter().zip(before).enumerate() {
            assert_eq!(after, mixed(before, colour[i % 3][0]));
        }
        combine(&mut RowsMut::packed(&mut [], [0, 50, 3], 1), Beside::Colour(&colour), mix).unwrap();
    }

    #[test]
    fn long_rows_are_taken_strip_by_strip() {
        for reversed in [false, true] {
            let lanes = Lanes { width: 2 * STRIP + 5, step: 3, offsets: [0; 4], bands: 1, size: 1, reversed };
            let (before, other) = (testing::row(&lanes, 1), testing::row(&Lanes { step: 5, ..lanes }, 2));
            let mut row = before.clone();
            strips(&mut row, &lanes, &other, &Lanes { step: 5, ..lanes }, &mix);
            for x in 0..lanes.width {
                assert_eq!(row[x * 3], mixed(before[x * 3], other[x * 5]));
            }
        }
    }
}
