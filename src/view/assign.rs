//! Assignment: `v[key] = colour, view, image or buffer`.

use super::ImageView;
use super::index::Place;
use crate::buffer::{Foreign, is_buffer};
use crate::colour::Colour;
use crate::error::{Error, Result};
use crate::format::Scalar;
use crate::functions;
use crate::geometry::Geometry;
use crate::kernels::{copy, fill};
use crate::pillow::core::Pillow;
use crate::rows::{Rows, RowsMut};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt, PyList, PyMemoryView, PyString, PyTuple};

/// The view that an argument is: itself, or one of an image. `None` for other objects.
pub(crate) fn as_view<'py>(object: &Bound<'py, PyAny>, writable: bool) -> PyResult<Option<Bound<'py, ImageView>>> {
    if let Ok(view) = object.cast::<ImageView>() {
        return Ok(Some(view.clone()));
    }
    let py = object.py();
    if !Pillow::get(py)?.is_image(object)? {
        return Ok(None);
    }
    let access = if writable { None } else { Some(false) };
    Ok(Some(Bound::new(py, functions::view(object, access)?)?))
}

impl ImageView {
    /// Copies the values of another view, of the same shape and format; where memory is shared, as if they had been
    /// copied out first.
    pub(super) fn assign_view(&self, py: Python<'_>, other: &ImageView) -> Result<()> {
        let (to, from) = (self.core(py)?, other.core(py)?);
        let (shape, other_shape) = (self.geometry.shape(), other.geometry.shape());
        if shape != other_shape || self.geometry.format != other.geometry.format {
            return Err(Error::Value(format!(
                "shape {other_shape} and format {:?} of mode {} do not fit shape {shape} and format {:?} of mode {}; give the \
                 same shape and format (crop, convert or select bands first)",
                other.geometry.format.name(),
                from.mode.name,
                self.geometry.format.name(),
                to.mode.name,
            )));
        }
        to.write_from(py, &self.geometry, (&from, &other.geometry), |rows, other_rows| {
            let lens = |geometry: &Geometry| geometry.axes().map(|axis| axis.len);
            if lens(&self.geometry) == lens(&other.geometry) {
                return copy_between(rows, other_rows);
            }
            // A row into a column, or the reverse: the same values in the same order.
            let packed = copy::to_vec(other_rows)?;
            copy::copy(rows, &Rows::packed(&packed, lens(&self.geometry), self.geometry.format.size()))
        })
    }

    /// Copies the values of somebody's buffer.
    pub(super) fn assign_buffer(&self, object: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = object.py();
        // One memoryview for all: an object could give another buffer when asked again.
        let memory = PyMemoryView::from(object)?;
        let buffer = Foreign::of(&memory)?;
        let copied = buffer.read(&self.geometry, |rows| {
            let Some(rows) = rows else { return Ok(false) };
            self.write(py, |to| copy_between(to, rows))?;
            Ok(true)
        })?;
        if !copied {
            // No rows of pixels: CPython copies it first.
            let packed = memory.call_method0("tobytes")?.cast_into::<PyBytes>()?;
            let (shape, bytes) = (self.geometry.axes().map(|axis| axis.len), packed.as_bytes());
            self.write(py, |to| copy::copy(to, &Rows::packed(bytes, shape, self.geometry.format.size())))?;
        }
        Ok(())
    }

    /// Sets a pixel to plain ints that fit; `None` for all that has to be done, or refused, the long way.
    fn set_pixel(&self, py: Python<'_>, place: Place, value: &Bound<'_, PyAny>) -> Option<()> {
        let Geometry { pixel, format, .. } = self.geometry;
        let int =
            |value: &Bound<'_, PyAny>| format.encode(Scalar::Int(value.cast_exact::<PyInt>().ok()?.extract().ok()?));
        let mut values = [[0; 4]; 4];
        if place.bands.shown {
            let colour = value.cast_exact::<PyTuple>().ok()?;
            if colour.len() != place.bands.len {
                return None;
            }
            for (value, given) in values.iter_mut().zip(colour.iter_borrowed()) {
                *value = int(&given)?;
            }
        } else {
            values[0] = int(value)?;
        }
        let values = values[..place.bands.len].iter().enumerate();
        let values = values.map(|(band, value)| (place.bands.byte(band), &value[..format.size()]));
        self.owner.write_pixel(py, (place.row, place.column, pixel), values)
    }

    fn assign_colour(&self, py: Python<'_>, geometry: &Geometry, colour: &Colour) -> Result<()> {
        self.core(py)?.write(py, geometry, |rows| fill::fill(rows, colour))
    }
}

/// Copies, by way of a copy if memory may be shared.
pub(super) fn copy_between(to: &mut RowsMut<'_>, from: &Rows<'_>) -> Result<()> {
    if !to.rows().shares_memory_with(from) {
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
        if let Some(place) = self.select_pixel(key)
            && self.set_pixel(py, place, value).is_some()
        {
            return Ok(());
        }
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
            if is_buffer(value) && !PyMemoryView::from(value)?.getattr("ndim")?.eq(0)? {
                return part.assign_buffer(value);
            }
        }
        let colour = part.colour(value)?;
        Ok(part.assign_colour(py, &geometry, &colour)?)
    }

    fn __delitem__(&self, _key: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(pyo3::exceptions::PyTypeError::new_err("pixels can't be deleted; assign a colour instead"))
    }

    /// Every pixel becomes `color`: an int, a float for F, a tuple with one int a band, or a colour name
    /// as PIL.ImageColor takes it. An int for several bands of 8 bits is Pillow's 0xAABBGGRR. Padding bytes
    /// stay. Values that do not fit are refused, where Pillow would clip them: ints are from 0 to 255, of
    /// I;16* to 65535, of I those of 32 bits. All modes and bands.
    /// Raises ValueError, TypeError.
    #[pyo3(signature = (color, /))]
    fn fill<'py>(slf: Bound<'py, Self>, color: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let colour = this.colour(color)?;
        this.assign_colour(py, &this.geometry, &colour)?;
        Ok(slf)
    }
}
