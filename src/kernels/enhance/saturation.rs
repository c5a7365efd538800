//! Saturation: every pixel and its own grey.

use super::tables;
use crate::error::Result;
use crate::format::Format;
use crate::kernels::arithmetic::{between, luma};
use crate::kernels::grey::{Luma, Plain, Towards};
use crate::kernels::{accept, point, split_at_line};
use crate::parallel::Cost;
use crate::rows::{Lanes, RowsMut};
use crate::simd;

/// Pixels that the compiler works on at a time.
const PIXELS: usize = 16;

/// Where in the 4 bytes of a pixel R, G and B lie, and what of them is to be kept: other bands and padding.
#[derive(Clone, Copy)]
struct Places {
    shifts: [u32; 3],
    kept: u32,
}

impl Places {
    /// Of pixels of 4 bytes that have R, G and B, and nothing else that changes.
    fn of(lanes: &Lanes, plain: &Plain) -> Option<Places> {
        let Luma::Rgb(bands) = plain.luma else { return None };
        let others = plain.bands[..lanes.bands].iter().filter(|&&towards| towards != Towards::Luma);
        if lanes.step != 4 || others.into_iter().any(|&towards| towards != Towards::Itself) {
            return None;
        }
        let shifts = bands.map(|band| 8 * lanes.offsets[band] as u32);
        Some(Places { shifts, kept: !shifts.into_iter().map(|shift| 255 << shift).sum::<u32>() })
    }
}

/// One pixel of 4 bytes.
#[inline(always)]
fn saturate(pixel: u32, places: Places, factor: f32) -> u32 {
    let colour = places.shifts.map(|shift| pixel >> shift & 255);
    let grey = luma(colour) as i32 as f32;
    let mut new = pixel & places.kept;
    for (value, shift) in colour.into_iter().zip(places.shifts) {
        new |= u32::from(between(grey, value as i32 as f32, factor)) << shift;
    }
    new
}

/// One row of pixels of 4 bytes.
#[inline(always)]
fn saturate_row(row: &mut [u8], lanes: &Lanes, places: Places, factor: f32) {
    let change = |pixels: &mut [[u8; 4]]| {
        for pixel in pixels {
            *pixel = saturate(u32::from_le_bytes(*pixel), places, factor).to_le_bytes();
        }
    };
    let (head, body) = split_at_line(row, lanes);
    let (lines, rest) = body.as_chunks_mut::<{ 4 * PIXELS }>();
    for line in lines {
        simd::ask_ahead(line);
        change(line.as_chunks_mut().0);
    }
    for part in [head, rest] {
        let (pixels, last) = part.as_chunks_mut();
        change(pixels);
        if !last.is_empty() {
            // A row ends with its last value: what is behind it is not there.
            let mut pixel = [[0; 4]];
            pixel[0][..last.len()].copy_from_slice(last);
            change(&mut pixel);
            last.copy_from_slice(&pixel[0][..last.len()]);
        }
    }
}

/// One row of any pixels.
#[inline(always)]
fn saturate_any_row(row: &mut [u8], lanes: &Lanes, plain: &Plain, factor: f32) {
    for pixel in row.chunks_mut(lanes.step) {
        let luma = plain.luma.of(pixel, lanes);
        for (&offset, towards) in lanes.offsets().iter().zip(plain.bands) {
            if let Some(value) = towards.value(luma) {
                pixel[offset] = between(value.into(), pixel[offset].into(), factor);
            }
        }
    }
}

/// Blends every pixel with its own grey: the bytes of `ImageEnhance.Color`. Shape `(h, w)` or `(h, w, bands)`, 8-bit
/// values.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn saturation(rows: &mut RowsMut<'_>, format: Format, plain: &Plain, factor: f32) -> Result<()> {
    accept("saturation", format, &[Format::U8])?;
    let lanes = *rows.lanes();
    if let Luma::Band(band) = plain.luma {
        let mut colours = *plain; // The grey stays as it is; only others move.
        colours.bands[band] = Towards::Itself;
        if colours.bands[..lanes.bands].iter().all(|&towards| towards == Towards::Itself) {
            return Ok(());
        }
        return point::point(rows, format, &tables(&colours, 0, factor));
    }
    match Places::of(&lanes, plain) {
        Some(places) => rows.for_each(
            Cost::MEMORY,
            #[inline(always)]
            |row| saturate_row(row, &lanes, places, factor),
        ),
        None => rows.for_each(
            Cost::SCALAR,
            #[inline(always)]
            |row| saturate_any_row(row, &lanes, plain, factor),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing;
    use super::*;

    #[test]
    fn pixels_of_four_bytes_are_done_as_any_others() {
        let rgb = [Towards::Luma, Towards::Luma, Towards::Luma, Towards::Itself];
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.bands >= 3 && lanes.step == 4) {
            for luma in [[0, 1, 2], [2, 1, 0]] {
                let plain = Plain { luma: Luma::Rgb(luma), bands: rgb };
                let places = Places::of(&lanes, &plain).unwrap();
                for factor in [-0.7, 0.0, 0.3, 1.0, 1.9] {
                    let before = testing::row(&lanes, 4);
                    let mut expected = before.clone();
                    saturate_any_row(&mut expected, &lanes, &plain, factor);
                    let mut row = before.clone();
                    saturate_row(&mut row, &lanes, places, factor);
                    assert_eq!(row, expected, "{factor} {lanes:?}");
                }
            }
        }
    }

    #[test]
    fn any_pixels_are_blended_with_their_grey() {
        let lanes = Lanes { width: 2, step: 5, offsets: [1, 2, 3, 4], bands: 4, size: 1, reversed: false };
        let plain =
            Plain { luma: Luma::Band(0), bands: [Towards::Luma, Towards::Value(128), Towards::Ink, Towards::Itself] };
        let mut row = [9, 100, 0, 0, 50, 9, 20, 255, 255, 60];
        saturate_any_row(&mut row, &lanes, &plain, 0.5);
        assert_eq!(row, [9, 100, 64, 77, 50, 9, 20, 191, 245, 60]);
    }
}
