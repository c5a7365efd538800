//! What memory allows: the plainest parallel loops there are, for the benchmark to compare kernels with.

use crate::buffer::Foreign;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Axis, Geometry};
use crate::parallel::Cost;
use crate::simd;
use pyo3::prelude::*;

/// Bytes that count as a row, so that threads have something to share.
const ROW: usize = 16 * 1024;

/// Flat bytes as rows of `ROW` bytes.
fn flat(buffer: &Bound<'_, PyAny>) -> PyResult<Geometry> {
    let len = buffer.len()?;
    if !len.is_multiple_of(ROW) {
        return Err(Error::Value(format!("the buffer has {len} bytes; give a multiple of {ROW}")).into());
    }
    Ok(Geometry {
        rows: Axis::new(len / ROW, 1, true),
        columns: Axis::new(ROW, 1, true),
        bands: Axis::new(1, 1, false),
        pixel: 1,
        format: Format::U8,
        whole: true,
    })
}

fn not_flat() -> Error {
    Error::Layout("give flat bytes".into())
}

/// Reads, changes and writes every byte of a flat buffer, in parallel: a benchmark's measure.
#[pyfunction]
#[pyo3(name = "_memory_limit_inplace")]
pub fn memory_limit_inplace(py: Python<'_>, buffer: &Bound<'_, PyAny>) -> PyResult<()> {
    let geometry = flat(buffer)?;
    Foreign::of(buffer)?.write(&geometry, |rows| {
        let mut rows = rows.ok_or_else(not_flat)?;
        py.detach(|| {
            rows.for_each(
                Cost::MEMORY,
                #[inline(always)]
                |row| {
                    for line in row.as_chunks_mut::<64>().0 {
                        simd::ask_ahead(line);
                        line.iter_mut().for_each(|v| *v = !*v);
                    }
                },
            )
        })
    })?;
    Ok(())
}

/// Copies one flat buffer into another of the same size, in parallel: what the benchmark compares with.
#[pyfunction]
#[pyo3(name = "_memory_limit_copy")]
pub fn memory_limit_copy(py: Python<'_>, to: &Bound<'_, PyAny>, from_: &Bound<'_, PyAny>) -> PyResult<()> {
    let geometry = flat(from_)?;
    let from = Foreign::of(from_)?;
    Foreign::of(to)?.write(&geometry, |to| {
        let mut to = to.ok_or_else(not_flat)?;
        from.read(&geometry, |from| -> Result<()> {
            let from = from.ok_or_else(not_flat)?;
            py.detach(|| to.for_each_with(Cost::MEMORY, from, |to, from| to.copy_from_slice(from)))
        })
    })?;
    Ok(())
}

/// Changes each byte of a flat buffer by that of another, in parallel: a measure of the benchmark.
#[pyfunction]
#[pyo3(name = "_memory_limit_pair")]
pub fn memory_limit_pair(py: Python<'_>, to: &Bound<'_, PyAny>, from_: &Bound<'_, PyAny>) -> PyResult<()> {
    let geometry = flat(from_)?;
    let from = Foreign::of(from_)?;
    Foreign::of(to)?.write(&geometry, |to| {
        let mut to = to.ok_or_else(not_flat)?;
        from.read(&geometry, |from| -> Result<()> {
            let from = from.ok_or_else(not_flat)?;
            py.detach(|| {
                to.for_each_with(
                    Cost::MEMORY,
                    from,
                    #[inline(always)]
                    |to, from| {
                        for (to, from) in to.as_chunks_mut::<64>().0.iter_mut().zip(from.as_chunks::<64>().0) {
                            simd::ask_ahead(to);
                            simd::ask_ahead(from);
                            to.iter_mut().zip(from).for_each(|(to, from)| *to ^= from);
                        }
                    },
                )
            })
        })
    })?;
    Ok(())
}
