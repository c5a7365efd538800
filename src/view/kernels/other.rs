//! What a kernel has beside the view: another view, an image, or a colour.

use crate::buffer::is_buffer;
use crate::colour::{Colour, type_name};
use crate::error::{Error, Result};
use crate::geometry::Geometry;
use crate::kernels::pair::Beside;
use crate::pillow::core::Core;
use crate::rows::RowsMut;
use crate::view::{ImageView, as_view};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyMemoryView, PyString, PyTuple};

/// Read and checked, before any lock is taken.
pub(super) enum Other {
    /// As many pixels, bands and bytes a value as the view has.
    Pixels(Core, Geometry),
    Colour(Colour),
}

impl ImageView {
    /// What `other` is, for a kernel that takes values of the view's own kind. Views of whole pixels have to be of the same
    /// mode; else bands are paired in the order of the views, whatever their names.
    pub(super) fn other(&self, kernel: &str, other: &Bound<'_, PyAny>) -> PyResult<Other> {
        let py = other.py();
        let plain = other.is_exact_instance_of::<PyString>() || other.is_exact_instance_of::<PyTuple>();
        if !plain && let Some(view) = as_view(other, false)? {
            let view = view.get();
            let core = view.core(py)?;
            self.check_same_kind(py, kernel, view, &core)?;
            return Ok(Other::Pixels(core, view.geometry));
        }
        if !plain && is_buffer(other) {
            let ndim: usize = PyMemoryView::from(other)?.getattr("ndim")?.extract()?;
            if ndim > 1 {
                return Err(PyTypeError::new_err(format!(
                    "{kernel}() was given an object of type {} of {ndim} axes; give a view, an image or a colour: \
                     Image.fromarray(array), or pilview.from_buffer to share its memory",
                    type_name(other)
                )));
            }
        }
        Ok(Other::Colour(self.colour(other)?))
    }

    /// Refuses pixels that are not as many, or of another kind.
    fn check_same_kind(&self, py: Python<'_>, kernel: &str, other: &ImageView, other_core: &Core) -> Result<()> {
        self.check_same_size(kernel, "the other image", other)?;
        let core = self.core(py)?;
        let (mine, others) = (&self.geometry, &other.geometry);
        let whole = |view: &ImageView, core: &Core| view.geometry.whole && !view.is_cast(core);
        let same = if whole(self, &core) && whole(other, other_core) {
            core.mode.name == other_core.mode.name
        } else {
            mine.format == others.format && mine.bands.len == others.bands.len
        };
        if same {
            return Ok(());
        }
        let described = |view: &ImageView, core: &Core| match whole(view, core) {
            true => format!("mode {}", core.mode.name),
            false => format!(
                "format {:?} with {} of the bands of mode {}",
                view.geometry.format.name(),
                view.geometry.bands.len,
                core.mode.name
            ),
        };
        Err(Error::Mode(format!(
            "{kernel}() takes pixels of the view's own kind: the view is of {}, and the other image of {}; convert one of \
             them first, or select bands of both",
            described(self, &core),
            described(other, other_core)
        )))
    }

    /// Refuses a view of another size than this one.
    pub(super) fn check_same_size(&self, kernel: &str, what: &str, other: &ImageView) -> Result<()> {
        let size = |view: &ImageView| (view.geometry.columns.len, view.geometry.rows.len);
        let ((width, height), (other_width, other_height)) = (size(self), size(other));
        if (width, height) == (other_width, other_height) {
            return Ok(());
        }
        Err(Error::Value(format!(
            "{kernel}() takes images of one size: the view is of {width} x {height} pixels, and {what} of {other_width} x \
             {other_height}; crop or resize one of them first"
        )))
    }

    /// Calls `work` with the rows to change and what is beside them, under the locks of both.
    pub(super) fn write_beside<R: Send>(
        &self,
        py: Python<'_>,
        other: &Other,
        work: impl FnOnce(&mut RowsMut<'_>, Beside<'_>) -> Result<R> + Send,
    ) -> Result<R> {
        match other {
            Other::Colour(colour) => self.write(py, |rows| work(rows, Beside::Colour(colour))),
            Other::Pixels(core, geometry) => {
                self.core(py)?.write_from(py, &self.geometry, [(core, geometry)], |rows, [other]| {
                    work(rows, Beside::Rows(&other))
                })
            }
        }
    }
}
