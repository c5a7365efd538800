//! Numbers about the pixels: `histogram`.

use crate::format::Format;
use crate::kernels::{self, histogram};
use crate::view::ImageView;
use pyo3::prelude::*;
use pyo3::types::PyList;

#[pymethods]
impl ImageView {
    /// How often each value occurs: 256 counts for each band, one after the other, as `Image.histogram`.
    /// With `mask`, an image or a view of mode L or 1 and of the same size, only pixels where it is not 0
    /// count. 8-bit modes.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn histogram(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Py<PyList>> {
        let mask = self.mask(mask)?;
        let counts = self.read_masked(py, mask.as_ref(), |rows, mask| {
            kernels::accept("histogram", self.geometry.format, &[Format::U8])?;
            histogram::histogram(rows, mask)
        })?;
        list(py, counts[..self.geometry.bands.len].as_flattened())
    }
}

/// Counts as a list. Most of few are 0, which is made once.
fn list(py: Python<'_>, counts: &[u64]) -> PyResult<Py<PyList>> {
    let zero = 0_u64.into_pyobject(py)?;
    let mut ints = Vec::with_capacity(counts.len());
    for &count in counts {
        ints.push(if count == 0 { zero.clone() } else { count.into_pyobject(py)? });
    }
    Ok(PyList::new(py, ints)?.unbind())
}
