//! Python code that a thread of Python's runs for pilview while the interpreter shuts down.
//!
//! Before CPython 3.14 a thread that wants the GIL back then is ended by `pthread_exit`, which unwinds its stack through
//! whoever called Python code, and Rust aborts the process when that comes to one of its functions that catch panics. From
//! 3.14 on such a thread hangs. PyO3 lets it hang where Rust itself takes the GIL; this does where Python code that Rust
//! has called gives it away and wants it again.

use pyo3::ffi;
use std::thread;

/// Calls what runs Python code that takes its time.
pub fn or_hang<R>(call: impl FnOnce() -> R) -> R {
    let guard = Hang;
    let done = call();
    std::mem::forget(guard);
    done
}

struct Hang;

impl Drop for Hang {
    fn drop(&mut self) {
        // Panics and other languages' exceptions go on.
        // SAFETY: it may be asked at any time, with or without the GIL. It says no from the moment on when CPython ends
        // threads.
        while !thread::panicking() && unsafe { ffi::Py_IsInitialized() } == 0 {
            thread::park(); // The thread has no GIL and nothing to do; the process ends without it.
        }
    }
}
