//! Images on loan to code that is not pilview's: row functions, C extensions, closures of Rust programs, and Pillow where
//! it reads a file or makes a copy.
//!
//! Such code may run Python, which may call pilview again, so no lock is held while it runs. Its images are marked
//! instead. Who wants an image that is on loan waits for the end of the loan, without the GIL, as for a lock; except a
//! thread that has a loan itself or runs a row function: that one gets [`Error::Busy`] at once. So whoever waits here
//! keeps nobody else waiting, and no circle of waiting threads can close.

use super::lock::{self, Need};
use super::runtime::runtime;
use super::{POLL_EVERY, Wish};
use crate::error::{Error, Result};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// All loans of this process.
#[derive(Default)]
pub(super) struct Loans {
    /// How many there are: mostly none, and that is seen without the mutex.
    count: AtomicUsize,
    marks: Mutex<Vec<Mark>>,
    ended: Condvar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    core: usize,
    write: bool,
    thread: ThreadId,
}

impl Mark {
    fn is_in_the_way_of(&self, need: &Need) -> bool {
        self.core == need.core() && (self.write || need.writes())
    }
}

impl Loans {
    fn marks(&self) -> MutexGuard<'_, Vec<Mark>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a loan is in the way. The locks of `needs` are held, so none is made meanwhile.
    #[inline]
    pub fn are_in_the_way(&self, needs: &[Need]) -> bool {
        self.count.load(Ordering::Relaxed) != 0 && in_the_way(&self.marks(), needs)
    }

    /// Waits until no loan is in the way. No lock is held, and not the GIL.
    pub fn wait(&self, needs: &[Need]) -> Result<()> {
        while !self.wait_a_moment(needs)? {}
        Ok(())
    }

    /// The same, until then or for [`POLL_EVERY`]; whether no loan is in the way.
    fn wait_a_moment(&self, needs: &[Need]) -> Result<bool> {
        let marks = self.marks();
        if !in_the_way(&marks, needs) {
            return Ok(true);
        }
        let this = thread::current().id();
        if INSIDE.get() || marks.iter().any(|mark| mark.thread == this) {
            return Err(Error::Busy(
                "the image is in use by a row function, an extension or a load, and this call comes from inside of one, so \
                 waiting could last for ever; call it before or after, or change the row that the function was given"
                    .into(),
            ));
        }
        drop(self.ended.wait_timeout(marks, POLL_EVERY));
        match super::wish() {
            Wish::GoOn => Ok(false),
            Wish::Stop => Err(Error::Interrupted),
            Wish::Ending => Err(Error::Busy(
                "the image is in use by a row function, an extension or a load of another thread, which may never end, as \
                 the interpreter does"
                    .into(),
            )),
        }
    }
}

fn in_the_way(marks: &[Mark], needs: &[Need]) -> bool {
    needs.iter().any(|need| marks.iter().any(|mark| mark.is_in_the_way_of(need)))
}

/// Up to two images on loan, until dropped, by whatever thread.
#[must_use]
pub struct Loan([Option<Mark>; 2]);

/// Lends one image or two, when neither is in use. Call it without the GIL.
///
/// # Errors
/// [`Error::Busy`] and [`Error::Interrupted`], as for each lock.
pub fn lend(a: Need, b: Option<Need>) -> Result<Loan> {
    // With the locks held, so that who comes behind us sees the marks, and kernels that run now are waited for.
    let _guards = match b {
        Some(b) => lock::lock(&[a, b])?,
        None => lock::lock(&[a])?,
    };
    let loans = &runtime().loans;
    let thread = thread::current().id();
    let mark = |need: Need| Mark { core: need.core(), write: need.writes(), thread };
    let loan = Loan([Some(mark(a)), b.map(mark)]);
    let mut marks = loans.marks();
    marks.extend(loan.0.iter().flatten());
    loans.count.store(marks.len(), Ordering::Relaxed);
    Ok(loan)
}

/// An image on loan to Pillow itself, where no other thread has it so. `image` is the address of the image, not of its
/// core: kernels, which want cores, are not in the way.
pub fn try_turn(image: usize) -> Option<Loan> {
    let loans = &runtime().loans;
    let mut marks = loans.marks();
    if in_the_way(&marks, &[Need::new(image, true)]) {
        return None;
    }
    let mark = Mark { core: image, write: true, thread: thread::current().id() };
    marks.push(mark);
    loans.count.store(marks.len(), Ordering::Relaxed);
    Some(Loan([Some(mark), None]))
}

/// Waits for the end of such a loan, a moment at most. Call it without the GIL.
///
/// # Errors
/// As [`lend`].
pub fn wait_for_turn(image: usize) -> Result<()> {
    runtime().loans.wait_a_moment(&[Need::new(image, true)]).map(|_| ())
}

impl Drop for Loan {
    fn drop(&mut self) {
        let loans = &runtime().loans;
        let mut marks = loans.marks();
        for mark in self.0.iter().flatten() {
            // A child that was forked meanwhile knows of no loans.
            if let Some(index) = marks.iter().position(|other| other == mark) {
                marks.swap_remove(index);
            }
        }
        loans.count.store(marks.len(), Ordering::Relaxed);
        loans.ended.notify_all();
    }
}

thread_local! {
    /// Whether this thread runs a row function: a helper's loan is its caller's.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Calls a row function, which may find its way back to pilview on this thread.
pub fn inside<R>(call: impl FnOnce() -> R) -> R {
    let before = INSIDE.replace(true);
    let done = call();
    INSIDE.set(before);
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn the_borrower_is_refused_and_others_wait() {
        let (read, write) = (Need::new(0x51_0000, false), Need::new(0x51_0000, true));
        let loan = lend(write, None).unwrap();
        assert!(matches!(lock::lock(&[read]), Err(Error::Busy(_))));
        assert!(matches!(lend(write, None), Err(Error::Busy(_))));
        assert!(lock::try_lock(&[read]).is_none());
        assert!(lock::lock(&[Need::new(0x52_0000, true)]).is_ok(), "another image");
        let (done, waiting) = channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                drop(lock::lock(&[read]).unwrap());
                done.send(()).unwrap();
            });
            assert!(waiting.recv_timeout(Duration::from_millis(50)).is_err(), "it waits");
            drop(loan);
            waiting.recv().unwrap();
        });
        assert!(lock::try_lock(&[write]).is_some());
    }

    #[test]
    fn readers_share_a_loan() {
        let (read, write) = (Need::new(0x53_0000, false), Need::new(0x53_0000, true));
        let loans = [lend(read, None).unwrap(), lend(read, None).unwrap()];
        assert!(lock::lock(&[read]).is_ok());
        assert!(lock::lock(&[write]).is_err());
        drop(loans);
        assert!(lock::lock(&[write]).is_ok());
    }

    #[test]
    fn an_image_is_lent_with_itself() {
        let (read, write) = (Need::new(0x54_0000, false), Need::new(0x54_0000, true));
        drop(lend(write, Some(read)).unwrap());
        assert!(lock::lock(&[write]).is_ok());
    }

    #[test]
    fn who_runs_a_row_function_never_waits() {
        let need = Need::new(0x55_0000, true);
        let loan = lend(need, None).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(matches!(inside(|| lock::lock(&[need]).map(drop)), Err(Error::Busy(_)))));
        });
        drop(loan);
    }
}
