//! Row functions that users bring, and the address of the row pointers.

use super::ImageView;
use super::assign::as_view;
use crate::arguments::type_name;
use crate::error::Error;
use crate::interop::{RowFunction, Signature, plain};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

impl ImageView {
    fn map<'py>(
        &self,
        function: &Bound<'py, PyAny>,
        other: Option<&Bound<'py, PyAny>>,
        data: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let py = function.py();
        let signature = if other.is_some() { Signature::TwoRows } else { Signature::OneRow };
        let other = other.map(|other| second(other)).transpose()?;
        let function = RowFunction::new(function, data.filter(|data| !data.is_none()), signature)?;
        plain(&self.geometry)?;
        if let Some(other) = &other {
            let sizes = [self, other.get()].map(|view| (view.geometry.columns.len, view.geometry.rows.len));
            if sizes[0] != sizes[1] {
                let [(width, height), (other_width, other_height)] = sizes;
                return Err(Error::Value(format!(
                    "the other image has {other_width} x {other_height} pixels, the view {width} x {height}; give the \
                     same size (crop or resize first)"
                ))
                .into());
            }
            plain(&other.get().geometry)?;
        }
        match function {
            RowFunction::Native(native) => {
                let core = self.core(py)?;
                let other = other.as_ref().map(|other| other.get());
                let other_core = other.map(|other| other.core(py)).transpose()?;
                let other = other_core.as_ref().zip(other.map(|other| &other.geometry));
                Ok(native.run(py, (&core, &self.geometry), other)?)
            }
            RowFunction::Python(callable) => self.map_in_python(&callable, other.as_ref()),
        }
    }

    /// Row by row, with the GIL. The image is on loan to the callable, so that no lock is held while Python code runs.
    fn map_in_python(&self, callable: &Bound<'_, PyAny>, other: Option<&Bound<'_, ImageView>>) -> PyResult<()> {
        let py = callable.py();
        let core = self.core(py)?;
        let other = match other {
            Some(other) => Some(other.get().read_only(py)?),
            None => None,
        };
        let other_core = other.as_ref().map(|other| other.core(py)).transpose()?;
        let _loan = core.borrow(py, true, other_core.as_ref())?;
        for y in 0..self.geometry.rows.len {
            py.check_signals()?;
            let row = |view: &ImageView| {
                view.geometry.rows.index(y.cast_signed()).map(|row| view.row_memory(py, row)).transpose()
            };
            let arguments = match &other {
                Some(other) => (row(self)?, row(other)?, y).into_pyobject(py)?,
                None => (row(self)?, y).into_pyobject(py)?,
            };
            callable.call1(&arguments)?;
            core.check_current(py)?;
        }
        Ok(())
    }

    /// The same pixels, not to be written.
    fn read_only(&self, py: Python<'_>) -> PyResult<ImageView> {
        let mut core = self.core(py)?;
        core.readonly = true;
        Ok(ImageView::new(core, self.geometry, self.strided))
    }
}

/// The second image: a view, or a view of it.
fn second<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, ImageView>> {
    as_view(object, false)?.ok_or_else(|| {
        let name = type_name(object);
        PyTypeError::new_err(format!("the other image is of type {name}; give a view or a PIL.Image.Image"))
    })
}

#[pymethods]
impl ImageView {
    /// Calls a C function `void fn(void *row, intptr_t width, intptr_t y, void *data)` for every row: in
    /// parallel on pilview's threads, in any order, without the GIL. `row` is the view's first pixel in row
    /// `y` of the view, and `width` pixels follow each other from there on, of 1, 2 or 4 bytes as Pillow
    /// keeps them: RGB is R, G, B and a byte of padding, LA is L, two bytes of padding, A.
    ///
    /// `fn` is an address, a ctypes or cffi function, a Numba `@cfunc`, a `scipy.LowLevelCallable`, or a
    /// capsule of Cython's `__pyx_capi__` (of a `cdef` function that is `noexcept nogil`). Where the object
    /// knows the function's type, it is checked. `data` is None, an address, a ctypes or cffi pointer or
    /// array, or a buffer without gaps; all threads get the same.
    ///
    /// A Python callable is called as `fn(row, y)` with a memoryview as `v.row(y)` gives it. It runs under
    /// the GIL, one row at a time, on the calling thread; an exception stops it and is raised here.
    ///
    /// Until all rows are done the image is in use: other threads' calls of pilview wait, a call from inside
    /// of the function is a BusyError. Ctrl-C stops between two rows.
    ///
    /// Raises LayoutError for views of some bands, of every n-th column or from right to left, and
    /// ReadOnlyError, StaleViewError, TypeError, ValueError.
    #[pyo3(signature = (r#fn, data=None))]
    fn map_rows<'py>(
        slf: Bound<'py, Self>,
        r#fn: &Bound<'py, PyAny>,
        data: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        slf.get().map(r#fn, None, data)?;
        Ok(slf)
    }

    /// As `map_rows`, with the same row of a second view or image of the same size, of any mode:
    /// `void fn(void *row, const void *other, intptr_t width, intptr_t y, void *data)`, or a Python callable
    /// `fn(row, other, y)`. A C function is refused with a ValueError where the two share memory, and both
    /// where they are of another size. `data` and other errors are as there.
    #[pyo3(signature = (r#fn, other, data=None))]
    fn map_rows2<'py>(
        slf: Bound<'py, Self>,
        r#fn: &Bound<'py, PyAny>,
        other: &Bound<'py, PyAny>,
        data: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        slf.get().map(r#fn, Some(other), data)?;
        Ok(slf)
    }
}
