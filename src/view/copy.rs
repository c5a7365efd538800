//! Copies out of a view and into it, and comparison.

use super::ImageView;
use super::assign::{as_view, copy_between};
use crate::buffer::{Foreign, bytes_with, is_buffer};
use crate::error::{Error, Result};
use crate::kernels::{compare, copy};
use crate::rows::{Rows, RowsMut};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pyclass::CompareOp;
use pyo3::types::{PyBytes, PyMemoryView};

impl ImageView {
    /// Copies the values into `bytes`, as many as there are, without gaps.
    pub(crate) fn copy_packed(&self, py: Python<'_>, bytes: &mut [u8]) -> Result<()> {
        let shape = self.geometry.axes().map(|axis| axis.len);
        let mut packed = RowsMut::packed(bytes, shape, self.geometry.format.size());
        self.read(py, |rows| copy::copy(&mut packed, rows))
    }

    /// Copies the values into somebody's buffer.
    pub(crate) fn copy_into(&self, object: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = object.py();
        if let Some(view) = as_view(object, true)? {
            return Ok(view.get().assign_view(py, self)?);
        }
        let buffer = Foreign::of(object)?;
        let copied = buffer.write(&self.geometry, |rows| {
            let Some(mut rows) = rows else { return Ok(false) };
            self.read(py, |from| copy_between(&mut rows, from))?;
            Ok(true)
        })?;
        if !copied {
            self.copy_into_planes(py, &buffer)?;
        }
        Ok(())
    }

    /// Copies band by band, where the values of a pixel do not lie together.
    fn copy_into_planes(&self, py: Python<'_>, buffer: &Foreign) -> Result<()> {
        let core = self.core(py)?;
        let bands = 0..self.geometry.bands.len;
        let shares = |band| {
            buffer.write_band(&self.geometry, band, |rows| {
                let rows = rows.ok_or_else(|| {
                    Error::Layout(
                        "the buffer has the same memory for several values; give one with memory for each".into(),
                    )
                })?;
                core.read(py, &self.geometry, |from| Ok(rows.rows().shares_memory_with(from)))
            })
        };
        // A band that is written must not be one that is still to be read.
        let mut shared = false;
        for band in bands.clone() {
            shared |= shares(band)?;
        }
        let packed = if shared { Some(self.read(py, copy::to_vec)?) } else { None };
        for band in bands {
            let mut one = self.geometry;
            one.bands.start += band.cast_signed() * one.bands.step;
            one.bands.len = 1;
            buffer.write_band(&self.geometry, band, |rows| {
                let Some(mut rows) = rows else { return Ok(()) };
                match &packed {
                    Some(packed) => {
                        let shape = self.geometry.axes().map(|axis| axis.len);
                        let from = Rows::packed(packed, shape, self.geometry.format.size()).band(band);
                        copy::copy(&mut rows, &from)
                    }
                    None => core.read(py, &one, |from| copy::copy(&mut rows, from)),
                }
            })?;
        }
        Ok(())
    }

    /// Whether shapes and values are equal, as memoryview compares them.
    fn equals(&self, py: Python<'_>, other: &ImageView) -> Result<bool> {
        if self.geometry.shape() != other.geometry.shape() {
            return Ok(false);
        }
        let (one, another) = (self.core(py)?, other.core(py)?);
        let (format, other_format) = (self.geometry.format, other.geometry.format);
        one.read_with(py, &self.geometry, (&another, &other.geometry), |rows, other_rows| {
            if rows.height() == other_rows.height() && rows.lanes().width == other_rows.lanes().width {
                return compare::equal((rows, format), (other_rows, other_format));
            }
            // A row and a column: the same values in the same order, laid out otherwise.
            let (values, lens) = (copy::to_vec(other_rows)?, self.geometry.axes().map(|axis| axis.len));
            compare::equal((rows, format), (&Rows::packed(&values, lens, other_format.size()), other_format))
        })
    }
}

#[pymethods]
impl ImageView {
    /// The values without padding, row by row; copied in parallel.
    fn tobytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        bytes_with(py, self.geometry.nbytes(), |bytes| self.copy_packed(py, bytes))
    }

    /// Copies the values into `buffer`, in parallel: memory of the same shape and format, or flat
    /// contiguous memory of `nbytes` bytes. Raises ReadOnlyError for such memory, ValueError for another
    /// size, TypeError for what has no memory.
    #[pyo3(signature = (buffer, /))]
    fn copy_to(&self, buffer: &Bound<'_, PyAny>) -> PyResult<()> {
        self.copy_into(buffer)
    }

    /// Copies `buffer` into the view, in parallel; overlapping memory as if it had been copied first.
    /// Takes what `copy_to` takes. Raises ReadOnlyError, StaleViewError, ValueError, TypeError.
    #[pyo3(signature = (buffer, /))]
    fn copy_from(&self, buffer: &Bound<'_, PyAny>) -> PyResult<()> {
        match as_view(buffer, false)? {
            Some(view) => Ok(self.assign_view(buffer.py(), view.get())?),
            None => self.assign_buffer(buffer),
        }
    }

    /// Of the values, as memoryview: of read-only views of bytes only.
    fn __hash__(slf: &Bound<'_, Self>) -> PyResult<isize> {
        let (py, this) = (slf.py(), slf.get());
        let core = this.core(py)?;
        if !core.readonly || this.geometry.format.size() != 1 {
            return Err(PyValueError::new_err(
                "only a read-only view of bytes has a hash; make one with pilview.view(img, writable=False)",
            ));
        }
        this.tobytes(py)?.hash()
    }

    /// As memoryview: of shapes and values. What has no pixels (any more) is equal to itself only.
    fn __eq__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let answer = |equal: bool| Ok(equal.into_pyobject(py)?.to_owned().into_any().unbind());
        match as_view(other, false) {
            Ok(Some(view)) => match slf.get().equals(py, view.get()) {
                Err(Error::Released) => answer(slf.is(&view)),
                equal => answer(equal?),
            },
            Err(error) if error.is_instance_of::<PyValueError>(py) => answer(false), // A closed image.
            Err(error) => Err(error),
            Ok(None) if slf.get().core(py).is_err() || !is_buffer(other) => Ok(py.NotImplemented()),
            // Other buffers: CPython's own comparison.
            Ok(None) => {
                // A buffer that can't be had is no equal. (NumPy, asked in turn, would raise.)
                let Ok(other) = PyMemoryView::from(other) else { return answer(false) };
                Ok(PyMemoryView::from(slf.as_any())?.rich_compare(other, CompareOp::Eq)?.unbind())
            }
        }
    }
}
