//! Rows as `Py_buffer` (PEP 3118), and other people's `Py_buffer` as rows.
//!
//! Exporting allocates nothing: shape, strides and suboffsets live in the exporter, which is frozen, and the format
//! is a static string. So there is nothing to free when a buffer is released.

use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Dims, Geometry};
use crate::pillow::layout::RowTable;
use crate::rows::Rows;
use pyo3::buffer::PyUntypedBuffer;
use pyo3::ffi;
use std::ffi::{CStr, c_int, c_void};

/// The arrays that an exported `Py_buffer` points at.
pub struct Arrays {
    /// Lengths.
    pub shape: Dims,
    /// Through the table of row pointers; `None` where the view has no such axis.
    pub indirect: Option<Indirect>,
    /// In plain memory; `None` where the rows are not evenly spaced.
    pub direct: Option<Dims>,
}

/// PIL-style: the first axis steps through row pointers.
pub struct Indirect {
    /// Bytes, the first axis in the table.
    pub strides: Dims,
    /// What is added to a row's address; -1 on the other axes.
    pub suboffsets: Dims,
}

impl Indirect {
    /// For views that have a row axis to step through.
    pub fn of(geometry: &Geometry) -> Option<Indirect> {
        let pointer = size_of::<*mut u8>().cast_signed();
        geometry.rows.shown.then(|| Indirect {
            strides: geometry.shown([geometry.rows.step * pointer, geometry.column_stride(), geometry.bands.step]),
            suboffsets: geometry.shown([geometry.offset(), -1, -1]),
        })
    }
}

/// Strides in plain memory; `None` where the rows are not evenly spaced.
pub fn direct_strides(table: &RowTable, geometry: &Geometry) -> Option<Dims> {
    // SAFETY: only the row pointers are read, which never change while the image lives; no pixel is.
    let rows = unsafe { Rows::of_image(table, geometry) };
    let pitch = if rows.height() < 2 || rows.is_empty() {
        table.row_bytes.cast_signed() // There is no next row: what it would be if there were.
    } else {
        rows.pitch()?
    };
    Some(geometry.shown([pitch, geometry.column_stride(), geometry.bands.step]))
}

/// Whether values of this shape and strides lie without gaps, the last axis fastest (C order).
pub fn is_c_contiguous(shape: &[isize], strides: &[isize], itemsize: usize) -> bool {
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

/// Everything that an export needs to know of its view.
pub struct Export<'a> {
    pub table: &'a RowTable,
    pub geometry: &'a Geometry,
    pub arrays: &'a Arrays,
    pub readonly: bool,
    /// Whether suboffsets are never used.
    pub strided: bool,
}

impl Export<'_> {
    /// The address of the first value, or some address that is not null for a view without values.
    fn first_value(&self) -> *mut u8 {
        let table = self.table.rows.as_ptr();
        if self.geometry.values() == 0 {
            return table.cast();
        }
        // SAFETY: the view has values, so its first row is one of the table's, and the offset lies in that row.
        unsafe { (*table.offset(self.geometry.rows.start)).offset(self.geometry.offset()) }
    }

    /// The address of the first row's pointer, or the table's for a view without rows.
    fn first_pointer(&self) -> *mut u8 {
        let start = if self.geometry.rows.len == 0 { 0 } else { self.geometry.rows.start };
        self.table.rows.as_ptr().wrapping_offset(start).cast()
    }

    /// Fills `view` as `flags` ask, all but `obj`.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] and [`Error::Layout`] where the request can't be fulfilled; nothing is written then.
    ///
    /// # Safety
    /// `view` may be written. `self.arrays` lives as long as the buffer is exported.
    pub unsafe fn fill(&self, view: *mut ffi::Py_buffer, flags: c_int) -> Result<()> {
        let asks = |flag: c_int| flags & flag == flag;
        if asks(ffi::PyBUF_WRITABLE) && self.readonly {
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
            Some(indirect) if asks(ffi::PyBUF_INDIRECT) && !(c || f || any || self.strided) => {
                (self.first_pointer(), &indirect.strides, indirect.suboffsets.as_ptr())
            }
            _ => {
                let strides = self.arrays.direct.as_ref().ok_or_else(not_even)?;
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
                (self.first_value(), strides, std::ptr::null())
            }
        };
        // SAFETY: `view` may be written, as promised.
        let view = unsafe { &mut *view };
        view.buf = buf.cast::<c_void>();
        view.len = self.geometry.nbytes().cast_signed();
        view.itemsize = format.size().cast_signed();
        view.readonly = self.readonly.into();
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

/// Somebody's buffer as rows of the shape and format of `geometry`: of the same shape, or flat and packed. `None`
/// where its layout is no rows of pixels (planes, broadcasts); `writable` buffers are those to be written.
///
/// # Errors
/// [`Error::Value`] where shape, format or size do not fit; [`Error::ReadOnly`] where it is to be written and can't.
pub fn rows_of<'a>(buffer: &'a PyUntypedBuffer, geometry: &Geometry, writable: bool) -> Result<Option<Rows<'a>>> {
    if writable && buffer.readonly() {
        return Err(Error::ReadOnly(
            "the buffer to copy to is read-only; give a writable one, such as a bytearray".into(),
        ));
    }
    let shape = geometry.axes().map(|axis| axis.len);
    let size = geometry.format.size();
    let base = buffer.buf_ptr().cast::<u8>();
    let same_format = is_format(buffer.format(), buffer.item_size(), geometry.format);
    let expected = geometry.shape();
    let same_shape = buffer.shape().iter().map(|len| len.cast_signed()).eq(expected.as_slice().iter().copied());
    if same_format && same_shape {
        let mut strides = [0; 3];
        let shown = geometry.axes().into_iter().zip(&mut strides).filter(|(axis, _)| axis.shown);
        shown.zip(buffer.strides()).for_each(|((_, to), from)| *to = *from);
        // SAFETY: the exporter says that all values of this shape and strides are there, and keeps them while the
        // buffer is held, which is for `'a`. Others may write them: see "Aliasing" in `rows`.
        return Ok(match buffer.suboffsets().filter(|all| all.iter().any(|&offset| offset >= 0)) {
            None => unsafe { Rows::strided(base, shape, strides, size) },
            // SAFETY: the same, through pointers along the first axis.
            Some(all) if geometry.rows.shown && all[0] >= 0 && all[1..].iter().all(|&offset| offset < 0) => unsafe {
                Rows::indirect(base, shape, strides, all[0], size)
            },
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
        "the buffer has shape {:?} and format {:?}, the view shape {:?} and format {:?}; give a buffer of the same \
         shape and format, or flat contiguous bytes, {} of them",
        buffer.shape(),
        buffer.format().to_string_lossy(),
        expected.as_slice(),
        geometry.format.name(),
        geometry.nbytes(),
    )))
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
