//! A view as an array, or as a stream of arrays.

use super::schema::{PIXEL, Type};
use super::{ArrowArray, ArrowArrayStream, ArrowSchema, Child};
use crate::error::{Error, Result};
use crate::interop::lease::Lease;
use crate::interop::values::check_aligned;
use crate::pillow::core::Core;
use crate::view::ImageView;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::vec::IntoIter;

/// The capsules of the type and of one array with all pixels.
///
/// # Errors
/// [`Error::Layout`] where the pixels do not follow each other in memory, for parts of pixels, and for values that
/// Arrow has no type for.
pub fn array<'py>(view: &Bound<'py, ImageView>) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
    let py = view.py();
    let (lease, pixels) = Lease::of(view, |core| Pixels::of(core, view.get()))?;
    let chunk = match pixels.chunks.as_slice() {
        [] => Chunk { start: null(), pixels: 0 },
        [chunk] => *chunk,
        _ => {
            return Err(Error::Layout(
                "the pixels are not in one piece of memory; take one array a piece, as pyarrow.chunked_array(v) does \
                 (__arrow_c_stream__), or pilview.contiguous(img), which moves an image into one block"
                    .into(),
            )
            .into());
        }
    };
    let schema = PyCapsule::new_with_value(py, pixels.kind.schema(), c"arrow_schema")?;
    let array = chunk.array(pixels.kind.is_list(), &Arc::new(lease));
    Ok((schema, PyCapsule::new_with_value(py, array, c"arrow_array")?))
}

/// The capsule of a stream with one array for each piece of memory in which pixels follow each other.
///
/// # Errors
/// [`Error::Layout`] for parts of pixels, and for values that Arrow has no type for.
pub fn stream<'py>(view: &Bound<'py, ImageView>) -> PyResult<Bound<'py, PyCapsule>> {
    let (lease, pixels) = Lease::of(view, |core| Pixels::of(core, view.get()))?;
    let node = Box::new(Stream { kind: pixels.kind, chunks: pixels.chunks.into_iter(), lease: Arc::new(lease) });
    let stream = ArrowArrayStream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(ArrowArrayStream::release_boxed::<Stream>),
        private_data: Box::into_raw(node).cast(),
    };
    PyCapsule::new_with_value(view.py(), stream, c"arrow_array_stream")
}

/// The pixels of a view.
struct Pixels {
    kind: Type,
    /// In the view's order.
    chunks: Vec<Chunk>,
}

/// Pixels that follow each other in memory.
#[derive(Clone, Copy)]
struct Chunk {
    start: *const u8,
    pixels: usize,
}

// SAFETY: an address, which only consumers follow; the lease beside it keeps it valid.
unsafe impl Send for Chunk {}

impl Pixels {
    fn of(core: &Core, view: &ImageView) -> Result<Pixels> {
        let geometry = &view.geometry;
        if !geometry.whole || (geometry.columns.step != 1 && geometry.columns.len > 1) {
            return Err(Error::Layout(
                "Arrow takes whole pixels that follow each other, and the view has some of their bands, or every n-th \
                 column, or columns from right to left; take all bands and columns, or a copy: pilview.asarray(v, copy=True)"
                    .into(),
            ));
        }
        let several = geometry.bands.len > 1;
        let kind = if several {
            let bytes = core.mode.offsets.iter().map(|&byte| byte.into());
            Type::of_pixels(core.mode.name, bytes.zip(core.mode.bands.iter().copied()))
        } else {
            let cast = view.is_cast(core);
            Type::of_values(geometry.format, if cast { "" } else { core.mode.bands[0] })?
        };
        assert!(!several || geometry.pixel == PIXEL, "bands are bytes of 4-byte pixels");
        let width = geometry.columns.len;
        let mut chunks: Vec<Chunk> = Vec::new();
        core.layout(geometry, |rows| {
            for start in rows.starts() {
                match chunks.last_mut() {
                    Some(last) if start == last.start.wrapping_add(last.pixels * geometry.pixel) => {
                        last.pixels += width;
                    }
                    _ => chunks.push(Chunk { start, pixels: width }),
                }
            }
        });
        check_aligned(geometry.format, chunks.iter().map(|chunk| chunk.start.addr()))?;
        Ok(Pixels { kind, chunks })
    }
}

/// What an array that was handed out points at.
struct Node {
    /// No bitmap of nulls; the values, in an array that has them itself.
    buffers: [*const c_void; 2],
    children: Vec<Child<ArrowArray>>,
    _lease: Arc<Lease>,
}

impl Node {
    fn array(self, length: usize) -> ArrowArray {
        let node = Box::into_raw(Box::new(self));
        // SAFETY: just boxed; it lives until the struct is released.
        let this = unsafe { &mut *node };
        ArrowArray {
            length: length as i64,
            null_count: 0,
            offset: 0,
            n_buffers: if this.children.is_empty() { 2 } else { 1 },
            n_children: this.children.len() as i64,
            buffers: this.buffers.as_mut_ptr(),
            children: this.children.as_mut_ptr().cast(),
            dictionary: null_mut(),
            release: Some(ArrowArray::release_boxed::<Node>),
            private_data: node.cast(),
        }
    }
}

impl Chunk {
    fn array(self, is_list: bool, lease: &Arc<Lease>) -> ArrowArray {
        let node = |buffers, children| Node { buffers, children, _lease: lease.clone() };
        let values = node([null(), self.start.cast()], Vec::new());
        if !is_list {
            return values.array(self.pixels);
        }
        // A child can be moved out and outlive its parent: so it has its own hold of the lease.
        node([null(); 2], vec![Child::new(values.array(self.pixels * PIXEL))]).array(self.pixels)
    }
}

/// What a stream has left.
struct Stream {
    kind: Type,
    chunks: IntoIter<Chunk>,
    lease: Arc<Lease>,
}

/// # Safety
/// `stream` was made here and is not released; `out` may be written.
unsafe extern "C" fn get_schema(stream: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int {
    // SAFETY: as promised; what `out` held before is nobody's.
    unsafe { out.write((*(*stream).private_data.cast::<Stream>()).kind.schema()) };
    0
}

/// # Safety
/// As for [`get_schema`]. The interface has one thread at a time call it.
unsafe extern "C" fn get_next(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int {
    // SAFETY: as promised; what `out` held before is nobody's.
    unsafe {
        let stream = &mut *(*stream).private_data.cast::<Stream>();
        let next = stream.chunks.next();
        out.write(next.map_or_else(ArrowArray::end, |chunk| chunk.array(stream.kind.is_list(), &stream.lease)));
    }
    0
}

/// # Safety
/// None is needed.
unsafe extern "C" fn get_last_error(_stream: *mut ArrowArrayStream) -> *const c_char {
    null() // Nothing fails.
}
