//! Kernels that weigh two views, or paste one into the other.

use super::pairs::Other;
use super::{Arm, BYTES, Kind, NUMBERS, PIXELS, any, largest};
use crate::format::{Format, Scalar};
use crate::fuzzing::input::{Input, float, int};
use crate::fuzzing::picture::Wanted;
use crate::kernels::blend::{self, Scale};
use crate::kernels::compose::over;
use crate::kernels::compose::paste::{self, Mask};

pub(super) const ARMS: &[Arm] = &[
    ("blend::blend", blend),
    ("blend::add", add),
    ("compose::over::alpha_composite", alpha_composite),
    ("compose::paste::paste", paste),
    ("compose::paste::put_band", put_band),
];

/// A number as a value of a format, cut towards zero and to its range.
fn cut(format: Format, value: f64) -> Scalar {
    let (least, most) = if format == Format::I32 { (i32::MIN.into(), i32::MAX.into()) } else { (0, largest(format)) };
    // A cast cuts, and NaN is 0.
    Scalar::Int((value as i64).clamp(least, most))
}

fn blend(input: &mut Input<'_>) {
    let alpha = f64::from(input.number());
    let subject = any(&NUMBERS).subject(input);
    let other = Other::of(input, &subject);
    let format = subject.format();
    let single = alpha as f32;
    let expected = subject.before.made(|x, y, band| {
        let (old, new) = (subject.before.at(x, y, band), other.at(format, x, y, band));
        let (a, b) = (float(old), float(new));
        match format {
            Format::U8 => cut(format, (a as f32 + single * (b as f32 - a as f32)).into()),
            Format::F32 if single == 0.0 => old,
            Format::F32 if single == 1.0 => new,
            Format::F32 => Scalar::Float((a as f32 + single * (b as f32 - a as f32)).into()),
            _ => cut(format, a + alpha * (b - a)),
        }
    });
    other.check(&subject, &expected, |rows, beside| blend::blend(rows, format, beside, alpha));
}

fn add(input: &mut Input<'_>) {
    let minus = input.flag();
    let scale = if input.flag() { 1.0 } else { f64::from(input.number()) };
    let offset = if input.flag() { 0.0 } else { f64::from(input.number()) };
    let scale = if scale == 0.0 { 2.0 } else { scale };
    let subject = any(&NUMBERS).subject(input);
    let other = Other::of(input, &subject);
    let format = subject.format();
    let expected = subject.before.made(|x, y, band| {
        let (a, b) = (float(subject.before.at(x, y, band)), float(other.at(format, x, y, band)));
        let single = if minus { a as f32 - b as f32 } else { a as f32 + b as f32 };
        let sum = if minus { a - b } else { a + b };
        match format {
            // Without a scale Pillow adds ints.
            Format::U8 if scale == 1.0 => cut(format, sum + offset.trunc()),
            Format::U8 => cut(format, (single / scale as f32 + offset as f32).into()),
            Format::F32 => Scalar::Float((single / scale as f32 + offset as f32).into()),
            _ => cut(format, sum / scale + offset),
        }
    });
    let by = Scale { scale, offset };
    other.check(&subject, &expected, |rows, beside| {
        if minus { blend::add::<true>(rows, format, beside, by) } else { blend::add::<false>(rows, format, beside, by) }
    });
}

/// Views whose alpha is the last of four bytes.
pub(super) const WITH_ALPHA: Kind<'static> = Kind { bands: &[2, 4], ..PIXELS };

fn by_255(n: i64) -> i64 {
    ((n >> 8) + n) >> 8
}

fn alpha_composite(input: &mut Input<'_>) {
    let subject = WITH_ALPHA.subject(input);
    let second = subject
        .second(input, Wanted { format: Format::U8, size: subject.size(), whole: true, pillow: true, tame: false });
    let alpha = subject.offsets().iter().position(|&offset| offset == 3).expect("alpha is there");
    let expected = subject.before.ints(|x, y, band| {
        let (below, above) = (subject.before.int(x, y, band), second.before.int(x, y, band));
        let alphas = [subject.before.int(x, y, alpha), second.before.int(x, y, alpha)];
        if alphas[1] == 0 {
            return below;
        }
        let both = alphas[1] * 255 + alphas[0] * (255 - alphas[1]);
        if band == alpha {
            return by_255(both + 0x80);
        }
        let weight = alphas[1] * 255 * 255 * 128 / both;
        by_255(above * weight + below * (255 * 128 - weight) + (0x80 << 7)) >> 7
    });
    let above = second.rows(&subject);
    subject.becomes(&expected, |rows| over::alpha_composite(rows, &above));
}

/// The formats that Pillow's modes have, whatever the machine's byte order.
const PILLOWS: [Format; 5] = [Format::U8, Format::U16, Format::U16Be, Format::I32, Format::F32];

/// `a * weight + b * (255 - weight)` by 255, rounded.
fn mixed(to: i64, from: i64, weight: i64) -> i64 {
    by_255(to * (255 - weight) + from * weight + 128)
}

fn paste(input: &mut Input<'_>) {
    let mask = input.pick(&[Mask::Binary, Mask::Weights, Mask::Premultiplied, Mask::OnAlpha]);
    let kind = match mask {
        Mask::Binary => Kind { pillow: true, ..any(&PILLOWS) },
        Mask::OnAlpha => WITH_ALPHA,
        _ => Kind { pillow: true, ..any(&BYTES) },
    };
    let subject = kind.subject(input);
    let other = Other::of(input, &subject);
    let weights = subject.weights(input);
    let format = subject.format();
    let alpha = subject.offsets().iter().position(|&offset| offset == 3);
    let expected = subject.before.made(|x, y, band| {
        let (old, new) = (subject.before.at(x, y, band), other.at(format, x, y, band));
        let (weight, to, from) = (weights.before.int(x, y, 0), int(old), int(new));
        match mask {
            Mask::Binary if weight == 0 => old,
            Mask::Binary => new,
            Mask::Weights => Scalar::Int(mixed(to, from, weight)),
            Mask::Premultiplied => Scalar::Int((mixed(to, 0, weight) + from) & 255),
            Mask::OnAlpha => {
                let clear = alpha.is_some_and(|alpha| subject.before.int(x, y, alpha) == 0);
                let clear = clear && weight != 0 && Some(band) != alpha;
                Scalar::Int(if clear { from } else { mixed(to, from, weight) })
            }
        }
    });
    let weight_rows = weights.rows(&subject);
    other.check(&subject, &expected, |rows, beside| paste::paste(rows, beside, &weight_rows, mask));
}

fn put_band(input: &mut Input<'_>) {
    let binary = input.flag();
    let subject = Kind { bands: &[1], pillow: true, ..any(&BYTES) }.subject(input);
    let alpha = subject.weights(input);
    let expected = subject.before.ints(|x, y, _| match alpha.before.int(x, y, 0) {
        0 => 0,
        _ if binary => 255,
        value => value,
    });
    let alpha_rows = alpha.rows(&subject);
    subject.becomes(&expected, |rows| paste::put_band(rows, &alpha_rows, binary));
}
