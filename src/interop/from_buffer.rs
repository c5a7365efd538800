//! `pilview.from_buffer`: foreign memory as a Pillow image.
#![forbid(unsafe_code)]

use super::memory::{Memory, Source};
use crate::arguments::{any_int, any_ints};
use crate::error::{Error, Result};
use crate::pillow::mode::{MODES, Mode};
use pyo3::prelude::*;
use pyo3::types::PyCFunction;

/// A writable Pillow image whose pixels are the bytes of `buffer`, no copy.
///
/// `buffer` has the buffer protocol (bytearray, array, mmap, shared memory's `buf`, NumPy arrays), or is a
/// DLPack tensor on the CPU, or an Arrow array whose owner says that it may be written, as pyarrow does. In
/// memory without gaps rows start at `offset + y * stride` bytes; `stride=0` means one after the other: width
/// x 1 byte for L and P, x 2 for I;16*, x 4 for all other modes (RGB too: R, G, B, one byte of padding). A
/// part of an array, `array[10:90, 20:80]` or `array[::-1]`, has its own strides: its first axis is the rows,
/// and each row the bytes of `width` pixels. `size` is (width, height) in pixels; `stride`, as many bytes as
/// a row has or more, and `offset`, from 0 on, are in bytes. The memory stays exported, so can't be resized
/// or closed, while the image lives.
///
/// Raises ReadOnlyError for read-only memory, ValueError for sizes, strides and offsets that do not fit,
/// LayoutError for rows with gaps in them, ModeError for an unknown mode and for `1` with a stride under 4 x
/// width, TypeError for what has no memory to share. Packed 3-byte RGB and 2-byte LA have to be copied:
/// Image.frombytes.
#[pyfunction]
#[pyo3(signature = (mode, size, buffer, *, stride=0, offset=0))]
pub fn from_buffer<'py>(
    mode: &str,
    #[pyo3(from_py_with = any_ints)] size: [i64; 2],
    buffer: &Bound<'py, PyAny>,
    #[pyo3(from_py_with = any_int)] stride: i64,
    #[pyo3(from_py_with = any_int)] offset: i64,
) -> PyResult<Bound<'py, PyAny>> {
    let py = buffer.py();
    let wanted = Wanted::parse(mode, size, stride, offset)?;
    let source = Source::of(buffer)?;
    let place = if source.is_contiguous(0) { wanted.flat(&source)? } else { wanted.rows(&source)? };
    let module = py.import("PIL.Image")?;
    if size.contains(&0) {
        // Nothing to share; and Pillow's map_buffer would write a pointer for each of up to 2^31 empty rows.
        return module.call_method1("new", (mode, (size[0], size[1])));
    }
    let memory = Bound::new(py, Memory::new(place.start, place.len, source.owner))?;
    let map = module.getattr("core")?.getattr("map_buffer")?;
    // It is told that the last row is as long as the others (see `Memory`), so nobody else may have it.
    if !map.is_exact_instance_of::<PyCFunction>() {
        let message = "`Image.core.map_buffer` is not Pillow's own function, so it gets no memory";
        return Err(Error::UnsupportedPillow(message.into()).into());
    }
    let args = (memory, (size[0], size[1]), "raw", place.offset, (mode, place.stride, place.order));
    let core = map.call1(args)?;
    let image = module.call_method1("new", (mode, (0, 0)))?.call_method1("_new", (core,))?;
    image.setattr("readonly", 0)?;
    Ok(image)
}

/// What was asked for.
struct Wanted {
    mode: &'static Mode,
    width: i64,
    height: i64,
    /// Bytes of the pixels of a row.
    line: i64,
    /// Bytes from row to row, and to the first; 0 if they were not given.
    stride: i64,
    offset: i64,
}

/// What Pillow is to map: `len` bytes from `start` on.
struct Place {
    start: *mut u8,
    len: usize,
    offset: i64,
    stride: i64,
    /// 1, or -1 where the last row lies first.
    order: i32,
}

impl Wanted {
    fn parse(mode: &str, [width, height]: [i64; 2], stride: i64, offset: i64) -> Result<Wanted> {
        let Some(mode) = Mode::find(mode) else {
            let names: Vec<_> = MODES.iter().map(|mode| mode.name).collect();
            let message = format!("the mode {mode:?} is not one of Pillow's; give one of {}", names.join(", "));
            return Err(Error::Mode(message));
        };
        if [width, height, stride].iter().any(|n| !(0..=i64::from(i32::MAX)).contains(n)) || offset < 0 {
            return Err(Error::Value(format!(
                "size ({width}, {height}), stride {stride} and offset {offset} must not be negative, and size and stride \
                 not over 2147483647"
            )));
        }
        // Pillow maps mode 1 as if its pixels had 4 bytes, from row to row.
        let pixel = if mode.name == "1" { 4 } else { mode.pixel as i64 };
        Ok(Wanted { mode, width, height, line: width * pixel, stride, offset })
    }

    /// In memory without gaps, whatever its shape.
    fn flat(&self, source: &Source) -> Result<Place> {
        let &Wanted { width, height, line, offset, .. } = self;
        let stride = if self.stride == 0 { line } else { self.stride };
        self.check_stride(stride)?;
        self.check_not_packed(source)?;
        let (given, needed) = (source.nbytes(), i128::from(stride) * i128::from(height) + i128::from(offset));
        if (given as i128) < needed {
            return Err(Error::Value(format!(
                "the buffer has {given} bytes; {width} x {height} pixels of mode {} with stride {stride} from offset \
                 {offset} take {needed}{}",
                self.mode.name,
                self.if_packed()
            )));
        }
        Ok(Place { start: source.start, len: given, offset, stride, order: 1 })
    }

    /// In memory with gaps: rows where the first axis has them.
    fn rows(&self, source: &Source) -> Result<Place> {
        let &Wanted { width, height, line, .. } = self;
        self.check_not_packed(source)?;
        if self.stride != 0 || self.offset != 0 {
            return Err(Error::Value(format!(
                "stride {} and offset {} are for memory without gaps; the strides of this buffer are {:?} already",
                self.stride, self.offset, source.strides
            )));
        }
        let row: usize = source.shape[1..].iter().product::<usize>() * source.itemsize;
        let pitch = source.strides[0] as i64;
        if !source.is_contiguous(1) || pitch.abs() < row as i64 {
            return Err(Error::Layout(format!(
                "the buffer has shape {:?} and strides {:?}: the pixels of a row do not follow each other, or rows overlap; \
                 give one whose rows have no gaps, or copy: pilview.view(img).copy_from(buffer)",
                source.shape, source.strides
            )));
        }
        if (source.shape[0] as i64, row as i64) != (height, line) {
            return Err(Error::Value(format!(
                "the buffer has {} rows of {row} bytes; {width} x {height} pixels of mode {} take {height} of {line}{}",
                source.shape[0],
                self.mode.name,
                self.if_packed()
            )));
        }
        self.check_stride(pitch.abs())?;
        let lowest = if pitch < 0 { source.strides[0] * (source.shape[0].cast_signed() - 1) } else { 0 };
        Ok(Place {
            start: source.start.wrapping_offset(lowest),
            len: pitch.unsigned_abs() as usize * source.shape[0],
            offset: 0,
            stride: pitch.abs(),
            order: if pitch < 0 { -1 } else { 1 },
        })
    }

    fn check_stride(&self, stride: i64) -> Result<()> {
        let one = self.mode.name == "1";
        if self.line <= stride && stride <= i64::from(i32::MAX) {
            return Ok(());
        }
        let message = format!(
            "the stride is {stride} bytes; a row of {} pixels of mode {} takes {}: give 0, or that or more{}",
            self.width,
            self.mode.name,
            self.line,
            if one { ", or use mode L" } else { "" }
        );
        Err(if one { Error::Mode(message) } else { Error::Value(message) })
    }

    /// Refuses arrays whose last axis is the bands of pixels that Pillow pads.
    fn check_not_packed(&self, source: &Source) -> Result<()> {
        let bands = self.mode.offsets.len();
        let per_pixel = if source.itemsize == 1 && source.shape.len() > 1 { source.shape.last() } else { None };
        if 1 < bands && bands < self.mode.pixel && per_pixel == Some(&bands) {
            return Err(Error::Value(format!(
                "the buffer has shape {:?} and {bands} values a pixel, mode {} 4 bytes{}",
                source.shape,
                self.mode.name,
                self.if_packed()
            )));
        }
        Ok(())
    }

    /// For messages: what can be done about packed pixels.
    fn if_packed(&self) -> String {
        let bands = self.mode.offsets.len();
        if bands == 1 || bands == self.mode.pixel {
            return String::new();
        }
        format!(
            " (Pillow keeps 4 bytes a pixel; packed {bands}-byte pixels must be copied: Image.frombytes(mode, size, \
             buffer), or pilview.view(img).copy_from(buffer))"
        )
    }
}
