//! The functions of the module.

use crate::arguments::{index, shown};
use crate::error::Error;
use crate::parallel;
use crate::pillow::core::{Core, Pillow};
use crate::pillow::mode::Mode;
use crate::simd;
use crate::view::ImageView;
use pyo3::exceptions::{PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyDict, PyTuple};
use std::sync::{Mutex, PoisonError};

/// A zero-copy view of the pixels of `img`; no pixel is copied, at most the row pointers are read.
///
/// `writable=None`: read-only if the image is (a mapped file, a borrowed Arrow array), else writable.
/// `True`: a read-only image is first made writable by Pillow's own copy-on-write.
/// `False`: the view is read-only whatever the image.
///
/// A lazy file is loaded; what Pillow raises then is passed through.
/// Raises TypeError for what is not a `PIL.Image.Image` with Pillow's own core, ValueError for a closed
/// image, UnsupportedPillowError where this Pillow's memory layout can't be proved.
#[pyfunction]
#[pyo3(signature = (img, *, writable=None))]
pub fn view(img: &Bound<'_, PyAny>, writable: Option<bool>) -> PyResult<ImageView> {
    let pillow = Pillow::get(img.py())?;
    let mut core = if writable == Some(true) { pillow.open_writable(img)? } else { pillow.open(img)? };
    core.readonly |= writable == Some(false);
    let geometry = core.geometry();
    Ok(ImageView::new(core, geometry, false))
}

/// As `PIL.Image.new`, in one block of memory whatever the size, so that `strided` always works.
///
/// `size` is (width, height) in pixels, ints from 0 on. `color` is any that `Image.new` takes for the mode;
/// None is 0.
/// Raises MemoryError for images over 2 GiB, which Pillow can't hold in one block, ValueError for a mode that
/// Pillow does not know and for a size below 0, TypeError.
#[pyfunction]
#[pyo3(signature = (mode, size, color=None), text_signature = "(mode, size, color=0)")]
pub fn new<'py>(
    mode: &Bound<'py, PyAny>,
    size: &Bound<'py, PyAny>,
    color: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = mode.py();
    let image = py.import("PIL.Image")?;
    let pixel = mode.extract::<&str>().ok().and_then(Mode::find).map_or(4, |mode| mode.pixel);
    // What is no size Pillow refuses itself.
    let (width, height) = match size.extract::<Vec<u32>>().as_deref() {
        Ok(&[width, height]) => (width, height),
        _ => (0, 0),
    };
    let made = in_one_block(&image.getattr("core")?, pixel, width, height, || match color {
        Some(color) => image.call_method1("new", (mode, size, color)),
        None => image.call_method1("new", (mode, size)),
    })?;
    check_one_block(&made)?;
    Ok(made)
}

/// Moves the pixels of `img` into one block, if they are not evenly spaced already. Returns `img`.
///
/// Views made before a move go stale: they keep the old memory, and writing to them is a StaleViewError.
/// Raises MemoryError for images over 2 GiB, and what `view` raises.
#[pyfunction]
#[pyo3(signature = (img))]
pub fn contiguous<'py>(img: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = img.py();
    let core = Pillow::get(py)?.open(img)?;
    let geometry = core.geometry();
    let (pixel, width, height) = (core.mode.pixel, core.table.width as u32, core.table.height as u32);
    let old = core.core.clone_ref(py);
    let even = ImageView::new(core, geometry, false).is_even(py)?;
    if !even {
        // Pillow's own copy, which takes the palette along.
        let imaging = py.import("PIL.Image")?.getattr("core")?;
        let moved = in_one_block(&imaging, pixel, width, height, || old.bind(py).call_method0("copy"))?;
        img.setattr("im", moved)?;
        check_one_block(img)?;
    }
    Ok(img.clone())
}

fn check_one_block(image: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = image.py();
    if view(image, Some(false))?.is_even(py)? {
        return Ok(());
    }
    Err(PyMemoryError::new_err("there is not enough memory for the image in one piece"))
}

/// How many calls are inside `in_one_block`, the block size to go back to, and the one that was set.
static BLOCK_SIZE: Mutex<[usize; 3]> = Mutex::new([0; 3]);

/// Calls `make` while Pillow's blocks are large enough for a whole image. Images that other threads make meanwhile
/// are in one block too, which does them no harm.
fn in_one_block<'py>(
    imaging: &Bound<'py, PyAny>,
    pixel: usize,
    width: u32,
    height: u32,
    make: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    const PAGE: usize = 4096; // Pillow takes multiples of it.
    let alignment: usize = imaging.call_method0("get_alignment")?.extract()?;
    let line = (width as usize * pixel).next_multiple_of(alignment);
    let needed = line.saturating_mul(height as usize).saturating_add(alignment).next_multiple_of(PAGE);
    if needed > i32::MAX as usize {
        return Err(PyMemoryError::new_err(format!(
            "an image of {width} x {height} pixels, {pixel} bytes each, is more than the 2 GiB that Pillow can hold \
             in one block; use Image.new and the blocks of its view"
        )));
    }
    // Locked only for Pillow's two C functions, which run no Python code. Who waits does not keep a free-threaded
    // interpreter from stopping all threads, for which the one that holds the lock might have to wait.
    let enter = || -> PyResult<()> {
        let mut state = BLOCK_SIZE.lock_py_attached(imaging.py()).unwrap_or_else(PoisonError::into_inner);
        let [inside, before, set] = &mut *state;
        let current: usize = imaging.call_method0("get_block_size")?.extract()?;
        if *inside == 0 {
            *before = current;
        }
        *set = needed.max(current);
        imaging.call_method1("set_block_size", (*set,))?;
        *inside += 1;
        Ok(())
    };
    let leave = || -> PyResult<()> {
        let mut state = BLOCK_SIZE.lock_py_attached(imaging.py()).unwrap_or_else(PoisonError::into_inner);
        let [inside, before, set] = &mut *state;
        *inside -= 1;
        let current: usize = imaging.call_method0("get_block_size")?.extract()?;
        // What other code has set meanwhile is its own.
        if *inside == 0 && current == *set {
            imaging.call_method1("set_block_size", (*before,))?;
        }
        Ok(())
    };
    enter()?;
    let made = make();
    leave()?;
    made
}

/// What Pillow's `img.im.unsafe_ptrs` gave before Pillow 12 removed it, on every Pillow:
/// `(("image8", address), ("image32", address), ("image", address))`, each the address of the array of row
/// pointers or 0. Valid while `img.im` lives: keep a reference to it. Raises what `view` raises.
#[pyfunction]
pub fn unsafe_ptrs<'py>(img: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let core: Core = Pillow::get(img.py())?.open(img)?;
    let image = core.table.rows.as_ptr().addr();
    let (image8, image32) = if core.mode.pixel == 4 { (0, image) } else { (image, 0) };
    PyTuple::new(img.py(), [("image8", image8), ("image32", image32), ("image", image)])
}

/// The pixels as a NumPy array of shape `(h, w)` or `(h, w, bands)`.
///
/// `copy=None` shares memory where the rows are evenly spaced, else copies in parallel; `False` never copies
/// (LayoutError that names the way out); `True` always does. A shared array of a read-only view is read-only.
/// NumPy is imported by this call only. Raises what `view` raises too, and ImportError where there is no
/// NumPy.
#[pyfunction]
#[pyo3(signature = (img_or_view, /, *, copy=None))]
pub fn asarray<'py>(img_or_view: &Bound<'py, PyAny>, copy: Option<bool>) -> PyResult<Bound<'py, PyAny>> {
    let py = img_or_view.py();
    let shown = match img_or_view.cast::<ImageView>() {
        Ok(view) => view.clone(),
        Err(_) => Bound::new(py, view(img_or_view, None)?)?,
    };
    let numpy = py.import("numpy")?;
    if copy != Some(true) {
        match shown.get().make_strided(py) {
            Ok(strided) => return numpy.call_method1("asarray", (strided,)),
            Err(error @ Error::Layout(_)) if copy == Some(false) => return Err(error.into()),
            Err(Error::Layout(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let array = numpy.call_method1("empty", (shown.getattr("shape")?, shown.getattr("format")?))?;
    shown.get().copy_into(&array)?;
    Ok(array)
}

/// The folder of `pilview.h`, for C and C++ compilers: `include_dirs=[pilview.get_include()]`.
#[pyfunction]
pub fn get_include(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let path = py.import("os.path")?;
    let folder = path.call_method1("dirname", (py.import("pilview")?.getattr("__file__")?,))?;
    path.call_method1("join", (folder, "include"))
}

/// Sets how many threads a kernel uses, an int from 1 to 1024, the caller's included. Raises ValueError
/// outside of that, TypeError.
#[pyfunction]
#[pyo3(signature = (n, /))]
pub fn set_num_threads(n: &Bound<'_, PyAny>) -> PyResult<()> {
    let message = || format!("the number of threads is {}; give one from 1 to {}", shown(n), parallel::MAX_THREADS);
    let wanted = index(n)?.ok_or_else(|| PyTypeError::new_err(message()))?;
    let wanted = usize::try_from(wanted).map_err(|_| PyValueError::new_err(message()))?;
    Ok(parallel::set_threads(wanted)?)
}

/// From now on kernels that this thread runs use `n` threads at most, for pools of threads.
#[pyfunction]
#[pyo3(name = "_limit_num_threads", signature = (n, /))]
pub fn limit_num_threads(n: usize) -> PyResult<()> {
    Ok(parallel::limit_threads(n)?)
}

/// How many threads a kernel uses: `set_num_threads`, else the environment variable PILVIEW_NUM_THREADS,
/// else what CPU affinity and cgroup quota allow. Raises ValueError for a variable that is no such number.
#[pyfunction]
pub fn get_num_threads() -> PyResult<usize> {
    Ok(parallel::threads()?)
}

/// Versions (`pilview`, `pillow`, `python`), `access` ("unsafe_ptrs" or "capsule"), `layout` (the struct
/// head that was proved), `threads`, `cpu` (the vector code in use; the environment variable PILVIEW_CPU,
/// `baseline` or `avx2`, keeps below what the processor has).
#[pyfunction]
pub fn info(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let info = PyDict::new(py);
    info.set_item("pilview", env!("CARGO_PKG_VERSION"))?;
    info.set_item("pillow", py.import("PIL")?.getattr("__version__")?)?;
    info.set_item("python", Python::version_str())?;
    // What is wrong is what somebody wants to see here, not an exception.
    match Pillow::get(py) {
        Ok(pillow) => {
            info.set_item("access", if pillow.unsafe_ptrs { "unsafe_ptrs" } else { "capsule" })?;
            info.set_item("layout", pillow.layout.name())?;
        }
        Err(error) => {
            info.set_item("access", py.None())?;
            info.set_item("layout", error.to_string())?;
        }
    }
    match parallel::threads() {
        Ok(threads) => info.set_item("threads", threads)?,
        Err(error) => info.set_item("threads", error.to_string())?,
    }
    info.set_item("cpu", simd::level().name())?;
    Ok(info)
}
