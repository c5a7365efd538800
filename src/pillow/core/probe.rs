//! What is found out once: which type is Pillow's own, and which layout images of known pixels have.

use super::{CAPSULE_NAMES, Pillow};
use crate::error::Error;
use crate::pillow::layout::Layout;
use pyo3::exceptions::PyValueError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyString, PyTuple, PyType};

impl Pillow {
    pub(super) fn probe(py: Python<'_>) -> PyResult<Pillow> {
        let image = py.import("PIL.Image")?;
        let imaging = image.getattr("core")?;
        let version: String = py.import("PIL")?.getattr("__version__")?.extract()?;
        let unsupported = |what: String| {
            Error::UnsupportedPillow(format!(
                "the memory layout of Pillow {version} could not be proved ({what}), so nothing is read; pilview \
                 knows Pillow 9.3 to 13.0, please report this with the output of pilview.info()"
            ))
        };
        let core_type = imaging.call_method1("new", ("L", (1, 1)))?.get_type();
        let Some(pointer) = native_pointer(&core_type)? else {
            return Err(unsupported(format!("{core_type:?} is not Pillow's own type")).into());
        };
        let image_type = image.getattr("Image")?.cast_into::<PyType>()?;
        let im_is_property = image_type.getattr("__dict__")?.get_item("im").is_ok();
        let mut pillow = Pillow {
            layout: Layout::ModeId,
            unsafe_ptrs: false,
            core_readonly: core_type.hasattr("readonly")?,
            flags_maps: false,
            free_threaded: match py.import("sys")?.getattr("_is_gil_enabled") {
                Ok(is_gil_enabled) => !is_gil_enabled.call0()?.is_truthy()?,
                Err(_) => false, // Before 3.13 there is always the GIL.
            },
            core_type: core_type.clone().unbind(),
            pointer: pointer.clone().unbind(),
            image_type: image_type.unbind(),
            attribute: PyString::intern(py, if im_is_property { "_im" } else { "im" }).unbind(),
            version: version.clone(),
        };
        // The older capsule's name belongs to the versions whose `unsafe_ptrs` does not warn.
        let capsule = pointer.call_method1("__get__", (imaging.call_method1("new", ("L", (1, 1)))?,))?;
        let is_older =
            capsule.cast::<PyCapsule>().is_ok_and(|capsule| capsule.is_valid_checked(Some(CAPSULE_NAMES[0])));
        pillow.unsafe_ptrs = is_older && core_type.hasattr("unsafe_ptrs")?;

        let mut failures = Vec::new();
        for layout in Layout::ALL {
            pillow.layout = layout;
            match pillow.try_layout(&imaging) {
                Ok(()) => {
                    let flagged = pillow.try_map(&imaging).map_err(|error| unsupported(error.to_string()))?;
                    return Ok(Pillow { flags_maps: flagged, ..pillow });
                }
                Err(error) if error.is_instance_of::<PyValueError>(py) => {
                    failures.push(format!("{}: {}", layout.name(), error.value(py)));
                }
                Err(error) => return Err(error),
            }
        }
        Err(unsupported(failures.join("; ")).into())
    }

    /// Proves the layout with images of known sizes and pixels. ValueError where it is another.
    fn try_layout(&self, imaging: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = imaging.py();
        for (mode, width, height) in [("L", 7, 2), ("I;16", 3, 5), ("RGB", 5, 3), ("F", 2, 9), ("LA", 4, 6)] {
            let core = imaging.call_method1("new", (mode, (width, height)))?;
            let (mode, table) = self.read(&core).map_err(|error| PyValueError::new_err(error.to_string()))?;
            if (table.width, table.height) != (width as usize, height as usize) {
                return Err(PyValueError::new_err("a new image is not of the size that was asked for"));
            }
            let [first, last] = [(0, 0), (width - 1, height - 1)];
            let known = |(x, y): (i32, i32)| (x + 40 * y + 1) as u8;
            for at in [first, last] {
                let value = known(at);
                let colour = match mode.offsets.len() {
                    1 => value.into_pyobject(py)?.into_any(),
                    bands => PyTuple::new(py, vec![value; bands])?.into_any(),
                };
                core.call_method1("putpixel", (at, colour))?;
            }
            for at in [first, last] {
                // SAFETY: all fields agree, `core` lives, and the pixel is inside of the image.
                let byte = unsafe {
                    let row = *table.rows.as_ptr().offset(at.1 as isize);
                    std::slice::from_raw_parts(row.offset(at.0 as isize * mode.pixel as isize), mode.pixel)
                };
                let expected = mode.format.encode(crate::format::Scalar::Int(known(at).into())).expect("it fits");
                if byte[..mode.format.size()] != expected[..mode.format.size()] {
                    return Err(PyValueError::new_err("known pixels are not where they should be"));
                }
            }
        }
        Ok(())
    }

    /// Proves that a map of known memory shows as one, and tells whether Pillow marks it as read-only.
    fn try_map(&self, imaging: &Bound<'_, PyAny>) -> PyResult<bool> {
        let bytes = PyBytes::new(imaging.py(), &[0]);
        let core = imaging.call_method1("map_buffer", (&bytes, (1, 1), "raw", 0, ("L", 1, 1)))?;
        let (_, table) = self.read(&core)?;
        let is_one_row = (table.width, table.height) == (1, 1);
        // SAFETY: proved, and of one row; `core` lives.
        let is_known = is_one_row && std::ptr::eq(unsafe { *table.rows.as_ptr() }, bytes.as_bytes().as_ptr());
        if !is_known || !table.mapped {
            return Err(PyValueError::new_err("memory that is mapped is not where it should be"));
        }
        Ok(self.core_readonly && core.getattr("readonly")?.is_truthy()?)
    }
}

/// The C getter of `ptr`, if C code made the type: it is C's, of this name and made for this very type. A class written in
/// Python can only borrow another type's getter, and those that the interpreter makes for it have other names. The getter
/// itself refuses objects of other types.
fn native_pointer<'py>(core_type: &Bound<'py, PyType>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Ok(getter) = core_type.getattr("__dict__")?.get_item("ptr") else { return Ok(None) };
    let is_c = std::ptr::eq(getter.get_type().as_type_ptr(), &raw const ffi::PyGetSetDescr_Type);
    let is_own = is_c && getter.getattr("__objclass__")?.is(core_type) && getter.getattr("__name__")?.eq("ptr")?;
    Ok(is_own.then_some(getter))
}
