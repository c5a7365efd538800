//! Blurs: passes of boxes, value by value in Pillow's fixed-point arithmetic (BoxBlur.c).

use super::{Arm, BYTES, Kind, Subject, any};
use crate::format::Format;
use crate::fuzzing::input::Input;
use crate::fuzzing::picture::Grid;
use crate::kernels::blur;

pub(super) const ARMS: &[Arm] =
    &[("blur::box_blur", box_blur), ("blur::gaussian_blur", gaussian_blur), ("blur::unsharp_mask", unsharp_mask)];

/// One pass along an axis, beyond whose ends the outermost values go on.
fn pass(grid: &Grid, axis: usize, radius: f32) -> Grid {
    let whole = radius as i64;
    let full = ((1 << 24) as f32 / (radius * 2.0 + 1.0)) as i64;
    let part = ((1 << 24) - (2 * whole + 1) * full) / 2;
    grid.ints(|x, y, band| {
        let at = |by: i64| {
            let place = ([x, y][axis] as i64 + by).clamp(0, grid.size[axis] as i64 - 1) as usize;
            if axis == 0 { grid.int(place, y, band) } else { grid.int(x, place, band) }
        };
        let inner: i64 = (-whole..=whole).map(at).sum();
        let outermost = at(-whole - 1) + at(whole + 1);
        (inner * full + outermost * part + (1 << 23)) >> 24 & 255
    })
}

/// So many passes along the rows, then down the columns.
fn passes(grid: &Grid, radii: [f32; 2], count: usize) -> Grid {
    let mut made = grid.clone();
    for (axis, radius) in radii.into_iter().enumerate().filter(|(_, radius)| *radius != 0.0) {
        (0..count).for_each(|_| made = pass(&made, axis, radius));
    }
    made
}

/// The radius of three boxes that are nearly a Gaussian: `_gaussian_blur_radius` of BoxBlur.c.
fn of_gaussian(deviation: f32) -> f32 {
    let variance = deviation * deviation / 3.0;
    let length = (12.0 * f64::from(variance) + 1.0).sqrt() as f32;
    let whole = ((f64::from(length) - 1.0) / 2.0).floor() as f32;
    let mut part = (2.0 * whole + 1.0) * (whole * (whole + 1.0) - 3.0 * variance);
    part /= 6.0 * (variance - (whole + 1.0) * (whole + 1.0));
    whole + part
}

/// Radii small enough for a plain loop, whole ones too; some reach further than the picture.
fn radius(input: &mut Input<'_>) -> f32 {
    match input.byte() % 8 {
        0 => 0.0,
        1 => input.below(90) as f32,
        2 => f32::from(input.byte()) / 3.0,
        3 | 4 => input.below(6) as f32,
        _ => f32::from(input.byte()) / 40.0,
    }
}

fn subject(input: &mut Input<'_>) -> Subject {
    Kind { most: 700, ..any(&BYTES) }.subject(input)
}

fn box_blur(input: &mut Input<'_>) {
    let radii = [radius(input), radius(input)];
    let subject = subject(input);
    subject.becomes(&passes(&subject.before, radii, 1), |rows| blur::box_blur(rows, Format::U8, radii));
}

fn gaussian_blur(input: &mut Input<'_>) {
    let deviations = [radius(input), radius(input)];
    let subject = subject(input);
    let expected = passes(&subject.before, deviations.map(of_gaussian), 3);
    subject.becomes(&expected, |rows| blur::gaussian_blur(rows, Format::U8, deviations));
}

fn unsharp_mask(input: &mut Input<'_>) {
    let deviation = radius(input);
    let percent = if input.flag() { i32::from(input.byte()) * 2 } else { input.number() as i32 };
    let threshold = input.byte() as i8 / 4;
    let subject = subject(input);
    let blurred = passes(&subject.before, [of_gaussian(deviation); 2], 3);
    let expected = subject.before.ints(|x, y, band| {
        let v = subject.before.int(x, y, band);
        let difference = v - blurred.int(x, y, band);
        let sharp = v + difference * i64::from(percent) / 100;
        if difference.abs() > threshold.into() { sharp.clamp(0, 255) } else { v }
    });
    subject.becomes(&expected, |rows| blur::unsharp_mask(rows, Format::U8, deviation, percent, threshold.into()));
}
