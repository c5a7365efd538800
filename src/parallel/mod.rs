//! Rows to threads.
//!
//! The caller works too, and helpers from a rayon pool join it; each takes the next few rows from a counter, so
//! that a slow thread holds nobody up. The pool is built by the first kernel that is large enough. A forked
//! child forgets it (leaked, never joined) and builds its own: see [`runtime`].

pub mod loan;
pub mod lock;
mod runtime;

pub use runtime::{MAX_THREADS, limit_threads, set_threads, threads};

use crate::error::{Error, Result};
use crate::simd;
use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Work below this stays on the calling thread. To wake a helper and to see it done takes 30 to 50 us, in which one
/// thread changes 1 to 3 MB in place: 1 MB of `invert` took 18 us on one thread and 51 on two, 2 MB 45 and 72, 4 MB 146
/// and 115 (Xeon with AVX-512, 2 virtual cores, all in the cache).
const SERIAL_BYTES: usize = 3 << 20;

/// What a thread takes at a time: long enough to hide the counter, short enough that all end together and that
/// Ctrl-C is seen.
pub const CHUNK_BYTES: usize = 256 * 1024;

/// As long as this the calling thread works alone where nobody knows how long the work is: to wake helpers takes as long.
const ALONE: Duration = Duration::from_micros(50);

/// And this is how long a thread then takes rows for, as far as the first ones tell.
const CHUNK_TIME: Duration = Duration::from_micros(100);

/// How long work takes for its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Cost(usize);

impl Cost {
    /// As long as memory does: vectors at a time.
    pub const MEMORY: Cost = Cost(1);
    /// Values one by one.
    pub const SCALAR: Cost = Cost(8);

    /// As many bytes that take as long as memory does.
    fn of(self, bytes: usize) -> usize {
        #[cfg(any(test, fuzzing))]
        let bytes = if testing::LONG.get() { bytes.saturating_mul(SERIAL_BYTES) } else { bytes };
        bytes.saturating_mul(self.0)
    }
}

/// Whatever the calling thread has to do may seem to take long, so that the smallest work is split.
#[cfg(any(test, fuzzing))]
pub(crate) mod testing {
    use std::cell::Cell;

    thread_local! {
        pub(super) static LONG: Cell<bool> = const { Cell::new(false) };
    }

    /// From now on, on this thread.
    pub fn seem_long(long: bool) {
        LONG.set(long);
    }
}

/// How often the calling thread looks whether the user wants it to stop.
const POLL_EVERY: Duration = Duration::from_millis(20);

/// What the user wants of work that runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To go on.
    GoOn,
    /// To stop.
    Stop,
    /// There is no user any more: the interpreter ends, and threads that want it get stuck.
    Ending,
}

static POLL: OnceLock<fn() -> Wish> = OnceLock::new();

/// To be called once, before there can be a second thread: a fork in the middle of it would leave the child with half
/// of it. The calling thread asks `poll` now and then.
pub fn prepare(poll: fn() -> Wish) {
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
    let row_bytes = cost.of(row_bytes);
    let bytes = rows.saturating_mul(row_bytes);
    let grain = (CHUNK_BYTES / row_bytes.max(1)).max(1);
    if bytes <= SERIAL_BYTES {
        job(0..rows);
        return Ok(());
    }
    let threads = if parallel { threads()? } else { 1 };
    run(rows, grain, threads, &|range, _| job(range))
}

/// The same where nobody knows how long a row takes: a few are done on the calling thread, to see.
///
/// # Errors
/// As [`split`].
pub fn split_unknown(rows: usize, parallel: bool, job: &(dyn Fn(Range<usize>) + Sync)) -> Result<()> {
    let threads = if parallel { threads()? } else { 1 };
    let began = Instant::now();
    let mut done = 0;
    while done < rows && began.elapsed() < ALONE {
        let end = (2 * done).clamp(1, rows); // A look at the clock may take longer than a row.
        job(done..end);
        done = end;
    }
    let left = rows - done;
    if left == 0 {
        return Ok(());
    }
    // The first rows may be much quicker than others, so that there have to be enough chunks for all threads.
    let in_time = done as u128 * CHUNK_TIME.as_nanos() / began.elapsed().as_nanos();
    let share = left.div_ceil(8 * threads);
    let grain = usize::try_from(in_time).map_or(share, |in_time| in_time.clamp(1, share));
    run(left, grain, threads, &|range, _| job(done + range.start..done + range.end))
}

/// Calls `job` with each of `parts`, one a thread at a time. A job that takes long asks its [`Watch`] now and then.
///
/// # Errors
/// [`Error::Interrupted`] if the user wanted to stop.
pub fn each<T: Send>(parts: Vec<T>, job: impl Fn(T, &Watch<'_>) + Sync) -> Result<()> {
    let parts: Vec<_> = parts.into_iter().map(|part| Mutex::new(Some(part))).collect();
    run(parts.len(), 1, threads()?, &|range, watch| {
        for part in &parts[range] {
            if let Some(part) = part.lock().unwrap_or_else(PoisonError::into_inner).take() {
                job(part, watch);
            }
        }
    })
}

/// As [`split`], where every thread has a state of its own, which it keeps from range to range: what they have gathered
/// in the end. None if there are no rows.
///
/// # Errors
/// As [`split`].
pub fn gather<T: Send>(
    rows: usize,
    row_bytes: usize,
    cost: Cost,
    begin: impl Fn() -> T + Sync,
    job: impl Fn(&mut T, Range<usize>) + Sync,
) -> Result<Vec<T>> {
    let idle = Mutex::new(Vec::new());
    let idle_now = || idle.lock().unwrap_or_else(PoisonError::into_inner);
    split(rows, row_bytes, cost, true, &|range| {
        let last = idle_now().pop(); // The lock is not held while a state is made.
        let mut state = last.unwrap_or_else(&begin);
        job(&mut state, range);
        idle_now().push(state);
    })?;
    Ok(idle.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Into how many parts work is worth to be split that takes so many bytes at so much a byte: one a thread, or one.
///
/// # Errors
/// As [`threads`].
pub fn parts(bytes: usize, cost: Cost) -> Result<usize> {
    if cost.of(bytes) <= SERIAL_BYTES { Ok(1) } else { threads() }
}

fn run(rows: usize, grain: usize, threads: usize, job: &(dyn Fn(Range<usize>, &Watch<'_>) + Sync)) -> Result<()> {
    let work = Work { rows, grain, next: AtomicUsize::new(0), stop: AtomicBool::new(false), job };
    let helpers = threads.min(rows.div_ceil(grain)).saturating_sub(1);
    match runtime::pool(helpers)? {
        Some(pool) => pool.run(helpers, &work),
        None => work.on_caller(|| {}),
    }
    if work.stop.into_inner() { Err(Error::Interrupted) } else { Ok(()) }
}

fn wish() -> Wish {
    POLL.get().map_or(Wish::GoOn, |poll| poll())
}

/// Whether work is to go on.
pub struct Watch<'a> {
    stop: &'a AtomicBool,
    /// When the user was asked last; only the calling thread asks.
    asked: Option<Cell<Instant>>,
}

impl Watch<'_> {
    /// Whether the user wants the work to stop. What is done by then stays done.
    pub fn stopped(&self) -> bool {
        if let Some(asked) = &self.asked
            && asked.get().elapsed() >= POLL_EVERY
        {
            if wish() == Wish::Stop {
                self.stop.store(true, Ordering::Relaxed);
            }
            asked.set(Instant::now());
        }
        self.stop.load(Ordering::Relaxed)
    }
}

struct Work<'a> {
    rows: usize,
    grain: usize,
    next: AtomicUsize,
    stop: AtomicBool,
    job: &'a (dyn Fn(Range<usize>, &Watch<'_>) + Sync),
}

impl Work<'_> {
    /// Does the next rows; false when there are none.
    fn step(&self, watch: &Watch<'_>) -> bool {
        if watch.stopped() {
            return false;
        }
        let start = self.next.fetch_add(self.grain, Ordering::Relaxed);
        if start >= self.rows {
            return false;
        }
        (self.job)(start..(start + self.grain).min(self.rows), watch);
        true
    }

    fn on_caller(&self, between: impl Fn()) {
        let watch = Watch { stop: &self.stop, asked: Some(Cell::new(Instant::now())) };
        while self.step(&watch) {
            between();
        }
    }

    fn on_helper(&self, more: impl Fn() -> bool) {
        let watch = Watch { stop: &self.stop, asked: None };
        while self.step(&watch) && more() {}
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
                split_unknown(rows, parallel, &count).unwrap();
                assert!(seen.iter().all(|n| n.load(Ordering::Relaxed) == 2), "{rows} of unknown length");
            }
        }
    }

    #[test]
    fn what_threads_gather_is_what_there_is() {
        for (rows, row_bytes) in [(1, 1), (1000, 4), (5000, 4000)] {
            let sums = gather(rows, row_bytes, Cost::MEMORY, || 0, |sum, range| *sum += range.sum::<usize>()).unwrap();
            assert!((1..=threads().unwrap()).contains(&sums.len()));
            assert_eq!(sums.into_iter().sum::<usize>(), rows * (rows - 1) / 2);
        }
    }

    #[test]
    fn every_part_is_done_once() {
        for count in [0, 1, 2, 100] {
            let seen = Mutex::new(Vec::new());
            each((0..count).collect(), |part: usize, watch| {
                assert!(!watch.stopped());
                seen.lock().unwrap().push(part);
            })
            .unwrap();
            let mut seen = seen.into_inner().unwrap();
            seen.sort_unstable();
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
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
