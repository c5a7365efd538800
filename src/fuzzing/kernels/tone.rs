//! Kernels of which every value becomes another by a formula or a table.

use super::{Arm, BYTES, Kind, Subject, UNSIGNED, any, largest};
use crate::format::{Format, Scalar};
use crate::fuzzing::input::{Input, float};
use crate::kernels::auto::{self, Ends};
use crate::kernels::enhance;
use crate::kernels::grey::{Luma, Plain, Towards};
use crate::kernels::{curves, fill, invert, linear, point, posterize, solarize, threshold};

pub(super) const ARMS: &[Arm] = &[
    ("invert::invert", invert),
    ("threshold::threshold", threshold),
    ("posterize::posterize", posterize),
    ("solarize::solarize", solarize),
    ("linear::linear", linear),
    ("point::point", point),
    ("point::scale", scale),
    ("curves::apply", apply),
    ("fill::fill", fill),
    ("auto::autocontrast", autocontrast),
    ("auto::equalize", equalize),
    ("enhance::brightness", brightness),
    ("enhance::contrast", contrast),
    ("enhance::saturation::saturation", saturation),
];

fn invert(input: &mut Input<'_>) {
    let subject = any(&UNSIGNED).subject(input);
    let format = subject.format();
    let expected = subject.before.ints(|x, y, b| largest(format) - subject.before.int(x, y, b));
    subject.becomes(&expected, |rows| invert::invert(rows, format));
}

/// Compares a kernel of bytes with what `f` makes of each value and its band.
fn bytes(
    input: &mut Input<'_>,
    f: impl Fn(i64, usize) -> i64,
    kernel: impl FnOnce(&mut crate::RowsMut<'_>) -> crate::Result<()>,
) {
    let subject = any(&BYTES).subject(input);
    let expected = subject.before.ints(|x, y, b| f(subject.before.int(x, y, b), b));
    subject.becomes(&expected, kernel);
}

fn threshold(input: &mut Input<'_>) {
    let t = input.byte();
    bytes(input, |v, _| if v >= t.into() { 255 } else { 0 }, |rows| threshold::threshold(rows, Format::U8, t));
}

fn posterize(input: &mut Input<'_>) {
    let bits = input.between(1, 8) as u32;
    let step = 1 << (8 - bits);
    bytes(input, |v, _| v / step * step, |rows| posterize::posterize(rows, Format::U8, bits));
}

fn solarize(input: &mut Input<'_>) {
    let first = input.flag().then(|| input.byte());
    let f = |v, _| if first.is_some_and(|first| v >= first.into()) { 255 - v } else { v };
    bytes(input, f, |rows| solarize::solarize(rows, Format::U8, first));
}

fn linear(input: &mut Input<'_>) {
    let (scale, offset) = (f64::from(input.number()), f64::from(input.number()));
    let subject = any(&super::NUMBERS).subject(input);
    let format = subject.format();
    let expected = subject.before.made(|x, y, b| {
        let made = float(subject.before.at(x, y, b)) * scale + offset;
        let whole = (made + 0.5).floor();
        match format {
            Format::F32 => Scalar::Float((made as f32).into()),
            Format::I32 => Scalar::Int(whole.clamp(f64::from(i32::MIN), f64::from(i32::MAX)) as i64),
            _ => Scalar::Int(whole.clamp(0.0, largest(format) as f64) as i64),
        }
    });
    subject.becomes(&expected, |rows| linear::linear(rows, format, scale, offset));
}

/// Any table.
fn table(input: &mut Input<'_>) -> [u8; 256] {
    let mut table = [0; 256];
    input.fill(&mut table, Format::U8, false);
    table
}

fn point(input: &mut Input<'_>) {
    let mut tables: point::Tables = [table(input); 4];
    for other in &mut tables[1..] {
        if input.flag() {
            *other = table(input);
        }
    }
    bytes(input, |v, band| tables[band][v as usize].into(), |rows| point::point(rows, Format::U8, &tables));
}

fn apply(input: &mut Input<'_>) {
    let curve = table(input);
    bytes(input, |v, _| curve[v as usize].into(), |rows| curves::apply("linear", rows, Format::U8, &curve));
}

fn scale(input: &mut Input<'_>) {
    let (scale, offset) = (f64::from(input.number()), f64::from(input.number()));
    let subject = any(&[Format::I32, Format::U16, Format::F32]).subject(input);
    let format = subject.format();
    let expected = subject.before.made(|x, y, b| {
        let made = float(subject.before.at(x, y, b)) * scale + offset;
        // As x86-64 casts to an int: all that does not fit is the least one.
        let cut = made.trunc();
        let fits = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&cut);
        let cut = if fits { cut as i64 } else { i32::MIN.into() };
        match format {
            Format::F32 => Scalar::Float((made as f32).into()),
            Format::I32 => Scalar::Int(cut),
            _ => Scalar::Int(cut & 0xFFFF),
        }
    });
    subject.becomes(&expected, |rows| point::scale(rows, format, scale, offset));
}

fn fill(input: &mut Input<'_>) {
    let subject = any(&super::NUMBERS).subject(input);
    let format = subject.format();
    let colour: [[u8; 4]; 4] = std::array::from_fn(|_| input.value(format, false));
    let expected = subject.before.made(|_, _, band| format.decode(&colour[band]));
    subject.becomes(&expected, |rows| fill::fill(rows, &colour));
}

/// How often each value of a band occurs where the mask is not 0.
fn counts(subject: &Subject, band: usize, mask: Option<&super::Second>) -> [u64; 256] {
    let mut counts = [0; 256];
    for y in 0..subject.size()[1] {
        for x in 0..subject.size()[0] {
            if mask.is_none_or(|mask| mask.before.int(x, y, 0) != 0) {
                counts[subject.before.int(x, y, band) as usize] += 1;
            }
        }
    }
    counts
}

fn autocontrast(input: &mut Input<'_>) {
    // Halves of percents, so that no share of pixels is next to a whole number by an error of rounding.
    let mut ends = Ends { cutoff: [0.0; 2], ignored: [false; 256] };
    ends.cutoff = std::array::from_fn(|_| if input.flag() { input.below(101) as f64 / 2.0 } else { 0.0 });
    for _ in 0..input.below(3) {
        ends.ignored[usize::from(input.byte())] = true;
    }
    let subject = any(&BYTES).subject(input);
    let mask = subject.mask(input);
    let luma = (subject.size()[2] == 3 && input.flag()).then_some(Luma::Rgb([0, 1, 2]));
    let curve = |band: usize| {
        let mut values: Vec<usize> = Vec::new();
        match luma {
            None => {
                let counts = counts(&subject, band, mask.as_ref());
                (0..256).for_each(|v| values.extend(std::iter::repeat_n(v, counts[v] as usize)));
            }
            Some(_) => {
                for y in 0..subject.size()[1] {
                    for x in 0..subject.size()[0] {
                        if mask.as_ref().is_none_or(|mask| mask.before.int(x, y, 0) != 0) {
                            values.push(super::colour::luma(&subject.before.pixel(x, y)) as usize);
                        }
                    }
                }
                values.sort_unstable();
            }
        }
        values.retain(|&v| !ends.ignored[v]);
        let cut = ends.cutoff.map(|percent| (values.len() as f64 * percent / 100.0).floor() as usize);
        let kept = values.get(cut[0]..values.len().saturating_sub(cut[1])).unwrap_or(&[]);
        match (kept.first(), kept.last()) {
            (Some(&low), Some(&high)) if low < high => {
                let scale = 255.0 / (high - low) as f64;
                let offset = -(low as f64) * scale;
                std::array::from_fn(|v| (v as f64 * scale + offset).clamp(0.0, 255.0) as i64)
            }
            _ => std::array::from_fn::<i64, 256, _>(|v| v as i64),
        }
    };
    let curves: Vec<_> = (0..subject.size()[2]).map(curve).collect();
    let expected = subject.before.ints(|x, y, b| curves[b][subject.before.int(x, y, b) as usize]);
    // The mask may be a view of the same picture, which the kernel has read before it writes.
    let mask_rows = mask.as_ref().map(|mask| mask.rows(&subject));
    subject.becomes(&expected, |rows| auto::autocontrast(rows, Format::U8, mask_rows.as_ref(), &ends, luma));
}

fn equalize(input: &mut Input<'_>) {
    let subject = Kind { most: 6000, ..any(&BYTES) }.subject(input);
    let mask = subject.mask(input);
    let curve = |band: usize| {
        let counts = counts(&subject, band, mask.as_ref());
        let last = counts.iter().rfind(|&&count| count > 0).copied().unwrap_or(0);
        let step = (counts.iter().sum::<u64>() - last) / 255;
        let before = |v: usize| counts[..v].iter().sum::<u64>() + step / 2;
        std::array::from_fn::<i64, 256, _>(|v| {
            before(v).checked_div(step).map_or(v as i64, |value| value.min(255) as i64)
        })
    };
    let curves: Vec<_> = (0..subject.size()[2]).map(curve).collect();
    let expected = subject.before.ints(|x, y, b| curves[b][subject.before.int(x, y, b) as usize]);
    let mask_rows = mask.as_ref().map(|mask| mask.rows(&subject));
    subject.becomes(&expected, |rows| auto::equalize(rows, Format::U8, mask_rows.as_ref()));
}

/// `plain + factor * (v - plain)` in single precision, cut to a byte.
pub(super) fn between(plain: i64, v: i64, factor: f32) -> i64 {
    let (plain, v) = (plain as f32, v as f32);
    ((plain + factor * (v - plain)) as u8).into()
}

fn brightness(input: &mut Input<'_>) {
    let factor = input.number();
    let subject = any(&BYTES).subject(input);
    let alpha = input.flag().then(|| input.below(subject.size()[2]));
    let expected = subject.before.ints(|x, y, b| {
        let v = subject.before.int(x, y, b);
        if alpha == Some(b) { v } else { between(0, v, factor) }
    });
    subject.becomes(&expected, |rows| enhance::brightness(rows, Format::U8, alpha, factor));
}

/// What a view may be without its colours.
fn plain(input: &mut Input<'_>, bands: usize) -> Plain {
    let order: [usize; 3] = input.pick(&[[0, 1, 2], [2, 1, 0], [1, 2, 0]]);
    let luma = match (bands, input.below(4)) {
        (3 | 4, 1 | 2) => Luma::Rgb(order),
        (3 | 4, 3) => Luma::Hsv(order),
        (4, _) => Luma::Cmyk(input.pick(&[[0, 1, 2, 3], [3, 2, 1, 0]])),
        _ => Luma::Band(input.below(bands)),
    };
    let all = [Towards::Luma, Towards::Itself, Towards::Ink, Towards::Value(128)];
    let mut towards = [Towards::Luma; 4];
    if input.flag() {
        towards = std::array::from_fn(|_| input.pick(&all));
    }
    if let Luma::Rgb(bands) = luma {
        // Red, green and blue are as grey as each other, and a fourth band is alpha or nothing.
        towards = std::array::from_fn(|band| if bands.contains(&band) { Towards::Luma } else { Towards::Itself });
    }
    Plain { luma, bands: towards }
}

/// The value of a band whose pixel has such a grey.
fn towards(towards: Towards, luma: i64, v: i64) -> i64 {
    match towards {
        Towards::Itself => v,
        Towards::Value(value) => value.into(),
        Towards::Luma => luma,
        Towards::Ink => 255 - luma,
    }
}

fn contrast(input: &mut Input<'_>) {
    let factor = input.number();
    let subject = any(&BYTES).subject(input);
    let plain = plain(input, subject.size()[2]);
    let [width, height, _] = subject.size();
    let greys =
        (0..width * height).map(|i| super::colour::grey(plain.luma, &subject.before.pixel(i % width, i / width)));
    let mean = greys.sum::<i64>() as f64 / (width * height) as f64;
    let luma = (mean + 0.5) as i64;
    let expected = subject.before.ints(|x, y, b| {
        let v = subject.before.int(x, y, b);
        if plain.bands[b] == Towards::Itself { v } else { between(towards(plain.bands[b], luma, v), v, factor) }
    });
    subject.becomes(&expected, |rows| enhance::contrast(rows, Format::U8, &plain, factor));
}

fn saturation(input: &mut Input<'_>) {
    let factor = input.number();
    let subject = any(&BYTES).subject(input);
    let mut plain = plain(input, subject.size()[2]);
    if let Luma::Band(band) = plain.luma {
        // The grey itself stays, and nothing else is told by it.
        plain.bands = plain.bands.map(|towards| if towards == Towards::Ink { Towards::Value(7) } else { towards });
        plain.bands.iter_mut().filter(|towards| **towards == Towards::Luma).for_each(|other| *other = Towards::Itself);
        plain.bands[band] = Towards::Luma;
    }
    let expected = subject.before.ints(|x, y, b| {
        let v = subject.before.int(x, y, b);
        if plain.bands[b] == Towards::Itself || matches!(plain.luma, Luma::Band(band) if band == b) {
            return v;
        }
        let luma = super::colour::grey(plain.luma, &subject.before.pixel(x, y));
        between(towards(plain.bands[b], luma, v), v, factor)
    });
    subject.becomes(&expected, |rows| enhance::saturation(rows, Format::U8, &plain, factor));
}
