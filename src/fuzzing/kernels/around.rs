//! Kernels that make a value of those around it.

use super::tone::between;
use super::{Arm, BYTES, Kind, any};
use crate::format::{Format, Scalar};
use crate::fuzzing::input::{Input, float};
use crate::fuzzing::picture::Grid;
use crate::kernels::{convolve, enhance, mode_filter, rank};

pub(super) const ARMS: &[Arm] = &[
    ("rank::rank", rank),
    ("mode_filter::mode_filter", mode_filter),
    ("convolve::convolve", convolve),
    ("enhance::sharpness::sharpness", sharpness),
];

/// Columns or rows up to `reach` away, as far as there are some.
fn near(at: usize, reach: usize, len: usize) -> std::ops::Range<usize> {
    at.saturating_sub(reach)..(at + reach + 1).min(len)
}

/// A window's size, and how many values a picture may have so that it does not take too long.
fn window(input: &mut Input<'_>) -> (usize, usize) {
    let size = input.pick(&[3, 3, 5, 5, 7, 9, 27, 31, 1]);
    (size, (60_000 / (size * size)).min(2000))
}

fn rank(input: &mut Input<'_>) {
    let (size, most) = window(input);
    let rank = match input.byte() % 4 {
        0 => 0,
        1 => size * size / 2,
        2 => size * size - 1,
        _ => input.below(size * size),
    };
    let subject = Kind { tame: true, most, ..any(&[Format::U8, Format::U8, Format::I32, Format::F32]) }.subject(input);
    let reach = (size / 2).cast_signed();
    let [width, height, _] = subject.size();
    // At the borders the outermost values go on.
    let clamp = |at: usize, by: isize, len: usize| at.saturating_add_signed(by).min(len - 1);
    let expected = subject.before.made(|x, y, band| {
        let rows = (-reach..=reach).map(|dy| clamp(y, dy, height));
        let all = rows.flat_map(|y| (-reach..=reach).map(move |dx| (clamp(x, dx, width), y)));
        let mut values: Vec<Scalar> = all.map(|(x, y)| subject.before.at(x, y, band)).collect();
        values.sort_by(|&a, &b| float(a).total_cmp(&float(b)));
        values[rank]
    });
    subject.becomes(&expected, |rows| rank::rank(rows, "rank_filter", expected.format, size, rank));
}

fn mode_filter(input: &mut Input<'_>) {
    let (size, most) = window(input);
    let subject = Kind { most, ..any(&BYTES) }.subject(input);
    let [width, height, _] = subject.size();
    let expected = subject.before.ints(|x, y, band| {
        let mut counts = [0; 256];
        for y in near(y, size / 2, height) {
            near(x, size / 2, width).for_each(|x| counts[subject.before.int(x, y, band) as usize] += 1);
        }
        let most = counts.iter().copied().max().unwrap_or(0);
        // Twice is not often enough.
        let found = (0..256).find(|&v| counts[v] == most).filter(|_| most > 2);
        found.map_or(subject.before.int(x, y, band), |v| v as i64)
    });
    subject.becomes(&expected, |rows| mode_filter::mode_filter(rows, Format::U8, size));
}

/// Whether all values up to `reach` away are inside.
fn is_inside(grid: &Grid, x: usize, y: usize, reach: usize) -> bool {
    x >= reach && y >= reach && x + reach < grid.size[0] && y + reach < grid.size[1]
}

/// Sums of floats in Pillow's order: row by row, the lowest first, each by itself.
fn convolve(input: &mut Input<'_>) {
    let side = input.pick(&[3, 5]);
    let fine = input.flag();
    let weights: Vec<f32> =
        (0..side * side).map(|_| if fine { input.number() } else { f32::from(input.byte() as i8) / 16.0 }).collect();
    let offset = if fine { input.number() } else { f32::from(input.byte() as i8) };
    let formats = [Format::U8, Format::U8, Format::U16, Format::U16Be, Format::U16Le, Format::I32];
    let subject = any(&formats).subject(input);
    let reach = side / 2;
    let expected = subject.before.ints(|x, y, band| {
        let v = subject.before.int(x, y, band);
        if !is_inside(&subject.before, x, y, reach) {
            return v;
        }
        let row = |i: usize| {
            let value = |j: usize| subject.before.int(x + j - reach, y + reach - i, band) as f32;
            (1..side).fold(value(0) * weights[i * side], |sum, j| sum + value(j) * weights[i * side + j])
        };
        let sum = (0..side).fold(offset + 0.5, |sum, i| sum + row(i));
        match subject.format() {
            Format::U8 => (sum as u8).into(),
            Format::I32 => (sum as i32).max(0).into(),
            _ => (sum as u16).into(),
        }
    });
    subject.becomes(&expected, |rows| convolve::convolve(rows, expected.format, &weights, offset));
}

fn sharpness(input: &mut Input<'_>) {
    let factor = input.number();
    let subject = any(&BYTES).subject(input);
    let expected = subject.before.ints(|x, y, band| {
        let v = subject.before.int(x, y, band);
        if !is_inside(&subject.before, x, y, 1) {
            return v;
        }
        let all = (y - 1..=y + 1).flat_map(|y| (x - 1..=x + 1).map(move |x| (x, y)));
        let sum: i64 = all.map(|(x, y)| subject.before.int(x, y, band)).sum::<i64>() + 4 * v;
        let smooth = (sum as f64 / 13.0 + 0.5).floor() as i64;
        between(smooth, v, factor)
    });
    subject.becomes(&expected, |rows| enhance::sharpness(rows, Format::U8, factor));
}
