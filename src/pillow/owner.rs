//! Who owns the memory of a view: a core, until it is released.
//!
//! `release` may come from another thread at any time, so everybody who uses the memory either holds a reference to
//! the core (kernels, copies: [`Owner::core`]), or is counted (exported buffers: [`Owner::export`]), or holds the
//! core's lock, which `release` waits for before it lets go (single pixels: [`Owner::read_pixel`]).

use super::access::locked;
use super::core::{Core, is_current, is_still_current};
use super::layout::RowTable;
use crate::error::{Error, Result};
use crate::parallel::lock::{Need, try_read, try_write};
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

/// The memory of a view.
pub struct Owner {
    /// `None` after `release`. Locked for moments only, never while Python code runs.
    core: RwLock<Option<Core>>,
    /// Buffers that are exported now.
    exports: AtomicUsize,
    /// Set by `release` before it waits for the core's lock.
    released: AtomicBool,
    readonly: bool,
    table: RowTable,
    lock: Need,
}

impl Owner {
    /// Owns `core`.
    pub fn new(core: Core) -> Owner {
        Owner {
            exports: AtomicUsize::new(0),
            released: AtomicBool::new(false),
            readonly: core.readonly,
            table: core.table,
            lock: core.need(true),
            core: RwLock::new(Some(core)),
        }
    }

    /// Another owner of the same memory, so that it lives while we work on it.
    ///
    /// # Errors
    /// [`Error::Released`].
    pub fn core(&self, py: Python<'_>) -> Result<Core> {
        self.with_core(|core| core.share(py))
    }

    /// Looks at the core for a moment, without running Python code.
    ///
    /// # Errors
    /// [`Error::Released`].
    pub fn with_core<R>(&self, look: impl FnOnce(&Core) -> R) -> Result<R> {
        let core = self.core.read().unwrap_or_else(PoisonError::into_inner);
        core.as_ref().map(look).ok_or(Error::Released)
    }

    /// For the garbage collector, which must not wait: the core if it is to be had now.
    pub fn try_with_core<R>(&self, look: impl FnOnce(&Core) -> R) -> Option<R> {
        self.core.try_read().ok()?.as_ref().map(look)
    }

    /// Counts a buffer if `fill` succeeds. `fill` runs no Python code.
    pub fn export<R>(&self, fill: impl FnOnce(&Core) -> Result<R>) -> Result<R> {
        // Counted under the lock, so that `release` either sees it or comes first.
        self.with_core(|core| fill(core).inspect(|_| _ = self.exports.fetch_add(1, Ordering::AcqRel)))?
    }

    /// A buffer was given back.
    pub fn end_export(&self) {
        self.exports.fetch_sub(1, Ordering::AcqRel);
    }

    /// Lets go of the memory.
    ///
    /// # Errors
    /// How many buffers are still exported.
    pub fn release(&self, py: Python<'_>) -> Result<(), usize> {
        let core = {
            let mut core = self.core.write().unwrap_or_else(PoisonError::into_inner);
            match self.exports.load(Ordering::Acquire) {
                0 => core.take(),
                exports => return Err(exports),
            }
        };
        self.released.store(true, Ordering::Release);
        if core.is_some() {
            // Whoever reads or writes a pixel now is waited for; whoever comes later sees the flag.
            // A loan is not waited for: who has one has a reference to the core.
            let _ = locked(py, 0, &[self.lock.despite_loans()], || Ok(()));
        }
        drop(core); // Now, with no lock held: it may run Python code.
        Ok(())
    }

    /// The address of a pixel of the image. Its lock is held.
    fn address(&self, row: isize, column: isize, pixel: usize) -> Option<*mut u8> {
        let start = column * pixel.cast_signed();
        let inside = (0..self.table.height.cast_signed()).contains(&row)
            && start >= 0
            && start + pixel.cast_signed() <= self.table.row_bytes.cast_signed();
        if !inside || self.released.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY: the table was proved and its core is not released: `release` waits for the lock that we hold. The
        // pixel is inside, so the image is not empty and its row pointers are not null.
        Some(unsafe { (*self.table.rows.as_ptr().offset(row)).offset(start) })
    }

    /// The bytes of one pixel, up to four, if nobody has to be waited for.
    #[inline]
    pub fn read_pixel(&self, row: isize, column: isize, pixel: usize) -> Option<[u8; 4]> {
        let _guard = try_read(self.lock)?;
        let address = self.address(row, column, pixel)?;
        let mut bytes = [0; 4];
        // SAFETY: `pixel` bytes, at most four (the slice checks), alive and locked as said in `address`.
        unsafe { address.copy_to_nonoverlapping(bytes[..pixel].as_mut_ptr(), pixel) };
        Some(bytes)
    }

    /// Writes `values`, each at its byte in the pixel. `None` if that has to be done the long way: it is not allowed, the
    /// pixel is outside, somebody has to be waited for.
    #[inline]
    pub fn write_pixel<'a>(
        &self,
        py: Python<'_>,
        (row, column, pixel): (isize, isize, usize),
        values: impl Iterator<Item = (usize, &'a [u8])>,
    ) -> Option<()> {
        // Asking the image for its core may run Python code: so not under a lock.
        let (image, core) = self.with_core(|core| (core.image.clone_ref(py), core.core.as_ptr().addr())).ok()?;
        if self.readonly || !is_current(image.bind(py), core) {
            return None;
        }
        let guard = try_write(self.lock)?;
        let address = self.address(row, column, pixel)?;
        for (start, value) in values {
            assert!(start + value.len() <= pixel);
            // SAFETY: inside of the pixel; alive as said in `address`, locked for writing, and not read-only.
            unsafe { value.as_ptr().copy_to_nonoverlapping(address.add(start), value.len()) };
        }
        drop(guard);
        // Without the GIL another thread may have replaced it meanwhile. The long way finds that the write was lost.
        is_still_current(image.bind(py), core).then_some(())
    }
}
