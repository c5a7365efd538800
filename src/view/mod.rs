//! `ImageView`: thin methods over geometry, rows and kernels, one file a family.
//!
//! The class is frozen: what part of the image it shows never changes; whether it still owns the memory is the
//! business of [`Owner`]. All unsafe code is behind `pillow`, `rows` and `buffer`.
#![forbid(unsafe_code)]

mod assign;
mod attributes;
mod copy;
mod index;
mod interop;
mod interop_rows;
mod kernels;
mod memory;
mod notebook;

pub(crate) use assign::as_view;

use crate::buffer::Arrays;
use crate::colour::{Colour, Target};
use crate::error::{Error, Result};
use crate::geometry::Geometry;
use crate::pillow::core::Core;
use crate::pillow::owner::Owner;
use crate::rows::{Rows, RowsMut};
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

/// The pixels of a Pillow image, or a part of them, as one writable buffer. Made by `pilview.view`.
///
/// Kernels are methods: in place, in parallel, without the GIL; each returns the view, or what it found out.
/// A call that is refused changes no pixel. Only Ctrl-C leaves a kernel half done: after KeyboardInterrupt
/// some pixels are new, the others as they were, and the view can be used again.
///
/// Besides what is said of each, methods that change pixels raise ReadOnlyError for a read-only view and
/// StaleViewError where Pillow has given the image other memory; what uses the memory raises ReleasedError
/// after `release`, what reads or changes pixels BusyError from inside of a row function that has the image,
/// and a kernel that needs memory of its own MemoryError where there is none. A finite number is an int or a
/// float, NumPy's too, up to 3.4e38; a float is never taken for an int.
///
/// Threads may share a view: its methods lock each other out, image by image. A memoryview, a NumPy array and
/// Pillow do not wait: what they do to the same pixels meanwhile is a race, which is up to the caller.
#[pyclass(frozen, module = "pilview", weakref)]
pub struct ImageView {
    pub(crate) geometry: Geometry,
    /// What exported buffers point at.
    pub(crate) arrays: Arrays,
    pub(crate) owner: Owner,
    /// Whether the buffer never uses suboffsets.
    strided: bool,
}

impl ImageView {
    /// A view of part of `core`.
    pub fn new(core: Core, geometry: Geometry, strided: bool) -> ImageView {
        ImageView { geometry, arrays: Arrays::new(&geometry, strided), owner: Owner::new(core), strided }
    }

    /// The same memory through another geometry.
    fn part(&self, py: Python<'_>, geometry: Geometry) -> PyResult<ImageView> {
        Ok(ImageView::new(self.core(py)?, geometry, self.strided))
    }

    /// Another owner of the memory, so that it lives while we work on it.
    fn core(&self, py: Python<'_>) -> Result<Core> {
        self.owner.core(py)
    }

    /// Calls `work` with the rows, under their lock.
    fn read<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&Rows<'_>) -> Result<R> + Send) -> Result<R> {
        self.core(py)?.read(py, &self.geometry, work)
    }

    /// Calls `work` with the rows to change, under their lock.
    fn write<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut RowsMut<'_>) -> Result<R> + Send) -> Result<R> {
        self.core(py)?.write(py, &self.geometry, work)
    }

    /// Refuses the values of mode P: those are places in a palette, which no arithmetic fits.
    fn refuse_palette(&self, py: Python<'_>, kernel: &str) -> Result<()> {
        if self.core(py)?.mode.name == "P" {
            return Err(Error::Mode(format!(
                "{kernel}() is not defined for mode P, whose values are places in a palette; convert the image to L or RGB first"
            )));
        }
        Ok(())
    }

    /// Which of the mode's bands the view has, in its order.
    fn bands(&self, core: &Core) -> Vec<usize> {
        if self.geometry.whole {
            return (0..core.mode.bands.len()).collect();
        }
        let position = |band| core.mode.offsets.iter().position(|&offset| usize::from(offset) == band);
        (0..self.geometry.bands.len).filter_map(|band| position(self.geometry.bands.byte(band))).collect()
    }

    /// Their names.
    fn band_names(&self, core: &Core) -> Vec<&'static str> {
        self.bands(core).into_iter().map(|band| core.mode.bands[band]).collect()
    }

    /// Whether each value is a whole pixel under another format than the mode's.
    pub(crate) fn is_cast(&self, core: &Core) -> bool {
        self.geometry.whole
            && (self.geometry.format != core.mode.format || self.geometry.bands.len != core.mode.offsets.len())
    }

    /// The bytes of a colour for this view's bands. May run Python code; no lock is held.
    fn colour(&self, colour: &Bound<'_, PyAny>) -> PyResult<Colour> {
        let core = self.core(colour.py())?;
        let bands = (!self.is_cast(&core)).then(|| self.bands(&core));
        Target { mode: core.mode, bands, whole: self.geometry.whole, format: self.geometry.format }.parse(colour)
    }
}

#[pymethods]
impl ImageView {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // A view in its own image's `info` is a cycle. It is broken there; so nothing has to be cleared here.
        self.owner.try_with_core(|core| visit.call(&core.image).and_then(|()| visit.call(&core.core))).transpose()?;
        Ok(())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Ok(core) = self.core(py) else { return Ok("<pilview.ImageView released>".into()) };
        let shape = self.geometry.shape();
        let access = if core.readonly { "read-only" } else { "writable" };
        let strided = if self.strided { " strided" } else { "" };
        Ok(format!(
            "<pilview.ImageView mode={} shape={shape} format={:?} {access}{strided}>",
            core.mode.name,
            self.geometry.format.name()
        ))
    }

    /// Lets go of the memory. Raises BufferError while a buffer is exported. Using the view afterwards is
    /// a ReleasedError.
    fn release(&self, py: Python<'_>) -> PyResult<()> {
        self.owner.release(py).map_err(|exports| {
            PyBufferError::new_err(format!(
                "the view has {exports} exported buffer(s); release those first (memoryview.release(), or drop the \
                 arrays made of it)"
            ))
        })
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().core(slf.py())?;
        Ok(slf)
    }

    #[pyo3(signature = (_type, _value, _traceback, /))]
    fn __exit__(
        &self,
        _type: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.release(_type.py())
    }
}
