//! Row functions: where the address of a C function is found in the objects that Python users have, and how it runs.
//!
//! An address is as good as who gave it; there is nothing behind it to check. What the object tells of the function's
//! type is checked, so that a function of another type is refused and not called.

use super::data::Data;
use super::objects::Loaded;
use super::signature::{Kind, OneRow, Signature, TwoRows, kind};
use crate::arguments::type_name;
use crate::error::{Error, Result};
use crate::geometry::Geometry;
use crate::parallel::loan::inside;
use crate::pillow::core::Core;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use std::ffi::c_void;

/// What is to be called for each row.
pub enum RowFunction<'py> {
    /// A C function with its data. The Python objects that own them are arguments of the call, so they live.
    Native(Native),
    /// A Python callable.
    Python(Bound<'py, PyAny>),
}

/// A C function with the pointer it gets last.
pub struct Native {
    address: usize,
    signature: Signature,
    data: Data,
}

/// An address, and the data that belongs to it.
struct Found {
    address: usize,
    data: usize,
}

impl<'py> RowFunction<'py> {
    /// What `function` is. May run Python code.
    ///
    /// # Errors
    /// TypeError for what is no function, or one of another type; ValueError for null and data given twice.
    pub fn new(
        function: &Bound<'py, PyAny>,
        data: Option<&Bound<'py, PyAny>>,
        signature: Signature,
    ) -> PyResult<RowFunction<'py>> {
        let Some(found) = find(function, signature)? else {
            return match data {
                None => Ok(RowFunction::Python(function.clone())),
                Some(_) => Err(PyTypeError::new_err(
                    "data is for C functions; bind it to a Python function with functools.partial or a lambda",
                )),
            };
        };
        if found.address == 0 {
            return Err(PyValueError::new_err("the function's address is 0; give that of a function"));
        }
        let data = match data {
            Some(_) if found.data != 0 => {
                return Err(PyValueError::new_err("the LowLevelCallable has user_data already; give either"));
            }
            Some(data) => Data::of(data)?,
            None => Data::from(found.data),
        };
        Ok(RowFunction::Native(Native { address: found.address, signature, data }))
    }
}

impl Native {
    /// Calls the function for all rows, in parallel, without the GIL.
    ///
    /// # Errors
    /// Those of [`Core::lend`], and [`Error::Value`] if the rows of `other` share memory with those to be changed.
    pub fn run(
        &self,
        py: Python<'_>,
        (core, geometry): (&Core, &Geometry),
        other: Option<(&Core, &Geometry)>,
    ) -> Result<()> {
        let width = geometry.columns.len.cast_signed();
        let (flat, other_flat) = (plain(geometry)?, other.map(|(_, geometry)| plain(geometry)).transpose()?);
        let other = other.map(|(core, _)| core).zip(other_flat.as_ref());
        let (signature, address, data) = (self.signature, self.address, self.data.address());
        core.lend(py, &flat, other, |rows, others| {
            let pointer = std::ptr::with_exposed_provenance_mut::<c_void>;
            match (signature, others) {
                (Signature::TwoRows, Some(others)) => {
                    // SAFETY: as below.
                    let function = unsafe { std::mem::transmute::<*mut c_void, TwoRows>(pointer(address)) };
                    rows.for_each_row(|y, row| {
                        let (row, other) = (row.as_mut_ptr().cast(), others.row(y).as_ptr().cast());
                        // SAFETY: as below; the other row is only read, and shares no byte with any row that is written.
                        inside(|| unsafe { function(row, other, width, y.cast_signed(), pointer(data)) });
                    })
                }
                _ => {
                    // SAFETY: it is the address of such a function, as the user says and as far as its owner tells.
                    let function = unsafe { std::mem::transmute::<*mut c_void, OneRow>(pointer(address)) };
                    rows.for_each_row(|y, row| {
                        let row = row.as_mut_ptr().cast();
                        // SAFETY: `width` whole pixels from `row` on, which for this call are the function's alone.
                        inside(|| unsafe { function(row, width, y.cast_signed(), pointer(data)) });
                    })
                }
            }
        })
    }
}

/// Rows that a pointer and a width describe.
///
/// # Errors
/// [`Error::Layout`] where they do not.
pub fn plain(geometry: &Geometry) -> Result<Geometry> {
    geometry.flat_rows().ok_or_else(|| {
        Error::Layout(
            "C code gets rows of whole pixels that follow each other, and the view has every n-th column, runs from right \
             to left, or has some bands only; give a view of all columns of a part and of all bands, such as \
             v[::2, 10:20], and let the code step over the others"
                .into(),
        )
    })
}

/// The address of a C function; `None` for a Python callable.
fn find(function: &Bound<'_, PyAny>, signature: Signature) -> PyResult<Option<Found>> {
    let loaded = Loaded(function.py());
    if let Some(low_level) = loaded.instance(function, "scipy._lib._ccallback", "LowLevelCallable")? {
        // A tuple of the capsule that SciPy's own code calls, and what keeps it alive.
        return capsule(&low_level.cast::<PyTuple>()?.get_item(0)?, signature).map(Some);
    }
    if function.is_instance_of::<PyCapsule>() {
        return capsule(function, signature).map(Some);
    }
    if let Some(numba) = loaded.instance(function, "numba.core.ccallback", "CFunc")? {
        return ctypes(loaded, &numba.getattr("ctypes")?, signature).map(Some);
    }
    if let Some(pointer) = loaded.instance(function, "_ctypes", "CFuncPtr")? {
        return ctypes(loaded, &pointer, signature).map(Some);
    }
    if let Some(pointer) = cffi_function(loaded, function)? {
        return cffi(loaded, &pointer, signature).map(Some);
    }
    if let Some(address) = super::data::integer(function)? {
        return Ok(Some(Found { address, data: 0 }));
    }
    if function.is_callable() {
        return Ok(None);
    }
    Err(PyTypeError::new_err(format!(
        "the function is of type {}; give a C function `{}` as an address, a ctypes or cffi function, a Numba @cfunc, a \
         scipy.LowLevelCallable or a capsule of Cython's __pyx_capi__, or a Python callable",
        type_name(function),
        signature.text()
    )))
}

fn check(is: bool, signature: Signature, given: &dyn std::fmt::Display) -> PyResult<()> {
    if is {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!("the C function is {given}; what is called is `{}`", signature.text())))
}

/// A capsule whose name is the function's type, as Cython and SciPy make them.
fn capsule(object: &Bound<'_, PyAny>, signature: Signature) -> PyResult<Found> {
    let capsule = object.cast::<PyCapsule>()?;
    let name = capsule.name()?;
    // SAFETY: the capsule lives as long as `object`, and nobody changes its name meanwhile: that takes C code.
    let name = name.as_ref().map(|name| unsafe { name.as_cstr() });
    let declaration = name.map_or("".into(), |name| name.to_string_lossy());
    check(signature.is_declared(&declaration), signature, &format_args!("in a capsule named {declaration:?}"))?;
    let address = capsule.pointer_checked(name)?.as_ptr().expose_provenance();
    Ok(Found { address, data: capsule.context()?.expose_provenance() })
}

/// A ctypes function pointer; without `argtypes` it tells nothing of the function's type.
fn ctypes(loaded: Loaded<'_>, function: &Bound<'_, PyAny>, signature: Signature) -> PyResult<Found> {
    const PYTHON_API: u32 = 4; // FUNCFLAG_PYTHONAPI
    let class = function.get_type();
    if class.getattr("_flags_")?.extract::<u32>()? & PYTHON_API != 0 {
        return Err(PyTypeError::new_err(
            "the ctypes function is one that is called with the GIL (PyDLL, PYFUNCTYPE), and row functions run without; \
             use CDLL or CFUNCTYPE",
        ));
    }
    let (arguments, result) = (function.getattr("argtypes")?, function.getattr("restype")?);
    if !arguments.is_none() {
        let arguments: Vec<Bound<'_, PyAny>> = arguments.try_iter()?.collect::<PyResult<_>>()?;
        let kinds = arguments.iter().map(|class| loaded.ctypes_kind(class)).collect::<PyResult<Vec<_>>>()?;
        // A library's function whose result nobody declared has ctypes' default.
        let is_default = !class.hasattr("_argtypes_")? && result.is(&loaded.get("ctypes")?.getattr("c_int")?);
        let result_kind = if is_default { Kind::Void } else { loaded.ctypes_kind(&result)? };
        let given = format!("declared with argtypes {} and restype {}", PyTuple::new(loaded.0, arguments)?, result);
        check(signature.is(result_kind, &kinds), signature, &given)?;
    }
    Ok(Found { address: loaded.ctypes_address(function)?, data: 0 })
}

/// A cffi function pointer, also of a function of a compiled module.
fn cffi_function<'py>(loaded: Loaded<'py>, object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if let Some(pointer) = loaded.instance(object, "_cffi_backend", "_CDataBase")? {
        return Ok(Some(pointer));
    }
    let Ok(library) = object.getattr("__self__") else { return Ok(None) };
    let Some(library) = loaded.instance(&library, "_cffi_backend", "Lib")? else { return Ok(None) };
    Ok(Some(loaded.cffi()?.call_method1("addressof", (library, object.getattr("__name__")?))?))
}

fn cffi(loaded: Loaded<'_>, function: &Bound<'_, PyAny>, signature: Signature) -> PyResult<Found> {
    let ffi = loaded.cffi()?;
    let class = ffi.call_method1("typeof", (function,))?;
    let name = |class: &Bound<'_, PyAny>| -> PyResult<String> { class.getattr("cname")?.extract() };
    let is_function = class.getattr("kind")?.extract::<String>()? == "function";
    let is = is_function && !class.getattr("ellipsis")?.extract::<bool>()? && {
        let arguments: Vec<Bound<'_, PyAny>> = class.getattr("args")?.try_iter()?.collect::<PyResult<_>>()?;
        let kinds = arguments.iter().map(|class| Ok(kind(&name(class)?))).collect::<PyResult<Vec<_>>>()?;
        signature.is(kind(&name(&class.getattr("result")?)?), &kinds)
    };
    check(is, signature, &format_args!("a cffi `{}`", name(&class)?))?;
    Ok(Found { address: loaded.cffi_address(function)?, data: 0 })
}
