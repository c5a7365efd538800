//! Enhance: what lies between a plain picture and the image, or beyond either, as `PIL.ImageEnhance` has it.
//!
//! The plain picture is black ([`brightness`]), one grey ([`contrast`]), each pixel's own grey ([`saturation`]) or the
//! smoothed image ([`sharpness`]).

mod saturation;
mod sharpness;

pub use saturation::saturation;
pub use sharpness::sharpness;

use super::arithmetic::between;
use super::curves::{self, Curve};
use super::grey::{self, Plain};
use super::point::{self, Tables};
use crate::error::Result;
use crate::format::Format;
use crate::rows::RowsMut;

/// What every value becomes beside one plain value.
fn curve(plain: u8, factor: f32) -> Curve {
    std::array::from_fn(|v| between(plain.into(), v as f32, factor))
}

/// The tables of all bands for a plain picture of one colour: what `luma` turns into.
fn tables(plain: &Plain, luma: u8, factor: f32) -> Tables {
    plain.bands.map(|towards| match towards.value(luma) {
        Some(value) => curve(value, factor),
        None => curves::same(),
    })
}

/// Blends every pixel with black: the bytes of `ImageEnhance.Brightness`. Shape `(h, w)` or `(h, w, bands)`, 8-bit
/// values. The band `alpha` stays.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn brightness(rows: &mut RowsMut<'_>, format: Format, alpha: Option<usize>, factor: f32) -> Result<()> {
    super::accept("brightness", format, &[Format::U8])?;
    let mut tables: Tables = [curve(0, factor); 4];
    if let Some(alpha) = alpha {
        tables[alpha] = curves::same();
    }
    point::point(rows, format, &tables)
}

/// Blends every pixel with the mean grey of all: the bytes of `ImageEnhance.Contrast`. Shape `(h, w)` or
/// `(h, w, bands)`, 8-bit values.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn contrast(rows: &mut RowsMut<'_>, format: Format, plain: &Plain, factor: f32) -> Result<()> {
    super::accept("contrast", format, &[Format::U8])?;
    let pixels = rows.rows().height() * rows.lanes().width;
    if pixels == 0 {
        return Ok(());
    }
    let mean = grey::sum(rows.rows(), plain.luma)? as f64 / pixels as f64;
    point::point(rows, format, &tables(plain, (mean + 0.5) as u8, factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_of_one_is_the_image_and_of_zero_the_plain_picture() {
        for plain in 0..=255 {
            assert_eq!(curve(plain, 1.0), curves::same());
            assert_eq!(curve(plain, 0.0), [plain; 256]);
        }
    }

    #[test]
    fn what_lies_beyond_is_clipped() {
        assert_eq!(curve(100, f32::MAX)[98..103], [0, 0, 100, 255, 255]);
        assert_eq!(curve(100, -1.0)[..2], [200, 199]);
        assert_eq!(curve(200, -1.0)[..2], [255, 255]);
    }
}
