//! `ImageView`: thin methods over geometry, rows and kernels, one file a family.
//!
//! The class is frozen: what part of the image it shows never changes. The one thing that does, whether it still
//! owns the memory, is behind a lock that is held for moments only, and never while Python code runs.

mod assign;
mod attributes;
mod copy;
mod export;
mod index;
mod kernels;
mod memory;

use crate::buffer::{Arrays, Indirect, direct_strides};
use crate::colour::Target;
use crate::error::{Error, Result};
use crate::geometry::Geometry;
use crate::interrupt;
use crate::parallel::lock::{Need, lock, try_lock};
use crate::pillow::core::Core;
use crate::rows::{Rows, RowsMut};
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard};

/// Below this many bytes work is done without letting go of the GIL: that costs more than the work.
const ATTACHED_BYTES: usize = 32 * 1024;

/// The pixels of a Pillow image, or a part of them, as one writable buffer.
#[pyclass(frozen, module = "pilview", weakref)]
pub struct ImageView {
    geometry: Geometry,
    /// Whether the buffer never uses suboffsets.
    strided: bool,
    /// Whether the view is read-only, because its image is or because that was asked.
    readonly: bool,
    /// What exported buffers point at; made when first asked for.
    arrays: OnceLock<Arrays>,
    /// `None` after `release`.
    core: RwLock<Option<Core>>,
    /// Buffers that are exported now; they keep `core` where it is.
    exports: AtomicUsize,
}

impl ImageView {
    /// A view of part of `core`.
    pub fn new(core: Core, geometry: Geometry, readonly: bool, strided: bool) -> ImageView {
        ImageView {
            geometry,
            strided,
            readonly,
            arrays: OnceLock::new(),
            core: RwLock::new(Some(core)),
            exports: AtomicUsize::new(0),
        }
    }

    /// The same memory through another geometry.
    fn part(&self, py: Python<'_>, geometry: Geometry) -> PyResult<ImageView> {
        Ok(ImageView::new(self.core(py)?, geometry, self.readonly, self.strided))
    }

    fn guard(&self) -> RwLockReadGuard<'_, Option<Core>> {
        self.core.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another owner of the memory, so that it lives while we work on it.
    fn core(&self, py: Python<'_>) -> Result<Core> {
        self.guard().as_ref().map(|core| core.share(py)).ok_or(Error::Released)
    }

    /// The same, if writing is allowed and would not be lost.
    fn writable(&self, py: Python<'_>) -> Result<Core> {
        let core = self.core(py)?;
        core.check_writable(py, self.readonly)?;
        Ok(core)
    }

    fn arrays(&self, core: &Core) -> &Arrays {
        self.arrays.get_or_init(|| Arrays {
            shape: self.geometry.shape(),
            indirect: if self.strided { None } else { Indirect::of(&self.geometry) },
            direct: direct_strides(&core.table, &self.geometry),
        })
    }

    /// Calls `work` with the rows, under their lock.
    fn read<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&Rows<'_>) -> Result<R> + Send) -> Result<R> {
        let core = self.core(py)?;
        locked(py, self.geometry.nbytes(), core.need(false), None, || {
            // SAFETY: `core` lives until this function returns, and its lock is held.
            work(&unsafe { Rows::of_image(&core.table, &self.geometry) })
        })
    }

    /// Calls `work` with the rows to change, under their lock.
    fn write<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut RowsMut<'_>) -> Result<R> + Send) -> Result<R> {
        let core = self.writable(py)?;
        let done = locked(py, self.geometry.nbytes(), core.need(true), None, || {
            // SAFETY: `core` lives until this function returns and is writable; its lock is held for writing.
            work(&mut unsafe { RowsMut::new(Rows::of_image(&core.table, &self.geometry)) })
        })?;
        // Another thread may have replaced the core meanwhile: then the work is lost, and that is an error.
        core.check_current(py)?;
        Ok(done)
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

/// Calls `work` with the locks held and, unless it is small and nobody has to be waited for, without the GIL.
fn locked<R: Send>(
    py: Python<'_>,
    bytes: usize,
    first: Need,
    second: Option<Need>,
    work: impl FnOnce() -> Result<R> + Send,
) -> Result<R> {
    if bytes <= ATTACHED_BYTES
        && let Some(guards) = try_lock(first, second)
    {
        let done = work();
        drop(guards);
        return done;
    }
    let done = py.detach(|| {
        let _guards = lock(first, second);
        work()
    });
    interrupt::hand_back();
    done
}

#[pymethods]
impl ImageView {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // A view in its own image's `info` is a cycle. It is broken there; so nothing has to be cleared here.
        if let Ok(core) = self.core.try_read()
            && let Some(core) = core.as_ref()
        {
            visit.call(&core.image)?;
            visit.call(&core.core)?;
        }
        Ok(())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Ok(core) = self.core(py) else { return Ok("<pilview.ImageView released>".into()) };
        let shape = self.geometry.shape();
        let access = if self.readonly { "read-only" } else { "writable" };
        let strided = if self.strided { " strided" } else { "" };
        Ok(format!(
            "<pilview.ImageView mode={} shape={:?} format={:?} {access}{strided}>",
            core.mode.name,
            shape.as_slice(),
            self.geometry.format.name()
        ))
    }

    /// Lets go of the memory. Raises BufferError while a buffer is exported.
    fn release(&self) -> PyResult<()> {
        let core = {
            let mut core = self.core.write().unwrap_or_else(PoisonError::into_inner);
            // Exports are counted under this lock, so that none begins now.
            let exports = self.exports.load(Ordering::Acquire);
            if exports > 0 {
                return Err(pyo3::exceptions::PyBufferError::new_err(format!(
                    "the view has {exports} exported buffer(s); release those first (memoryview.release(), or drop \
                     the arrays made of it)"
                )));
            }
            core.take()
        };
        drop(core); // After the lock: it may run Python code.
        Ok(())
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
        self.release()
    }
}
