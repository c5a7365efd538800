//! What belongs to one process: the locks, the loans and the pool.
//!
//! After `fork()` only the forking thread lives on: the pool's threads are gone, and a lock that another thread held
//! would stay locked for ever. So the child forgets the parent's runtime, leaked and never joined, and makes its own.

use super::Work;
use super::loan::Loans;
use super::lock::Locks;
use crate::error::{Error, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What `set_threads` accepts at most.
pub const MAX_THREADS: usize = 1024;

#[derive(Default)]
pub(super) struct Runtime {
    pub locks: Locks,
    pub loans: Loans,
    pool: Mutex<Option<Arc<Pool>>>,
}

static RUNTIME: AtomicPtr<Runtime> = AtomicPtr::new(std::ptr::null_mut());

/// 0 until it is set or asked for. A forked child inherits it.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// See [`limit_threads`].
    static LIMIT: Cell<usize> = const { Cell::new(MAX_THREADS) };
}

/// This process's runtime.
pub(super) fn runtime() -> &'static Runtime {
    let mut runtime = RUNTIME.load(Ordering::Acquire);
    if runtime.is_null() {
        forget_in_forked_children();
        let new = Box::into_raw(Box::<Runtime>::default());
        runtime = match RUNTIME.compare_exchange(std::ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => new,
            Err(first) => first, // Another thread was faster; ours is leaked: a few KB, once.
        };
    }
    // SAFETY: made by `Box` here and never freed; all access is shared.
    unsafe { &*runtime }
}

#[cfg(unix)]
fn forget_in_forked_children() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    extern "C" fn forget() {
        RUNTIME.store(std::ptr::null_mut(), Ordering::Release);
    }
    // SAFETY: `forget` only stores to an atomic, which is allowed in a child of a process with threads; this code
    // is never unloaded (CPython does not unload extension modules).
    ONCE.call_once(|| _ = unsafe { libc::pthread_atfork(None, None, Some(forget)) });
}

#[cfg(not(unix))]
fn forget_in_forked_children() {}

/// How many threads a kernel uses that the calling thread runs: what the process has, but for [`limit_threads`].
///
/// # Errors
/// [`Error::Value`] if PILVIEW_NUM_THREADS is no number from 1 to [`MAX_THREADS`].
pub fn threads() -> Result<usize> {
    Ok(threads_of_process()?.min(LIMIT.get()))
}

/// From now on a kernel that the calling thread runs uses `most` threads at most.
///
/// # Errors
/// [`Error::Value`] outside of 1 to [`MAX_THREADS`].
pub fn limit_threads(most: usize) -> Result<()> {
    LIMIT.set(checked(most)?);
    Ok(())
}

/// `set_threads`, else PILVIEW_NUM_THREADS, else what affinity and quota allow.
fn threads_of_process() -> Result<usize> {
    let set = THREADS.load(Ordering::Relaxed);
    if set != 0 {
        return Ok(set);
    }
    let threads = match std::env::var("PILVIEW_NUM_THREADS") {
        Ok(text) if !text.trim().is_empty() => match text.trim().parse() {
            Ok(n @ 1..=MAX_THREADS) => n,
            _ => {
                return Err(Error::Value(format!(
                    "PILVIEW_NUM_THREADS is {text:?}; set it to a number from 1 to {MAX_THREADS}, or not at all"
                )));
            }
        },
        // The standard library looks at the CPU affinity and at the cgroup's quota.
        _ => std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS),
    };
    THREADS.store(threads, Ordering::Relaxed);
    Ok(threads)
}

/// Sets how many threads a kernel uses.
///
/// # Errors
/// [`Error::Value`] outside of 1 to [`MAX_THREADS`].
pub fn set_threads(n: usize) -> Result<()> {
    THREADS.store(checked(n)?, Ordering::Relaxed);
    Ok(())
}

fn checked(n: usize) -> Result<usize> {
    if !(1..=MAX_THREADS).contains(&n) {
        return Err(Error::Value(format!("the number of threads is {n}; give one from 1 to {MAX_THREADS}")));
    }
    Ok(n)
}

/// A pool of `helpers` threads or more, built if there is none yet; `None` for no helpers, or where the system
/// gives no thread: then the caller does all.
pub(super) fn pool(helpers: usize) -> Result<Option<Arc<Pool>>> {
    if helpers == 0 {
        return Ok(None);
    }
    let wanted = threads_of_process()? - 1;
    let mut pool = runtime().pool.lock().unwrap_or_else(PoisonError::into_inner);
    if pool.as_ref().is_none_or(|pool| pool.helpers.current_num_threads() != wanted) {
        // Work that still runs on the old pool keeps it alive until it is done.
        *pool = ThreadPoolBuilder::new()
            .num_threads(wanted)
            .thread_name(|i| format!("pilview-{i}"))
            .build()
            .ok()
            .map(|helpers| Arc::new(Pool { helpers, active: AtomicUsize::new(0) }));
    }
    Ok(pool.clone())
}

pub(super) struct Pool {
    helpers: ThreadPool,
    /// Callers that have work here.
    active: AtomicUsize,
}

impl Pool {
    pub(super) fn run(&self, helpers: usize, work: &Work<'_>) {
        let running = AtomicUsize::new(0);
        self.active.fetch_add(1, Ordering::Relaxed);
        self.helpers.in_place_scope(|scope| {
            // A helper leaves after a step if other callers wait for one, and the caller queues again behind them:
            // else a short kernel would wait for the end of a long one.
            let hire = || {
                while running.load(Ordering::Relaxed) < helpers {
                    running.fetch_add(1, Ordering::Relaxed);
                    scope.spawn(|_| {
                        work.on_helper(|| self.active.load(Ordering::Relaxed) <= 1);
                        running.fetch_sub(1, Ordering::Relaxed);
                    });
                }
            };
            hire();
            work.on_caller(hire);
        });
        self.active.fetch_sub(1, Ordering::Relaxed);
    }
}
