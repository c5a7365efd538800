//! Genuine cores: from a Python object to proved row pointers.

mod probe;

use super::layout::{Claim, Layout, RowTable, prove};
use super::mode::Mode;
use crate::error::{Error, Result};
use crate::geometry::Geometry;
use crate::interrupt;
use crate::parallel::loan::{self, Loan};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyAttributeError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};
use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

/// The names that Pillow has given its capsule: up to 10.4, and from 11.0.
const CAPSULE_NAMES: [&CStr; 2] = [c"PIL Imaging", c"Pillow Imaging"];

/// What was found out about the Pillow at hand, once.
pub struct Pillow {
    /// `PIL.__version__`, for messages.
    pub version: String,
    /// Which struct head was proved.
    pub layout: Layout,
    /// Whether `im.unsafe_ptrs` is there and free of warnings (Pillow up to 10.4): each view is compared with it.
    pub unsafe_ptrs: bool,
    core_type: Py<PyType>,
    /// What `ptr` of that type is: C's, whatever is done to the type or to `Image.core` later.
    pointer: Py<PyAny>,
    image_type: Py<PyType>,
    /// Where an Image keeps its core: `_im` where `im` is a property.
    attribute: Py<PyString>,
    /// Whether cores have their own read-only flag (Pillow from 11.2).
    core_readonly: bool,
    /// Whether that flag is set for maps of read-only memory (Pillow from 11.3).
    flags_maps: bool,
    /// Whether Python code runs on several threads at once, so that any of it can run between two lines of ours.
    free_threaded: bool,
}

/// The rows of an image in Pillow's memory, with what keeps them alive.
pub struct Core {
    /// The Pillow image.
    pub image: Py<PyAny>,
    /// Its `im`, which owns the memory.
    pub core: Py<PyAny>,
    /// The mode the core had.
    pub mode: &'static Mode,
    /// The proved row pointers.
    pub table: RowTable,
    /// Whether Pillow says that the memory may not be written.
    pub readonly: bool,
}

impl Pillow {
    /// The Pillow at hand, probed on first use.
    pub fn get(py: Python<'_>) -> PyResult<&'static Pillow> {
        static PILLOW: PyOnceLock<Pillow> = PyOnceLock::new();
        PILLOW.get_or_try_init(py, || Pillow::probe(py))
    }

    /// Whether an object is a `PIL.Image.Image`.
    pub fn is_image(&self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        object.is_instance(self.image_type.bind(object.py()))
    }

    /// The pixels of `image`, a `PIL.Image.Image` whose core is Pillow's own; a lazy file is loaded.
    pub fn open(&self, image: &Bound<'_, PyAny>) -> PyResult<Core> {
        let py = image.py();
        if !image.get_type().is_subclass(self.image_type.bind(py))? {
            return Err(PyTypeError::new_err(format!(
                "pilview takes a PIL.Image.Image, and this is {}; {}",
                described(image)?,
                advice(image)?
            )));
        }
        // An image that has a core already must have a genuine one before `load` is let at it.
        let held = image.getattr(self.attribute.bind(py)).ok();
        if let Some(core) = &held {
            self.check_genuine(core, image)?;
        }
        match held {
            // Not a file: there is nothing to load, and `im` is this.
            Some(core) if image.get_type().is(&self.image_type) && !core.is_none() => self.own(image, core),
            _ => {
                let _turn = self.turn(image)?;
                image.call_method0(intern!(py, "load"))?;
                self.own(image, self.loaded(image)?)
            }
        }
    }

    /// The same after Pillow's copy-on-write, if it is read-only.
    pub fn open_writable(&self, image: &Bound<'_, PyAny>) -> PyResult<Core> {
        let core = self.open(image)?;
        if !core.readonly {
            return Ok(core);
        }
        let turn = self.turn(image)?;
        image.call_method0(intern!(image.py(), "_ensure_mutable"))?; // unless another thread has just done it
        drop(turn);
        let core = self.open(image)?;
        if core.readonly {
            let message = "Pillow could not make the image writable; make a copy: img = img.copy()";
            return Err(Error::ReadOnly(message.into()).into());
        }
        Ok(core)
    }

    /// Has threads take turns where Pillow changes what an image holds. Those that call `load` at once all read the file,
    /// each on from where the others have left it; and of two that copy the memory one writes to what is then replaced.
    /// It is a loan, as Pillow runs Python code meanwhile.
    fn turn(&self, image: &Bound<'_, PyAny>) -> PyResult<Option<Loan>> {
        let py = image.py();
        let address = image.as_ptr().addr();
        loop {
            if let Some(loan) = loan::try_turn(address) {
                return Ok(Some(loan));
            }
            let waited = py.detach(|| loan::wait_for_turn(address));
            interrupt::hand_back();
            match waited {
                // From inside of another loan: what looks as if it were loaded is not refused.
                Err(Error::Busy(_)) if self.seems_loaded(image)? => return Ok(None),
                waited => waited?,
            }
            py.check_signals()?; // A file can take its time.
        }
    }

    /// Whether an image has a core, and nothing more to be read; some plugins alone know whether that is so.
    fn seems_loaded(&self, image: &Bound<'_, PyAny>) -> PyResult<bool> {
        let core = image.getattr(self.attribute.bind(image.py())).ok();
        let tile = image.getattr_opt(intern!(image.py(), "tile"))?;
        Ok(core.is_some_and(|core| !core.is_none()) && !tile.map_or(Ok(false), |tile| tile.is_truthy())?)
    }

    /// The core of an image after `load`.
    fn loaded<'py>(&self, image: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = image.py();
        let core = match image.getattr(intern!(py, "im")) {
            Ok(core) => core,
            Err(error) if error.is_instance_of::<PyValueError>(py) => return Err(error), // Pillow's: it is closed
            Err(error) => {
                let message = format!("{} has no pixels; make one with Image.open or Image.new", described(image)?);
                let missing = PyValueError::new_err(message);
                missing.set_cause(py, Some(error));
                return Err(missing);
            }
        };
        if core.is_none() {
            let message = format!("{} has no pixels; make one with Image.open or Image.new", described(image)?);
            return Err(PyValueError::new_err(message));
        }
        self.check_genuine(&core, image)?;
        Ok(core)
    }

    fn own(&self, image: &Bound<'_, PyAny>, core: Bound<'_, PyAny>) -> PyResult<Core> {
        let py = image.py();
        let (mode, table) = self.read(&core)?;
        if table.mapped {
            check_inside_of_file(image, &table)?;
        }
        let readonly = image.getattr(intern!(py, "readonly"))?.is_truthy()?
            || (self.core_readonly && core.getattr(intern!(py, "readonly"))?.is_truthy()?);
        let mut core = Core { image: image.clone().unbind(), core: core.unbind(), mode, table, readonly };
        if !readonly && table.mapped && !self.flags_maps {
            // `image.readonly = 0` is only somebody's word, and memory that is mapped read-only kills who writes it.
            core.readonly = !core.layout(&core.geometry(), |rows| rows.can_be_written());
        }
        Ok(core)
    }

    /// A core may be missing (not loaded yet) or closed; but if it is one, it must be Pillow's own.
    fn check_genuine(&self, core: &Bound<'_, PyAny>, image: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = core.py();
        if core.get_type().is(&self.core_type) || core.is_none() {
            return Ok(());
        }
        // What stands in for a closed image's core says so by the exception it raises on any use.
        if let Err(error) = core.getattr(intern!(py, "mode"))
            && !error.is_instance_of::<PyAttributeError>(py)
        {
            return Err(error);
        }
        Err(PyTypeError::new_err(format!(
            "the `im` of {} is {}, not Pillow's own core; give an image that Pillow made",
            described(image)?,
            described(core)?
        )))
    }

    /// The proof: struct, getters and, where it exists, `unsafe_ptrs` agree. TypeError where `core` is not genuine.
    fn read(&self, core: &Bound<'_, PyAny>) -> PyResult<(&'static Mode, RowTable)> {
        let py = core.py();
        let capsule = self.pointer.bind(py).call_method1(intern!(py, "__get__"), (core,))?;
        let Some(head) = CAPSULE_NAMES.iter().find_map(|name| pointer_of(&capsule, name)) else {
            return Err(self.drifted("the capsule has another name").into());
        };
        let name = core.getattr(intern!(py, "mode"))?;
        let name = name.cast::<PyString>()?.to_str()?;
        let mode = Mode::find(name).ok_or_else(|| {
            Error::Mode(format!(
                "pilview does not know the mode {name:?}; convert the image to one of {}",
                super::mode::MODES.iter().map(|mode| mode.name).collect::<Vec<_>>().join(", ")
            ))
        })?;
        let size = core.getattr(intern!(py, "size"))?.extract()?;
        let bands = core.getattr(intern!(py, "bands"))?.extract()?;
        // SAFETY: `head` is a live `Imaging` of a genuine core.
        let table = unsafe { prove(head, self.layout, &Claim { mode, size, bands }) }
            .map_err(|field| self.drifted(&format!("field {field} does not agree")))?;
        if self.unsafe_ptrs {
            let image = table.rows.as_ptr().addr();
            let (image8, image32) = if mode.pixel == 4 { (0, image) } else { (image, 0) };
            let expected = [("image8", image8), ("image32", image32), ("image", image)];
            let given: Vec<(String, usize)> = core.getattr(intern!(py, "unsafe_ptrs"))?.extract()?;
            if !given.iter().map(|(name, address)| (name.as_str(), *address)).eq(expected) {
                return Err(self.drifted("unsafe_ptrs does not agree").into());
            }
        }
        Ok((mode, table))
    }

    fn drifted(&self, what: &str) -> Error {
        Error::UnsupportedPillow(format!(
            "the memory layout of Pillow {} is not the one that was proved before ({what}), so nothing is read",
            self.version
        ))
    }
}

impl Core {
    /// A second owner of the same memory.
    pub fn share(&self, py: Python<'_>) -> Core {
        Core { image: self.image.clone_ref(py), core: self.core.clone_ref(py), ..*self }
    }

    /// The whole image.
    pub fn geometry(&self) -> Geometry {
        Geometry::new(self.mode, self.table.width, self.table.height)
    }

    /// Whether the image still has this core: Pillow replaces it on `close`, `thumbnail`, copy-on-write, …
    pub fn check_current(&self, py: Python<'_>) -> Result<()> {
        if is_current(self.image.bind(py), self.core.as_ptr().addr()) {
            return Ok(());
        }
        Err(Error::Stale(
            "Pillow has given the image other memory since the view was made (close, thumbnail, putalpha and \
             other methods do that), so a write would be lost; make a new view with pilview.view(img)"
                .into(),
        ))
    }
}

/// Whether the core at this address is the image's.
pub(super) fn is_current(image: &Bound<'_, PyAny>, core: usize) -> bool {
    Pillow::get(image.py())
        .and_then(|pillow| image.getattr(pillow.attribute.bind(image.py())))
        .is_ok_and(|current| current.as_ptr().addr() == core)
}

/// Whether it still is, when it was a moment ago and no Python code has run on this thread since.
pub(super) fn is_still_current(image: &Bound<'_, PyAny>, core: usize) -> bool {
    Pillow::get(image.py()).is_ok_and(|pillow| !pillow.free_threaded || is_current(image, core))
}

/// Refuses rows that are not in the file that they should be mapped from: up to 11 Pillow goes to any offset that a header
/// has, also below zero, and up to 12.2 to any distance from row to row. It crashes itself on what it finds there.
fn check_inside_of_file(image: &Bound<'_, PyAny>, table: &RowTable) -> PyResult<()> {
    let Some(map) = image.getattr_opt(intern!(image.py(), "map"))?.filter(|map| !map.is_none()) else { return Ok(()) };
    let Ok(file) = PyUntypedBuffer::get(&map) else { return Ok(()) };
    let start = file.buf_ptr().addr();
    // SAFETY: proved, and not empty; the core lives.
    let ends = [0, table.height - 1].map(|y| unsafe { (*table.rows.as_ptr().add(y)).addr() });
    // The rows of a map are evenly spaced, up or down.
    let is_inside = |row: usize| start <= row && row + table.row_bytes <= start + file.len_bytes();
    if ends.into_iter().all(is_inside) {
        return Ok(());
    }
    let message = "Pillow has mapped rows of the image that are not in its file, which is damaged or made to do harm; open it \
                   as a stream: Image.open(io.BytesIO(data))";
    Err(Error::Layout(message.into()).into())
}

/// The pointer of a capsule of this name; what it points at, the name says.
fn pointer_of(capsule: &Bound<'_, PyAny>, name: &CStr) -> Option<NonNull<c_void>> {
    // SAFETY: `capsule` is a live object, `name` a C string; any object may be asked.
    unsafe {
        if ffi::PyCapsule_IsValid(capsule.as_ptr(), name.as_ptr()) == 0 {
            return None;
        }
        NonNull::new(ffi::PyCapsule_GetPointer(capsule.as_ptr(), name.as_ptr()))
    }
}

/// The type's name, and for short strings their text: enough to recognize what was given.
fn described(object: &Bound<'_, PyAny>) -> PyResult<String> {
    let name = object.get_type().fully_qualified_name()?;
    match object.cast::<PyString>() {
        Ok(text) => Ok(format!("the {name} {text:?}")),
        Err(_) => Ok(format!("an object of type {name}")),
    }
}

fn advice(object: &Bound<'_, PyAny>) -> PyResult<&'static str> {
    let py = object.py();
    let path = py.import("os")?.getattr("PathLike")?;
    Ok(if object.is_instance_of::<PyString>() || object.is_instance(&path)? {
        "open it first: pilview.view(Image.open(path))"
    } else if object.get_type().fully_qualified_name()? == "pilview.ImageView" {
        "it is a view already, of v.image"
    } else if object.hasattr("__array_interface__")? {
        "make it an image first: Image.fromarray(array), or pilview.from_buffer to share its memory"
    } else {
        "give what Image.open or Image.new return"
    })
}
