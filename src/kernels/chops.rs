//! Two images, value by value: the channel operations of Pillow's Chops.c, one row function each.
//!
//! A table at the end names them, with the formats that each takes. Wider values than 8 bits are put together by
//! [`each`], in the byte order that they have.

use super::accept;
use super::around::Value;
use super::pair::{Beside, combine};
use crate::error::Result;
use crate::format::Format;
use crate::rows::RowsMut;

/// Every value `a` becomes `op(a, b)`, where `b` is the one beside it.
#[inline(always)]
pub(super) fn each<T: Value>(to: &mut [u8], from: &[u8], swapped: bool, op: impl Fn(T, T) -> T) {
    let pairs = to.chunks_exact_mut(size_of::<T>()).zip(from.chunks_exact(size_of::<T>()));
    if swapped {
        pairs.for_each(|(a, b)| op(T::read(a, true), T::read(b, true)).write(a, true));
    } else {
        pairs.for_each(|(a, b)| op(T::read(a, false), T::read(b, false)).write(a, false));
    }
}

const BYTES: [Format; 1] = [Format::U8];
const UNSIGNED: [Format; 4] = [Format::U8, Format::U16, Format::U16Be, Format::U16Le];
const INTEGERS: [Format; 5] = [Format::U8, Format::U16, Format::U16Be, Format::U16Le, Format::I32];
pub(super) const NUMBERS: [Format; 6] =
    [Format::U8, Format::U16, Format::U16Be, Format::U16Le, Format::I32, Format::F32];

/// Rounded down, as C divides.
#[inline(always)]
fn multiply(a: u8, b: u8) -> u8 {
    (u16::from(a) * u16::from(b) / 255) as u8
}

#[inline(always)]
fn multiply16(a: u16, b: u16) -> u16 {
    (u32::from(a) * u32::from(b) / 65_535) as u16
}

/// `a` decides which half of the curve it is: below 128 `a * b / 127`, else the same turned round.
#[inline(always)]
fn overlay(a: u8, b: u8) -> u8 {
    let turn = if a < 128 { 0 } else { 255 };
    (u16::from(a ^ turn) * u16::from(b ^ turn) / 127) as u8 ^ turn
}

#[inline(always)]
fn soft_light(a: u8, b: u8) -> u8 {
    let (wide_a, wide_b) = (u16::from(a), u16::from(b));
    // The upper half of a product of 16 bits is an instruction of its own.
    let dark = ((u32::from((255 - wide_a) * wide_a) * u32::from(wide_b)) >> 16) as u16;
    let light = wide_a * (255 - (255 - wide_a) * (255 - wide_b) / 255) / 255;
    (dark + light) as u8
}

macro_rules! chops {
    ($($(#[$doc:meta])* $name:ident: $formats:ident
        { u8: $u8:expr $(, u16: $u16:expr)? $(, i32: $i32:expr)? $(, f32: $f32:expr)? })*) => {
        /// A channel operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(non_camel_case_types)]
        pub enum Chop {
            $($(#[$doc])* $name,)*
        }

        impl Chop {
            /// Each of them.
            #[cfg(any(test, fuzzing))]
            pub const ALL: &[Chop] = &[$(Chop::$name,)*];

            /// The method's name.
            pub fn name(self) -> &'static str {
                match self { $(Chop::$name => stringify!($name),)* }
            }

            /// The formats that it takes.
            pub(crate) fn formats(self) -> &'static [Format] {
                match self { $(Chop::$name => &$formats,)* }
            }
        }

        /// Every value `a` becomes what `chop` makes of it and of the `b` beside it: any shape, the formats in its table. The
        /// bytes of the function of `PIL.ImageChops` of that name.
        ///
        /// # Errors
        /// [`crate::error::Error::Mode`] for other formats.
        pub fn chop(rows: &mut RowsMut<'_>, format: Format, beside: Beside<'_>, chop: Chop) -> Result<()> {
            let swapped = !format.is_native();
            match (chop, format) {
                $(
                    (Chop::$name, Format::U8) => combine(
                        rows,
                        beside,
                        #[inline(always)]
                        |to, from| to.iter_mut().zip(from).for_each(|(a, &b)| *a = $u8(*a, b)),
                    ),
                    $((Chop::$name, Format::U16 | Format::U16Be | Format::U16Le) => combine(
                        rows,
                        beside,
                        #[inline(always)]
                        |to, from| each::<u16>(to, from, swapped, $u16),
                    ),)?
                    $((Chop::$name, Format::I32) => combine(
                        rows,
                        beside,
                        #[inline(always)]
                        |to, from| each::<i32>(to, from, false, $i32),
                    ),)?
                    $((Chop::$name, Format::F32) => combine(
                        rows,
                        beside,
                        #[inline(always)]
                        |to, from| each::<f32>(to, from, false, $f32),
                    ),)?
                )*
                _ => accept(chop.name(), format, chop.formats()),
            }
        }
    };
}

// Each with the formats that it takes, and what it makes of two values of each.
chops! {
    /// `(a + b) % 2^bits`.
    add_modulo: INTEGERS { u8: u8::wrapping_add, u16: u16::wrapping_add, i32: i32::wrapping_add }
    /// `(a - b) % 2^bits`.
    subtract_modulo: INTEGERS { u8: u8::wrapping_sub, u16: u16::wrapping_sub, i32: i32::wrapping_sub }
    /// `a * b / MAX`.
    multiply: UNSIGNED { u8: multiply, u16: multiply16 }
    /// `MAX - (MAX - a) * (MAX - b) / MAX`.
    screen: UNSIGNED { u8: |a: u8, b: u8| !multiply(!a, !b), u16: |a: u16, b: u16| !multiply16(!a, !b) }
    /// As `hard_light` with the two exchanged.
    overlay: BYTES { u8: overlay }
    /// Dark where `b` is, light where `b` is.
    hard_light: BYTES { u8: |a, b| overlay(b, a) }
    /// A softer `hard_light`.
    soft_light: BYTES { u8: soft_light }
    /// The larger.
    lighter: NUMBERS { u8: u8::max, u16: u16::max, i32: i32::max, f32: |a, b| if a > b { a } else { b } }
    /// The smaller.
    darker: NUMBERS { u8: u8::min, u16: u16::min, i32: i32::min, f32: |a, b| if a < b { a } else { b } }
    /// `abs(a - b)`, at most the largest value there is.
    difference: NUMBERS {
        u8: u8::abs_diff,
        u16: u16::abs_diff,
        i32: |a: i32, b: i32| a.abs_diff(b).min(i32::MAX.cast_unsigned()).cast_signed(),
        f32: |a: f32, b: f32| (a - b).abs()
    }
    /// `a & b`.
    bitwise_and: INTEGERS { u8: |a, b| a & b, u16: |a, b| a & b, i32: |a, b| a & b }
    /// `a | b`.
    bitwise_or: INTEGERS { u8: |a, b| a | b, u16: |a, b| a | b, i32: |a, b| a | b }
    /// `a ^ b`.
    bitwise_xor: INTEGERS { u8: |a, b| a ^ b, u16: |a, b| a ^ b, i32: |a, b| a ^ b }
    /// Of mode 1: 255 where both are not 0.
    logical_and: BYTES { u8: |a, b| if a != 0 && b != 0 { 255 } else { 0 } }
    /// Of mode 1: 255 where one of them is not 0.
    logical_or: BYTES { u8: |a, b| if a | b != 0 { 255 } else { 0 } }
    /// Of mode 1: 255 where just one of them is not 0.
    logical_xor: BYTES { u8: |a, b| if (a != 0) != (b != 0) { 255 } else { 0 } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Scalar;
    use crate::rows::Rows;

    /// The formula of each, in wide numbers.
    fn naive(chop: Chop, max: i64, a: i64, b: i64) -> i64 {
        let (dark, light) = (a * b / (max / 2), max - (max - a) * (max - b) / (max / 2));
        let logical = |yes: bool| if yes { max } else { 0 };
        match chop {
            Chop::add_modulo => (a + b) & max,
            Chop::subtract_modulo => (a - b) & max,
            Chop::multiply => a * b / max,
            Chop::screen => max - (max - a) * (max - b) / max,
            Chop::overlay => {
                if a < 128 {
                    dark
                } else {
                    light
                }
            }
            Chop::hard_light => {
                if b < 128 {
                    dark
                } else {
                    light
                }
            }
            Chop::soft_light => (255 - a) * (a * b) / 65_536 + a * (255 - (255 - a) * (255 - b) / 255) / 255,
            Chop::lighter => a.max(b),
            Chop::darker => a.min(b),
            Chop::difference => (a - b).abs(),
            Chop::bitwise_and => a & b,
            Chop::bitwise_or => a | b,
            Chop::bitwise_xor => a ^ b,
            Chop::logical_and => logical(a != 0 && b != 0),
            Chop::logical_or => logical(a != 0 || b != 0),
            Chop::logical_xor => logical((a != 0) != (b != 0)),
        }
    }

    fn check(by: Chop, format: Format, max: i64, pairs: &[(i64, i64)]) {
        let size = format.size();
        let encode = |value: i64| format.encode(Scalar::Int(value)).unwrap()[..size].to_vec();
        let mut to: Vec<u8> = pairs.iter().flat_map(|&(a, _)| encode(a)).collect();
        let from: Vec<u8> = pairs.iter().flat_map(|&(_, b)| encode(b)).collect();
        let shape = [pairs.len() / 256, 256, 1];
        let beside = Rows::packed(&from, shape, size);
        chop(&mut RowsMut::packed(&mut to, shape, size), format, Beside::Rows(&beside), by).unwrap();
        for (&(a, b), got) in pairs.iter().zip(to.chunks(size)) {
            assert_eq!(format.decode(got), Scalar::Int(naive(by, max, a, b)), "{by:?} {format:?} {a} {b}");
        }
    }

    #[test]
    fn all_pairs_of_bytes() {
        let pairs: Vec<_> = (0..256).flat_map(|a| (0..256).map(move |b| (a, b))).collect();
        for &chop in Chop::ALL {
            check(chop, Format::U8, 255, &pairs);
        }
    }

    #[test]
    fn pairs_of_wider_values_in_both_byte_orders() {
        let mut pairs: Vec<_> = (0..256 * 64).map(|i| (i * 40_503 % 65_536, i * 7 % 65_536)).collect();
        pairs[..4].copy_from_slice(&[(0, 65_535), (65_535, 0), (65_535, 65_535), (0, 0)]);
        for &chop in Chop::ALL {
            for format in [Format::U16, Format::U16Be, Format::U16Le] {
                if chop.formats().contains(&format) {
                    check(chop, format, 65_535, &pairs);
                }
            }
        }
    }
}
