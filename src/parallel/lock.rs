//! One reader-writer lock an image, so that no two calls of pilview race on its pixels.
//!
//! The locks are a fixed table, indexed by a hash of the core's address: nothing to register, nothing to free, and
//! a forked child starts with fresh ones. Two images that share a lock merely take turns. A call that needs several
//! takes them in the order of the table, and one that falls on the same lock twice takes it once.

use super::runtime::runtime;
use crate::error::Result;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult};

const LOCKS: usize = 1024;

/// How many images a call can need: the one it writes, another, and a mask.
const MOST: usize = 3;

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

/// Holds locks until dropped.
#[must_use]
pub struct Guards(#[allow(dead_code)] [Option<Guard>; MOST]);

#[allow(dead_code)]
enum Guard {
    Read(RwLockReadGuard<'static, ()>),
    Write(RwLockWriteGuard<'static, ()>),
}

/// In the order of the table; one need where several fall on the same lock.
fn ordered(needs: &[Need]) -> [Option<Need>; MOST] {
    assert!(needs.len() <= MOST);
    let mut ordered: [Option<Need>; MOST] = [None; MOST];
    for (place, &need) in ordered.iter_mut().zip(needs) {
        *place = Some(need);
    }
    ordered.sort_unstable_by_key(|need| need.map_or(LOCKS, |need| need.lock));
    for i in 1..needs.len() {
        if let [Some(before), Some(need)] = [ordered[i - 1], ordered[i]]
            && before.lock == need.lock
        {
            ordered[i] = Some(Need { write: before.write || need.write, ..need });
            ordered[i - 1] = None;
        }
    }
    ordered
}

/// Waits for the locks of up to three images, and for the end of loans. Call it without the GIL.
///
/// # Errors
/// [`crate::error::Error::Busy`] where a loan is in the way and this thread must not wait for its end;
/// [`crate::error::Error::Interrupted`] after Ctrl-C while waiting for it.
pub fn lock(needs: &[Need]) -> Result<Guards> {
    loop {
        let guards = wait(needs);
        let loans = &runtime().loans;
        if !loans.are_in_the_way(needs) {
            return Ok(guards);
        }
        drop(guards);
        loans.wait(needs)?;
    }
}

fn wait(needs: &[Need]) -> Guards {
    let locks = &runtime().locks.0;
    Guards(ordered(needs).map(|need| {
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
pub fn try_lock(needs: &[Need]) -> Option<Guards> {
    let mut guards = Guards(Default::default());
    for (guard, need) in guards.0.iter_mut().zip(ordered(needs)) {
        let Some(need) = need else { continue };
        let lock = &runtime().locks.0[need.lock];
        *guard = Some(match need.write {
            true => Guard::Write(unpoisoned(lock.try_write())?),
            false => Guard::Read(unpoisoned(lock.try_read())?),
        });
    }
    (!runtime().loans.are_in_the_way(needs)).then_some(guards)
}

/// The lock to read, if nobody has to be waited for. For single pixels, where every nanosecond counts.
#[inline]
pub fn try_read(need: Need) -> Option<RwLockReadGuard<'static, ()>> {
    let runtime = runtime();
    let guard = unpoisoned(runtime.locks.0[need.lock].try_read())?;
    (!runtime.loans.are_in_the_way(&[Need { write: false, ..need }])).then_some(guard)
}

/// The same to write.
#[inline]
pub fn try_write(need: Need) -> Option<RwLockWriteGuard<'static, ()>> {
    let runtime = runtime();
    let guard = unpoisoned(runtime.locks.0[need.lock].try_write())?;
    (!runtime.loans.are_in_the_way(&[Need { write: true, ..need }])).then_some(guard)
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
        let first = try_lock(&[read]).unwrap();
        let second = try_lock(&[read]).unwrap();
        assert!(try_lock(&[write]).is_none());
        drop((first, second));
        let writer = try_lock(&[write]).unwrap();
        assert!(try_lock(&[read]).is_none());
        drop(writer);
        assert!(try_lock(&[write, read]).is_some(), "an image with itself needs its lock once");
    }

    #[test]
    fn each_lock_is_taken_once_and_in_one_order() {
        let [a, b] = [0x2000, 0x3000].map(|core| [false, true].map(|write| Need::new(core, write)));
        assert_ne!(a[0].lock, b[0].lock);
        for needs in [[a[0], b[0], a[1]], [a[1], a[0], b[0]], [b[0], a[1], a[0]], [a[0], a[1], a[0]]] {
            let taken: Vec<Need> = ordered(&needs).into_iter().flatten().collect();
            assert!(taken.windows(2).all(|pair| pair[0].lock < pair[1].lock), "{taken:?}");
            assert_eq!(taken.len(), if needs.iter().any(|need| need.lock == b[0].lock) { 2 } else { 1 });
            assert!(taken.iter().all(|need| need.write == (need.lock == a[0].lock)), "{taken:?}");
        }
    }

    #[test]
    fn any_order_of_images_does_not_deadlock() {
        let (a, b, c) = (Need::new(0x2000, true), Need::new(0x3000, true), Need::new(0x4000, true));
        std::thread::scope(|scope| {
            for needs in [[a, b, c], [c, b, a], [b, a, b], [c, a, b]] {
                scope.spawn(move || {
                    for _ in 0..2000 {
                        drop(lock(&needs).unwrap());
                    }
                });
            }
        });
    }
}
