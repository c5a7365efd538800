//! Other people's `Py_buffer` as rows.

use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::Geometry;
use crate::rows::{Rows, RowsMut};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView};
use std::ffi::CStr;
use std::ops::Range;

/// Whether an object has the buffer protocol, without asking it for a buffer.
pub fn is_buffer(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: a live object.
    unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) != 0 }
}

/// A bytes object of `len` bytes that `fill` writes, every one of them.
pub fn bytes_with<'py>(
    py: Python<'py>,
    len: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<()>,
) -> PyResult<Bound<'py, PyBytes>> {
    // SAFETY: a null pointer makes a bytes object whose `len` bytes are to be written before anybody else sees it;
    // without enough memory there is an error instead.
    let (bytes, memory) = unsafe {
        let raw = ffi::PyBytes_FromStringAndSize(std::ptr::null(), len.cast_signed());
        let bytes = Bound::from_owned_ptr_or_err(py, raw)?.cast_into_unchecked::<PyBytes>();
        let start = ffi::PyBytes_AsString(bytes.as_ptr()).cast::<u8>();
        // Zeroing would cost as much as filling. Where the memory is new it is zero; where malloc uses it again it
        // holds old bytes, which are valid as `u8` to the machine, and `fill` reads none.
        (bytes, std::slice::from_raw_parts_mut(start, len))
    };
    prefer_huge_pages(memory);
    fill(memory)?;
    Ok(bytes)
}

/// Asks for pages of 2 MB: faulting in small ones costs more than writing them.
pub fn prefer_huge_pages(memory: &mut [u8]) {
    #[cfg(target_os = "linux")]
    {
        const HUGE: usize = 2 << 20;
        let start = memory.as_mut_ptr();
        let skip = start.align_offset(HUGE);
        if memory.len() >= skip.saturating_add(HUGE) {
            let len = (memory.len() - skip) / HUGE * HUGE;
            // SAFETY: whole pages inside of the slice; the advice changes no byte, and failing does no harm.
            unsafe { libc::madvise(start.add(skip).cast(), len, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = memory;
}

/// Somebody's buffer, held as long as this lives.
pub struct Foreign(PyUntypedBuffer);

impl Foreign {
    /// Asks `object` for a buffer. May run Python code.
    ///
    /// # Errors
    /// TypeError or BufferError of the object; [`Error::Value`] for a buffer of one value without axes.
    pub fn of(object: &Bound<'_, PyAny>) -> PyResult<Foreign> {
        // Asked once: an object could give another buffer the next time.
        let memory = PyMemoryView::from(object)?;
        if memory.getattr("ndim")?.eq(0)? {
            let message =
                "the buffer has one value and no axes; give one of the view's shape, or assign its value: v[...] = x";
            return Err(Error::Value(message.into()).into());
        }
        PyUntypedBuffer::get(&memory).map(Foreign)
    }

    /// Calls `work` with the buffer's rows, of the shape and format of `geometry`: `None` where its layout is no rows of
    /// pixels (planes, broadcasts).
    ///
    /// # Errors
    /// [`Error::Value`] where shape, format or size do not fit, and those of `work`.
    pub fn read<R>(&self, geometry: &Geometry, work: impl FnOnce(Option<&Rows<'_>>) -> Result<R>) -> Result<R> {
        work(self.rows(geometry, 0..geometry.bands.len)?.as_ref())
    }

    /// Calls `work` with the buffer's rows to change.
    ///
    /// # Errors
    /// As [`Foreign::read`]; [`Error::ReadOnly`].
    pub fn write<R>(&self, geometry: &Geometry, work: impl FnOnce(Option<RowsMut<'_>>) -> Result<R>) -> Result<R> {
        self.check_writable()?;
        // SAFETY: the exporter says that the memory may be written, and keeps it while the buffer is held. Who else
        // writes it is the caller's race, see "Aliasing" in `rows`.
        work(self.rows(geometry, 0..geometry.bands.len)?.map(|rows| unsafe { RowsMut::new(rows) }))
    }

    /// Calls `work` with one band of the buffer's rows to change, where the bands may lie apart.
    ///
    /// # Errors
    /// As [`Foreign::write`].
    pub fn write_band<R>(
        &self,
        geometry: &Geometry,
        band: usize,
        work: impl FnOnce(Option<RowsMut<'_>>) -> Result<R>,
    ) -> Result<R> {
        self.check_writable()?;
        // SAFETY: as in `write`.
        work(self.rows(geometry, band..band + 1)?.map(|rows| unsafe { RowsMut::new(rows) }))
    }

    fn check_writable(&self) -> Result<()> {
        if self.0.readonly() {
            let message = "the buffer to copy to is read-only; give a writable one, such as a bytearray";
            return Err(Error::ReadOnly(message.into()));
        }
        Ok(())
    }

    /// The rows of some bands, all those of `geometry` or one.
    fn rows(&self, geometry: &Geometry, bands: Range<usize>) -> Result<Option<Rows<'_>>> {
        let buffer = &self.0;
        let mut shape = geometry.axes().map(|axis| axis.len);
        let size = geometry.format.size();
        let base = buffer.buf_ptr().cast::<u8>();
        let same_format = is_format(buffer.format(), buffer.item_size(), geometry.format);
        let expected = geometry.shape();
        let same_shape = buffer.shape().iter().map(|len| len.cast_signed()).eq(expected.as_slice().iter().copied());
        if same_format && same_shape {
            let mut strides = [0; 3];
            let shown = geometry.axes().into_iter().zip(&mut strides).filter(|(axis, _)| axis.shown);
            shown.zip(buffer.strides()).for_each(|((_, to), from)| *to = *from);
            shape[2] = bands.len();
            let first = bands.start.cast_signed() * strides[2];
            let suboffsets = buffer.suboffsets().filter(|all| all.iter().any(|&offset| offset >= 0));
            return Ok(match suboffsets {
                // SAFETY: the exporter says that all values of this shape and strides are there, and keeps them while
                // the buffer is held, as long as `self`. Others may write them: see "Aliasing" in `rows`.
                None => unsafe { Rows::strided(base.wrapping_offset(first), shape, strides, size) },
                Some([row, rest @ ..]) if geometry.rows.shown && *row >= 0 && rest.iter().all(|&offset| offset < 0) => {
                    // SAFETY: the same, through pointers along the first axis.
                    unsafe { Rows::indirect(base, shape, strides, row + first, size) }
                }
                Some(_) => None,
            });
        }
        let bytes = buffer.item_size() == 1 || same_format;
        if buffer.dimensions() == 1 && bytes && buffer.is_c_contiguous() && buffer.len_bytes() == geometry.nbytes() {
            let pixel = (shape[2] * size).cast_signed();
            let strides = [shape[1].cast_signed() * pixel, pixel, size.cast_signed()];
            // SAFETY: as above, for `nbytes` bytes without gaps.
            return Ok(unsafe { Rows::strided(base, shape, strides, size) });
        }
        Err(Error::Value(format!(
            "the buffer has shape {:?} and format {:?}, the view shape {expected} and format {:?}; give a buffer of the same \
         shape and format, or flat contiguous bytes, {} of them",
            buffer.shape(),
            buffer.format().to_string_lossy(),
            geometry.format.name(),
            geometry.nbytes(),
        )))
    }
}

/// Whether the code of a buffer says the same as `format`, in any spelling.
fn is_format(code: &CStr, itemsize: usize, format: Format) -> bool {
    let native = if cfg!(target_endian = "little") { '<' } else { '>' };
    let normal = |code: &str| -> String {
        let code = code.trim_start_matches(['@', '=']);
        let code = code.strip_prefix(native).unwrap_or(code);
        if itemsize == 1 { code.trim_start_matches(['<', '>', '!']).to_owned() } else { code.replace('!', ">") }
    };
    let Ok(code) = code.to_str() else { return false };
    // On some platforms 32-bit integers are C's long.
    let code = match normal(code).as_str() {
        "l" => "i".to_owned(),
        "L" => "I".to_owned(),
        _ => normal(code),
    };
    itemsize == format.size() && code == normal(format.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_in_any_spelling() {
        for (code, itemsize, format, same) in [
            (c"B", 1, Format::U8, true),
            (c"<B", 1, Format::U8, true),
            (c"b", 1, Format::U8, false),
            (c"=H", 2, Format::U16, true),
            (c">H", 2, Format::U16Be, true),
            (c"!H", 2, Format::U16Be, true),
            (c">H", 2, Format::U16, cfg!(target_endian = "big")),
            (c"l", 4, Format::I32, true),
            (c"l", 8, Format::I32, false),
            (c"<f", 4, Format::F32, cfg!(target_endian = "little")),
        ] {
            assert_eq!(is_format(code, itemsize, format), same, "{code:?} {format:?}");
        }
    }
}
