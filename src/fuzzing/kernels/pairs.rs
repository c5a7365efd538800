//! Kernels that take a second view, or a colour, value by value; and copies and comparisons.

use super::{Arm, BYTES, Kind, NUMBERS, Second, Subject, any, largest};
use crate::format::{Format, Scalar};
use crate::fuzzing::input::{Input, float};
use crate::fuzzing::picture::{Grid, Picture, Wanted};
use crate::kernels::chops::{self, Chop};
use crate::kernels::pair::Beside;
use crate::kernels::{compare, copy, pair};
use crate::{Result, RowsMut};

pub(super) const ARMS: &[Arm] = &[
    ("chops::chop", chop),
    ("pair::combine", combine),
    ("copy::copy", copy),
    ("copy::to_vec", to_vec),
    ("compare::equal", equal),
];

/// What is beside a view: another one, or the same value everywhere.
pub(super) enum Other {
    View(Box<Second>),
    Colour([[u8; 4]; 4]),
}

impl Other {
    pub(super) fn of(input: &mut Input<'_>, subject: &Subject) -> Other {
        let format = subject.format();
        match input.byte() % 4 {
            0 => Other::Colour(std::array::from_fn(|_| input.value(format, false))),
            _ => Other::View(Box::new(subject.beside(input))),
        }
    }

    pub(super) fn at(&self, format: Format, x: usize, y: usize, band: usize) -> Scalar {
        match self {
            Other::View(second) => second.before.at(x, y, band),
            Other::Colour(colour) => format.decode(&colour[band]),
        }
    }

    /// Calls a kernel on the view with this beside it.
    pub(super) fn check(
        &self,
        subject: &Subject,
        expected: &Grid,
        kernel: impl FnOnce(&mut RowsMut<'_>, Beside<'_>) -> Result<()>,
    ) {
        match self {
            Other::View(second) => {
                let other = second.rows(subject);
                subject.becomes(expected, |rows| kernel(rows, Beside::Rows(&other)));
            }
            Other::Colour(colour) => subject.becomes(expected, |rows| kernel(rows, Beside::Colour(colour))),
        }
    }
}

/// The formula of each, in wide numbers.
fn chopped(chop: Chop, format: Format, a: i64, b: i64) -> i64 {
    let max = largest(format);
    let (dark, light) = (a * b / (max / 2), max - (max - a) * (max - b) / (max / 2));
    let logical = |yes: bool| if yes { max } else { 0 };
    let modulo = |v: i64| match format {
        Format::I32 => i64::from(v as i32),
        _ => v & max,
    };
    match chop {
        Chop::add_modulo => modulo(a + b),
        Chop::subtract_modulo => modulo(a - b),
        Chop::multiply => a * b / max,
        Chop::screen => max - (max - a) * (max - b) / max,
        Chop::overlay if a < 128 => dark,
        Chop::hard_light if b < 128 => dark,
        Chop::overlay | Chop::hard_light => light,
        Chop::soft_light => (255 - a) * (a * b) / 65_536 + a * (255 - (255 - a) * (255 - b) / 255) / 255,
        Chop::lighter => a.max(b),
        Chop::darker => a.min(b),
        Chop::difference => (a - b).abs().min(i32::MAX.into()),
        Chop::bitwise_and => a & b,
        Chop::bitwise_or => a | b,
        Chop::bitwise_xor => a ^ b,
        Chop::logical_and => logical(a != 0 && b != 0),
        Chop::logical_or => logical(a != 0 || b != 0),
        Chop::logical_xor => logical((a != 0) != (b != 0)),
    }
}

fn chop(input: &mut Input<'_>) {
    let chop = input.pick(Chop::ALL);
    let subject = any(chop.formats()).subject(input);
    let other = Other::of(input, &subject);
    let format = subject.format();
    let expected =
        subject.before.made(|x, y, band| match (subject.before.at(x, y, band), other.at(format, x, y, band)) {
            (Scalar::Int(a), Scalar::Int(b)) => Scalar::Int(chopped(chop, format, a, b)),
            (a, b) => {
                let (a, b) = (float(a), float(b));
                Scalar::Float(match chop {
                    Chop::lighter => {
                        if a > b {
                            a
                        } else {
                            b
                        }
                    }
                    Chop::darker => {
                        if a < b {
                            a
                        } else {
                            b
                        }
                    }
                    _ => f64::from((a as f32 - b as f32).abs()),
                })
            }
        });
    other.check(&subject, &expected, |rows, beside| chops::chop(rows, format, beside, chop));
}

/// Any function of two bytes, which is not to be called with others than those that lie beside each other.
fn combine(input: &mut Input<'_>) {
    let subject = Kind { most: 5000, ..any(&BYTES) }.subject(input);
    let other = Other::of(input, &subject);
    let mix = |a: u8, b: u8| a.wrapping_mul(3) ^ b.rotate_left(1);
    let expected = subject.before.ints(|x, y, band| {
        let b = super::super::input::int(other.at(Format::U8, x, y, band));
        mix(subject.before.int(x, y, band) as u8, b as u8).into()
    });
    other.check(&subject, &expected, |rows, beside| {
        pair::combine(rows, beside, |to, from| to.iter_mut().zip(from).for_each(|(a, &b)| *a = mix(*a, b)))
    });
}

fn copy(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let wanted = Wanted { format: subject.format(), size: subject.size(), whole: false, pillow: false, tame: false };
    let (from, view) = Picture::showing(input, wanted);
    subject.becomes(&from.grid(&view), |rows| copy::copy(rows, &from.rows(&view)));
}

fn to_vec(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let format = subject.format();
    let packed = copy::to_vec(&subject.picture.rows(&subject.view)).expect("there is memory");
    let mut values = packed.chunks_exact(format.size()).map(|bytes| format.decode(bytes));
    for &expected in subject.before.values() {
        let found = values.next().expect("as many values as the view has");
        assert!(found == expected || float(found).is_nan() && float(expected).is_nan());
    }
    assert!(values.next().is_none());
}

fn equal(input: &mut Input<'_>) {
    let subject = any(&NUMBERS).subject(input);
    let format = if subject.size()[2] > 1 { Format::U8 } else { input.pick(&NUMBERS) };
    let wanted = Wanted { format, size: subject.size(), whole: false, pillow: false, tame: false };
    let (other, view) = Picture::showing(input, wanted);
    if input.flag() {
        // The same values, as far as they fit: by way of memory that the comparison has no part in.
        let bytes: Vec<Option<[u8; 4]>> = subject.before.values().iter().map(|&v| format.encode(v)).collect();
        if bytes.iter().all(Option::is_some) {
            let packed: Vec<u8> = bytes.iter().flatten().flat_map(|v| v[..format.size()].to_vec()).collect();
            let [width, height, bands] = subject.size();
            let packed = crate::Rows::packed(&packed, [height, width, bands], format.size());
            copy::copy(&mut other.rows_mut(&view), &packed).expect("they have one shape");
        }
    }
    let pairs = subject.before.values().iter().zip(other.grid(&view).values().to_vec());
    let expected = pairs.into_iter().all(|(&a, b)| float(a) == float(b));
    let (a, b) = (subject.picture.rows(&subject.view), other.rows(&view));
    assert_eq!(compare::equal((&a, subject.format()), (&b, format)).expect("no interrupt"), expected);
    assert_eq!(compare::equal((&b, format), (&a, subject.format())).expect("no interrupt"), expected);
}
