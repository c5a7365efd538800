//! Kernels that move pixels.

use super::{Arm, NUMBERS, Subject, any};
use crate::fuzzing::input::Input;
use crate::fuzzing::picture::{Picture, Wanted};
use crate::kernels::{flip, roll, transpose};
use crate::{Result, RowsMut};

pub(super) const ARMS: &[Arm] = &[
    ("flip::left_right", left_right),
    ("flip::top_bottom", top_bottom),
    ("flip::both", both),
    ("roll::roll", roll),
    ("transpose::transpose_into", transpose_into),
];

/// Every pixel becomes the one that lies at `from`.
fn moved(
    subject: &Subject,
    from: impl Fn(usize, usize) -> (usize, usize),
    kernel: impl FnOnce(&mut RowsMut<'_>) -> Result<()>,
) {
    let expected = subject.before.made(|x, y, band| {
        let (x, y) = from(x, y);
        subject.before.at(x, y, band)
    });
    subject.becomes(&expected, kernel);
}

fn left_right(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let width = subject.size()[0];
    moved(&subject, |x, y| (width - 1 - x, y), flip::left_right);
}

fn top_bottom(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let height = subject.size()[1];
    moved(&subject, |x, y| (x, height - 1 - y), flip::top_bottom);
}

fn both(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let [width, height, _] = subject.size();
    moved(&subject, |x, y| (width - 1 - x, height - 1 - y), flip::both);
}

fn roll(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let mut by = || match input.byte() % 8 {
        0 => i64::MIN,
        1 => i64::MAX,
        _ => i64::from(input.byte() as i8),
    };
    let (dx, dy) = (by(), by());
    let [width, height, _] = subject.size();
    let from = |at: usize, by: i64, len: usize| (at as i128 - i128::from(by)).rem_euclid(len as i128) as usize;
    moved(&subject, |x, y| (from(x, dx, width), from(y, dy, height)), |rows| roll::roll(rows, dx, dy));
}

fn transpose_into(input: &mut Input<'_>) {
    let number = input.below(transpose::Method::NAMES.len());
    let method = transpose::Method::of(number).expect("a number of Pillow's");
    let subject = any(&NUMBERS).subject(input);
    let [to_width, to_height, bands] = subject.size();
    let (width, height) = if method.transposed { (to_height, to_width) } else { (to_width, to_height) };
    let wanted =
        Wanted { format: subject.format(), size: [width, height, bands], whole: false, pillow: false, tame: false };
    let (from, view) = Picture::showing(input, wanted);
    let given = from.grid(&view);
    let expected = subject.before.made(|x, y, band| {
        let (x, y) = match transpose::Method::NAMES[number] {
            "FLIP_LEFT_RIGHT" => (width - 1 - x, y),
            "FLIP_TOP_BOTTOM" => (x, height - 1 - y),
            "ROTATE_90" => (width - 1 - y, x),
            "ROTATE_180" => (width - 1 - x, height - 1 - y),
            "ROTATE_270" => (y, height - 1 - x),
            "TRANSPOSE" => (y, x),
            _ => (width - 1 - y, height - 1 - x),
        };
        given.at(x, y, band)
    });
    subject.becomes(&expected, |rows| transpose::transpose_into(rows, &from.rows(&view), method));
}
