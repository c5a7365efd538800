//! What memory allows: the plainest parallel loops there are, for the benchmark to compare kernels with.

use crate::buffer::Foreign;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Axis, Geometry};
use crate::parallel::{self, Cost};
use crate::simd;
use pyo3::prelude::*;
use std::ops::Range;

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

/// Calls `change` with pieces of one flat buffer and with the same pieces of another of the same size, in parallel.
fn beside(
    py: Python<'_>,
    to: &Bound<'_, PyAny>,
    from: &Bound<'_, PyAny>,
    change: impl Fn(&mut [u8], &[u8]) + Send + Sync,
) -> PyResult<()> {
    let geometry = flat(from)?;
    let from = Foreign::of(from)?;
    Foreign::of(to)?.write(&geometry, |to| {
        let mut to = to.ok_or_else(not_flat)?;
        from.read(&geometry, |from| -> Result<()> {
            let from = from.ok_or_else(not_flat)?;
            py.detach(|| to.for_each_with(Cost::MEMORY, from, change))
        })
    })?;
    Ok(())
}

/// Copies one flat buffer into another of the same size, in parallel: what the benchmark compares with.
#[pyfunction]
#[pyo3(name = "_memory_limit_copy")]
pub fn memory_limit_copy(py: Python<'_>, to: &Bound<'_, PyAny>, from_: &Bound<'_, PyAny>) -> PyResult<()> {
    beside(py, to, from_, |to, from| to.copy_from_slice(from))
}

/// Changes each byte of a flat buffer by that of another, in parallel: a measure of the benchmark.
#[pyfunction]
#[pyo3(name = "_memory_limit_pair")]
pub fn memory_limit_pair(py: Python<'_>, to: &Bound<'_, PyAny>, from_: &Bound<'_, PyAny>) -> PyResult<()> {
    beside(
        py,
        to,
        from_,
        #[inline(always)]
        |to, from| {
            for (to, from) in to.as_chunks_mut::<64>().0.iter_mut().zip(from.as_chunks::<64>().0) {
                simd::ask_ahead(to);
                simd::ask_ahead(from);
                to.iter_mut().zip(from).for_each(|(to, from)| *to ^= from);
            }
        },
    )
}

/// Reads every byte of a flat buffer, in parallel: what the benchmark compares with that only reads.
#[pyfunction]
#[pyo3(name = "_memory_limit_read")]
pub fn memory_limit_read(py: Python<'_>, buffer: &Bound<'_, PyAny>) -> PyResult<()> {
    let geometry = flat(buffer)?;
    Foreign::of(buffer)?.read(&geometry, |rows| -> Result<()> {
        let rows = rows.ok_or_else(not_flat)?;
        let read = |sums: &mut [u64; 8], range: Range<usize>| {
            simd::run(
                #[inline(always)]
                || {
                    for y in range {
                        for line in rows.row(y).as_chunks::<64>().0 {
                            simd::ask_ahead(line);
                            let words = line.as_chunks::<8>().0;
                            sums.iter_mut().zip(words).for_each(|(sum, word)| *sum ^= u64::from_ne_bytes(*word));
                        }
                    }
                },
            );
        };
        std::hint::black_box(py.detach(|| parallel::gather(rows.height(), ROW, Cost::MEMORY, || [0; 8], read))?);
        Ok(())
    })?;
    Ok(())
}
