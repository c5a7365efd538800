//! Averages: `box_blur`, `gaussian_blur`, `unsharp_mask`.

use crate::arguments::{Given, float, given, int, shown, type_name};
use crate::error::{Error, Result};
use crate::kernels::blur;
use crate::view::ImageView;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};
use std::ops::RangeInclusive;

/// What Pillow's BoxBlur.c takes.
const MODES: &[&str] = &["L", "LA", "La", "RGB", "RGBA", "RGBa", "RGBX", "CMYK"];

/// Ints of 32 bits, as Pillow takes them.
const INTS: RangeInclusive<i64> = i32::MIN as i64..=i32::MAX as i64;

#[pymethods]
impl ImageView {
    /// Every value becomes the average of those up to `radius` pixels away, along its row and then along
    /// its column: the bytes of `img.filter(ImageFilter.BoxBlur(radius))`, Pillow's BoxBlur.c. Of a radius of
    /// 1.5 pixels the outermost count by half; at the borders the outermost pixels are repeated. `radius` is
    /// a number of pixels from 0 to below 2**31, or two, for x and y. Modes L, LA, La, RGB, RGBA, RGBa, RGBX
    /// and CMYK, and single bands of others. Raises ModeError, ValueError, TypeError.
    fn box_blur<'py>(slf: Bound<'py, Self>, radius: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let radii = radii(radius)?;
        this.refuse_blur(py, "box_blur")?;
        this.write(py, |rows| blur::box_blur(rows, this.geometry.format, radii))?;
        Ok(slf)
    }

    /// Three box blurs in each direction, which come near a Gaussian of the standard deviation `radius`:
    /// the bytes of `img.filter(ImageFilter.GaussianBlur(radius))`, Pillow's BoxBlur.c. At the borders the
    /// outermost pixels are repeated. `radius` is a number of pixels from 0 to below 2**31, or two, for x and
    /// y. Modes L, LA, La, RGB, RGBA, RGBa, RGBX and CMYK, and single bands of others. Raises ModeError,
    /// ValueError, TypeError.
    #[pyo3(signature = (radius=None), text_signature = "($self, radius=2)")]
    fn gaussian_blur<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] radius: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let radii = radius.map_or(Ok([2.0; 2]), |radius| radii(&radius))?;
        this.refuse_blur(py, "gaussian_blur")?;
        this.write(py, |rows| blur::gaussian_blur(rows, this.geometry.format, radii))?;
        Ok(slf)
    }

    /// `v + (v - blur) * percent / 100`, cut to 0..255, for every value v that differs by more than
    /// `threshold` from `gaussian_blur(radius)` of the same image; the others stay: the bytes of
    /// `img.filter(ImageFilter.UnsharpMask(radius, percent, threshold))`, Pillow's UnsharpMask.c. `radius` is
    /// a number of pixels from 0 to below 2**31; `percent` and `threshold`, which is in the units of the
    /// values, are ints of 32 bits, also below 0. (From a percent of 8421505 on Pillow's products overflow;
    /// these do not.) Modes L, LA, La, RGB, RGBA, RGBa, RGBX and CMYK, and single bands of others.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (radius=None, percent=None, threshold=None), text_signature = "($self, radius=2, percent=150, threshold=3)")]
    fn unsharp_mask<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] radius: Given<'py>,
        #[pyo3(from_py_with = given)] percent: Given<'py>,
        #[pyo3(from_py_with = given)] threshold: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let radius = radius.map_or(Ok(2.0), |radius| one_radius(&radius, "a number from 0 to below 2**31"))?;
        let percent = percent.map_or(Ok(150), |percent| int("the percent", &percent, INTS))? as i32;
        let threshold = threshold.map_or(Ok(3), |threshold| int("the threshold", &threshold, INTS))? as i32;
        this.refuse_blur(py, "unsharp_mask")?;
        this.write(py, |rows| blur::unsharp_mask(rows, this.geometry.format, radius, percent, threshold))?;
        Ok(slf)
    }
}

impl ImageView {
    /// Refuses the modes that Pillow does; a single band is an image of mode L to it.
    fn refuse_blur(&self, py: Python<'_>, kernel: &str) -> Result<()> {
        let mode = self.core(py)?.mode;
        let band = self.geometry.bands.len == 1 && mode.bands.len() > 1;
        if band || MODES.contains(&mode.name) {
            return Ok(());
        }
        let single = match mode.bands {
            [band, _, ..] => format!(", or take single bands, as v[{band:?}]"),
            _ => String::new(),
        };
        Err(Error::Mode(format!(
            "{kernel}() is not defined for mode {}; it takes {}. Convert the image first{single}",
            mode.name,
            MODES.join(", ")
        )))
    }
}

/// One for both directions, or two, (x, y).
fn radii(given: &Bound<'_, PyAny>) -> PyResult<[f32; 2]> {
    const ACCEPTED: &str = "a number from 0 to below 2**31, or two, for x and y";
    if given.is_exact_instance_of::<PyFloat>() || given.is_exact_instance_of::<PyInt>() {
        return Ok([one_radius(given, ACCEPTED)?; 2]);
    }
    let Ok(values) = given.try_iter() else { return Ok([one_radius(given, ACCEPTED)?; 2]) };
    let radii = values.take(3).map(|value| one_radius(&value?, ACCEPTED)).collect::<PyResult<Vec<_>>>()?;
    let wrong = |radii: Vec<_>| {
        let count = if radii.len() > 2 { "more than 2".to_owned() } else { radii.len().to_string() };
        PyValueError::new_err(format!("the radius has {count} values; give {ACCEPTED}"))
    };
    radii.try_into().map_err(wrong)
}

fn one_radius(given: &Bound<'_, PyAny>, accepted: &str) -> PyResult<f32> {
    let radius = float(given)?
        .ok_or_else(|| PyTypeError::new_err(format!("the radius is of type {}; give {accepted}", type_name(given))))?;
    let radius = radius as f32; // As Pillow takes it.
    if !(0.0..2_147_483_648.0).contains(&radius) {
        return Err(PyValueError::new_err(format!("the radius is {}; give {accepted}", shown(given))));
    }
    Ok(radius)
}
