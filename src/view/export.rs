//! The buffer protocol.

use super::ImageView;
use crate::buffer::Export;
use crate::error::Error;
use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::c_int;
use std::sync::atomic::Ordering;

#[pymethods]
impl ImageView {
    /// # Safety
    /// Called by the interpreter with a `Py_buffer` to fill.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        if view.is_null() {
            return Err(PyBufferError::new_err("no Py_buffer was given to fill"));
        }
        let this = slf.get();
        let guard = this.guard();
        let core = guard.as_ref().ok_or(Error::Released)?;
        let export = Export {
            table: &core.table,
            geometry: &this.geometry,
            arrays: this.arrays(core),
            readonly: this.readonly,
            strided: this.strided,
        };
        // SAFETY: `view` is the interpreter's; `arrays` lives in `slf`, which the buffer holds a reference to.
        unsafe { export.fill(view, flags)? };
        this.exports.fetch_add(1, Ordering::AcqRel);
        drop(guard);
        // SAFETY: as above; the reference is given back by PyBuffer_Release.
        unsafe { (*view).obj = slf.into_ptr() };
        Ok(())
    }

    /// # Safety
    /// Called by the interpreter with a buffer that `__getbuffer__` filled.
    unsafe fn __releasebuffer__(&self, _view: *mut ffi::Py_buffer) {
        self.exports.fetch_sub(1, Ordering::AcqRel);
    }
}
