//! Kernels that write a picture of another size.

use super::colour::{divided, times};
use super::{Arm, Kind, NUMBERS, Subject, any};
use crate::format::{Format, Scalar};
use crate::fuzzing::input::{Input, float, int};
use crate::fuzzing::picture::{Grid, Picture, Wanted};
use crate::kernels::reduce::{self, Blocks};
use crate::kernels::resize::{self, Filter};

pub(super) const ARMS: &[Arm] =
    &[("resize::nearest::nearest", nearest), ("resize::resize", resize), ("reduce::reduce", reduce)];

/// A part of `len` pixels, not empty.
fn window(input: &mut Input<'_>, len: usize) -> [f32; 2] {
    if input.flag() {
        return [0.0, len as f32];
    }
    let whole = input.flag();
    let part = if whole { 1 } else { 8 };
    let start = input.below(len * part);
    let end = start + 1 + input.below(len * part - start);
    [start as f32 / part as f32, end as f32 / part as f32]
}

/// A picture to be read, and a window of it.
fn source(input: &mut Input<'_>, subject: &Subject, tame: bool) -> (Picture, super::View, [[f32; 2]; 2]) {
    let size = [input.between(1, 70), input.between(1, 30), subject.size()[2]];
    let (from, view) =
        Picture::showing(input, Wanted { format: subject.format(), size, whole: false, pillow: false, tame });
    let windows = [window(input, size[0]), window(input, size[1])];
    (from, view, windows)
}

fn flat([[left, right], [upper, lower]]: [[f32; 2]; 2]) -> [f32; 4] {
    [left, upper, right, lower]
}

fn nearest(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let (from, view, windows) = source(input, &subject, false);
    let (format, given) = (subject.format(), from.grid(&view));
    let place = |axis: usize, i: usize| {
        let [start, end] = windows[axis].map(f64::from);
        let step = (end as f32 - start as f32) as f64 / subject.size()[axis] as f64;
        let at = if format.size() == 2 {
            step * (i as f64 + 0.5) + start
        } else {
            (0..i).fold(start + step * 0.5, |sum, _| sum + step)
        };
        Some(at as usize).filter(|&at| at < given.size[axis])
    };
    let nothing = format.decode(&[0; 4]);
    let places: [Vec<_>; 2] = std::array::from_fn(|axis| (0..subject.size()[axis]).map(|i| place(axis, i)).collect());
    let expected =
        subject.before.made(|x, y, band| places[0][x].zip(places[1][y]).map_or(nothing, |(x, y)| given.at(x, y, band)));
    subject.becomes(&expected, |rows| resize::nearest(rows, &from.rows(&view), format, flat(windows)));
}

/// For each of `to` pixels the first one that it is made of, and what that and the next ones count: Resample.c.
fn weights(filter: Filter, from: usize, [start, end]: [f32; 2], to: usize) -> Vec<(usize, Vec<f64>)> {
    let scale = f64::from(end - start) / to as f64;
    let spread = scale.max(1.0);
    let support = filter.support() * spread;
    let of = |i: usize| {
        let centre = f64::from(start) + (i as f64 + 0.5) * scale;
        let first = (centre - support + 0.5).max(0.0) as usize;
        let last = ((centre + support + 0.5) as usize).min(from);
        let mut all: Vec<f64> = (first..last).map(|x| filter.at((x as f64 - centre + 0.5) * (1.0 / spread))).collect();
        let sum = all.iter().fold(0.0, |sum, weight| sum + weight);
        if sum != 0.0 {
            all.iter_mut().for_each(|weight| *weight /= sum);
        }
        (first, all)
    };
    (0..to).map(of).collect()
}

/// The weighted sum of values that follow each other, as a value.
fn weighed(format: Format, values: impl Iterator<Item = Scalar>, weights: &[f64]) -> Scalar {
    let pairs = values.zip(weights);
    if format == Format::U8 {
        let fixed = |weight: f64| (weight * f64::from(1 << 22) + if weight < 0.0 { -0.5 } else { 0.5 }) as i64;
        let sum: i64 = (1 << 21) + pairs.map(|(v, &weight)| int(v) * fixed(weight)).sum::<i64>();
        return Scalar::Int((sum >> 22).clamp(0, 255));
    }
    let sum = pairs.fold(0.0, |sum, (v, &weight)| sum + float(v) * weight);
    let half = if sum >= 0.0 { sum + 0.5 } else { sum - 0.5 };
    match format {
        Format::F32 => Scalar::Float((sum as f32).into()),
        Format::I32 => Scalar::Int(half as i32 as i64),
        _ => Scalar::Int((half as i64).clamp(0, 65_535)),
    }
}

/// One pass, along an axis.
fn pass(grid: &Grid, axis: usize, weights: &[(usize, Vec<f64>)]) -> Grid {
    let mut size = grid.size;
    size[axis] = weights.len();
    Grid::new(grid.format, size, |x, y, band| {
        let (first, weights) = &weights[[x, y][axis]];
        let values =
            (*first..first + weights.len()).map(|i| if axis == 0 { grid.at(i, y, band) } else { grid.at(x, i, band) });
        weighed(grid.format, values, weights)
    })
}

/// What each colour becomes with its alpha.
fn with_alpha(grid: Grid, alpha: Option<usize>, f: impl Fn(i64, i64) -> i64) -> Grid {
    let Some(alpha) = alpha else { return grid };
    grid.ints(|x, y, band| {
        let v = grid.int(x, y, band);
        if band == alpha { v } else { f(v, grid.int(x, y, alpha)) }
    })
}

/// The band that is alpha, where one is.
fn alpha(input: &mut Input<'_>, subject: &Subject) -> Option<usize> {
    (subject.format() == Format::U8 && subject.size()[2] > 1 && input.flag()).then(|| input.below(subject.size()[2]))
}

fn resize(input: &mut Input<'_>) {
    use Filter::{Bicubic, Bilinear, Box, Hamming, Lanczos, Mks2013, Mks2021};
    let filter = input.pick(&[Box, Bilinear, Hamming, Bicubic, Lanczos, Mks2013, Mks2021]);
    let subject = Kind { tame: true, most: 1000, ..any(&resize::FORMATS) }.subject(input);
    let (from, view, windows) = source(input, &subject, true);
    let alpha = alpha(input, &subject);
    let to_size = subject.size();
    let given = from.grid(&view);
    let from_size = given.size;
    let mut made = with_alpha(given, alpha, times);
    let whole =
        |axis: usize| windows[axis][0].fract() == 0.0 && windows[axis][1] - windows[axis][0] == to_size[axis] as f32;
    if to_size[0] > 0 && to_size[1] > 0 {
        if whole(0) && whole(1) {
            let [left, upper] = windows.map(|window| window[0] as usize);
            made = Grid::new(made.format, to_size, |x, y, band| made.at(x + left, y + upper, band));
        } else {
            // First the pass that leaves less to do for the other, as Pillow from 13.0 on.
            let lost = [0, 1].map(|axis| from_size[axis] as i64 - to_size[axis] as i64);
            let order = if lost[1] > 0 && lost[1] > 2 * lost[0] { [1, 0] } else { [0, 1] };
            for axis in order {
                let all = [0.0, from_size[axis] as f32];
                if from_size[axis] != to_size[axis] || windows[axis] != all {
                    made = pass(&made, axis, &weights(filter, from_size[axis], windows[axis], to_size[axis]));
                }
            }
        }
        made = with_alpha(made, alpha, divided);
    } else {
        made = subject.before.clone();
    }
    subject.becomes(&made, |rows| resize::resize(rows, &from.rows(&view), made.format, filter, flat(windows), alpha));
}

fn reduce(input: &mut Input<'_>) {
    let kind = Kind { tame: true, ..any(&reduce::FORMATS) };
    let wanted = kind.wanted(input);
    let size = [wanted.size[0].max(1), wanted.size[1].max(1), wanted.size[2]];
    let (from, view) = Picture::showing(input, Wanted { size, ..wanted });
    let mut part = || {
        [0, 1].map(|axis| {
            let start = input.below(size[axis]);
            start..start + 1 + input.below(size[axis] - start)
        })
    };
    let part = if size[0].is_multiple_of(2) { part() } else { [0..size[0], 0..size[1]] };
    let mut factor = || match input.byte() % 8 {
        0 | 1 => 2,
        2 => i32::MAX as usize,
        other => 1 + usize::from(other) + input.below(6),
    };
    let blocks = Blocks { factor: [factor(), factor()], part };
    let to_size = [blocks.count(0), blocks.count(1), size[2]];
    let subject = Subject::new(input, Wanted { size: to_size, ..wanted });
    let alpha = alpha(input, &subject);
    let given = with_alpha(from.grid(&view), alpha, times);
    let range = |axis: usize, i: usize| {
        let start = blocks.part[axis].start + i * blocks.factor[axis];
        start..blocks.part[axis].end.min(start + blocks.factor[axis])
    };
    let made = subject.before.made(|x, y, band| {
        let values: Vec<f64> = range(1, y)
            .flat_map(|y| range(0, x).map(move |x| (x, y)))
            .map(|(x, y)| float(given.at(x, y, band)))
            .collect();
        let (sum, count) = (values.iter().sum::<f64>(), values.len());
        match wanted.format {
            Format::U8 => {
                let times = ((1_u64 << 32) as f32 / (count * 256) as f32) as u64;
                Scalar::Int((((sum as u64 + count as u64 / 2) * times) >> 24) as i64)
            }
            Format::F32 => Scalar::Float(((sum * (1.0 / count as f64)) as f32).into()),
            _ => {
                let mean = sum * (1.0 / count as f64);
                Scalar::Int((if mean >= 0.0 { mean + 0.5 } else { mean - 0.5 }) as i64)
            }
        }
    });
    let made = with_alpha(made, alpha, divided);
    subject.becomes(&made, |rows| reduce::reduce(rows, &from.rows(&view), wanted.format, &blocks, alpha));
}
