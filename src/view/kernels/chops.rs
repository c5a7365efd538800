//! Two images: the channel operations of `PIL.ImageChops`, and `blend`.

use super::other::Other;
use crate::arguments::{Given, given, index, number, number_or, shown, type_name};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::kernels::blend::{self, Scale};
use crate::kernels::chops::{Chop, chop};
use crate::kernels::pair::Beside;
use crate::rows::RowsMut;
use crate::view::ImageView;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// A method for each operation, with its documentation. In mode 1 another may be meant.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $(, in mode 1 $logical:ident)?;)*) => {
        #[pymethods]
        impl ImageView {
            $(
                $(#[$doc])*
                fn $name<'py>(slf: Bound<'py, Self>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
                    let by = Chop::$name;
                    $(let by = if slf.get().core(slf.py())?.mode.name == "1" { Chop::$logical } else { by };)?
                    let format = slf.get().geometry.format;
                    apply(slf, stringify!($name), other, |rows, beside| chop(rows, format, beside, by))
                }
            )*
        }
    };
}

methods! {
    /// (a + b) % 256 for every value a and the b beside it in `other`, which is as for `add`: the bytes of
    /// `ImageChops.add_modulo`. 8-bit modes; % 65536 for I;16*, and for I modulo 2^32, from -2^31 on.
    /// Raises ModeError, TypeError, ValueError.
    add_modulo;

    /// (a - b) % 256 for every value a and the b beside it in `other`, which is as for `add`: the bytes of
    /// `ImageChops.subtract_modulo`. 8-bit modes; % 65536 for I;16*, and for I modulo 2^32, from -2^31 on.
    /// Raises ModeError, TypeError, ValueError.
    subtract_modulo;

    /// a * b / 255, rounded down, for every value a and the b beside it in `other`, which is as for `add`:
    /// the bytes of `ImageChops.multiply`. 8-bit modes; I;16* with 65535 for 255.
    /// Raises ModeError, TypeError, ValueError.
    multiply;

    /// 255 - (255 - a) * (255 - b) / 255, the quotient rounded down, for every value a and the b beside it
    /// in `other`, which is as for `add`: the bytes of `ImageChops.screen`. 8-bit modes; I;16* with 65535
    /// for 255. Raises ModeError, TypeError, ValueError.
    screen;

    /// a * b / 127 where a < 128, else 255 - (255 - a) * (255 - b) / 127, the quotients rounded down, for
    /// every value a and the b beside it in `other`, which is as for `add`: the bytes of
    /// `ImageChops.overlay`. 8-bit modes. Raises ModeError, TypeError, ValueError.
    overlay;

    /// a * b / 127 where b < 128, else 255 - (255 - a) * (255 - b) / 127, the quotients rounded down, for
    /// every value a and the b beside it in `other`, which is as for `add`: the bytes of
    /// `ImageChops.hard_light`. 8-bit modes. Raises ModeError, TypeError, ValueError.
    hard_light;

    /// (255 - a) * a * b / 65536 + a * (255 - (255 - a) * (255 - b) / 255) / 255, each quotient rounded
    /// down, for every value a and the b beside it in `other`, which is as for `add`: the bytes of
    /// `ImageChops.soft_light`. 8-bit modes. Raises ModeError, TypeError, ValueError.
    soft_light;

    /// The larger of every value and the one beside it in `other`, which is as for `add`: the bytes of
    /// `ImageChops.lighter`. 8-bit modes, I;16*, I and F. Raises ModeError, TypeError, ValueError.
    lighter;

    /// The smaller of every value and the one beside it in `other`, which is as for `add`: the bytes of
    /// `ImageChops.darker`. 8-bit modes, I;16*, I and F. Raises ModeError, TypeError, ValueError.
    darker;

    /// abs(a - b) for every value a and the b beside it in `other`, which is as for `add`: the bytes of
    /// `ImageChops.difference`. 8-bit modes, I;16*, I (at most 2^31 - 1) and F.
    /// Raises ModeError, TypeError, ValueError.
    difference;

    /// a & b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
    /// of `ImageChops.logical_and`: 255 where both are not 0, else 0. 8-bit modes, I;16* and I.
    /// Raises ModeError, TypeError, ValueError.
    bitwise_and, in mode 1 logical_and;

    /// a | b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
    /// of `ImageChops.logical_or`: 255 where one of them is not 0, else 0. 8-bit modes, I;16* and I.
    /// Raises ModeError, TypeError, ValueError.
    bitwise_or, in mode 1 logical_or;

    /// a ^ b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
    /// of `ImageChops.logical_xor`: 255 where just one of them is not 0, else 0. 8-bit modes, I;16* and I.
    /// Raises ModeError, TypeError, ValueError.
    bitwise_xor, in mode 1 logical_xor;
}

#[pymethods]
impl ImageView {
    /// (a + b) / scale + offset for every value a and the b beside it in `other`, clipped and rounded
    /// towards zero: the bytes of `ImageChops.add`. 8-bit modes, I;16*, I and F. `scale` is a finite number
    /// but 0; `offset`, in the units of the values, is an int, in mode F a float.
    ///
    /// `other` is an image or a view of the same size and mode, or a colour as `fill` takes it. It may be
    /// this image or a part of it: the result is as if it had been copied first. Of views of some bands, or
    /// of a cast, only the number of bands and the format have to be the same; the bands are paired in order.
    ///
    /// For bytes and F the arithmetic is that of Pillow, in single precision, else in double precision.
    /// Raises ModeError for other modes, ValueError for other sizes, for a scale of 0, for numbers that are
    /// not finite, and for bytes where `510 / abs(scale) + abs(offset)` is 2**31 or more, which leaves
    /// Pillow's result open; TypeError.
    #[pyo3(signature = (other, scale=None, offset=None), text_signature = "($self, other, scale=1.0, offset=0)")]
    fn add<'py>(
        slf: Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
        #[pyo3(from_py_with = given)] scale: Given<'py>,
        #[pyo3(from_py_with = given)] offset: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let format = slf.get().geometry.format;
        let by = scale_and_offset(format, &scale, &offset)?;
        apply(slf, "add", other, |rows, beside| blend::add::<false>(rows, format, beside, by))
    }

    /// (a - b) / scale + offset for every value a and the b beside it in `other`, clipped and rounded
    /// towards zero: the bytes of `ImageChops.subtract`. Takes the numbers and modes of `add`, in the same
    /// modes. Raises ModeError, TypeError, ValueError.
    #[pyo3(signature = (other, scale=None, offset=None), text_signature = "($self, other, scale=1.0, offset=0)")]
    fn subtract<'py>(
        slf: Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
        #[pyo3(from_py_with = given)] scale: Given<'py>,
        #[pyo3(from_py_with = given)] offset: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let format = slf.get().geometry.format;
        let by = scale_and_offset(format, &scale, &offset)?;
        apply(slf, "subtract", other, |rows, beside| blend::add::<true>(rows, format, beside, by))
    }

    /// a + alpha * (b - a) for every value a and the b beside it in `other`, which is as for `add`: the
    /// bytes of `Image.blend(img, other, alpha)`. `alpha` is any finite number: under 0 or over 1 it
    /// extrapolates; what is outside of the range is clipped, and the rest rounded towards zero. 8-bit modes
    /// but 1, P and PA, and I;16*, I and F, in single precision for bytes and F, else in double precision.
    /// Raises ModeError, TypeError, ValueError.
    fn blend<'py>(
        slf: Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
        alpha: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        let this = slf.get();
        let mode = this.core(slf.py())?.mode.name;
        if ["1", "P", "PA"].contains(&mode) {
            return Err(Error::Mode(format!(
                "blend() is not defined for mode {mode}, whose values have nothing in between; convert the images to L \
                 or RGB first"
            ))
            .into());
        }
        let format = this.geometry.format;
        let alpha = number("alpha", alpha)?;
        apply(slf, "blend", other, |rows, beside| blend::blend(rows, format, beside, alpha))
    }
}

fn apply<'py>(
    slf: Bound<'py, ImageView>,
    kernel: &str,
    other: &Bound<'py, PyAny>,
    work: impl FnOnce(&mut RowsMut<'_>, Beside<'_>) -> Result<()> + Send,
) -> PyResult<Bound<'py, ImageView>> {
    let this = slf.get();
    let other: Other = this.other(kernel, other)?;
    this.write_beside(slf.py(), &other, work)?;
    Ok(slf)
}

/// Beyond this C does not say what an int becomes, and so neither what Pillow computes.
const INT: f64 = 2_147_483_648.0;

fn scale_and_offset(format: Format, scale: &Given<'_>, offset: &Given<'_>) -> PyResult<Scale> {
    let by = Scale {
        scale: number_or("the scale", scale, 1.0)?,
        offset: match offset {
            None => 0.0,
            Some(offset) if format == Format::F32 => number("the offset", offset)?,
            Some(offset) => index(offset)?.ok_or_else(|| {
                PyTypeError::new_err(format!("the offset is of type {}; give an int", type_name(offset)))
            })? as f64,
        },
    };
    if by.scale as f32 == 0.0 {
        return Err(PyValueError::new_err("the scale is 0; give another, such as 2 for the mean"));
    }
    // The largest sum of two bytes.
    if format == Format::U8 && (510.0 / by.scale).abs() + by.offset.abs() >= INT {
        let text = |given: &Given<'_>, default: &str| given.as_ref().map_or(default.to_owned(), shown);
        return Err(PyValueError::new_err(format!(
            "a scale of {} and an offset of {} make numbers over 2^31; give a larger scale or a smaller offset",
            text(scale, "1"),
            text(offset, "0"),
        )));
    }
    Ok(by)
}
