//! `ImageView`: thin methods over geometry, rows and kernels, one file a family.
//!
//! The class is frozen: what part of the image it shows never changes; whether it still owns the memory is the
//! business of [`Owner`]. All unsafe code is behind `pillow`, `rows` and `buffer`.
#![forbid(unsafe_code)]

mod assign;
mod attributes;
mod copy;
mod index;
mod kernels;
mod memory;

use crate::buffer::Arrays;
use crate::colour::Target;
use crate::error::Result;
use crate::geometry::Geometry;
use crate::pillow::core::Core;
use crate::pillow::owner::Owner;
use crate::rows::{Rows, RowsMut};
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

/// The pixels of a Pillow image, or a part of them, as one writable buffer.
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

    /// The names of the view's bands.
    fn bands(&self, py: Python<'_>) -> Result<Vec<&'static str>> {
        let mode = self.core(py)?.mode;
        Ok(if self.geometry.whole {
            mode.bands.to_vec()
        } else {
            self.offsets()
                .iter()
                .filter_map(|offset| {
                    mode.offsets.iter().zip(mode.bands).find(|(other, _)| *other == offset).map(|(_, name)| *name)
                })
                .collect()
        })
    }

    /// Where in a pixel the view's bands lie.
    fn offsets(&self) -> Vec<u8> {
        let bands = self.geometry.bands;
        (0..bands.len.cast_signed()).map(|i| (bands.start + i * bands.step) as u8).collect()
    }

    /// Whether each value is a whole pixel under another format than the mode's.
    fn is_cast(&self, core: &Core) -> bool {
        self.geometry.whole
            && (self.geometry.format != core.mode.format || self.geometry.bands.len != core.mode.offsets.len())
    }

    /// Calls `parse` with what a colour of this view consists of.
    fn with_target<R>(&self, py: Python<'_>, parse: impl FnOnce(&Target<'_>) -> PyResult<R>) -> PyResult<R> {
        let core = self.core(py)?;
        let cast = self.is_cast(&core);
        let bands = if cast { vec!["value"] } else { self.bands(py)? };
        let mode = (self.geometry.whole && !cast).then_some(core.mode.name);
        parse(&Target { bands: &bands, mode, offsets: &self.offsets(), format: self.geometry.format })
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
            "<pilview.ImageView mode={} shape={:?} format={:?} {access}{strided}>",
            core.mode.name,
            shape.as_slice(),
            self.geometry.format.name()
        ))
    }

    /// Lets go of the memory. Raises BufferError while a buffer is exported.
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
