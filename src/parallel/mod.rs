//! Rows to threads.
//!
//! The caller works too, and helpers from a rayon pool join it; each takes the next few rows from a counter, so
//! that a slow thread holds nobody up. The pool is built by the first kernel that is large enough. A forked
//! child forgets it (leaked, never joined) and builds its own: see [`runtime`].

pub mod lock;
mod runtime;

pub use runtime::{MAX_THREADS, set_threads, threads};

use crate::error::{Error, Result};
use crate::simd;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Work below this stays on the calling thread. To wake a helper and to see it done takes 30 to 50 us, in which one
/// thread changes 1 to 3 MB in place: 1 MB of `invert` took 18 us on one thread and 51 on two, 2 MB 45 and 72, 4 MB 146
/// and 115 (Xeon with AVX-512, 2 virtual cores, all in the cache).
const SERIAL_BYTES: usize = 3 << 20;

/// What a thread takes at a time: long enough to hide the counter, short enough that all end together and that
/// Ctrl-C is seen.
const CHUNK_BYTES: usize = 256 * 1024;

/// How long work takes for its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Cost(usize);

impl Cost {
    /// As long as memory does: vectors at a time.
    pub const MEMORY: Cost = Cost(1);
    /// Values one by one.
    pub const SCALAR: Cost = Cost(8);
}

/// How often the calling thread looks whether the user wants it to stop.
const POLL_EVERY: Duration = Duration::from_millis(20);

static POLL: OnceLock<fn() -> bool> = OnceLock::new();

/// To be called once, before there can be a second thread: a fork in the middle of it would leave the child with half
/// of it. `poll` tells whether the user wants running work to stop; the calling thread asks it now and then.
pub fn prepare(poll: fn() -> bool) {
    POLL.get_or_init(|| poll);
    simd::level();
    runtime::runtime();
}

/// Calls `job` with ranges that make up `0..rows`, on several threads if `parallel` and the work is worth it.
///
/// # Errors
/// [`Error::Interrupted`] if the user wanted to stop: ranges that were begun are finished, the others not begun.
pub fn split(
    rows: usize,
    row_bytes: usize,
    cost: Cost,
    parallel: bool,
    job: &(dyn Fn(Range<usize>) + Sync),
) -> Result<()> {
    let row_bytes = row_bytes.saturating_mul(cost.0);
    let bytes = rows.saturating_mul(row_bytes);
    let grain = (CHUNK_BYTES / row_bytes.max(1)).max(1);
    if bytes <= SERIAL_BYTES {
        job(0..rows);
        return Ok(());
    }
    let work = Work { rows, grain, next: AtomicUsize::new(0), stop: AtomicBool::new(false), job };
    let helpers = if parallel { threads()?.min(rows.div_ceil(grain)) - 1 } else { 0 };
    match runtime::pool(helpers)? {
        Some(pool) => pool.run(helpers, &work),
        None => work.on_caller(|| {}),
    }
    if work.stop.into_inner() { Err(Error::Interrupted) } else { Ok(()) }
}

struct Work<'a> {
    rows: usize,
    grain: usize,
    next: AtomicUsize,
    stop: AtomicBool,
    job: &'a (dyn Fn(Range<usize>) + Sync),
}

impl Work<'_> {
    /// Does the next rows; false when there are none.
    fn step(&self) -> bool {
        if self.stop.load(Ordering::Relaxed) {
            return false;
        }
        let start = self.next.fetch_add(self.grain, Ordering::Relaxed);
        if start >= self.rows {
            return false;
        }
        (self.job)(start..(start + self.grain).min(self.rows));
        true
    }

    fn on_caller(&self, between: impl Fn()) {
        let mut polled = Instant::now();
        while self.step() {
            between();
            if polled.elapsed() >= POLL_EVERY {
                if POLL.get().is_some_and(|poll| poll()) {
                    self.stop.store(true, Ordering::Relaxed);
                }
                polled = Instant::now();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn every_row_is_handed_out_once_whatever_the_size_and_the_threads() {
        for (rows, row_bytes) in [(0, 10), (1, 1), (1000, 4), (5000, 400), (3, 10_000_000), (100_000, 100)] {
            for parallel in [false, true] {
                let seen: Vec<_> = (0..rows).map(|_| AtomicUsize::new(0)).collect();
                let count =
                    |range: Range<usize>| seen[range].iter().for_each(|n| _ = n.fetch_add(1, Ordering::Relaxed));
                split(rows, row_bytes, Cost::MEMORY, parallel, &count).unwrap();
                assert!(seen.iter().all(|n| n.load(Ordering::Relaxed) == 1), "{rows} x {row_bytes}");
            }
        }
    }

    #[test]
    fn serial_work_stays_on_the_calling_thread() {
        let threads = Mutex::new(Vec::new());
        split(10_000, 1000, Cost::MEMORY, false, &|_| threads.lock().unwrap().push(std::thread::current().id()))
            .unwrap();
        assert!(threads.into_inner().unwrap().iter().all(|&id| id == std::thread::current().id()));
    }

    #[test]
    fn many_callers_share_the_pool_and_all_finish() {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let sum = AtomicUsize::new(0);
                        let add = |range: Range<usize>| _ = sum.fetch_add(range.sum::<usize>(), Ordering::Relaxed);
                        split(2000, 1000, Cost::SCALAR, true, &add).unwrap();
                        assert_eq!(sum.into_inner(), 2000 * 1999 / 2);
                    }
                });
            }
        });
    }
}
