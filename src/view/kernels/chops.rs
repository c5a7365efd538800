//! Two images: the channel operations of `PIL.ImageChops`.

use super::other::Other;
use crate::kernels::chops::{Chop, chop};
use crate::view::ImageView;
use pyo3::prelude::*;

/// A method for each operation, with its documentation.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        #[pymethods]
        impl ImageView {
            $(
                $(#[$doc])*
                fn $name<'py>(slf: Bound<'py, Self>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
                    apply(slf, other, Chop::$name)
                }
            )*
        }
    };
}

methods! {
    /// Every value a becomes a * b / 255, rounded down, where b is the value beside it in `other`: the bytes
    /// of `ImageChops.multiply`. 8-bit modes; I;16* with 65535 instead.
    /// Raises ModeError, TypeError, ValueError.
    multiply;
}

fn apply<'py>(slf: Bound<'py, ImageView>, other: &Bound<'py, PyAny>, by: Chop) -> PyResult<Bound<'py, ImageView>> {
    let (py, this) = (slf.py(), slf.get());
    let other: Other = this.other(by.name(), other)?;
    this.write_beside(py, &other, |rows, beside| chop(rows, this.geometry.format, beside, by))?;
    Ok(slf)
}
