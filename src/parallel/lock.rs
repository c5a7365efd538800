//! One reader-writer lock an image, so that no two calls of pilview race on its pixels.
//!
//! The locks are a fixed table, indexed by a hash of the core's address: nothing to register, nothing to free, and
//! a forked child starts with fresh ones. Two images that share a lock merely take turns. A call that needs two
//! takes them in the order of the table, and one that falls on the same lock twice takes it once.

use super::loan::Needs;
use super::runtime::runtime;
use crate::error::Result;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult};

const LOCKS: usize = 1024;

pub(super) struct Locks(Box<[RwLock<()>; LOCKS]>);

impl Default for Locks {
    fn default() -> Self {
        Locks(Box::new([const { RwLock::new(()) }; LOCKS]))
    }
}

/// What a call is going to do with one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    lock: usize,
    write: bool,
    /// The address that a loan of the image is marked with.
    core: usize,
}

impl Need {
    /// For the image whose core is at this address.
    pub fn new(core: usize, write: bool) -> Need {
        // Fibonacci hashing: objects lie at multiples of 16, the high bits of the product differ all the same.
        let hash = (core as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
        Need { lock: hash as usize % LOCKS, write, core }
    }

    /// For who waits for pilview's own calls only: loans are not in its way.
    #[must_use]
    pub fn despite_loans(self) -> Need {
        Need { core: 0, ..self }
    }

    pub(super) fn core(&self) -> usize {
        self.core
    }

    pub(super) fn writes(&self) -> bool {
        self.write
    }
}

/// Holds up to two locks until dropped.
#[must_use]
pub struct Guards(#[allow(dead_code)] [Option<Guard>; 2]);

#[allow(dead_code)]
enum Guard {
    Read(RwLockReadGuard<'static, ()>),
    Write(RwLockWriteGuard<'static, ()>),
}

/// In the order of the table; one need where both fall on the same lock.
fn ordered(a: Need, b: Option<Need>) -> Needs {
    match b {
        None => [Some(a), None],
        Some(b) if a.lock == b.lock => [Some(Need { write: a.write || b.write, ..a }), None],
        Some(b) => [Some(a.min(b)), Some(a.max(b))],
    }
}

/// Waits for the locks, and for the end of loans. Call it without the GIL.
///
/// # Errors
/// [`crate::error::Error::Busy`] where a loan is in the way and this thread must not wait for its end;
/// [`crate::error::Error::Interrupted`] after Ctrl-C while waiting for it.
pub fn lock(a: Need, b: Option<Need>) -> Result<Guards> {
    loop {
        let guards = wait(a, b);
        let (loans, needs) = (&runtime().loans, [Some(a), b]);
        if !loans.are_in_the_way(&needs) {
            return Ok(guards);
        }
        drop(guards);
        loans.wait(&needs)?;
    }
}

fn wait(a: Need, b: Option<Need>) -> Guards {
    let locks = &runtime().locks.0;
    Guards(ordered(a, b).map(|need| {
        need.map(|need| {
            let lock = &locks[need.lock];
            // Poisoned means that a kernel panicked; the lock guards no data of ours that could be half-made.
            if need.write {
                Guard::Write(lock.write().unwrap_or_else(PoisonError::into_inner))
            } else {
                Guard::Read(lock.read().unwrap_or_else(PoisonError::into_inner))
            }
        })
    }))
}

/// The locks, if nobody has to be waited for.
pub fn try_lock(a: Need, b: Option<Need>) -> Option<Guards> {
    let mut guards = Guards([None, None]);
    for (guard, need) in guards.0.iter_mut().zip(ordered(a, b)) {
        let Some(need) = need else { continue };
        let lock = &runtime().locks.0[need.lock];
        *guard = Some(match need.write {
            true => Guard::Write(unpoisoned(lock.try_write())?),
            false => Guard::Read(unpoisoned(lock.try_read())?),
        });
    }
    (!runtime().loans.are_in_the_way(&[Some(a), b])).then_some(guards)
}

/// The lock to read, if nobody has to be waited for. For single pixels, where every nanosecond counts.
#[inline]
pub fn try_read(need: Need) -> Option<RwLockReadGuard<'static, ()>> {
    let runtime = runtime();
    let guard = unpoisoned(runtime.locks.0[need.lock].try_read())?;
    (!runtime.loans.are_in_the_way(&[Some(Need { write: false, ..need }), None])).then_some(guard)
}

/// The same to write.
#[inline]
pub fn try_write(need: Need) -> Option<RwLockWriteGuard<'static, ()>> {
    let runtime = runtime();
    let guard = unpoisoned(runtime.locks.0[need.lock].try_write())?;
    (!runtime.loans.are_in_the_way(&[Some(Need { write: true, ..need }), None])).then_some(guard)
}

#[inline]
fn unpoisoned<T>(tried: TryLockResult<T>) -> Option<T> {
    match tried {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_share_and_writers_do_not() {
        let (read, write) = (Need::new(0x1000, false), Need::new(0x1000, true));
        let first = try_lock(read, None).unwrap();
        let second = try_lock(read, None).unwrap();
        assert!(try_lock(write, None).is_none());
        drop((first, second));
        let writer = try_lock(write, None).unwrap();
        assert!(try_lock(read, None).is_none());
        drop(writer);
        assert!(try_lock(write, Some(read)).is_some(), "an image with itself needs its lock once");
    }

    #[test]
    fn pairs_in_both_orders_do_not_deadlock() {
        let (a, b) = (Need::new(0x2000, true), Need::new(0x3000, true));
        std::thread::scope(|scope| {
            for swap in [false, true, false, true] {
                scope.spawn(move || {
                    for _ in 0..2000 {
                        let (a, b) = if swap { (b, a) } else { (a, b) };
                        drop(lock(a, Some(b)).unwrap());
                    }
                });
            }
        });
    }
}
