//! Reading and writing the rows of cores, under their locks.
//!
//! These are the safe doors to [`Rows`]: what its makers have to promise is done here, once. A core is referenced
//! for as long as its rows are used, so the memory lives; its lock is held, so no two calls of pilview race; and
//! what Pillow calls read-only is never written.

use super::core::Core;
use crate::error::{Error, Result};
use crate::geometry::Geometry;
use crate::interrupt;
use crate::parallel::loan::{Loan, lend};
use crate::parallel::lock::{Need, lock, try_lock};
use crate::rows::{Rows, RowsMut};
use crate::scratch;
use pyo3::prelude::*;

/// Below this many bytes work is done without letting go of the GIL: that costs more than the work.
const ATTACHED_BYTES: usize = 32 * 1024;

/// Calls `work` with the locks held and, unless it is small and nobody has to be waited for, without the GIL.
pub fn locked<R: Send>(
    py: Python<'_>,
    bytes: usize,
    needs: &[Need],
    work: impl FnOnce() -> Result<R> + Send,
) -> Result<R> {
    if bytes <= ATTACHED_BYTES
        && let Some(guards) = try_lock(needs)
    {
        let done = work();
        drop(guards);
        return done;
    }
    let done = py.detach(|| {
        let _guards = lock(needs)?;
        work()
    });
    interrupt::hand_back();
    done
}

/// Asks for what lists of rows take, of images that are not small.
fn ask_for_lists(geometry: &Geometry, bytes: usize) -> Result<()> {
    /// What lists have a row, two of them and what sorting them takes; and tables.
    const ROW: usize = 48;
    const TABLES: usize = 256 << 10;
    if bytes <= ATTACHED_BYTES { Ok(()) } else { scratch::ask(geometry.rows.len * ROW + TABLES) }
}

impl Core {
    /// The lock to take before reading or writing.
    pub fn need(&self, write: bool) -> Need {
        Need::new(self.core.as_ptr().addr(), write)
    }

    /// Refuses to write where Pillow does, or where it would be lost.
    pub fn check_writable(&self, py: Python<'_>) -> Result<()> {
        if self.readonly {
            return Err(Error::ReadOnly(
                "the view is read-only, as its image is (a mapped file, borrowed memory) or as was asked; \
                 pilview.view(img, writable=True) lets Pillow make the image writable first"
                    .into(),
            ));
        }
        self.check_current(py)
    }

    /// How the rows lie. No pixel is read.
    pub fn layout<R>(&self, geometry: &Geometry, look: impl FnOnce(&Layout<'_>) -> R) -> R {
        // SAFETY: `self` keeps the core alive. Without the lock no pixel may be read, and `Layout` reads none; row
        // pointers never change.
        look(&Layout(unsafe { Rows::of_image(&self.table, geometry) }))
    }

    /// Calls `work` with the rows.
    pub fn read<R: Send>(
        &self,
        py: Python<'_>,
        geometry: &Geometry,
        work: impl FnOnce(&Rows<'_>) -> Result<R> + Send,
    ) -> Result<R> {
        ask_for_lists(geometry, geometry.nbytes())?;
        locked(py, geometry.nbytes(), &[self.need(false)], || {
            // SAFETY: `self` keeps the core alive, and its lock is held.
            work(&unsafe { Rows::of_image(&self.table, geometry) })
        })
    }

    /// Calls `work` with the rows and those of another core, which may be the same.
    pub fn read_with<R: Send>(
        &self,
        py: Python<'_>,
        geometry: &Geometry,
        (other, other_geometry): (&Core, &Geometry),
        work: impl FnOnce(&Rows<'_>, &Rows<'_>) -> Result<R> + Send,
    ) -> Result<R> {
        ask_for_lists(geometry, geometry.nbytes())?;
        locked(py, geometry.nbytes(), &[self.need(false), other.need(false)], || {
            // SAFETY: as in `read`, for each core.
            unsafe { work(&Rows::of_image(&self.table, geometry), &Rows::of_image(&other.table, other_geometry)) }
        })
    }

    /// Calls `work` with the rows to change.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Stale`], and those of `work`.
    pub fn write<R: Send>(
        &self,
        py: Python<'_>,
        geometry: &Geometry,
        work: impl FnOnce(&mut RowsMut<'_>) -> Result<R> + Send,
    ) -> Result<R> {
        self.write_with(py, geometry, [], |rows, []| work(rows))
    }

    /// Calls `work` with the rows to change and those of another core, which may be the same: whether they share
    /// memory, `work` has to look.
    ///
    /// # Errors
    /// As [`Core::write`].
    pub fn write_from<R: Send>(
        &self,
        py: Python<'_>,
        geometry: &Geometry,
        other: (&Core, &Geometry),
        work: impl FnOnce(&mut RowsMut<'_>, &Rows<'_>) -> Result<R> + Send,
    ) -> Result<R> {
        self.write_with(py, geometry, [other], |rows, [other]| work(rows, &other))
    }

    /// The same with up to two other cores.
    ///
    /// # Errors
    /// As [`Core::write`].
    pub fn write_with<R: Send, const N: usize>(
        &self,
        py: Python<'_>,
        geometry: &Geometry,
        others: [(&Core, &Geometry); N],
        work: impl FnOnce(&mut RowsMut<'_>, [Rows<'_>; N]) -> Result<R> + Send,
    ) -> Result<R> {
        self.check_writable(py)?;
        let bytes = others.iter().map(|(_, other)| other.nbytes()).fold(geometry.nbytes(), usize::max);
        ask_for_lists(geometry, bytes)?;
        let mut needs = [self.need(true); 3];
        let needs = &mut needs[..=N];
        needs[1..].iter_mut().zip(others).for_each(|(need, (other, _))| *need = other.need(false));
        let done = locked(py, bytes, needs, || {
            // SAFETY: as in `read`, for each core; and the lock of `self` is held for writing, and it is not read-only.
            // While a `RowsMut` is not used, others may read.
            unsafe {
                let mut rows = RowsMut::new(Rows::of_image(&self.table, geometry));
                work(&mut rows, others.map(|(other, geometry)| Rows::of_image(&other.table, geometry)))
            }
        })?;
        // Another thread may have replaced the core meanwhile: then the work is lost, and that is an error.
        self.check_current(py)?;
        Ok(done)
    }

    /// Marks the image, and `other` to be read, as in use by code that is not pilview's, until the loan is dropped.
    ///
    /// # Errors
    /// As [`Core::write`], and [`Error::Busy`] where the calling thread has a loan that is in the way.
    pub fn borrow(&self, py: Python<'_>, write: bool, other: Option<&Core>) -> Result<Loan> {
        if write {
            self.check_writable(py)?;
        }
        let (need, other) = (self.need(write), other.map(|other| other.need(false)));
        let loan = py.detach(|| lend(need, other));
        interrupt::hand_back();
        loan
    }

    /// As [`Core::write`] and [`Core::write_from`] for code that is not pilview's: it has the images on loan, and no lock is
    /// held. The rows of `other` share no byte with those to be changed.
    ///
    /// # Errors
    /// As [`Core::borrow`]; [`Error::Value`] if memory is shared; and those of `work`.
    pub fn lend<R: Send>(
        &self,
        py: Python<'_>,
        geometry: &Geometry,
        other: Option<(&Core, &Geometry)>,
        work: impl FnOnce(&mut RowsMut<'_>, Option<&Rows<'_>>) -> Result<R> + Send,
    ) -> Result<R> {
        let loan = self.borrow(py, true, other.map(|(other, _)| other))?;
        let done = py.detach(|| {
            // SAFETY: `self` and `other` keep the cores alive, and both are lent, `self` for writing; it is not read-only.
            let mut rows = unsafe { RowsMut::new(Rows::of_image(&self.table, geometry)) };
            // SAFETY: as above; and no byte of it is written, as is seen to next.
            let other = other.map(|(other, geometry)| unsafe { Rows::of_image(&other.table, geometry) });
            if other.is_some_and(|other| rows.rows().shares_memory_with(&other)) {
                return Err(Error::Value(
                    "the rows that are read share memory with those that are written; give a copy of the image".into(),
                ));
            }
            work(&mut rows, other.as_ref())
        });
        drop(loan);
        interrupt::hand_back();
        let done = done?;
        self.check_current(py)?;
        Ok(done)
    }

    /// The same to read.
    ///
    /// # Errors
    /// As [`Core::borrow`], and those of `work`.
    pub fn lend_to_read<R: Send>(
        &self,
        py: Python<'_>,
        geometry: &Geometry,
        work: impl FnOnce(&Rows<'_>) -> Result<R> + Send,
    ) -> Result<R> {
        let loan = self.borrow(py, false, None)?;
        let done = py.detach(|| {
            // SAFETY: `self` keeps the core alive, and it is lent.
            work(&unsafe { Rows::of_image(&self.table, geometry) })
        });
        drop(loan);
        interrupt::hand_back();
        done
    }
}

/// The addresses of rows, without the pixels.
pub struct Layout<'a>(Rows<'a>);

impl Layout<'_> {
    /// As [`Rows::pitch`].
    pub fn pitch(&self) -> Option<isize> {
        self.0.pitch()
    }

    /// As [`Rows::runs`].
    pub fn runs(&self) -> Vec<std::ops::Range<usize>> {
        self.0.runs()
    }

    /// As [`Rows::starts`].
    pub fn starts(&self) -> impl Iterator<Item = *const u8> {
        self.0.starts().map(<*mut u8>::cast_const)
    }

    /// The address of each row; null where there is no pixel.
    pub fn row_table(&self) -> Vec<*mut u8> {
        (0..self.0.height()).map(|y| if self.0.is_empty() { std::ptr::null_mut() } else { self.0.start(y) }).collect()
    }

    /// As [`Rows::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the system lets the pixels be written: their first and their last byte are asked, and are then as they
    /// were. (Elsewhere than on Unix, Pillow's word has to do.)
    pub fn can_be_written(&self) -> bool {
        let extent = self.0.extent();
        extent.is_empty() || [extent.start, extent.end - 1].into_iter().all(can_write)
    }
}

/// Lets the system, not this process, write a byte to its own place: that fails with EFAULT where this process would
/// be killed.
#[cfg(unix)]
fn can_write(address: usize) -> bool {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    let place = std::ptr::with_exposed_provenance_mut::<u8>(address);
    let Ok((reader, mut writer)) = std::io::pipe() else { return false };
    // SAFETY: `place` is a byte of an image's row, which lives and can be read; the system writes the same byte back.
    unsafe { writer.write_all(&[place.read()]).is_ok() && libc::read(reader.as_raw_fd(), place.cast(), 1) == 1 }
}

#[cfg(not(unix))]
fn can_write(_address: usize) -> bool {
    true
}
