//! Ctrl-C while a kernel runs.
//!
//! A kernel holds a lock, and Python code must not run under it (a handler could want the same image). So the kernel
//! only looks whether SIGINT has come. If Python's own handler is installed, which raises KeyboardInterrupt, the
//! kernel stops and raises that itself. If another one is, which might not raise, the kernel finishes, and the
//! signal is handed back for the handler to run then.

use crate::parallel::Wish;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

struct Handlers {
    getsignal: Py<PyAny>,
    default: Py<PyAny>,
    sigint: Py<PyAny>,
}

/// Looked up at import, so that asking runs no Python code.
static HANDLERS: PyOnceLock<Handlers> = PyOnceLock::new();

/// A SIGINT that was seen and is to be handed back.
static SEEN: AtomicBool = AtomicBool::new(false);

/// Prepares the polling of kernels.
pub fn register(py: Python<'_>) -> PyResult<()> {
    HANDLERS.get_or_try_init(py, || {
        let signal = py.import("_signal")?;
        PyResult::Ok(Handlers {
            getsignal: signal.getattr("getsignal")?.unbind(),
            default: signal.getattr("default_int_handler")?.unbind(),
            sigint: signal.getattr("SIGINT")?.unbind(),
        })
    })?;
    crate::parallel::prepare(wish);
    Ok(())
}

/// To stop is to raise KeyboardInterrupt. Called by the thread that called the kernel, without the GIL.
fn wish() -> Wish {
    let stop = Python::try_attach(|py| {
        // SAFETY: attached. It looks at a flag, and says no on all threads but Python's main one.
        if unsafe { ffi::PyOS_InterruptOccurred() } == 0 {
            return false;
        }
        let default = HANDLERS.get(py).is_some_and(|handlers| {
            handlers.getsignal.call1(py, (&handlers.sigint,)).is_ok_and(|now| now.is(&handlers.default))
        });
        if !default {
            SEEN.store(true, Ordering::Relaxed);
        }
        default
    });
    match stop {
        Some(true) => Wish::Stop,
        Some(false) => Wish::GoOn,
        None => Wish::Ending,
    }
}

/// Hands a SIGINT that was seen meanwhile back to Python. Called when the locks are released.
pub fn hand_back() {
    if SEEN.load(Ordering::Relaxed) && SEEN.swap(false, Ordering::Relaxed) {
        // SAFETY: it only sets the flag that a signal sets.
        unsafe { ffi::PyErr_SetInterrupt() };
    }
}
