//! Threads that CPython ends while they are inside of pilview, because the interpreter shuts down: they hang instead.
//!
//! A daemon thread that wants the GIL then does not get it. From CPython 3.14 on, and in 3.13.15 already, it hangs
//! (`PyThread_hang_thread`). Before, `take_gil` asks `tstate_must_exit` (`_PyThreadState_MustExit` from 3.12 on) and calls
//! `PyThread_exit_thread`, which is `pthread_exit`, and that of glibc unwinds the thread's stack (`_Unwind_ForcedUnwind`),
//! also through the Rust functions in it. There is no way out of that:
//!
//! - References to Python objects are dropped on the way, without the GIL, and the process may crash.
//! - PyO3 catches panics where Python calls Rust. Rust aborts the process when it catches something else: "FATAL: exception
//!   not rethrown".
//!
//! It can begin wherever Python code runs: in a row function, and as well in `__index__`, in `__del__` of what is dropped or
//! collected (`PyErr_CheckSignals` collects garbage from 3.12 on), in the properties of Pillow's images, in an import. So
//! calls are not guarded one by one. Nor does `Py_IsInitialized` tell that the end has begun: `Py_FinalizeEx` sets what
//! `take_gil` looks at (`_PyInterpreterState_SetFinalizing`, `_PyRuntimeState_SetFinalizing`) before `runtime->initialized`.
//!
//! Instead the thread is stopped where the unwinder asks the first Rust function that has anything to clean up: in the
//! personality routine, which gets `_UA_FORCE_UNWIND`. Nothing of the stack is gone by then; references, locks and loans stay
//! as they are, for ever. The thread does not have the GIL, and the process ends without it. Panics and exceptions of C++ are
//! not forced: they go to Rust's own routine.
//!
//! With musl, on macOS and on Windows a thread ends without unwinding.

/// Lets threads hang from now on. Every way into pilview begins with it.
pub fn register() {
    #[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
    personality::replace();
}

#[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod personality {
    use std::ffi::{c_int, c_void};
    use std::ptr::null_mut;
    use std::sync::atomic::{AtomicPtr, Ordering};
    use std::thread;

    /// What the unwinder calls for each function on the stack (`_Unwind_Personality_Fn` of the Itanium C++ ABI): version,
    /// actions, class of the exception, exception, context.
    type Personality = unsafe extern "C" fn(c_int, c_int, u64, *mut c_void, *mut c_void) -> c_int;

    /// `_UA_FORCE_UNWIND`, one of the actions.
    const FORCE_UNWIND: c_int = 8;

    // SAFETY: the compiler makes it, one word in writable data, which the loader fills in.
    unsafe extern "C" {
        /// Where position-independent code has the address of its personality routine: the unwinder's tables point here, for
        /// all Rust functions of this library.
        #[link_name = "DW.ref.rust_eh_personality"]
        static IN_USE: AtomicPtr<c_void>;
    }

    /// Rust's own.
    static OF_RUST: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

    pub fn replace() {
        let ours = or_hang as Personality as *mut c_void;
        // SAFETY: it lives as long as the library, and only this function writes it: whole words, so that another thread's
        // unwinder finds the one routine or the other.
        let in_use = unsafe { &IN_USE };
        let before = in_use.load(Ordering::Acquire);
        if before != ours {
            OF_RUST.store(before, Ordering::Release);
            in_use.store(ours, Ordering::Release);
        }
    }

    /// Rust's personality routine, except for threads that are ended.
    ///
    /// # Safety
    /// To be called by the unwinder.
    unsafe extern "C" fn or_hang(
        version: c_int,
        actions: c_int,
        class: u64,
        exception: *mut c_void,
        context: *mut c_void,
    ) -> c_int {
        if actions & FORCE_UNWIND != 0 {
            loop {
                thread::park();
            }
        }
        // SAFETY: the address of such a routine, stored before that of this function.
        let of_rust = unsafe { std::mem::transmute::<*mut c_void, Personality>(OF_RUST.load(Ordering::Acquire)) };
        // SAFETY: the unwinder's own arguments.
        unsafe { of_rust(version, actions, class, exception, context) }
    }
}
