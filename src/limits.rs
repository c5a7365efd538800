//! What memory allows: the plainest parallel loops there are, for the benchmark to compare kernels with.

use crate::buffer::rows_of;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Axis, Geometry};
use crate::rows::{Rows, RowsMut};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;

/// Bytes that count as a row, so that threads have something to share.
const ROW: usize = 16 * 1024;

/// Flat bytes as rows of `ROW` bytes.
fn flat<'a>(buffer: &'a PyUntypedBuffer, writable: bool) -> Result<Rows<'a>> {
    if !buffer.len_bytes().is_multiple_of(ROW) {
        return Err(Error::Value(format!("the buffer has {} bytes; give a multiple of {ROW}", buffer.len_bytes())));
    }
    let geometry = Geometry {
        rows: Axis::new(buffer.len_bytes() / ROW, 1, true),
        columns: Axis::new(ROW, 1, true),
        bands: Axis::new(1, 1, false),
        pixel: 1,
        format: Format::U8,
        whole: true,
    };
    rows_of(buffer, &geometry, writable)?.ok_or_else(|| Error::Layout("give flat bytes".into()))
}

/// Reads, changes and writes every byte of a flat buffer, in parallel.
#[pyfunction]
#[pyo3(name = "_memory_limit_inplace")]
pub fn memory_limit_inplace(py: Python<'_>, buffer: &Bound<'_, PyAny>) -> PyResult<()> {
    let buffer = PyUntypedBuffer::get(buffer)?;
    let rows = flat(&buffer, true)?;
    // SAFETY: the buffer is held until after and may be written; nobody else uses it, as a benchmark's own.
    let mut rows = unsafe { RowsMut::new(rows) };
    py.detach(|| {
        rows.for_each(
            #[inline(always)]
            |row| row.iter_mut().for_each(|v| *v = !*v),
        )
    })?;
    Ok(())
}

/// Copies one flat buffer into another, in parallel.
#[pyfunction]
#[pyo3(name = "_memory_limit_copy")]
pub fn memory_limit_copy(py: Python<'_>, to: &Bound<'_, PyAny>, from: &Bound<'_, PyAny>) -> PyResult<()> {
    let (to, from) = (PyUntypedBuffer::get(to)?, PyUntypedBuffer::get(from)?);
    let (to, from) = (flat(&to, true)?, flat(&from, false)?);
    // SAFETY: as above.
    let mut to = unsafe { RowsMut::new(to) };
    if to.rows().height() != from.height() || to.shares_memory_with(&from) {
        return Err(Error::Value("give two buffers of the same size that share no memory".into()).into());
    }
    py.detach(|| to.for_each_with(&from, |to, from| to.copy_from_slice(from)))?;
    Ok(())
}
