//! Objects of packages that pilview does not import: who has one has imported its package.

use super::signature::{Kind, kind};
use pyo3::prelude::*;

/// The modules that are loaded.
#[derive(Clone, Copy)]
pub struct Loaded<'py>(pub Python<'py>);

impl<'py> Loaded<'py> {
    /// A module that is known to be loaded.
    pub fn get(self, module: &str) -> PyResult<Bound<'py, PyModule>> {
        self.0.import(module)
    }

    /// The object, if it is an instance of a class of a module that is loaded.
    pub fn instance(
        self,
        object: &Bound<'py, PyAny>,
        module: &str,
        class: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let modules = self.0.import("sys")?.getattr("modules")?;
        let Ok(module) = modules.get_item(module) else { return Ok(None) };
        let Ok(class) = module.getattr(class) else { return Ok(None) };
        Ok(object.is_instance(&class)?.then(|| object.clone()))
    }

    /// The address that a ctypes pointer, array or function holds; 0 for null.
    pub fn ctypes_address(self, object: &Bound<'py, PyAny>) -> PyResult<usize> {
        let ctypes = self.get("ctypes")?;
        let arguments = (object, ctypes.getattr("c_void_p")?).into_pyobject(self.0)?;
        let cast = ctypes.getattr("cast")?; // A function in Python.
        let pointer = cast.call1(&arguments)?;
        Ok(pointer.getattr("value")?.extract::<Option<usize>>()?.unwrap_or(0))
    }

    /// What a ctypes class is.
    pub fn ctypes_kind(self, class: &Bound<'py, PyAny>) -> PyResult<Kind> {
        if class.is_none() {
            return Ok(Kind::Void);
        }
        let ctypes = self.get("ctypes")?;
        let Ok(code) = class.getattr("_type_") else { return Ok(Kind::Other) };
        let Ok(code) = code.extract::<String>() else {
            let is_array = class.hasattr("_length_")?;
            return Ok(if is_array { Kind::Other } else { Kind::Pointer }); // POINTER(x)._type_ is x.
        };
        let size: usize = ctypes.call_method1("sizeof", (class,))?.extract()?;
        Ok(match code.as_str() {
            "P" | "z" | "Z" => Kind::Pointer,
            "i" | "I" | "l" | "L" | "q" | "Q" if size == size_of::<usize>() => Kind::Word,
            _ => Kind::Other,
        })
    }

    /// cffi, for any of its objects.
    pub fn cffi(self) -> PyResult<Bound<'py, PyAny>> {
        self.get("_cffi_backend")?.getattr("FFI")?.call0()
    }

    /// Whether a cffi object is an address, as a pointer, an array, a function or an integer of that size is, and the name
    /// of its type.
    pub fn cffi_is_address(self, object: &Bound<'py, PyAny>) -> PyResult<(bool, String)> {
        let class = self.cffi()?.call_method1("typeof", (object,))?;
        let (sort, name): (String, String) = (class.getattr("kind")?.extract()?, class.getattr("cname")?.extract()?);
        let is_address = match sort.as_str() {
            "pointer" | "array" | "function" => true,
            "primitive" => kind(&name) == Kind::Word,
            _ => false,
        };
        Ok((is_address, name))
    }

    /// The address that a cffi pointer, array or function holds; 0 for null.
    pub fn cffi_address(self, object: &Bound<'py, PyAny>) -> PyResult<usize> {
        self.cffi()?.call_method1("cast", ("uintptr_t", object))?.call_method0("__int__")?.extract()
    }
}
