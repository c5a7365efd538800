//! Somebody's tensor as memory.

use super::{CPU, IS_COPIED, Managed, READ_ONLY, Unversioned, VERSION, Versioned};
use crate::error::{Error, Result};
use crate::interop::memory::{Source, read_only};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::IntoPyDict;
use std::ptr::NonNull;

/// The memory of an object that speaks DLPack; `None` for others.
///
/// # Errors
/// [`Error::ReadOnly`] and [`Error::Value`] for memory that can't be drawn on, and what `object` raises.
pub fn import(object: &Bound<'_, PyAny>) -> PyResult<Option<Source>> {
    let py = object.py();
    if !object.hasattr(intern!(py, "__dlpack__"))? {
        return Ok(None);
    }
    let device: (i32, i32) = object.call_method0(intern!(py, "__dlpack_device__"))?.extract()?;
    if device.0 != CPU {
        return Err(PyValueError::new_err(format!(
            "the tensor is on the DLPack device {device:?}, and Pillow draws on ({CPU}, 0), the CPU; move it there first, \
             as tensor.cpu() does"
        )));
    }
    let version = (VERSION.major, VERSION.minor).into_pyobject(py)?.into_any();
    let asked =
        [("max_version", version), ("copy", false.into_pyobject(py)?.to_owned().into_any())].into_py_dict(py)?;
    let capsule = match object.call_method(intern!(py, "__dlpack__"), (), Some(&asked)) {
        // From before version 1.
        Err(error) if error.is_instance_of::<PyTypeError>(py) => object.call_method0(intern!(py, "__dlpack__"))?,
        capsule => capsule?,
    };
    let source = match Taken::<Versioned>::of(&capsule) {
        Some(taken) => taken.source()?,
        None => Taken::<Unversioned>::of(&capsule)
            .ok_or_else(|| PyTypeError::new_err("__dlpack__ gave no capsule of a tensor that nobody has taken yet"))?
            .source()?,
    };
    Ok(Some(source))
}

/// A managed tensor that is ours to delete.
struct Taken<M: Managed>(NonNull<M>);

// SAFETY: the protocol lets a consumer read and delete a tensor on any thread.
unsafe impl<M: Managed> Send for Taken<M> {}
// SAFETY: as above; nothing is changed through a shared reference.
unsafe impl<M: Managed> Sync for Taken<M> {}

impl<M: Managed> Taken<M> {
    /// Takes the tensor out of its capsule; `None` if it is not one with this struct.
    fn of(capsule: &Bound<'_, PyAny>) -> Option<Taken<M>> {
        let [name, used] = M::NAMES;
        // One thread takes it, though a capsule can be given twice.
        // SAFETY: a live object, static names. A capsule of this name has an `M` (which the protocol says), and with its
        // new name its destructor leaves it to us.
        with_critical_section(capsule, || unsafe {
            if ffi::PyCapsule_IsValid(capsule.as_ptr(), name.as_ptr()) == 0 {
                return None;
            }
            let managed = ffi::PyCapsule_GetPointer(capsule.as_ptr(), name.as_ptr());
            let renamed = ffi::PyCapsule_SetName(capsule.as_ptr(), used.as_ptr()) == 0;
            NonNull::new(managed.cast::<M>()).filter(|_| renamed).map(Taken)
        })
    }

    fn source(mut self) -> Result<Source> {
        // SAFETY: the tensor lives until `self` is dropped, and nobody else uses it.
        let managed = unsafe { self.0.as_mut() };
        if !managed.is_known() {
            return Err(Error::Value("the tensor is of a version of DLPack that was not asked for".into()));
        }
        if managed.flags() & READ_ONLY != 0 {
            return Err(read_only("the tensor"));
        }
        if managed.flags() & IS_COPIED != 0 {
            return Err(Error::Value(
                "the tensor's owner gave a copy, so what is drawn would not reach it; give one that it can share"
                    .into(),
            ));
        }
        let tensor = managed.tensor();
        let axes = usize::try_from(tensor.ndim).unwrap_or(0);
        let bits = usize::from(tensor.dtype.bits) * usize::from(tensor.dtype.lanes);
        if tensor.device.kind != CPU || bits == 0 || bits % 8 != 0 || (axes > 0 && tensor.shape.is_null()) {
            return Err(Error::Value("the tensor is not of whole bytes on the CPU; give one that is".into()));
        }
        let array = |array: *mut i64| {
            // SAFETY: the protocol says that arrays that are there have an entry an axis.
            (axes > 0 && !array.is_null()).then(|| unsafe { std::slice::from_raw_parts(array, axes) })
        };
        let lens = array(tensor.shape).unwrap_or_default();
        let shape: Vec<usize> = lens.iter().map(|&len| usize::try_from(len).unwrap_or(0)).collect();
        let itemsize = bits / 8;
        let strides = match array(tensor.strides) {
            Some(strides) => strides.iter().map(|&stride| stride as isize * itemsize.cast_signed()).collect(),
            None => {
                (0..axes).map(|axis| (shape[axis + 1..].iter().product::<usize>() * itemsize).cast_signed()).collect()
            }
        };
        let start = tensor.data.cast::<u8>().wrapping_add(tensor.byte_offset as usize);
        Ok(Source { start, shape, strides, itemsize, owner: Box::new(self) })
    }
}

impl<M: Managed> Drop for Taken<M> {
    fn drop(&mut self) {
        // SAFETY: it was taken from its capsule, and this is the one place that deletes it. A tensor without a deleter
        // needs none.
        unsafe {
            if let Some(delete) = self.0.as_ref().deleter() {
                delete(self.0.as_ptr());
            }
        }
    }
}
