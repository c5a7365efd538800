//! pilview: zero-copy, writable views of Pillow images, and pixel kernels that run on them in place.
//!
//! Data flows one way: image -> [`pillow`] -> [`rows`] -> `buffer` or [`kernels`].
//!
//! | room | what happens there |
//! |---|---|
//! | [`pillow`] | the only room that reads Pillow's structs: modes, layout and its proof, genuine cores |
//! | [`geometry`] | which part of an image a view shows: slices, steps, bands; arithmetic only |
//! | [`rows`] | row pointers as slices, disjoint or not, to one thread or to all; foreign strided memory |
//! | [`kernels`] | pure row functions: no Python, no pointers, no threads |
//! | [`parallel`] | the pool, the lock of each image, interrupts |
//! | [`simd`] | compiles a loop for the vector units that the processor has |
//! | `buffer` | a view as `Py_buffer`, and other people's `Py_buffer` as rows |
//! | `view` | the `ImageView` class: thin methods, one file a family |
//! | `functions` | `pilview.view`, `new`, `from_buffer` and the other functions |
//! | `limits` | what memory allows: the two loops that the benchmark compares kernels with |
//! | `error` | one error enum and what each becomes in Python |
//!
//! Unsafe code is in `pillow`, `rows` and `buffer`, and a few lines of it in `simd` (instructions by name), `parallel` (what
//! a forked child forgets) and `interrupt` (two calls of the interpreter). `kernels` and `view` forbid it.

pub mod error;
pub mod format;
pub mod geometry;
pub mod kernels;
pub mod parallel;
pub mod pillow;
pub mod rows;
pub mod simd;

#[cfg(feature = "python")]
mod buffer;
#[cfg(feature = "python")]
mod colour;
#[cfg(feature = "python")]
mod functions;
#[cfg(feature = "python")]
mod interrupt;
#[cfg(feature = "python")]
mod limits;
#[cfg(feature = "python")]
mod view;

#[cfg(feature = "python")]
#[pyo3::pymodule]
mod _pilview {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::functions::{
        asarray, contiguous, from_buffer, get_num_threads, info, new, set_num_threads, unsafe_ptrs, view,
    };
    #[pymodule_export]
    use super::limits::{memory_limit_copy, memory_limit_inplace};
    #[pymodule_export]
    use super::view::ImageView;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::error::register(module)?;
        super::interrupt::register(module.py())?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
