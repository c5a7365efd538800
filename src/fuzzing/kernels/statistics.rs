//! Kernels that only read.

use super::{Arm, BYTES, Kind, NUMBERS, Subject, WORDS, any};
use crate::format::{Format, Scalar};
use crate::fuzzing::input::{Input, float, int};
use crate::kernels::grey::{self, Luma};
use crate::kernels::{bbox, bins, colors, extrema, histogram, moments};
use std::collections::HashMap;

pub(super) const ARMS: &[Arm] = &[
    ("extrema::extrema", extrema),
    ("histogram::histogram", histogram),
    ("bins::between", between),
    ("bins::sixteen_bit", sixteen_bit),
    ("moments::sums", sums),
    ("grey::sum", grey_sum),
    ("colors::colors", colors),
    ("bbox::bbox", bbox),
];

/// The values of a band, in order; those where the mask is not 0.
fn values(subject: &Subject, band: usize, mask: Option<&super::Second>) -> Vec<Scalar> {
    let [width, height, _] = subject.size();
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let wanted = places.filter(|&(x, y)| mask.is_none_or(|mask| mask.before.int(x, y, 0) != 0));
    wanted.map(|(x, y)| subject.before.at(x, y, band)).collect()
}

fn extrema(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let found =
        extrema::extrema("extrema", &subject.picture.rows(&subject.view), subject.format()).expect("no interrupt");
    for band in 0..subject.size()[2] {
        let values: Vec<f64> = values(&subject, band, None).into_iter().map(float).collect();
        let Some((&first, rest)) = values.split_first() else { return assert!(found.is_none()) };
        // What is not comparable is passed over, but for the first value.
        let least = rest.iter().fold(first, |least, &v| if v < least { v } else { least });
        let largest = rest.iter().fold(first, |largest, &v| if v > largest { v } else { largest });
        let (low, high) = found.expect("there are values")[band];
        for (found, expected) in [(float(low), least), (float(high), largest)] {
            assert!(found == expected || found.is_nan() && expected.is_nan(), "{found}, not {expected}");
        }
    }
}

fn histogram(input: &mut Input<'_>) {
    let subject = Kind { most: 6000, ..any(&BYTES) }.subject(input);
    let mask = subject.mask(input);
    let mask_rows = mask.as_ref().map(|mask| mask.rows(&subject));
    let found = histogram::histogram(&subject.picture.rows(&subject.view), mask_rows.as_ref()).expect("no interrupt");
    for (band, found) in found.iter().enumerate() {
        let mut expected = [0; 256];
        values(&subject, band, mask.as_ref()).into_iter().for_each(|v| expected[int(v) as usize] += 1);
        assert_eq!(*found, expected, "band {band}: {:?}", subject.view);
    }
}

fn between(input: &mut Input<'_>) {
    let subject = any(&NUMBERS[1..]).subject(input);
    let format = subject.format();
    let mut end = || {
        let wild = input.value(format, false);
        match (input.flag(), subject.before.values().first(), subject.before.values().last()) {
            (true, Some(&first), Some(&last)) => {
                if input.flag() {
                    first
                } else {
                    last
                }
            }
            _ => format.decode(&wild),
        }
    };
    let ends = (end(), end());
    let mut expected = [0; 256];
    for value in values(&subject, 0, None) {
        let bin = match (value, ends) {
            (Scalar::Int(v), (Scalar::Int(low), Scalar::Int(high))) if low < high => {
                // Differences are C's, of 32 bits.
                (v - low) as i32 as f32 * (255.0 / (high - low) as i32 as f32)
            }
            (Scalar::Float(v), (Scalar::Float(low), Scalar::Float(high)))
                if low < high || low.is_nan() || high.is_nan() =>
            {
                (v as f32 - low as f32) * (255.0 / (high as f32 - low as f32))
            }
            _ => f32::NAN,
        };
        if bin > -1.0 && bin < 256.0 {
            expected[bin.trunc() as usize] += 1;
        }
    }
    assert_eq!(bins::between(&subject.picture.rows(&subject.view), format, ends).expect("no interrupt"), expected);
}

fn sixteen_bit(input: &mut Input<'_>) {
    let subject = any(&WORDS).subject(input);
    let mask = subject.mask(input);
    let mask_rows = mask.as_ref().map(|mask| mask.rows(&subject));
    let rows = subject.picture.rows(&subject.view);
    let found = bins::sixteen_bit(&rows, subject.format(), mask_rows.as_ref()).expect("no interrupt");
    let mut expected = vec![0; 1 << 16];
    values(&subject, 0, mask.as_ref()).into_iter().for_each(|v| expected[int(v) as usize] += 1);
    assert!(found == expected, "{:?}", subject.view);
}

fn sums(input: &mut Input<'_>) {
    let subject = Kind { most: 20_000, ..any(&BYTES) }.subject(input);
    let rows = subject.picture.rows(&subject.view);
    let found = moments::sums(&rows).expect("no interrupt");
    assert_eq!(found.is_none(), rows.lanes().mask().is_none());
    for (band, &found) in found.iter().flatten().enumerate().take(subject.size()[2]) {
        let expected: i64 = values(&subject, band, None).into_iter().map(int).sum();
        assert_eq!(found as i64, expected, "band {band}: {:?}", subject.view);
    }
}

fn grey_sum(input: &mut Input<'_>) {
    let subject = Kind { most: 5000, ..any(&BYTES) }.subject(input);
    let [width, height, bands] = subject.size();
    let luma = match (bands, input.below(4)) {
        (3 | 4, 1) => Luma::Rgb(input.pick(&[[0, 1, 2], [2, 1, 0]])),
        (3 | 4, 2) => Luma::Hsv([0, 1, 2]),
        (4, 3) => Luma::Cmyk([0, 1, 2, 3]),
        _ => Luma::Band(input.below(bands)),
    };
    let pixels = (0..width * height).map(|i| subject.before.pixel(i % width, i / width));
    let expected: i64 = pixels.map(|pixel| super::colour::grey(luma, &pixel)).sum();
    assert_eq!(grey::sum(&subject.picture.rows(&subject.view), luma).expect("no interrupt") as i64, expected);
}

fn colors(input: &mut Input<'_>) {
    let subject = Kind { bands: &[2, 3, 4], ..any(&[Format::U8, Format::U8, Format::I32]) }.subject(input);
    let [width, height, bands] = subject.size();
    let mut expected: HashMap<u32, u64> = HashMap::new();
    for i in 0..width * height {
        let (x, y) = (i % width, i / width);
        let pixel = match subject.format() {
            Format::I32 => (subject.before.int(x, y, 0) as i32).to_ne_bytes(),
            _ => {
                let pixel: Vec<u8> = subject.before.pixel(x, y).into_iter().map(|v| v as u8).collect();
                match bands {
                    2 => [pixel[0], pixel[0], pixel[0], pixel[1]],
                    3 => [pixel[0], pixel[1], pixel[2], 0],
                    _ => [pixel[0], pixel[1], pixel[2], pixel[3]],
                }
            }
        };
        *expected.entry(u32::from_ne_bytes(pixel)).or_default() += 1;
    }
    let most = if input.flag() { 4096 } else { expected.len().saturating_sub(input.below(2)) };
    let found = colors::colors(&subject.picture.rows(&subject.view), most).expect("no interrupt");
    assert_eq!(found.is_none(), expected.len() > most);
    if let Some(found) = found {
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().all(|(pixel, count)| expected.get(pixel) == Some(count)), "{:?}", subject.view);
    }
}

fn bbox(input: &mut Input<'_>) {
    let subject = Kind { most: 6000, ..any(&NUMBERS) }.subject(input);
    let format = subject.format();
    let [width, height, bands] = subject.size();
    let seen = |x: usize, y: usize| {
        // By its bytes: a negative 0 is not black for Pillow.
        let bytes = |band: usize| format.encode(subject.before.at(x, y, band)).expect("it was one of this format");
        (0..bands).any(|band| bytes(band) != [0; 4])
    };
    let columns: Vec<usize> = (0..width).filter(|&x| (0..height).any(|y| seen(x, y))).collect();
    let rows: Vec<usize> = (0..height).filter(|&y| (0..width).any(|x| seen(x, y))).collect();
    let expected = match (columns.first(), rows.first(), columns.last(), rows.last()) {
        (Some(&left), Some(&top), Some(&right), Some(&bottom)) => Some([left, top, right + 1, bottom + 1]),
        _ => None,
    };
    assert_eq!(bbox::bbox(&subject.picture.rows(&subject.view)).expect("no interrupt"), expected, "{:?}", subject.view);
}
