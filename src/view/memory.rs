//! The same memory in another shape: strided, in blocks, as whole pixels, cropped, a row.

use super::ImageView;
use super::index::to_index;
use crate::arguments::any_ints;
use crate::buffer::not_even;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Axis, Geometry, Slice};
use pyo3::prelude::*;
use pyo3::types::{PyMemoryView, PyTuple};

impl ImageView {
    /// Fails where the rows are not evenly spaced.
    pub(crate) fn make_strided(&self, py: Python<'_>) -> Result<ImageView> {
        let core = self.core(py)?;
        if self.arrays.direct(&core, &self.geometry).is_none() {
            return Err(not_even());
        }
        Ok(ImageView::new(core, self.geometry, true))
    }

    /// Whether the rows are evenly spaced, so that `strided` works.
    pub(crate) fn is_even(&self, py: Python<'_>) -> Result<bool> {
        Ok(self.arrays.direct(&self.core(py)?, &self.geometry).is_some())
    }

    /// One row as flat memory. `None` where it does not lie together.
    pub(super) fn row_memory<'py>(&self, py: Python<'py>, row: Axis) -> PyResult<Option<Bound<'py, PyMemoryView>>> {
        let geometry = Geometry { rows: row, ..self.geometry };
        let Some(flat) = geometry.flat_rows() else { return Ok(None) };
        PyMemoryView::from(Bound::new(py, self.part(py, flat)?)?.as_any()).map(Some)
    }

    fn cast_to(&self, py: Python<'_>, format: Format) -> PyResult<ImageView> {
        self.core(py)?;
        let Some(geometry) = self.geometry.cast(format) else {
            let bytes = |n: usize| if n == 1 { "1 byte".to_owned() } else { format!("{n} bytes") };
            return Err(Error::Mode(format!(
                "pixels of {}{} can't be taken as values of format {:?}, {}; take all bands of the view, and a format \
                 of the pixel's size",
                bytes(self.geometry.pixel),
                if self.geometry.whole { "" } else { ", some bands only," },
                format.name(),
                bytes(format.size()),
            ))
            .into());
        };
        self.part(py, geometry)
    }
}

#[pymethods]
impl ImageView {
    /// The same view whose buffer never uses suboffsets, as NumPy needs it. Raises LayoutError where the
    /// rows are not evenly spaced; `blocks` and `pilview.contiguous` are the ways out.
    #[getter]
    fn strided(&self, py: Python<'_>) -> PyResult<ImageView> {
        Ok(self.make_strided(py)?)
    }

    /// Strided views, top to bottom, that make up this one: one for each run of evenly spaced rows.
    #[getter]
    fn blocks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let core = self.core(py)?;
        let runs = core.layout(&self.geometry, |rows| rows.runs());
        let views = runs
            .into_iter()
            .map(|run| {
                let mut geometry = self.geometry;
                let slice = Slice { start: run.start.cast_signed(), step: 1, len: run.len() };
                geometry.rows = geometry.rows.slice(slice);
                Py::new(py, ImageView::new(core.share(py), geometry, true))
            })
            .collect::<PyResult<Vec<_>>>()?;
        PyTuple::new(py, views)
    }

    /// Pixels of 4 bytes as `(h, w)` of format `i`. ModeError for others and band selections.
    #[getter]
    fn packed(&self, py: Python<'_>) -> PyResult<ImageView> {
        self.cast_to(py, Format::I32)
    }

    /// Whole pixels as `(h, w)` of another format of the same size: B or b for pixels of 1 byte, H or h
    /// for 2, I, i or f for 4. Raises ModeError for another size and for some bands, ValueError for other
    /// formats.
    #[pyo3(signature = (format, /))]
    fn cast(&self, py: Python<'_>, format: &str) -> PyResult<ImageView> {
        let format = Format::from_cast(format).ok_or_else(|| {
            Error::Value(format!("the format {format:?} is not known; give I, i or f, H or h, B or b"))
        })?;
        self.cast_to(py, format)
    }

    /// The pixels inside a Pillow box `(left, upper, right, lower)`, in place: ints in pixels, left from 0
    /// to right, right to the width, and so upper and lower. Raises ValueError for a box that is not inside
    /// the view and for a view of one row or column, TypeError.
    #[pyo3(signature = (r#box, /))]
    fn crop(&self, py: Python<'_>, #[pyo3(from_py_with = any_ints)] r#box: [i64; 4]) -> PyResult<ImageView> {
        self.core(py)?;
        let [left, upper, right, lower] = r#box.map(|place| isize::try_from(place).unwrap_or(isize::MAX));
        let [rows, columns, _] = self.geometry.axes();
        let inside = |low: isize, high: isize, len: usize| 0 <= low && low <= high && high <= len.cast_signed();
        if !(rows.shown && columns.shown) {
            return Err(Error::Value("a row or a column can't be cropped; slice it: v[10:20]".into()).into());
        }
        if !inside(left, right, columns.len) || !inside(upper, lower, rows.len) {
            let (width, height) = (columns.len, rows.len);
            return Err(Error::Value(format!(
                "the box {:?} is not inside of the view of {width} x {height} pixels; give (left, upper, right, \
                 lower) with 0 <= left <= right <= {width} and 0 <= upper <= lower <= {height}",
                r#box
            ))
            .into());
        }
        let mut geometry = self.geometry;
        geometry.columns = columns.slice(Slice { start: left, step: 1, len: (right - left).cast_unsigned() });
        geometry.rows = rows.slice(Slice { start: upper, step: 1, len: (lower - upper).cast_unsigned() });
        self.part(py, geometry)
    }

    /// Row `y`, an int from -height to height - 1, as it lies in memory: a contiguous 1-D memoryview of
    /// values, for modes of several bands of bytes (4 a pixel, padding too). Raises IndexError, TypeError;
    /// LayoutError for a view of some bands or steps.
    #[pyo3(signature = (y, /))]
    fn row<'py>(&self, y: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyMemoryView>> {
        let py = y.py();
        self.core(py)?;
        if !self.geometry.rows.shown {
            return Err(Error::Layout("this view is one row already; use memoryview(v)".into()).into());
        }
        let y = to_index(y)?;
        let axis = self.geometry.rows;
        let row = axis
            .index(y)
            .ok_or_else(|| Error::Index(format!("row {y} is outside of the view, which has {} rows", axis.len)))?;
        self.row_memory(py, row)?.ok_or_else(|| {
            Error::Layout(
                "a row of some bands or of every n-th column does not lie together in memory; use memoryview(v[y]), \
                 which has strides, or v[y].tobytes(), which copies"
                    .into(),
            )
            .into()
        })
    }
}
