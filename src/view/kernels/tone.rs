//! Tone: `linear`, `gamma`, `levels`, `solarize`, `posterize`.

use crate::arguments::{Given, given, int, number, number_or};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::kernels::curves::{self, Curve, Levels};
use crate::kernels::{linear, posterize, solarize};
use crate::view::ImageView;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

#[pymethods]
impl ImageView {
    /// `floor(v * scale + offset + 0.5)`, clipped to the values of the format, in double precision;
    /// `scale` and `offset`, which is in the units of the values, are any finite numbers. 8-bit modes but 1,
    /// P and the P of PA, all bands, alpha too; I;16* and I. For F `v * scale + offset`, as the nearest
    /// float.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (scale, offset=None), text_signature = "($self, scale, offset=0)")]
    fn linear<'py>(
        slf: Bound<'py, Self>,
        scale: &Bound<'py, PyAny>,
        #[pyo3(from_py_with = given)] offset: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let (scale, offset) = (number("the scale", scale)?, number_or("the offset", &offset, 0.0)?);
        let this = slf.get();
        this.refuse_what_is_no_amount(slf.py(), "linear")?;
        this.write(slf.py(), |rows| linear::linear(rows, this.geometry.format, scale, offset))?;
        Ok(slf)
    }

    /// `floor(255 * (v / 255) ** (1 / g) + 0.5)`, in double precision: lighter for g over 1. `g` is any
    /// number above 0. 8-bit modes but 1, P and the P of PA, all bands, alpha too.
    /// Raises ModeError, TypeError, ValueError for g <= 0.
    #[pyo3(signature = (g, /))]
    fn gamma<'py>(slf: Bound<'py, Self>, g: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let g = positive(number("the gamma", g)?)?;
        slf.get().curve(slf.py(), "gamma", &curves::gamma(g))?;
        Ok(slf)
    }

    /// `out_black + (out_white - out_black) * p ** (1 / gamma)`, where p is
    /// `clip((v - in_black) / (in_white - in_black), 0, 1)`, in double precision, rounded half up. `in_black`
    /// and `in_white` are any two different numbers, `gamma` is above 0, `out_black` and `out_white` are from
    /// 0 to 255; either pair may run backwards, which inverts. 8-bit modes but 1, P and the P of PA, all
    /// bands, alpha too.
    /// Raises ModeError, TypeError, ValueError for gamma <= 0 and equal `in_black` and `in_white`.
    #[pyo3(
        signature = (in_black=None, in_white=None, gamma=None, out_black=None, out_white=None),
        text_signature = "($self, in_black=0, in_white=255, gamma=1.0, out_black=0, out_white=255)"
    )]
    fn levels<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] in_black: Given<'py>,
        #[pyo3(from_py_with = given)] in_white: Given<'py>,
        #[pyo3(from_py_with = given)] gamma: Given<'py>,
        #[pyo3(from_py_with = given)] out_black: Given<'py>,
        #[pyo3(from_py_with = given)] out_white: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let output = |what: &str, value: &Given<'_>, or: f64| match number_or(what, value, or)? {
            number if (0.0..=255.0).contains(&number) => Ok(number),
            number => Err(PyValueError::new_err(format!("{what} is {number}; give a number from 0 to 255"))),
        };
        let levels = Levels {
            in_black: number_or("in_black", &in_black, 0.0)?,
            in_white: number_or("in_white", &in_white, 255.0)?,
            gamma: positive(number_or("the gamma", &gamma, 1.0)?)?,
            out_black: output("out_black", &out_black, 0.0)?,
            out_white: output("out_white", &out_white, 255.0)?,
        };
        if levels.in_black == levels.in_white {
            return Err(PyValueError::new_err(format!(
                "in_black and in_white are both {}; give two different ones (threshold() makes black and white)",
                levels.in_black
            )));
        }
        slf.get().curve(slf.py(), "levels", &curves::levels(&levels))?;
        Ok(slf)
    }

    /// `v if v < threshold else 255 - v`: the bytes of `ImageOps.solarize`. `threshold` is any finite
    /// number: up to 0 all values are inverted, over 255 none. Modes L and RGB, and any selection of 8-bit
    /// bands but P: `v["RGB"]` of an RGBA image.
    /// Raises ModeError, TypeError, ValueError.
    #[pyo3(signature = (threshold=None), text_signature = "($self, threshold=128)")]
    fn solarize<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] threshold: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let first = number_or("the threshold", &threshold, 128.0)?.ceil().max(0.0);
        let first = (first < 256.0).then_some(first as u8);
        let this = slf.get();
        this.refuse_all_but_l_and_rgb(slf.py(), "solarize")?;
        this.write(slf.py(), |rows| solarize::solarize(rows, this.geometry.format, first))?;
        Ok(slf)
    }

    /// Keeps the top `bits` of every value, `v & ~(2 ** (8 - bits) - 1)`: the bytes of
    /// `ImageOps.posterize`. `bits` is an int from 1 to 8. Modes L and RGB, and any selection of 8-bit bands
    /// but P: `v["RGB"]` of an RGBA image.
    /// Raises ModeError, TypeError, ValueError.
    fn posterize<'py>(slf: Bound<'py, Self>, bits: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let count = int("the number of bits", bits, 1..=8)? as u32;
        let this = slf.get();
        this.refuse_all_but_l_and_rgb(slf.py(), "posterize")?;
        this.write(slf.py(), |rows| posterize::posterize(rows, this.geometry.format, count))?;
        Ok(slf)
    }
}

impl ImageView {
    /// Looks every value up in a curve.
    fn curve(&self, py: Python<'_>, kernel: &str, curve: &Curve) -> PyResult<()> {
        self.refuse_what_is_no_amount(py, kernel)?;
        Ok(self.write(py, |rows| curves::apply(kernel, rows, self.geometry.format, curve))?)
    }

    /// Refuses values that are no amounts: places in a palette, and mode 1, which has nothing between black and white.
    pub(super) fn refuse_what_is_no_amount(&self, py: Python<'_>, kernel: &str) -> Result<()> {
        let core = self.core(py)?;
        let (why, instead) = match core.mode.name {
            "1" => ("whose values are 0 or 255", "L"),
            "P" => ("whose values are places in a palette", "L or RGB"),
            "PA" if self.bands(&core).contains(&0) => ("whose values are places in a palette", "LA or RGBA"),
            _ => return Ok(()),
        };
        Err(Error::Mode(format!(
            "{kernel}() is not defined for mode {}, {why}; convert the image to {instead} first",
            core.mode.name
        )))
    }

    /// Refuses whole images but those that `PIL.ImageOps` takes, and any palette. Who selects bands knows which.
    pub(super) fn refuse_all_but_l_and_rgb(&self, py: Python<'_>, kernel: &str) -> Result<()> {
        self.refuse_what_is_no_amount(py, kernel)?;
        let core = self.core(py)?;
        let mode = core.mode;
        if mode.format != Format::U8 || !self.geometry.whole || matches!(mode.name, "L" | "RGB") {
            return Ok(());
        }
        let colours: Vec<_> = mode.bands.iter().take(mode.bands.len().saturating_sub(1).clamp(1, 3)).collect();
        let shown = colours.iter().map(|band| **band).collect::<String>();
        Err(Error::Mode(format!(
            "{kernel}() is, as in Pillow, for modes L and RGB, and this is {}; select bands, such as v[{shown:?}], or \
             convert the image first",
            mode.name
        )))
    }
}

/// A gamma, if it is above 0.
fn positive(gamma: f64) -> PyResult<f64> {
    if gamma > 0.0 {
        return Ok(gamma);
    }
    Err(PyValueError::new_err(format!("the gamma is {gamma}; give a number above 0")))
}
