//! Pixels at other places: `flip_left_right`, `flip_top_bottom`, `rotate_180`, `roll`, `transpose_into`.

use crate::arguments::{index, shown};
use crate::kernels::flip;
use crate::kernels::roll;
use crate::kernels::transpose::{self, Method};
use crate::view::ImageView;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

#[pymethods]
impl ImageView {
    /// The left becomes the right: the bytes of `ImageOps.mirror`. All modes and bands.
    /// Raises ReadOnlyError, StaleViewError.
    fn flip_left_right(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().write(slf.py(), flip::left_right)?;
        Ok(slf)
    }

    /// The top becomes the bottom: the bytes of `ImageOps.flip`. All modes and bands.
    /// Raises ReadOnlyError, StaleViewError.
    fn flip_top_bottom(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().write(slf.py(), flip::top_bottom)?;
        Ok(slf)
    }

    /// Turns the view upside down: the bytes of `Image.transpose(Transpose.ROTATE_180)`. All modes and
    /// bands. Raises ReadOnlyError, StaleViewError.
    fn rotate_180(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().write(slf.py(), flip::both)?;
        Ok(slf)
    }

    /// Moves every pixel `dx` to the right and `dy` down; what leaves on one side comes in on the other:
    /// the bytes of `ImageChops.offset(img, dx, dy)`. `dx` and `dy` are any ints, in pixels; below 0 they go
    /// to the left and up. All modes and bands. Raises TypeError.
    fn roll<'py>(slf: Bound<'py, Self>, dx: &Bound<'py, PyAny>, dy: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let by = |name: &str, len: usize, given: &Bound<'_, PyAny>| -> PyResult<i64> {
            let refused = || PyTypeError::new_err(format!("{name} is {}; give an int", shown(given)));
            let by = index(given)?.ok_or_else(refused)?;
            if by != i64::MIN && by != i64::MAX {
                return Ok(by);
            }
            // It may be larger still: only what is left of it by the view's size matters.
            given.py().import("operator")?.call_method1("index", (given,))?.rem(len.max(1))?.extract()
        };
        let this = slf.get();
        let (dx, dy) = (by("dx", this.geometry.columns.len, dx)?, by("dy", this.geometry.rows.len, dy)?);
        this.write(slf.py(), |rows| roll::roll(rows, dx, dy))?;
        Ok(slf)
    }

    /// Writes the pixels to `dst`, mirrored or turned as `method` says, one of `Image.Transpose` or its
    /// number, 0 to 6: the bytes of `Image.transpose(method)`. `dst` is a view or an image of the same mode
    /// (L for a single band of 8 bits), or of the same bands of it, and of the same size, with the sides
    /// swapped for ROTATE_90, ROTATE_270, TRANSPOSE and TRANSVERSE; the view itself stays. All modes and
    /// bands.
    /// Raises ModeError, ValueError (also where the two share memory: parts of one image that do not overlap
    /// do not), TypeError, ReadOnlyError, StaleViewError.
    fn transpose_into<'py>(
        slf: Bound<'py, Self>,
        dst: &Bound<'py, PyAny>,
        method: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let refused =
            || format!("the method is {}; give one of Image.Transpose: {}", shown(method), Method::NAMES.join(", "));
        let number = index(method)?.ok_or_else(|| PyTypeError::new_err(refused()))?;
        let method =
            usize::try_from(number).ok().and_then(Method::of).ok_or_else(|| PyValueError::new_err(refused()))?;
        let dst = this.dst("transpose_into", dst)?;
        let dst = dst.get();
        let size = |view: &ImageView| (view.geometry.columns.len, view.geometry.rows.len);
        let (width, height) = size(this);
        let wanted = if method.transposed { (height, width) } else { (width, height) };
        if size(dst) != wanted {
            return Err(PyValueError::new_err(format!("dst has {:?} pixels; give one of {wanted:?}", size(dst))));
        }
        this.write_to(py, "transpose_into", dst, |to, from| transpose::transpose_into(to, from, method))?;
        Ok(slf)
    }
}
