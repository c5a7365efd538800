//! What a notebook shows of a view: its pixels, and how they lie in memory. `pilview._notebook` draws both.

use super::ImageView;
use crate::geometry::{Axis, Slice};
use crate::pillow::core::Core;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The longer side of the pictures, in pixels.
const LONGEST: usize = 512;

/// Every `step`-th element of an axis.
fn thinned(axis: Axis, step: usize) -> Axis {
    axis.slice(Slice { start: 0, step: step.cast_signed(), len: axis.len.div_ceil(step) })
}

impl ImageView {
    /// A view of so few of the pixels that the picture is small.
    fn thinned(&self, py: Python<'_>) -> PyResult<ImageView> {
        let mut geometry = self.geometry;
        let step = geometry.rows.len.max(geometry.columns.len).div_ceil(LONGEST).max(1);
        geometry.rows = thinned(geometry.rows, step);
        geometry.columns = thinned(geometry.columns, step);
        self.part(py, geometry)
    }

    /// The facts that the picture of the memory is drawn from.
    fn facts<'py>(&self, py: Python<'py>, core: &Core) -> PyResult<Bound<'py, PyDict>> {
        let whole = core.geometry();
        let (runs, starts) = core.layout(&whole, |rows| {
            let starts: Vec<usize> = rows.starts().take(2).map(<*const u8>::addr).collect();
            (rows.runs(), starts)
        });
        let row_bytes = core.table.width * whole.pixel;
        let pitch = match (runs.first(), &starts[..]) {
            (Some(run), [first, second]) if run.len() > 1 => second.wrapping_sub(*first).cast_signed(),
            _ => row_bytes.cast_signed(),
        };
        let axis = |axis: Axis| (axis.start, axis.step, axis.len);
        let facts = PyDict::new(py);
        facts.set_item("stale", core.check_current(py).is_err())?;
        facts.set_item("runs", runs.iter().map(|run| (run.start, run.end)).collect::<Vec<_>>())?;
        facts.set_item("pitch", pitch)?;
        facts.set_item("row_bytes", row_bytes)?;
        facts.set_item("pixel", whole.pixel)?;
        facts.set_item("itemsize", whole.format.size())?;
        facts.set_item("band_names", core.mode.bands.to_vec())?;
        facts.set_item("band_offsets", core.mode.offsets.iter().map(|&at| usize::from(at)).collect::<Vec<_>>())?;
        let bands = self.geometry.bands;
        facts.set_item("bands", (0..bands.len).map(|band| bands.byte(band)).collect::<Vec<_>>())?;
        facts.set_item("rows", axis(self.geometry.rows))?;
        facts.set_item("columns", axis(self.geometry.columns))?;
        Ok(facts)
    }
}

#[pymethods]
impl ImageView {
    /// The pixels as a PNG file, as notebooks show them; of a large view every n-th, so that no side is
    /// longer than 512. I, F and I;16 are scaled from their extrema to 0..255. None after `release`.
    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.core(py).is_err() {
            return Ok(None);
        }
        py.import("pilview._notebook")?.call_method1("png", (self.thinned(py)?,)).map(Some)
    }

    /// The pixels as in `_repr_png_`, the attributes, and a picture of the memory: blocks, rows, pitch,
    /// padding, and where the view lies in it. None after `release`.
    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let (py, this) = (slf.py(), slf.get());
        let Ok(core) = this.core(py) else { return Ok(None) };
        let facts = this.facts(py, &core)?;
        py.import("pilview._notebook")?.call_method1("html", (slf, this.thinned(py)?, facts)).map(Some)
    }
}
