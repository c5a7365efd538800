//! Somebody's memory, whichever protocol gave it, and how Pillow gets at it.

use super::{arrow, dlpack};
use crate::arguments::type_name;
use crate::error::{Error, Result};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyMemoryView;
use std::ffi::{CStr, c_int};

/// Values in memory that somebody else owns and lets us write.
pub struct Source {
    /// The address of the first value.
    pub start: *mut u8,
    pub shape: Vec<usize>,
    /// Bytes.
    pub strides: Vec<isize>,
    pub itemsize: usize,
    /// Whoever drops this gives the memory back.
    pub owner: Box<dyn Send + Sync>,
}

impl Source {
    /// Asks `object` for its memory: by the buffer protocol, else as an Arrow array, else by DLPack. May run Python
    /// code.
    ///
    /// # Errors
    /// TypeError for what has none of these, [`Error::ReadOnly`], [`Error::Layout`] for rows behind pointers, and what
    /// `object` raises.
    pub fn of(object: &Bound<'_, PyAny>) -> PyResult<Source> {
        if crate::buffer::is_buffer(object) {
            return Ok(Source::of_buffer(object)?.checked()?);
        }
        if let Some(source) = arrow::import(object)? {
            return Ok(source);
        }
        if let Some(source) = dlpack::import(object)? {
            return Ok(source.checked()?);
        }
        Err(PyTypeError::new_err(format!(
            "the buffer is of type {}, which has no buffer; give a bytearray, memoryview, mmap, array, NumPy array, \
             DLPack tensor or Arrow array",
            type_name(object)
        )))
    }

    fn of_buffer(object: &Bound<'_, PyAny>) -> PyResult<Source> {
        // A memoryview has strides where its object gives none. Asked once: it could give others the next time.
        let memory = PyMemoryView::from(object)?;
        if memory.getattr("ndim")?.eq(0)? {
            let message = "the buffer has one value and no axes; give one that has the axis of rows";
            return Err(Error::Value(message.into()).into());
        }
        let buffer = PyUntypedBuffer::get(&memory)?;
        if buffer.readonly() {
            return Err(read_only("the buffer").into());
        }
        if has_objects(buffer.format()) {
            let message = "the buffer's values are Python objects, not bytes to draw on; give one of numbers";
            return Err(Error::Value(message.into()).into());
        }
        if buffer.suboffsets().is_some_and(|offsets| offsets.iter().any(|&offset| offset >= 0)) {
            return Err(Error::Layout(
                "the rows of the buffer lie behind pointers; give evenly spaced ones, as v.strided has them".into(),
            )
            .into());
        }
        Ok(Source {
            start: buffer.buf_ptr().cast(),
            shape: buffer.shape().to_vec(),
            strides: buffer.strides().to_vec(),
            itemsize: buffer.item_size(),
            owner: Box::new(buffer),
        })
    }

    /// Refuses sizes that no memory has: from here on sums and products of them fit.
    ///
    /// # Errors
    /// [`Error::Value`].
    pub fn checked(self) -> Result<Source> {
        let bytes = self.shape.iter().try_fold(self.itemsize, |bytes, &len| bytes.checked_mul(len));
        let is_empty = self.shape.contains(&0);
        let fits = bytes
            .is_some_and(|bytes| bytes <= isize::MAX.cast_unsigned() && self.start.addr().checked_add(bytes).is_some());
        if is_empty || fits {
            return Ok(self);
        }
        Err(Error::Value(format!(
            "the buffer claims shape {:?} of {} bytes each, which is more than there can be",
            self.shape, self.itemsize
        )))
    }

    /// Bytes of all values.
    pub fn nbytes(&self) -> usize {
        self.shape.iter().product::<usize>() * self.itemsize
    }

    /// Whether the values from axis `first` on lie without gaps, the last axis fastest.
    pub fn is_contiguous(&self, first: usize) -> bool {
        let mut expected = self.itemsize.cast_signed();
        self.nbytes() == 0
            || self.shape[first..].iter().zip(&self.strides[first..]).rev().all(|(&len, &stride)| {
                let fits = len == 1 || stride == expected;
                expected *= len.cast_signed();
                fits
            })
    }
}

/// Whether values of this code are references to Python objects, alone or in a struct, whose fields' names stand between
/// colons.
fn has_objects(code: &CStr) -> bool {
    code.to_bytes().split(|&byte| byte == b':').step_by(2).any(|codes| codes.contains(&b'O'))
}

/// The error for memory that nobody may write.
pub fn read_only(what: &str) -> Error {
    Error::ReadOnly(format!(
        "{what} is read-only; give a writable one, such as a bytearray, or a copy, or use Image.frombuffer"
    ))
}

/// Foreign memory as flat bytes, for Pillow's `map_buffer` and nobody else: no Python code ever sees one.
#[pyclass(frozen, module = "pilview")]
pub struct Memory {
    start: *mut u8,
    len: usize,
    _owner: Box<dyn Send + Sync>,
}

// SAFETY: a plain address and an owner that is both. Pillow follows the address.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
    /// `len` bytes from `start` on. Pillow wants as many for the last row as from row to row: it never touches what is
    /// behind a row's pixels, so that these may be nobody's.
    pub fn new(start: *mut u8, len: usize, owner: Box<dyn Send + Sync>) -> Memory {
        Memory { start, len, _owner: owner }
    }
}

#[pymethods]
impl Memory {
    /// # Safety
    /// Called by the interpreter with a `Py_buffer` to fill.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let (start, len) = (slf.get().start, slf.get().len);
        // SAFETY: `view` is the interpreter's. It gets a reference to `slf`, which owns the memory.
        let filled = unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start.cast(), len.cast_signed(), 0, flags) };
        if filled == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}
