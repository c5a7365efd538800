//! Kernels that write into a second view, `dst`, and only read their own.

use crate::arguments::type_name;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::pillow::core::Core;
use crate::rows::{Rows, RowsMut};
use crate::view::{ImageView, as_view};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

impl ImageView {
    /// The view that `dst` is, or the one of the image that it is: of the same kind of pixels as this one.
    pub(super) fn dst<'py>(&self, kernel: &str, dst: &Bound<'py, PyAny>) -> PyResult<Bound<'py, ImageView>> {
        let py = dst.py();
        let core = self.core(py)?;
        let view = as_view(dst, true)?.ok_or_else(|| {
            PyTypeError::new_err(format!(
                "dst is of type {}; give {kernel}() a view or an image of {} to write into",
                type_name(dst),
                self.kind(&core)
            ))
        })?;
        let other = view.get();
        let other_core = other.core(py)?;
        let image = |view: &ImageView, core: &Core| view.geometry.whole && !view.is_cast(core);
        if image(self, &core) && image(other, &other_core) && core.mode.name == other_core.mode.name {
            return Ok(view);
        }
        let (own, others) = (self.kind(&core), other.kind(&other_core));
        if own != others && !self.has_the_bands_of(&core, other, &other_core) {
            return Err(Error::Mode(format!(
                "dst has pixels of {others}, and the view of {own}; give {kernel}() a dst of {own}, or convert one of \
                 the images first"
            ))
            .into());
        }
        Ok(view)
    }

    /// Whether one of the two shows some bands of a mode, and the other has bands of the same names, in the same order.
    fn has_the_bands_of(&self, core: &Core, other: &ImageView, other_core: &Core) -> bool {
        let whole = self.geometry.whole && other.geometry.whole;
        let bands = !whole && !self.is_cast(core) && !other.is_cast(other_core);
        bands && self.geometry.format == other.geometry.format && self.band_names(core) == other.band_names(other_core)
    }

    /// What a pixel is: a mode, or some bands of one. A single band of bytes is as good as L.
    fn kind(&self, core: &Core) -> String {
        let format = self.geometry.format;
        if self.is_cast(core) {
            format!("format {:?}", format.name())
        } else if self.geometry.whole {
            format!("mode {}", core.mode.name)
        } else if self.geometry.bands.len == 1 && format == Format::U8 {
            "mode L".into()
        } else {
            format!("bands {} of mode {}", self.band_names(core).join(", "), core.mode.name)
        }
    }

    /// Calls `work` with the rows of `dst`, to be changed, and with those of this view, under their locks.
    ///
    /// # Errors
    /// [`Error::Value`] where they share memory; [`Error::ReadOnly`], [`Error::Stale`], and those of `work`.
    pub(super) fn write_to(
        &self,
        py: Python<'_>,
        kernel: &str,
        dst: &ImageView,
        work: impl FnOnce(&mut RowsMut<'_>, &Rows<'_>) -> Result<()> + Send,
    ) -> Result<()> {
        let (from, to) = (self.core(py)?, dst.core(py)?);
        to.write_from(py, &dst.geometry, (&from, &self.geometry), |rows, originals| {
            if rows.rows().shares_memory_with(originals) {
                return Err(Error::Value(format!(
                    "dst, of shape {}, shares memory with the view, of shape {}; give {kernel}() another image to write \
                     into, such as pilview.new(mode, size)",
                    dst.geometry.shape(),
                    self.geometry.shape(),
                )));
            }
            work(rows, originals)
        })
    }
}
