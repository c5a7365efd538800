//! pilview: zero-copy, writable views of Pillow images, and pixel kernels that run on them in place.
//!
//! As a Rust library it gives the rows of Pillow images to extensions that are written with PyO3: [`PillowImage`]; see
//! `examples/rust-extension`. The feature `module` adds the Python module itself, whose rooms are private.
//!
//! Data flows one way: image -> `pillow` -> [`rows`] -> [`kernels`], `buffer` or `interop`.
//!
//! | room | what happens there |
//! |---|---|
//! | `pillow` | the only room that reads Pillow's structs: modes, layout and its proof, genuine cores |
//! | [`geometry`] | which part of an image a view shows: slices, steps, bands; arithmetic only |
//! | [`rows`] | row pointers as slices, disjoint or not, to one thread or to all; foreign strided memory |
//! | [`kernels`] | pure row functions: no Python, no pointers, no threads |
//! | [`parallel`] | the pool, the lock of each image, images on loan, interrupts |
//! | `scratch` | memory beside the image, asked for before any pixel changes |
//! | [`simd`] | compiles a loop for the vector units that the processor has |
//! | `buffer` | a view as `Py_buffer`, and other people's `Py_buffer` as rows |
//! | `interop` | DLPack, Arrow, foreign memory as a Pillow image, row functions that users bring, the table for C |
//! | `view` | the `ImageView` class: thin methods, one file a family |
//! | `arguments`, `colour` | numbers and colours as Python's users write them |
//! | `functions` | `pilview.view`, `new` and the other functions |
//! | `limits` | what memory allows: the loops that the benchmark compares kernels with |
//! | `error` | one error enum and what each becomes in Python |
//!
//! Unsafe code is in `pillow`, `rows`, `buffer` and `interop`, and a few lines of it in `simd` (instructions by name),
//! `parallel` (what a forked child forgets), `interrupt` (two calls of the interpreter), `shutdown` (what unwinding calls), and,
//! for tests only, `fuzzing` (pictures in memory of its own). `kernels` and `view` forbid it.

pub mod error;
pub mod format;
#[cfg(any(test, fuzzing))]
#[allow(missing_docs)]
pub mod fuzzing;
pub mod geometry;
pub mod kernels;
pub mod parallel;
#[cfg_attr(not(feature = "module"), allow(dead_code))] // Rust programs and their tests need a part of it.
mod pillow;
pub mod rows;
mod scratch;
pub mod simd;

#[cfg(feature = "python")]
mod interrupt;
#[cfg(feature = "python")]
mod shutdown;

#[cfg(feature = "module")]
mod arguments;
#[cfg(feature = "module")]
mod buffer;
#[cfg(feature = "module")]
mod colour;
#[cfg(feature = "module")]
mod functions;
#[cfg(feature = "module")]
mod interop;
#[cfg(feature = "module")]
mod limits;
#[cfg(feature = "module")]
mod view;

pub use error::{Error, Result};
#[cfg(feature = "python")]
pub use pillow::image::PillowImage;
pub use pillow::mode::Mode;
pub use rows::{Rows, RowsMut};

// Nothing here relies on the GIL: see `parallel` for who waits for whom.
#[cfg(feature = "module")]
#[pyo3::pymodule(gil_used = false)]
mod _pilview {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::functions::{
        asarray, contiguous, get_include, get_num_threads, info, limit_num_threads, new, set_num_threads, unsafe_ptrs,
        view,
    };
    #[pymodule_export]
    use super::interop::from_buffer::from_buffer;
    #[pymodule_export]
    use super::limits::{memory_limit_copy, memory_limit_inplace, memory_limit_pair, memory_limit_read};
    #[pymodule_export]
    use super::view::ImageView;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::shutdown::register();
        super::error::register(module)?;
        super::interrupt::register(module.py())?;
        module.add("_C_API", super::interop::capsule(module.py())?)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
