//! A view as a tensor.

use super::{CPU, DataType, Device, FLOAT, INT, IS_COPIED, Managed, READ_ONLY, Tensor, UINT, Unversioned, Versioned};
use crate::buffer::{first_value, not_even, prefer_huge_pages};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Dims, Geometry};
use crate::interop::lease::Lease;
use crate::interop::values::{check_aligned, check_native};
use crate::pillow::core::Core;
use crate::view::ImageView;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::alloc::{Layout, alloc_zeroed};
use std::ffi::c_void;
use std::ptr::NonNull;

/// Where views are: `(kDLCPU, 0)`.
pub const DEVICE: (i32, i32) = (CPU, 0);

/// Consumers with wide vector units share memory only from such an address on.
const ALIGNMENT: usize = 64;

/// The capsule of a tensor that shares the view's memory or, where `copy`, has its own; in the struct that has flags if
/// the consumer knows that one.
///
/// # Errors
/// [`Error::Layout`] for rows that are not evenly spaced, values at odd addresses and the other byte order;
/// [`Error::ReadOnly`] where the consumer could not know that it must not write.
pub fn export<'py>(view: &Bound<'py, ImageView>, flagged: bool, copy: bool) -> PyResult<Bound<'py, PyAny>> {
    check_native(view.get().geometry.format, "DLPack")?;
    let source = if copy { Source::copied(view)? } else { Source::shared(view, flagged)? };
    if flagged { source.capsule::<Versioned>(view.py()) } else { source.capsule::<Unversioned>(view.py()) }
}

/// Memory to tell of.
struct Source {
    data: *mut u8,
    geometry: Geometry,
    /// Bytes.
    strides: Dims,
    flags: u64,
    memory: Box<dyn Send>,
}

impl Source {
    /// The view's own memory.
    fn shared(view: &Bound<'_, ImageView>, flagged: bool) -> Result<Source> {
        let ImageView { geometry, arrays, .. } = view.get();
        let look = |core: &Core| {
            if core.readonly && !flagged {
                return Err(Error::ReadOnly(
                    "the view is read-only, and the consumer's DLPack (before 1.0) can't say so; give it a copy \
                     (copy=True), or make the image writable: pilview.view(img, writable=True)"
                        .into(),
                ));
            }
            let strides = *arrays.direct(core, geometry).ok_or_else(not_even)?;
            let data = first_value(core, geometry);
            let distances = strides.as_slice().iter().map(|stride| stride.unsigned_abs());
            check_aligned(geometry.format, distances.chain([data.addr()]))?;
            Ok((data, strides, if core.readonly { READ_ONLY } else { 0 }))
        };
        let (lease, (data, strides, flags)) = Lease::of(view, look)?;
        Ok(Source { data, geometry: *geometry, strides, flags, memory: Box::new(lease) })
    }

    /// A copy without gaps.
    fn copied(view: &Bound<'_, ImageView>) -> Result<Source> {
        let geometry = view.get().geometry;
        let [_, columns, bands] = geometry.axes().map(|axis| axis.len);
        let size = geometry.format.size();
        let len = geometry.nbytes();
        let mut memory = zeroed(len + ALIGNMENT)?;
        prefer_huge_pages(&mut memory);
        let skip = memory.as_ptr().align_offset(ALIGNMENT);
        let packed = &mut memory[skip..skip + len];
        view.get().copy_packed(view.py(), packed)?;
        let data = packed.as_mut_ptr();
        let strides = [columns * bands * size, bands * size, size].map(usize::cast_signed);
        Ok(Source { data, geometry, strides: geometry.shown(strides), flags: IS_COPIED, memory: Box::new(memory) })
    }

    fn capsule<M: Managed>(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let Source { data, geometry, strides, flags, memory } = self;
        let size = geometry.format.size();
        let axes = |dims: &Dims, unit: usize| {
            let mut axes = [0; 3];
            axes.iter_mut().zip(dims.as_slice()).for_each(|(to, from)| *to = *from as i64 / unit as i64);
            axes
        };
        let tensor = Tensor {
            data: data.cast(),
            device: Device { kind: DEVICE.0, id: DEVICE.1 },
            ndim: strides.as_slice().len() as i32,
            dtype: DataType { code: code(geometry.format), bits: 8 * size as u8, lanes: 1 },
            shape: std::ptr::null_mut(), // These two below, when the arrays have an address.
            strides: std::ptr::null_mut(),
            byte_offset: 0,
        };
        let export = Box::into_raw(Box::new(Export {
            managed: M::new(tensor, flags, delete::<M>),
            shape: axes(&geometry.shape(), 1),
            strides: axes(&strides, size),
            _memory: memory,
        }));
        // SAFETY: just made and nobody else's yet. The arrays stay where they are as long as the tensor.
        unsafe {
            let (shape, strides) = (&raw mut (*export).shape, &raw mut (*export).strides);
            let tensor = (*export).managed.tensor();
            (tensor.shape, tensor.strides) = (shape.cast(), strides.cast());
        }
        let pointer = NonNull::new(export.cast::<c_void>()).expect("a box is not null");
        // SAFETY: `destroy` takes a capsule of this name for one with an `M` of ours, and so it is.
        let made = unsafe { PyCapsule::new_with_pointer_and_destructor(py, pointer, M::NAMES[0], Some(destroy::<M>)) };
        // SAFETY: without a capsule it is still ours.
        Ok(made.inspect_err(|_| unsafe { delete(export.cast::<M>()) })?.into_any())
    }
}

/// `DLDataTypeCode` of a value.
fn code(format: Format) -> u8 {
    match format {
        Format::U8 | Format::U16 | Format::U16Be | Format::U16Le | Format::U32 => UINT,
        Format::I8 | Format::I16 | Format::I32 => INT,
        Format::F32 => FLOAT,
    }
}

/// `len` zeros, which the system hands out as they are first written.
fn zeroed(len: usize) -> Result<Vec<u8>> {
    let refused = || Error::Memory(format!("there is no memory for a copy of {len} bytes"));
    let layout = Layout::array::<u8>(len).map_err(|_| refused())?;
    assert!(len > 0);
    // SAFETY: the layout is not empty.
    let start = unsafe { alloc_zeroed(layout) };
    if start.is_null() {
        return Err(refused());
    }
    // SAFETY: allocated as a vector of `len` bytes would be, all of them zero.
    Ok(unsafe { Vec::from_raw_parts(start, len, len) })
}

/// What a consumer holds. It sees the first field.
#[repr(C)]
struct Export<M> {
    managed: M,
    shape: [i64; 3],
    strides: [i64; 3],
    _memory: Box<dyn Send>,
}

/// The deleter, which the consumer calls once, on any thread, with or without the GIL.
///
/// # Safety
/// `managed` came from [`Source::capsule`] and is not used afterwards.
unsafe extern "C" fn delete<M: Managed>(managed: *mut M) {
    // SAFETY: it is the first field of a boxed `Export`, as promised.
    drop(unsafe { Box::from_raw(managed.cast::<Export<M>>()) });
}

/// The capsule's destructor.
///
/// # Safety
/// `capsule` came from [`Source::capsule`].
unsafe extern "C" fn destroy<M: Managed>(capsule: *mut ffi::PyObject) {
    // SAFETY: a live capsule. While it has its first name nobody has taken the tensor, so it is ours to delete.
    unsafe {
        if ffi::PyCapsule_IsValid(capsule, M::NAMES[0].as_ptr()) != 0 {
            delete(ffi::PyCapsule_GetPointer(capsule, M::NAMES[0].as_ptr()).cast::<M>());
        }
    }
}
