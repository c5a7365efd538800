//! The last argument of a row function: an address, and who keeps it alive.

use super::objects::Loaded;
use crate::arguments::type_name;
use crate::buffer::is_buffer;
use crate::error::Error;
use pyo3::exceptions::{PyBufferError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBool;

/// A pointer that a row function gets.
pub struct Data {
    address: usize,
    /// Held so that its owner can't resize or free it while the function runs.
    _buffer: Option<Buffer>,
}

/// Flat bytes of somebody's. (PyO3's buffers have a shape, which ctypes' numbers have not.)
struct Buffer(Box<ffi::Py_buffer>);

impl Buffer {
    fn of(object: &Bound<'_, PyAny>) -> PyResult<Buffer> {
        let mut buffer = Box::new(ffi::Py_buffer::new());
        // SAFETY: a live object, and a buffer that nobody has filled. What is asked for has no gaps.
        if unsafe { ffi::PyObject_GetBuffer(object.as_ptr(), &raw mut *buffer, ffi::PyBUF_SIMPLE) } < 0 {
            return Err(PyErr::fetch(object.py()));
        }
        Ok(Buffer(buffer))
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: filled in `of`, and at the same place since; attached.
        Python::attach(|_| unsafe { ffi::PyBuffer_Release(&raw mut *self.0) });
    }
}

impl From<usize> for Data {
    fn from(address: usize) -> Data {
        Data { address, _buffer: None }
    }
}

impl Data {
    /// None, an address, a ctypes or cffi pointer or array, or a buffer without gaps.
    pub fn of(object: &Bound<'_, PyAny>) -> PyResult<Data> {
        if object.is_none() {
            return Ok(Data::from(0));
        }
        if let Some(address) = integer(object)? {
            return Ok(Data::from(address));
        }
        let loaded = Loaded(object.py());
        // Pointers first: they have a buffer too, which is the pointer itself, not what it points at.
        let class = object.get_type();
        let is_pointer = loaded.instance(object, "_ctypes", "_Pointer")?.is_some()
            || (loaded.instance(object, "_ctypes", "_SimpleCData")?.is_some()
                && class.getattr("_type_")?.extract::<String>().is_ok_and(|code| "PzZ".contains(&code)))
            || type_name(object) == "CArgObject"; // byref(...)
        if is_pointer {
            return Ok(Data::from(loaded.ctypes_address(object)?));
        }
        if loaded.instance(object, "_cffi_backend", "_CDataBase")?.is_some() {
            let (is_address, name) = loaded.cffi_is_address(object)?;
            if !is_address {
                return Err(PyTypeError::new_err(format!(
                    "the data is a cffi `{name}`; give a pointer or an array, such as ffi.new(\"{name} *\", value)"
                )));
            }
            return Ok(Data::from(loaded.cffi_address(object)?));
        }
        if !is_buffer(object) {
            return Err(PyTypeError::new_err(format!(
                "the data is of type {}; give None, an address, a ctypes or cffi pointer or array, or a buffer",
                type_name(object)
            )));
        }
        let buffer = Buffer::of(object).map_err(|error| {
            if !error.is_instance_of::<PyBufferError>(object.py()) && !error.is_instance_of::<PyValueError>(object.py())
            {
                return error;
            }
            let message = "the data is a buffer with gaps, which a pointer can't describe; give a contiguous one";
            Error::Layout(message.into()).into()
        })?;
        Ok(Data { address: buffer.0.buf.expose_provenance(), _buffer: Some(buffer) })
    }

    /// What the function gets.
    pub fn address(&self) -> usize {
        self.address
    }
}

/// An address as an integer; `None` for other objects. (NumPy's integers are such too; its arrays are buffers.)
pub fn integer(object: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    let integral = object.py().import("numbers")?.getattr("Integral")?;
    if object.is_instance_of::<PyBool>() || !object.is_instance(&integral)? {
        return Ok(None);
    }
    object
        .extract()
        .map(Some)
        .map_err(|_| PyValueError::new_err(format!("the address is {object}; give one from 0 to {:#x}", usize::MAX)))
}
