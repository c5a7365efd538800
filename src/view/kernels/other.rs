//! What a kernel has beside the view: another view, an image, or a colour.

use crate::arguments::type_name;
use crate::buffer::is_buffer;
use crate::colour::Colour;
use crate::error::{Error, Result};
use crate::geometry::Geometry;
use crate::kernels::pair::Beside;
use crate::pillow::core::{Core, Pillow};
use crate::rows::RowsMut;
use crate::view::ImageView;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyMemoryView, PyString, PyTuple};

/// Read and checked, before any lock is taken.
pub(super) enum Other {
    /// As many pixels, bands and bytes a value as the view has.
    Pixels(Core, Geometry),
    Colour(Colour),
}

/// Pixels that a kernel reads: those of a view, or all of an image. `None` for other objects.
pub(super) fn pixels(object: &Bound<'_, PyAny>) -> PyResult<Option<(Core, Geometry)>> {
    let py = object.py();
    if let Ok(view) = object.cast::<ImageView>() {
        return Ok(Some((view.get().core(py)?, view.get().geometry)));
    }
    let pillow = Pillow::get(py)?;
    if !pillow.is_image(object)? {
        return Ok(None);
    }
    let core = pillow.open(object)?;
    let geometry = core.geometry();
    Ok(Some((core, geometry)))
}

impl ImageView {
    /// What `other` is, for a kernel that takes values of the view's own kind. Whole pixels have to be of the same mode; else
    /// bands are paired in order, whatever their names.
    pub(super) fn other(&self, kernel: &str, other: &Bound<'_, PyAny>) -> PyResult<Other> {
        let plain = other.is_exact_instance_of::<PyString>() || other.is_exact_instance_of::<PyTuple>();
        if !plain && let Some((core, geometry)) = pixels(other)? {
            self.check_same_size(kernel, "the other image", &geometry)?;
            self.check_same_kind(other.py(), kernel, &core, &geometry)?;
            return Ok(Other::Pixels(core, geometry));
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

    /// Refuses pixels of another kind.
    fn check_same_kind(&self, py: Python<'_>, kernel: &str, other: &Core, geometry: &Geometry) -> Result<()> {
        let core = self.core(py)?;
        let whole = |core: &Core, geometry: &Geometry| {
            let mode = core.mode;
            (geometry.whole && geometry.format == mode.format && geometry.bands.len == mode.offsets.len())
                .then_some(mode.name)
        };
        let same = match (whole(&core, &self.geometry), whole(other, geometry)) {
            (Some(mode), Some(other)) => mode == other,
            _ => self.geometry.format == geometry.format && self.geometry.bands.len == geometry.bands.len,
        };
        if same {
            return Ok(());
        }
        let described = |core: &Core, geometry: &Geometry| match whole(core, geometry) {
            Some(mode) => format!("mode {mode}"),
            None if geometry.whole => format!("format {:?}, pixels of mode {}", geometry.format.name(), core.mode.name),
            None => format!("{} of the bands of mode {}", geometry.bands.len, core.mode.name),
        };
        Err(Error::Mode(format!(
            "{kernel}() takes pixels of the view's own kind: the view is of {}, and the other image of {}; convert one of \
             them first, or select bands of both",
            described(&core, &self.geometry),
            described(other, geometry)
        )))
    }

    /// Refuses pixels that are not as many, of `what`.
    pub(super) fn check_same_size(&self, kernel: &str, what: &str, other: &Geometry) -> Result<()> {
        let size = |geometry: &Geometry| (geometry.columns.len, geometry.rows.len);
        let ((width, height), (other_width, other_height)) = (size(&self.geometry), size(other));
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
                self.core(py)?
                    .write_from(py, &self.geometry, (core, geometry), |rows, other| work(rows, Beside::Rows(other)))
            }
        }
    }
}
