//! Somebody's array as memory.

use super::{ArrowArray, ArrowSchema};
use crate::error::{Error, Result};
use crate::interop::memory::{Source, read_only};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::PyCapsule;
use std::ffi::CStr;
use std::ops::Range;

/// The memory of an object that is an Arrow array; `None` for others.
///
/// Arrow itself has no word for memory that may be written. An array is taken if its owner says so of the memory under
/// it: by `buffers()`, as pyarrow has it, and the buffer protocol of what that gives.
///
/// # Errors
/// [`Error::ReadOnly`], [`Error::Value`] for arrays that are not of plain numbers, and what `object` raises.
pub fn import(object: &Bound<'_, PyAny>) -> PyResult<Option<Source>> {
    let py = object.py();
    let is_image = object.hasattr(intern!(py, "getbands"))?;
    if is_image || !object.hasattr(intern!(py, "__arrow_c_array__"))? {
        return Ok(None); // Pillow's own images export themselves, and are no memory to make an image of.
    }
    let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) =
        object.call_method0(intern!(py, "__arrow_c_array__"))?.extract()?;
    let schema = schema.pointer_checked(Some(c"arrow_schema"))?.cast::<ArrowSchema>();
    let from = array.pointer_checked(Some(c"arrow_array"))?.cast::<ArrowArray>();
    // SAFETY: by their names the capsules have these structs, as the interface says; the capsules live until the end.
    // The array is moved out of its own, as the interface says too, which leaves nothing there to release; by one thread,
    // for a capsule can be given twice.
    let (schema, array) =
        with_critical_section(&array, || unsafe { (schema.as_ref(), from.replace(ArrowArray::end())) });
    let source = source(schema, &array)?.checked()?;
    let values = source.start.addr()..source.start.addr() + source.nbytes();
    match writable_buffer(object, &values)? {
        Some(buffer) => Ok(Some(Source { owner: Box::new(buffer), ..source })),
        None => Err(read_only("the Arrow array's memory, as far as its owner tells,").into()),
    }
}

/// The buffer that has all of `values` and may be written, of those that `object.buffers()` lists. It keeps the memory.
fn writable_buffer(object: &Bound<'_, PyAny>, values: &Range<usize>) -> PyResult<Option<PyUntypedBuffer>> {
    let Some(buffers) = object.getattr_opt(intern!(object.py(), "buffers"))? else { return Ok(None) };
    for buffer in buffers.call0()?.try_iter()? {
        let Ok(buffer) = PyUntypedBuffer::get(&buffer?) else { continue };
        let start = buffer.buf_ptr().addr();
        let covers = start <= values.start && values.end <= start + buffer.len_bytes();
        if covers && !buffer.readonly() && buffer.is_c_contiguous() {
            return Ok(Some(buffer));
        }
    }
    Ok(None)
}

/// Bytes of a number with this format string.
fn number(format: &CStr) -> Option<usize> {
    match format.to_bytes() {
        b"c" | b"C" => Some(1),
        b"s" | b"S" => Some(2),
        b"i" | b"I" | b"f" => Some(4),
        _ => None,
    }
}

/// Where plain numbers lie, or lists of as many of them each. Who keeps them the caller has to add.
fn source(schema: &ArrowSchema, array: &ArrowArray) -> Result<Source> {
    let other = || {
        Error::Value(
            "the Arrow array is not of numbers of 1, 2 or 4 bytes, or of fixed-size lists of those, without nulls, in \
             memory that can be; give one that is"
                .into(),
        )
    };
    // Of a released struct the pointers lead nowhere, though they may still be there.
    if schema.release.is_none() || array.release.is_none() || schema.format.is_null() || !schema.dictionary.is_null() {
        return Err(other());
    }
    // SAFETY: a live struct's format is a C string; one child is there where the struct says so, and alive with it. An
    // array of numbers has two buffers, of which the second has the values from `offset` on.
    unsafe {
        let format = CStr::from_ptr(schema.format);
        let len = |array: &ArrowArray| (array.length.max(0) as usize, array.offset.max(0) as usize);
        let (length, offset) = len(array);
        let list = format.to_bytes().strip_prefix(b"+w:");
        let (itemsize, values, shape, first) = match list {
            None => (number(format), array, vec![length], offset),
            Some(digits) if schema.n_children == 1 && array.n_children == 1 => {
                let each: usize =
                    std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).ok_or_else(other)?;
                let child = &**array.children;
                let first =
                    offset.checked_mul(each).and_then(|first| first.checked_add(len(child).1)).ok_or_else(other)?;
                (number(CStr::from_ptr((**schema.children).format)), child, vec![length, each], first)
            }
            Some(_) => return Err(other()),
        };
        let itemsize = itemsize.ok_or_else(other)?;
        let no_nulls =
            |array: &ArrowArray| array.n_buffers > 0 && (array.null_count == 0 || (*array.buffers).is_null());
        if !no_nulls(array) || !no_nulls(values) || values.n_buffers != 2 {
            return Err(other());
        }
        let base = (*values.buffers.add(1)).cast::<u8>().cast_mut();
        let skipped = first.checked_mul(itemsize).filter(|&bytes| base.addr().checked_add(bytes).is_some());
        let start = base.wrapping_add(skipped.ok_or_else(other)?);
        let size = itemsize.cast_signed();
        let strides = if list.is_some() { vec![size * shape[1].cast_signed(), size] } else { vec![size] };
        Ok(Source { start, shape, strides, itemsize, owner: Box::new(()) })
    }
}
