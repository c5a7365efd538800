//! Assignment: `v[key] = colour, view, image or buffer`.

use super::{ImageView, locked};
use crate::buffer::rows_of;
use crate::colour::Colour;
use crate::error::{Error, Result};
use crate::functions;
use crate::geometry::Geometry;
use crate::kernels::{copy, fill};
use crate::rows::{Rows, RowsMut};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

/// Whether an object has the buffer protocol, without asking it for a buffer.
fn is_buffer(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: a live object.
    unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) != 0 }
}

/// The view that an argument is: itself, or one of an image. `None` for other objects.
pub(super) fn as_view<'py>(object: &Bound<'py, PyAny>, writable: bool) -> PyResult<Option<Bound<'py, ImageView>>> {
    if let Ok(view) = object.cast::<ImageView>() {
        return Ok(Some(view.clone()));
    }
    let py = object.py();
    let image = py.import("PIL.Image")?.getattr("Image")?;
    if !object.is_instance(&image)? {
        return Ok(None);
    }
    let access = if writable { None } else { Some(false) };
    Ok(Some(Bound::new(py, functions::view(object, access)?)?))
}

impl ImageView {
    /// Copies the values of another view, of the same shape and format; where memory is shared, as if they had been
    /// copied out first.
    pub(super) fn assign_view(&self, py: Python<'_>, other: &ImageView) -> Result<()> {
        let (to, from) = (self.writable(py)?, other.core(py)?);
        let (shape, other_shape) = (self.geometry.shape(), other.geometry.shape());
        if shape != other_shape || self.geometry.format != other.geometry.format {
            return Err(Error::Value(format!(
                "shape {:?} and format {:?} of mode {} do not fit shape {:?} and format {:?} of mode {}; give the \
                 same shape and format (crop, convert or select bands first)",
                other_shape.as_slice(),
                other.geometry.format.name(),
                from.mode.name,
                shape.as_slice(),
                self.geometry.format.name(),
                to.mode.name,
            )));
        }
        locked(py, self.geometry.nbytes(), to.need(true), Some(from.need(false)), || {
            // SAFETY: both cores live until this function returns and their locks are held, `to`'s for writing. That
            // no byte is in both when rows are written, `copy_between` takes care of.
            let (mut rows, other_rows) = unsafe {
                let rows = RowsMut::new(Rows::of_image(&to.table, &self.geometry));
                (rows, Rows::of_image(&from.table, &other.geometry))
            };
            let lens = |geometry: &Geometry| geometry.axes().map(|axis| axis.len);
            if lens(&self.geometry) == lens(&other.geometry) {
                return copy_between(&mut rows, &other_rows);
            }
            // A row into a column, or the reverse: the same values in the same order.
            let packed = copy::to_vec(&other_rows)?;
            copy::copy(&mut rows, &Rows::packed(&packed, lens(&self.geometry), self.geometry.format.size()))
        })?;
        to.check_current(py)
    }

    /// Copies the values of somebody's buffer.
    pub(super) fn assign_buffer(&self, object: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = object.py();
        let buffer = PyUntypedBuffer::get(object)?;
        let staged; // A layout that is no rows of pixels is copied by CPython first.
        let core = self.writable(py)?;
        let rows = match rows_of(&buffer, &self.geometry, false)? {
            Some(rows) => rows,
            None => {
                staged = object.call_method0("tobytes").or_else(|_| {
                    py.import("builtins")?.call_method1("memoryview", (object,))?.call_method0("tobytes")
                })?;
                let shape = self.geometry.axes().map(|axis| axis.len);
                Rows::packed(staged.cast::<PyBytes>()?.as_bytes(), shape, self.geometry.format.size())
            }
        };
        locked(py, self.geometry.nbytes(), core.need(true), None, || {
            // SAFETY: as in `assign_view`; the buffer is held until after.
            copy_between(&mut unsafe { RowsMut::new(Rows::of_image(&core.table, &self.geometry)) }, &rows)
        })?;
        core.check_current(py)?;
        Ok(())
    }

    fn assign_colour(&self, py: Python<'_>, geometry: &Geometry, colour: &Colour) -> Result<()> {
        let core = self.writable(py)?;
        locked(py, geometry.nbytes(), core.need(true), None, || {
            // SAFETY: `core` lives until this function returns and is writable; its lock is held for writing.
            fill::fill(&mut unsafe { RowsMut::new(Rows::of_image(&core.table, geometry)) }, colour)
        })?;
        core.check_current(py)
    }
}

/// Copies, by way of a copy if memory may be shared.
pub(super) fn copy_between(to: &mut RowsMut<'_>, from: &Rows<'_>) -> Result<()> {
    if !to.shares_memory_with(from) {
        return copy::copy(to, from);
    }
    let packed = copy::to_vec(from)?;
    let lanes = from.lanes();
    copy::copy(to, &Rows::packed(&packed, [from.height(), lanes.width, lanes.bands], lanes.size))
}

#[pymethods]
impl ImageView {
    fn __setitem__(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = key.py();
        let geometry = self.select(key)?;
        let part = self.part(py, geometry)?;
        let pixel = !geometry.rows.shown && !geometry.columns.shown;
        let colour = pixel
            || value.is_instance_of::<PyString>()
            || value.is_instance_of::<PyTuple>()
            || value.is_instance_of::<PyList>();
        if !colour {
            if let Some(view) = as_view(value, false)? {
                return Ok(part.assign_view(py, view.get())?);
            }
            // NumPy's scalars are buffers too, of no axes.
            if is_buffer(value) && PyUntypedBuffer::get(value).map_or(true, |buffer| buffer.dimensions() > 0) {
                return part.assign_buffer(value);
            }
        }
        let colour = part.with_target(py, |target| target.parse(value))?;
        Ok(part.assign_colour(py, &geometry, &colour)?)
    }

    fn __delitem__(&self, _key: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(pyo3::exceptions::PyTypeError::new_err("pixels can't be deleted; assign a colour instead"))
    }

    /// Every pixel becomes `color`.
    #[pyo3(signature = (color, /))]
    fn fill<'py>(slf: Bound<'py, Self>, color: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let colour = this.with_target(py, |target| target.parse(color))?;
        this.assign_colour(py, &this.geometry, &colour)?;
        Ok(slf)
    }
}
