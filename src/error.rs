//! Everything that can go wrong, and what it becomes in Python.
//!
//! A message says what was given, what is accepted, and what to call instead.

/// An error of pilview. The Python exception of the same name carries the message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This Pillow's memory layout could not be proved.
    #[error("{0}")]
    UnsupportedPillow(String),
    /// The operation is not defined for this mode, format or selection of bands.
    #[error("{0}")]
    Mode(String),
    /// Writing was asked of read-only memory.
    #[error("{0}")]
    ReadOnly(String),
    /// The memory is not laid out as the request needs it.
    #[error("{0}")]
    Layout(String),
    /// Pillow has given the image other memory since the view was made.
    #[error("{0}")]
    Stale(String),
    /// The view was released.
    #[error("the view was released; make a new one with pilview.view(img)")]
    Released,
    /// A value is out of range, or sizes do not fit.
    #[error("{0}")]
    Value(String),
    /// An argument is of another type than what is accepted.
    #[error("{0}")]
    Type(String),
    /// An index is outside.
    #[error("{0}")]
    Index(String),
    /// There is not enough memory.
    #[error("{0}")]
    Memory(String),
    /// The image is in use, and to wait for it could last for ever.
    #[error("{0}")]
    Busy(String),
    /// The user pressed Ctrl-C while a kernel ran: some rows are done, the others untouched.
    #[error("interrupted")]
    Interrupted,
}

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(feature = "python")]
pub use python::register;

#[cfg(feature = "python")]
mod python {
    use super::Error;
    use pyo3::exceptions::{
        PyBufferError, PyException, PyImportError, PyIndexError, PyKeyboardInterrupt, PyMemoryError, PyRuntimeError,
        PyTypeError, PyValueError,
    };
    use pyo3::prelude::*;
    use pyo3::sync::PyOnceLock;
    use pyo3::types::{PyDict, PyTuple, PyType};

    /// `class name(*bases)` in the module `pilview`.
    fn class<'py>(name: &str, doc: &str, bases: &[Bound<'py, PyType>], py: Python<'py>) -> PyResult<Py<PyType>> {
        let dict = PyDict::new(py);
        dict.set_item("__module__", "pilview")?;
        dict.set_item("__doc__", doc)?;
        let made = py.get_type::<PyType>().call1((name, PyTuple::new(py, bases)?, dict))?;
        Ok(made.cast_into::<PyType>()?.unbind())
    }

    fn base(py: Python<'_>) -> PyResult<&'static Py<PyType>> {
        static BASE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        BASE.get_or_try_init(py, || {
            let doc = "Base of every exception that pilview defines.";
            class("PilviewError", doc, &[py.get_type::<PyException>()], py)
        })
    }

    macro_rules! exceptions {
        ($($name:ident($builtin:ty) $doc:literal;)*) => {
            $(
                #[allow(non_snake_case)]
                fn $name(py: Python<'_>) -> PyResult<&'static Py<PyType>> {
                    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
                    CLASS.get_or_try_init(py, || {
                        let bases = [base(py)?.bind(py).clone(), py.get_type::<$builtin>()];
                        class(stringify!($name), $doc, &bases, py)
                    })
                }
            )*
            /// Adds the exception classes to the module.
            pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
                let py = module.py();
                module.add("PilviewError", base(py)?)?;
                $( module.add(stringify!($name), $name(py)?)?; )*
                Ok(())
            }
        };
    }

    exceptions! {
        UnsupportedPillowError(PyImportError) "This Pillow's memory layout could not be proved, so nothing was read.";
        ModeError(PyValueError) "The operation is not defined for this mode, format or selection of bands.";
        ReadOnlyError(PyBufferError) "The image, view or buffer is read-only, and writing was asked.";
        LayoutError(PyBufferError) "The memory is not laid out as the request needs it: rows in several blocks, gaps, padding.";
        StaleViewError(PyRuntimeError) "Pillow has given the image other memory since; what is written to the view would be lost.";
        ReleasedError(PyValueError) "The view was released.";
        BusyError(PyRuntimeError) "The image is in use by a row function, an extension or a load, and the call is from inside of it.";
    }

    impl From<Error> for PyErr {
        fn from(error: Error) -> PyErr {
            let message = error.to_string();
            Python::attach(|py| {
                let class = match error {
                    Error::UnsupportedPillow(_) => UnsupportedPillowError(py),
                    Error::Mode(_) => ModeError(py),
                    Error::ReadOnly(_) => ReadOnlyError(py),
                    Error::Layout(_) => LayoutError(py),
                    Error::Stale(_) => StaleViewError(py),
                    Error::Released => ReleasedError(py),
                    Error::Busy(_) => BusyError(py),
                    Error::Value(_) => return PyValueError::new_err(message),
                    Error::Type(_) => return PyTypeError::new_err(message),
                    Error::Index(_) => return PyIndexError::new_err(message),
                    Error::Memory(_) => return PyMemoryError::new_err(message),
                    Error::Interrupted => return PyKeyboardInterrupt::new_err(()),
                };
                match class {
                    Ok(class) => PyErr::from_type(class.bind(py).clone(), message),
                    Err(error) => error,
                }
            })
        }
    }
}
