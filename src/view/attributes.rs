//! What a view is: the names of memoryview for the buffer, Pillow's for the image.

use super::ImageView;
use crate::geometry::Dims;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

fn tuple<'py>(py: Python<'py>, dims: &Dims) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, dims.as_slice())
}

#[pymethods]
impl ImageView {
    /// `(h, w)`, or `(h, w, bands)` for several bands.
    #[getter]
    pub(super) fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.core(py)?;
        tuple(py, &self.geometry.shape())
    }

    /// Bytes from one element to the next along each axis; the first is a pointer's size where the
    /// buffer goes through the row pointers (see `suboffsets`).
    #[getter]
    pub(super) fn strides<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let core = self.core(py)?;
        tuple(py, self.arrays.strides(&core, &self.geometry)?)
    }

    /// `(k, -1[, -1])`: after the first axis a pointer is followed and `k` added. `()` where there is no
    /// table of row pointers to follow: in a strided view, in one row.
    #[getter]
    fn suboffsets<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.core(py)?;
        self.arrays.suboffsets().map_or_else(|| Ok(PyTuple::empty(py)), |suboffsets| tuple(py, suboffsets))
    }

    /// `B` 8 bit, `H` I;16 (`>H` I;16B), `i` I, `f` F; or what `cast` was given.
    #[getter]
    fn format(&self, py: Python<'_>) -> PyResult<&'static str> {
        self.core(py)?;
        Ok(self.geometry.format.name())
    }

    /// Bytes of one value.
    #[getter]
    fn itemsize(&self, py: Python<'_>) -> PyResult<usize> {
        self.core(py)?;
        Ok(self.geometry.format.size())
    }

    /// The number of axes.
    #[getter]
    fn ndim(&self, py: Python<'_>) -> PyResult<usize> {
        self.core(py)?;
        Ok(self.geometry.shape().as_slice().len())
    }

    /// Bytes of all values, without padding: `len(v.tobytes())`.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> PyResult<usize> {
        self.core(py)?;
        Ok(self.geometry.nbytes())
    }

    /// Whether the memory may not be written.
    #[getter]
    fn readonly(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.core(py)?.readonly)
    }

    /// Whether the values lie without gaps, last axis fastest.
    #[getter]
    fn c_contiguous(&self, py: Python<'_>) -> PyResult<bool> {
        let core = self.core(py)?;
        Ok(self.arrays.is_c_contiguous(&core, &self.geometry))
    }

    /// The mode of the Pillow image.
    #[getter]
    fn mode(&self, py: Python<'_>) -> PyResult<&'static str> {
        Ok(self.core(py)?.mode.name)
    }

    /// `(width, height)` in pixels.
    #[getter]
    fn size(&self, py: Python<'_>) -> PyResult<(usize, usize)> {
        Ok((self.width(py)?, self.height(py)?))
    }

    /// Pixels a row.
    #[getter]
    fn width(&self, py: Python<'_>) -> PyResult<usize> {
        self.core(py)?;
        Ok(self.geometry.columns.len)
    }

    /// Rows.
    #[getter]
    fn height(&self, py: Python<'_>) -> PyResult<usize> {
        self.core(py)?;
        Ok(self.geometry.rows.len)
    }

    /// The names of the view's bands, such as `("R", "G", "B")`.
    #[getter]
    #[pyo3(name = "bands")]
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.band_names(&self.core(py)?))
    }

    /// The Pillow image. Raises ReleasedError after `release`.
    #[getter]
    fn image(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(self.core(py)?.image)
    }
}
