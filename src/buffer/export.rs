//! Rows as `Py_buffer`.
//!
//! Exporting allocates nothing: shape, strides and suboffsets live in the exporter, which is frozen, and the format
//! is a static string. So there is nothing to free when a buffer is released.

use crate::error::{Error, Result};
use crate::geometry::{Dims, Geometry};
use crate::pillow::core::Core;
use crate::view::ImageView;
use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

/// The arrays that an exported `Py_buffer` points at.
pub struct Arrays {
    shape: Dims,
    indirect: Option<Indirect>,
    direct: OnceLock<Option<Dims>>,
}

/// PIL-style: the first axis steps through row pointers.
struct Indirect {
    /// Bytes, the first axis in the table.
    strides: Dims,
    /// What is added to a row's address; -1 on the other axes.
    suboffsets: Dims,
}

impl Arrays {
    /// For a view whose buffer may use suboffsets, if it is not `strided`.
    pub fn new(geometry: &Geometry, strided: bool) -> Arrays {
        let pointer = size_of::<*mut u8>().cast_signed();
        let indirect = (geometry.rows.shown && !strided).then(|| Indirect {
            strides: geometry.shown([geometry.rows.step * pointer, geometry.column_stride(), geometry.bands.step]),
            suboffsets: geometry.shown([geometry.offset(), -1, -1]),
        });
        Arrays { shape: geometry.shape(), indirect, direct: OnceLock::new() }
    }

    /// The strides in plain memory; `None` where the rows are not evenly spaced.
    pub fn direct(&self, core: &Core, geometry: &Geometry) -> Option<&Dims> {
        let compute = || {
            let pitch = core.layout(geometry, |rows| {
                // Where there is no next row: what its distance would be.
                let lonely = geometry.rows.len < 2 || rows.is_empty();
                if lonely { Some(core.table.row_bytes.cast_signed()) } else { rows.pitch() }
            })?;
            Some(geometry.shown([pitch, geometry.column_stride(), geometry.bands.step]))
        };
        self.direct.get_or_init(compute).as_ref()
    }

    /// As `memoryview.strides` of a buffer with all that the view offers.
    ///
    /// # Errors
    /// [`Error::Layout`] for a strided view that can't be, which is never made.
    pub fn strides(&self, core: &Core, geometry: &Geometry) -> Result<&Dims> {
        match &self.indirect {
            Some(indirect) => Ok(&indirect.strides),
            None => self.direct(core, geometry).ok_or_else(not_even),
        }
    }

    /// As `memoryview.suboffsets`; `None` where there are none.
    pub fn suboffsets(&self) -> Option<&Dims> {
        self.indirect.as_ref().map(|indirect| &indirect.suboffsets)
    }

    /// Whether the values lie without gaps, the last axis fastest.
    pub fn is_c_contiguous(&self, core: &Core, geometry: &Geometry) -> bool {
        let strides = self.direct(core, geometry);
        strides
            .is_some_and(|strides| is_c_contiguous(self.shape.as_slice(), strides.as_slice(), geometry.format.size()))
    }
}

/// Whether values of this shape and strides lie without gaps, the last axis fastest (C order).
fn is_c_contiguous(shape: &[isize], strides: &[isize], itemsize: usize) -> bool {
    contiguous(shape.iter().zip(strides).rev(), itemsize)
}

/// The same with the first axis fastest (Fortran order).
fn is_f_contiguous(shape: &[isize], strides: &[isize], itemsize: usize) -> bool {
    contiguous(shape.iter().zip(strides), itemsize)
}

fn contiguous<'a>(axes: impl Iterator<Item = (&'a isize, &'a isize)> + Clone, itemsize: usize) -> bool {
    if axes.clone().any(|(&len, _)| len == 0) {
        return true;
    }
    let mut expected = itemsize.cast_signed();
    for (&len, &stride) in axes {
        if len > 1 && stride != expected {
            return false;
        }
        expected *= len;
    }
    true
}

/// The address of the view's first value, or some address that is not null for a view without values.
pub fn first_value(core: &Core, geometry: &Geometry) -> *mut u8 {
    let table = core.table.rows.as_ptr();
    if geometry.values() == 0 {
        return table.cast();
    }
    // SAFETY: the view has values, so its first row is one of the table's, and the offset lies in that row.
    unsafe { (*table.offset(geometry.rows.start)).offset(geometry.offset()) }
}

/// The address of the first row's pointer, or the table's for a view without rows.
pub fn first_pointer(core: &Core, geometry: &Geometry) -> *mut u8 {
    let start = if geometry.rows.len == 0 { 0 } else { geometry.rows.start };
    core.table.rows.as_ptr().wrapping_offset(start).cast()
}

/// What an export needs to know of its view.
struct Export<'a> {
    core: &'a Core,
    geometry: &'a Geometry,
    arrays: &'a Arrays,
}

impl Export<'_> {
    /// Fills `view` as `flags` ask, all but `obj`.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] and [`Error::Layout`] where the request can't be fulfilled; nothing is written then.
    ///
    /// # Safety
    /// `view` may be written. `self.arrays` lives as long as the buffer is exported.
    unsafe fn fill(&self, view: *mut ffi::Py_buffer, flags: c_int) -> Result<()> {
        let asks = |flag: c_int| flags & flag == flag;
        if asks(ffi::PyBUF_WRITABLE) && self.core.readonly {
            return Err(Error::ReadOnly(
                "a writable buffer was asked of a read-only view; ask for a read-only one (`const` in Cython), or \
                 make the image writable: pilview.view(img, writable=True)"
                    .into(),
            ));
        }
        let format = self.geometry.format;
        let c = asks(ffi::PyBUF_C_CONTIGUOUS);
        let f = asks(ffi::PyBUF_F_CONTIGUOUS);
        let any = asks(ffi::PyBUF_ANY_CONTIGUOUS);
        let nd = asks(ffi::PyBUF_ND);
        let (buf, strides, suboffsets) = match &self.arrays.indirect {
            Some(indirect) if asks(ffi::PyBUF_INDIRECT) && !(c || f || any) => {
                (first_pointer(self.core, self.geometry), &indirect.strides, indirect.suboffsets.as_ptr())
            }
            _ => {
                let strides = self.arrays.direct(self.core, self.geometry).ok_or_else(not_even)?;
                let (shape, itemsize) = (self.arrays.shape.as_slice(), format.size());
                let c_order = is_c_contiguous(shape, strides.as_slice(), itemsize);
                let f_order = is_f_contiguous(shape, strides.as_slice(), itemsize);
                let needs_c = c || !asks(ffi::PyBUF_STRIDES);
                if (needs_c && !c_order) || (f && !f_order) || (any && !(c_order || f_order)) {
                    return Err(Error::Layout(
                        "contiguous memory was asked, and the values of the view have other bytes in between or \
                         another order; ask for strides, use v.row(y), v.packed, or copy with v.tobytes()"
                            .into(),
                    ));
                }
                if !nd && asks(ffi::PyBUF_FORMAT) {
                    return Err(Error::Layout(
                        "a format was asked without a shape (PyBUF_FORMAT without PyBUF_ND); ask for both".into(),
                    ));
                }
                (first_value(self.core, self.geometry), strides, std::ptr::null())
            }
        };
        // SAFETY: `view` may be written, as promised.
        let view = unsafe { &mut *view };
        view.buf = buf.cast::<c_void>();
        view.len = self.geometry.nbytes().cast_signed();
        view.itemsize = format.size().cast_signed();
        view.readonly = self.core.readonly.into();
        view.ndim = if nd { self.arrays.shape.as_slice().len() as c_int } else { 1 };
        view.format = if asks(ffi::PyBUF_FORMAT) { format.code().as_ptr().cast_mut() } else { std::ptr::null_mut() };
        view.shape = if nd { self.arrays.shape.as_ptr().cast_mut() } else { std::ptr::null_mut() };
        view.strides = if asks(ffi::PyBUF_STRIDES) { strides.as_ptr().cast_mut() } else { std::ptr::null_mut() };
        view.suboffsets = suboffsets.cast_mut();
        view.internal = std::ptr::null_mut();
        Ok(())
    }
}

/// The error where a consumer needs evenly spaced rows.
pub fn not_even() -> Error {
    Error::Layout(
        "the rows of the image are not evenly spaced, because Pillow keeps it in several blocks; use v.blocks (each \
         is strided), pilview.contiguous(img) to move it into one block, or a consumer that asks for PyBUF_INDIRECT"
            .into(),
    )
}

#[pymethods]
impl ImageView {
    /// # Safety
    /// Called by the interpreter with a `Py_buffer` to fill.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        if view.is_null() {
            return Err(PyBufferError::new_err("no Py_buffer was given to fill"));
        }
        let this = slf.get();
        this.owner.export(|core| {
            let export = Export { core, geometry: &this.geometry, arrays: &this.arrays };
            // SAFETY: `view` is the interpreter's; `arrays` lives in `slf`, which the buffer holds a reference to.
            unsafe { export.fill(view, flags) }
        })?;
        // SAFETY: as above; the reference is given back by PyBuffer_Release.
        unsafe { (*view).obj = slf.into_ptr() };
        Ok(())
    }

    /// # Safety
    /// Called by the interpreter with a buffer that `__getbuffer__` filled.
    unsafe fn __releasebuffer__(&self, _view: *mut ffi::Py_buffer) {
        self.owner.end_export();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contiguity_ignores_axes_of_one_and_empty_arrays() {
        assert!(is_c_contiguous(&[2, 3], &[3, 1], 1));
        assert!(!is_f_contiguous(&[2, 3], &[3, 1], 1));
        assert!(is_c_contiguous(&[1, 3], &[99, 1], 1));
        assert!(is_c_contiguous(&[5, 0], &[-7, 2], 1));
        assert!(!is_c_contiguous(&[2, 3, 3], &[12, 4, 1], 1), "padding");
        assert!(is_f_contiguous(&[2, 3], &[4, 8], 4));
    }
}
