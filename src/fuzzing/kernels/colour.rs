//! Kernels that make each band of a pixel of several.

use super::blend::WITH_ALPHA;
use super::{Arm, Kind, PIXELS};
use crate::fuzzing::input::Input;
use crate::kernels::colour::{alpha, grayscale, lut, matrix, swap};
use crate::kernels::grey::Luma;

pub(super) const ARMS: &[Arm] = &[
    ("colour::alpha::premultiply", premultiply),
    ("colour::alpha::unpremultiply", unpremultiply),
    ("colour::grayscale::grayscale", grayscale),
    ("colour::matrix::color_matrix", color_matrix),
    ("colour::lut::color_lut_3d", color_lut_3d),
    ("colour::swap::swap_bands", swap_bands),
];

/// The grey of R, G and B: Convert.c.
pub(super) fn luma(pixel: &[i64]) -> i64 {
    (pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16
}

/// `v * by / 255`, rounded.
pub(super) fn times(v: i64, by: i64) -> i64 {
    let product = v * by + 128;
    ((product >> 8) + product) >> 8
}

/// `v * 255 / by`, rounded down, at most 255; `v` for 0.
pub(super) fn divided(v: i64, by: i64) -> i64 {
    (v * 255).checked_div(by).map_or(v, |quotient| quotient.min(255))
}

/// The grey of a pixel, as Pillow's Convert.c has it for its mode.
pub(super) fn grey(kind: Luma, pixel: &[i64]) -> i64 {
    match kind {
        Luma::Band(band) => pixel[band],
        Luma::Rgb(bands) => luma(&bands.map(|band| pixel[band])),
        Luma::Cmyk(bands) => {
            let [c, m, y, k] = bands.map(|band| pixel[band]);
            luma(&[c, m, y].map(|ink| 255 - k - times(ink, 255 - k)))
        }
        Luma::Hsv(bands) => {
            let [h, s, v] = bands.map(|band| pixel[band]);
            let sixth = h as f64 * 6.0 / 255.0;
            let (part, s) = ((sixth - sixth.floor()) as f32, (s as f64 / 255.0) as f32);
            let shade = |by: f64| (v as f64 * (1.0 - by)).round() as i64;
            let (p, q) = (shade(s.into()), shade((s * part).into()));
            let t = shade(f64::from(s) * (1.0 - f64::from(part)));
            let all = [[v, t, p], [q, v, p], [p, v, t], [p, q, v], [t, p, v], [v, p, q]];
            luma(&all[sixth as usize % 6])
        }
    }
}

fn premultiply(input: &mut Input<'_>) {
    by_alpha(input, times, alpha::premultiply);
}

fn unpremultiply(input: &mut Input<'_>) {
    by_alpha(input, divided, alpha::unpremultiply);
}

/// Compares with what `f` makes of each colour and its alpha.
fn by_alpha(
    input: &mut Input<'_>,
    f: impl Fn(i64, i64) -> i64,
    kernel: impl FnOnce(&mut crate::RowsMut<'_>) -> crate::Result<()>,
) {
    let subject = WITH_ALPHA.subject(input);
    let alpha = subject.offsets().iter().position(|&offset| offset == 3).expect("alpha is there");
    let expected = subject.before.ints(|x, y, band| {
        let v = subject.before.int(x, y, band);
        if band == alpha { v } else { f(v, subject.before.int(x, y, alpha)) }
    });
    subject.becomes(&expected, kernel);
}

fn grayscale(input: &mut Input<'_>) {
    let subject = PIXELS.subject(input);
    let offsets = subject.offsets();
    let expected = subject.before.ints(|x, y, band| {
        let mut rgb = [0; 4];
        offsets.iter().zip(subject.before.pixel(x, y)).for_each(|(&offset, v)| rgb[offset] = v);
        if offsets[band] == 3 { rgb[3] } else { luma(&rgb) }
    });
    subject.becomes(&expected, grayscale::grayscale);
}

fn color_matrix(input: &mut Input<'_>) {
    let matrix: matrix::Matrix = std::array::from_fn(|_| std::array::from_fn(|_| input.number()));
    let subject = PIXELS.subject(input);
    // Three of the view's bands, in any order.
    let mut bands: Vec<usize> = (0..subject.size()[2]).collect();
    let first = input.below(bands.len());
    bands.rotate_left(first);
    if input.flag() {
        bands.reverse();
    }
    let offsets = std::array::from_fn(|i| subject.offsets()[bands[i]]);
    let expected = subject.before.ints(|x, y, band| {
        let pixel = subject.before.pixel(x, y);
        let Some(row) = bands[..3].iter().position(|&b| b == band) else { return pixel[band] };
        let [a, b, c] = std::array::from_fn(|i| pixel[bands[i]] as f32);
        let weights = matrix[row];
        let sum = weights[0] * a + weights[1] * b + weights[2] * c + weights[3];
        i64::from((f64::from(sum) + 0.5) as f32 as u8)
    });
    subject.becomes(&expected, |rows| matrix::color_matrix(rows, matrix, offsets));
}

/// As Pillow's ColorLUT.c goes: values of 16 bits, cut at each step.
fn color_lut_3d(input: &mut Input<'_>) {
    let size = [input.between(2, 9), input.between(2, 9), input.between(2, 5)];
    let subject = PIXELS.subject(input);
    let channels = if subject.size()[2] == 4 { input.between(3, 4) } else { 3 };
    let mut seed = vec![0; size.iter().product::<usize>() * channels * 2];
    input.fill(&mut seed, crate::format::Format::U8, false);
    // Values that are whole in the table, and none so large that it would be cut.
    let table: Vec<i64> = seed.as_chunks::<2>().0.iter().map(|&v| i64::from(i16::from_le_bytes(v)) * 31 / 32).collect();
    let values: Vec<f32> = table.iter().map(|&v| v as f32 / 16320.0).collect();
    let mut offsets = [0; 4];
    offsets[..subject.size()[2]].copy_from_slice(&subject.offsets());
    if subject.size()[2] == 3 {
        offsets[3] = 6 - offsets[..3].iter().sum::<usize>();
    }
    let expected = subject.before.ints(|x, y, band| {
        let pixel = subject.before.pixel(x, y);
        if band >= channels {
            return pixel[band];
        }
        let place: [i64; 3] = std::array::from_fn(|i| pixel[i] * ((size[i] - 1) as f64 / 255.0 * 262_144.0) as i64);
        let at = |corner: [i64; 3]| {
            let [x, y, z] = std::array::from_fn(|i| ((place[i] >> 18) + corner[i]) as usize);
            table[((z * size[1] + y) * size[0] + x) * channels + band]
        };
        let mix = |a: i64, b: i64, i: usize| {
            let weight = (place[i] & 0x3FFFF) >> 3;
            (a * (32768 - weight) + b * weight) >> 15
        };
        let line = |y, z| mix(at([0, y, z]), at([1, y, z]), 0);
        let plane = |z| mix(line(0, z), line(1, z), 1);
        ((mix(plane(0), plane(1), 2) + 32) >> 6).clamp(0, 255)
    });
    let lut = lut::Lut::new(size, channels, &values);
    subject.becomes(&expected, |rows| lut::color_lut_3d(rows, &lut, offsets));
}

fn swap_bands(input: &mut Input<'_>) {
    let subject = Kind { bands: &[2, 3, 4], ..PIXELS }.subject(input);
    let sources: Vec<usize> = (0..subject.size()[2]).map(|_| input.below(subject.size()[2])).collect();
    let expected = subject.before.ints(|x, y, band| subject.before.int(x, y, sources[band]));
    subject.becomes(&expected, |rows| swap::swap_bands(rows, &sources));
}
