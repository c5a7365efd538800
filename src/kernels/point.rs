//! Point: `v -> table[v]` for 8-bit values, `v -> v * scale + offset` for wider ones.

use super::{accept, split_at_line};
use crate::error::{Error, Result};
use crate::format::{Format, Scalar};
use crate::parallel::Cost;
use crate::rows::{Lanes, RowsMut};
use crate::simd::{self, Level};

/// A table for each band.
pub type Tables = [[u8; 256]; 4];

/// Bytes of a pass: whole runs of 64.
const PASS: usize = 8192;

/// Looks every value up in the table of its band; bytes of other bands stay.
fn point_row(row: &mut [u8], lanes: &Lanes, tables: &Tables, masks: Option<&[[u8; 64]; 4]>) {
    match masks {
        Some(masks) => {
            let (head, body) = split_at_line(row, lanes);
            // A pass for each table, over so few bytes that they stay in the first cache.
            for part in std::iter::once(head).chain(body.chunks_mut(PASS)) {
                for (mask, table) in masks[..lanes.bands].iter().zip(tables).filter(|(mask, _)| **mask != [0; 64]) {
                    simd::lookup(part, table, mask);
                }
            }
        }
        None if lanes.step == 1 => row.iter_mut().for_each(|value| *value = tables[0][usize::from(*value)]),
        None => {
            for pixel in row.chunks_mut(lanes.step) {
                for (&offset, table) in lanes.offsets().iter().zip(tables) {
                    pixel[offset] = table[usize::from(pixel[offset])];
                }
            }
        }
    }
}

/// For each band the bytes that its table is for. Bands with equal tables are done together, by the first of them.
fn band_masks(lanes: &Lanes, tables: &Tables) -> Option<[[u8; 64]; 4]> {
    let mut masks = [[0; 64]; 4];
    for band in 0..lanes.bands {
        let first = (0..=band).find(|&other| tables[other] == tables[band]).unwrap_or(band);
        let one = Lanes { bands: 1, offsets: [lanes.offsets[band]; 4], ..*lanes };
        let mask = one.mask()?;
        masks[first].iter_mut().zip(mask).for_each(|(all, one)| *all |= one);
    }
    Some(masks)
}

/// Looks every value up: shape `(h, w)` or `(h, w, bands)`, 8-bit values, a table a band. The bytes of
/// `Image.point`.
///
/// # Errors
/// [`Error::Mode`] for other formats: they take [`scale`].
pub fn point(rows: &mut RowsMut<'_>, format: Format, tables: &Tables) -> Result<()> {
    if format != Format::U8 {
        return Err(Error::Mode(format!(
            "point() with a table takes 8-bit values, and these are of format {}; give a callable of the form \
             lambda x: x * scale + offset",
            format.described()
        )));
    }
    let lanes = *rows.lanes();
    // Without the instructions for it, pixel by pixel is faster: padding is not looked up.
    let masks = if simd::level() > Level::Baseline { band_masks(&lanes, tables) } else { None };
    let cost = if masks.is_some() { Cost::MEMORY } else { Cost::SCALAR };
    rows.for_each(cost, |row| point_row(row, &lanes, tables, masks.as_ref()))
}

/// `v * scale + offset` of one value, as `ImagingPointTransform` of Pillow's Point.c computes it.
#[inline(always)]
fn scaled(value: Scalar, format: Format, scale: f64, offset: f64) -> [u8; 4] {
    let v = match value {
        Scalar::Int(v) => v as f64 * scale + offset,
        Scalar::Float(v) => v * scale + offset,
    };
    let mut bytes = [0; 4];
    match format {
        // Two's complement, modulo 2^16.
        Format::U16 => bytes[..2].copy_from_slice(&(c_int(v) as u16).to_ne_bytes()),
        Format::I32 => bytes = c_int(v).to_ne_bytes(),
        _ => bytes = (v as f32).to_ne_bytes(),
    }
    bytes
}

/// A cast of a double to a 32-bit int. C leaves open what becomes of values that do not fit; here it is on every
/// processor what x86-64 gives, so what Pillow's x86-64 wheels give: the least int.
#[inline(always)]
pub(super) fn c_int(v: f64) -> i32 {
    if v > -2_147_483_649.0 && v < 2_147_483_648.0 { v as i32 } else { i32::MIN }
}

/// One row of wide values.
#[inline(always)]
fn scale_row(row: &mut [u8], lanes: &Lanes, format: Format, scale: f64, offset: f64) {
    for pixel in row.chunks_mut(lanes.step) {
        let value = format.decode(pixel);
        pixel[..lanes.size].copy_from_slice(&scaled(value, format, scale, offset)[..lanes.size]);
    }
}

/// `v * scale + offset`, in double precision, cut to the value's type: shape `(h, w)`, formats of I, I;16 and F. The
/// bytes of `Image.point` with a function of that form.
///
/// # Errors
/// [`Error::Mode`] for other formats.
pub fn scale(rows: &mut RowsMut<'_>, format: Format, scale: f64, offset: f64) -> Result<()> {
    accept("point", format, &[Format::I32, Format::U16, Format::F32])?;
    let lanes = *rows.lanes();
    // One loop a format, so that each is compiled for it.
    match format {
        Format::I32 => rows.for_each(
            Cost::SCALAR,
            #[inline(always)]
            |row| scale_row(row, &lanes, Format::I32, scale, offset),
        ),
        Format::U16 => rows.for_each(
            Cost::SCALAR,
            #[inline(always)]
            |row| scale_row(row, &lanes, Format::U16, scale, offset),
        ),
        _ => rows.for_each(
            Cost::SCALAR,
            #[inline(always)]
            |row| scale_row(row, &lanes, Format::F32, scale, offset),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn looks_up_each_band_in_its_table() {
        let distinct: Tables = std::array::from_fn(|band| std::array::from_fn(|v| (v * 7 + band * 50) as u8));
        let alike: Tables = [distinct[1], distinct[0], distinct[1], distinct[1]];
        for tables in [distinct, alike] {
            for lanes in testing::lanes().into_iter().filter(|lanes| lanes.size == 1) {
                let before = testing::row(&lanes, 1);
                let mut expected = before.clone();
                for (i, position) in testing::positions(&lanes).into_iter().enumerate() {
                    expected[position] = tables[i % lanes.bands][usize::from(before[position])];
                }
                for masks in [band_masks(&lanes, &tables), None] {
                    let mut row = before.clone();
                    point_row(&mut row, &lanes, &tables, masks.as_ref());
                    assert_eq!(row, expected, "{lanes:?}");
                }
            }
        }
    }

    #[test]
    fn scales_as_c_does() {
        let one = |format: Format, value, scale, offset| {
            let bytes = format.encode(value).unwrap();
            format.decode(&scaled(format.decode(&bytes), format, scale, offset))
        };
        assert_eq!(one(Format::I32, Scalar::Int(-7), 0.5, 0.0), Scalar::Int(-3), "towards zero");
        assert_eq!(one(Format::U16, Scalar::Int(40_000), 2.0, 1.0), Scalar::Int(80_001 - 65_536), "modulo 2^16");
        assert_eq!(one(Format::U16, Scalar::Int(3), 1.0, -5.0), Scalar::Int(65_534));
        assert_eq!(one(Format::F32, Scalar::Float(1.5), 2.0, 0.25), Scalar::Float(3.25));
    }
}
