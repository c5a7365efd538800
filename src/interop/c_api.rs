//! The table of functions behind `pilview._C_API`, for C and C++ extensions. What it promises is in `pilview.h`.
//!
//! The table and [`Image`] only ever grow at their ends, and each side says how much it knows: the table by its version,
//! an extension by the size of its image struct. So an extension works with every later pilview.

use super::row_function::plain;
use crate::arguments::type_name;
use crate::error::Error;
use crate::parallel::loan::Loan;
use crate::pillow::core::Core;
use crate::view::as_view;
use pyo3::exceptions::{PySystemError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr::NonNull;

/// To be changed where an extension that was compiled before would not work any more.
const ABI: c_int = 1;

/// To be raised with each addition.
const VERSION: c_int = 1;

/// `PILVIEW_WRITE`.
const WRITE: c_int = 1;

/// `Pilview_API`.
#[repr(C)]
struct Api {
    abi: c_int,
    version: c_int,
    acquire: unsafe extern "C" fn(*mut ffi::PyObject, c_int, *mut Image, usize) -> c_int,
    release: unsafe extern "C" fn(*mut Image) -> c_int,
}

static API: Api = Api { abi: ABI, version: VERSION, acquire, release };

/// `PilviewImage`.
#[repr(C)]
struct Image {
    owner: *mut Held,
    rows: *mut *mut u8,
    width: isize,
    height: isize,
    pixelsize: c_int,
    bands: c_int,
    mode: *const c_char,
    readonly: c_int,
}

/// What an extension holds between `acquire` and `release`.
struct Held {
    _loan: Loan,
    core: Core,
    mode: CString,
    /// The addresses of the rows of a part of the image; of a whole one Pillow's own are used.
    rows: Vec<*mut u8>,
    write: bool,
}

/// The table in a capsule, `pilview._C_API`.
pub fn capsule(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
    // SAFETY: a static of plain numbers and functions; the capsule has nothing to free.
    unsafe { PyCapsule::new_with_pointer(py, NonNull::from(&API).cast::<c_void>(), c"pilview._C_API") }
}

fn hold(object: &Bound<'_, PyAny>, flags: c_int) -> PyResult<(Box<Held>, Image)> {
    let py = object.py();
    if flags & !WRITE != 0 {
        return Err(PySystemError::new_err(format!("the flags are {flags}; give PILVIEW_READ or PILVIEW_WRITE")));
    }
    let write = flags & WRITE != 0;
    let view = as_view(object, write)?.ok_or_else(|| {
        PyTypeError::new_err(format!(
            "a PIL.Image.Image or a pilview.ImageView is needed, and this is {}",
            type_name(object)
        ))
    })?;
    let (core, geometry) = (view.get().owner.core(py)?, view.get().geometry);
    let flat = plain(&geometry)?;
    let _loan = core.borrow(py, write, None)?;
    let mode = CString::new(core.mode.name).map_err(|_| Error::Mode("the mode's name is no C string".into()))?;
    let is_whole = geometry == core.geometry();
    let rows = if is_whole { Vec::new() } else { core.layout(&flat, |rows| rows.row_table()) };
    let mut held = Box::new(Held { _loan, core, mode, rows, write });
    let image = Image {
        owner: std::ptr::null_mut(),
        rows: if is_whole { held.core.table.rows.as_ptr() } else { held.rows.as_mut_ptr() },
        width: geometry.columns.len.cast_signed(),
        height: geometry.rows.len.cast_signed(),
        pixelsize: held.core.mode.pixel as c_int,
        bands: held.core.mode.bands.len() as c_int,
        mode: held.mode.as_ptr(),
        readonly: c_int::from(!write),
    };
    Ok((held, image))
}

/// # Safety
/// The thread is attached to the interpreter; `object` is an object or null; `image` may be written for `size` bytes.
unsafe extern "C" fn acquire(object: *mut ffi::PyObject, flags: c_int, image: *mut Image, size: usize) -> c_int {
    Python::attach(|py| {
        // SAFETY: the extension's promise; its zeros mean that nothing is held.
        unsafe { image.cast::<u8>().write_bytes(0, size) };
        // SAFETY: the extension's promise.
        let object = unsafe { Bound::from_borrowed_ptr_or_opt(py, object) };
        let object = object.ok_or_else(|| PySystemError::new_err("no image was given to acquire"));
        match object.and_then(|object| hold(&object, flags)) {
            Ok((held, mut made)) => {
                made.owner = Box::into_raw(held);
                // SAFETY: as far as both sides know of the struct; its owner is the first of all.
                unsafe {
                    let known = size.min(size_of::<Image>());
                    (&raw const made).cast::<u8>().copy_to_nonoverlapping(image.cast(), known);
                }
                0
            }
            Err(error) => {
                error.restore(py);
                -1
            }
        }
    })
}

/// # Safety
/// The thread is attached to the interpreter; `image` is what `acquire` filled, or zeros.
unsafe extern "C" fn release(image: *mut Image) -> c_int {
    Python::attach(|py| {
        // SAFETY: the extension's promise: the owner is null, or was made in `acquire` and not given back yet.
        let held = unsafe {
            let owner = std::mem::replace(&mut (*image).owner, std::ptr::null_mut());
            if owner.is_null() {
                return 0;
            }
            Box::from_raw(owner)
        };
        let Held { _loan, core, write, .. } = *held;
        drop(_loan);
        // An error that the extension has raised itself is not to be replaced.
        // SAFETY: attached.
        let is_raising = unsafe { !ffi::PyErr_Occurred().is_null() };
        if !write || is_raising {
            return 0;
        }
        core.check_current(py).map_or_else(
            |error| {
                PyErr::from(error).restore(py);
                -1
            },
            |()| 0,
        )
    })
}
