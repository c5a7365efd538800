//! An export of a view that other libraries hold, for as long as they like and on whatever thread.

use crate::error::Result;
use crate::pillow::core::Core;
use crate::view::ImageView;
use pyo3::ffi;
use pyo3::prelude::*;
use std::mem::ManuallyDrop;

/// Keeps a view and its memory, and counts as an exported buffer: `release` is a BufferError meanwhile.
pub struct Lease(ManuallyDrop<Py<ImageView>>);

impl Lease {
    /// Takes a lease, if `look` finds the memory fit. `look` runs no Python code.
    ///
    /// # Errors
    /// [`crate::error::Error::Released`], and those of `look`.
    pub fn of<R>(view: &Bound<'_, ImageView>, look: impl FnOnce(&Core) -> Result<R>) -> Result<(Lease, R)> {
        let found = view.get().owner.export(look)?;
        Ok((Lease(ManuallyDrop::new(view.clone().unbind())), found))
    }
}

impl Drop for Lease {
    /// Consumers give memory back from threads of their own, and as late as in C's exit handlers. A thread that Python
    /// does not know must not wait for the interpreter here: who holds it may be waiting for that thread (JAX does, when
    /// its threads are joined at exit). PyO3 keeps its reference until somebody with the interpreter comes by. When there
    /// is no interpreter any more the system takes the memory back.
    fn drop(&mut self) {
        // SAFETY: taken here only, and `self` is not used again.
        let view = unsafe { ManuallyDrop::take(&mut self.0) };
        view.get().owner.end_export();
        // SAFETY: it looks at a thread-local variable, on any thread and at any time.
        let known = !unsafe { ffi::PyGILState_GetThisThreadState() }.is_null();
        if known {
            Python::try_attach(|_| drop(view));
        } else {
            drop(view);
        }
    }
}
