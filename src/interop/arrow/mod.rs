//! Arrow: arrays from library to library through capsules, as the Arrow C data and C stream interfaces declare them.
//!
//! Each struct has a release function and is released when that is null. Whoever takes one out of its capsule copies it
//! and sets the function in the capsule's to null: so a struct here releases what it still has when it is dropped.

mod export;
mod import;
mod schema;

pub use export::{array, stream};
pub use import::import;

use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

/// `struct ArrowSchema`.
#[repr(C)]
pub struct ArrowSchema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut ArrowSchema,
    dictionary: *mut ArrowSchema,
    release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    private_data: *mut c_void,
}

/// `struct ArrowArray`.
#[repr(C)]
pub struct ArrowArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut ArrowArray,
    dictionary: *mut ArrowArray,
    release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    private_data: *mut c_void,
}

/// `struct ArrowArrayStream`.
#[repr(C)]
pub struct ArrowArrayStream {
    get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    private_data: *mut c_void,
}

macro_rules! released {
    ($($name:ident)*) => {
        $(
            impl $name {
                /// The release function of a struct whose private data is a boxed `P`.
                ///
                /// # Safety
                /// `this` was made here, with such private data, and is not released.
                unsafe extern "C" fn release_boxed<P>(this: *mut $name) {
                    // SAFETY: as promised. With no release function left this happens once.
                    unsafe {
                        drop(Box::from_raw((*this).private_data.cast::<P>()));
                        (*this).release = None;
                    }
                }
            }

            impl Drop for $name {
                fn drop(&mut self) {
                    if let Some(release) = self.release {
                        // SAFETY: it was not released, and the interface says how to.
                        unsafe { release(self) };
                    }
                }
            }

            // SAFETY: the interface lets a struct be used and released on any thread.
            unsafe impl Send for $name {}
            // SAFETY: as above; nothing is changed through a shared reference.
            unsafe impl Sync for $name {}
        )*
    };
}

released! { ArrowSchema ArrowArray ArrowArrayStream }

impl ArrowArray {
    /// A released array: the end of a stream.
    fn end() -> ArrowArray {
        ArrowArray {
            length: 0,
            null_count: 0,
            offset: 0,
            n_buffers: 0,
            n_children: 0,
            buffers: null_mut(),
            children: null_mut(),
            dictionary: null_mut(),
            release: None,
            private_data: null_mut(),
        }
    }
}

/// A child, for the list that its parent shows: a pointer to a box.
#[repr(transparent)]
struct Child<T>(*mut T);

impl<T> Child<T> {
    fn new(child: T) -> Child<T> {
        Child(Box::into_raw(Box::new(child)))
    }
}

impl<T> Drop for Child<T> {
    fn drop(&mut self) {
        // SAFETY: boxed in `new`. A consumer that moved the child elsewhere has set its release function to null.
        drop(unsafe { Box::from_raw(self.0) });
    }
}
