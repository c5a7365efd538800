//! Masks: which pixels of a view count.

use crate::arguments::type_name;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::Geometry;
use crate::pillow::core::Core;
use crate::rows::{Rows, RowsMut};
use crate::view::{ImageView, as_view};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// A mask that was found to fit its view.
pub(super) struct Mask(Core, Geometry);

impl ImageView {
    /// The mask that an argument is: an image of mode L or 1, or a view of one band of 8 bits, of the view's size.
    pub(super) fn mask(&self, kernel: &str, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Mask>> {
        let Some(mask) = mask.filter(|mask| !mask.is_none()) else { return Ok(None) };
        let view = as_view(mask, false)?.ok_or_else(|| {
            PyTypeError::new_err(format!(
                "the mask is of type {}; give an image or a view, of mode L or 1",
                type_name(mask)
            ))
        })?;
        let (view, core) = (view.get(), view.get().core(mask.py())?);
        let Geometry { format, bands, .. } = view.geometry;
        if format != Format::U8 || bands.len != 1 || core.mode.name == "P" {
            return Err(Error::Mode(format!(
                "the mask is of mode {} and has {} band(s) of format {:?}; give an image of mode L or 1, or one band of 8 bits",
                core.mode.name,
                bands.len,
                format.name()
            ))
            .into());
        }
        self.check_same_size(kernel, "the mask", &view.geometry)?;
        Ok(Some(Mask(core, view.geometry)))
    }

    /// Calls `work` with the rows, and those of the mask, under their locks.
    pub(super) fn read_masked<R: Send>(
        &self,
        py: Python<'_>,
        mask: Option<&Mask>,
        work: impl FnOnce(&Rows<'_>, Option<&Rows<'_>>) -> Result<R> + Send,
    ) -> Result<R> {
        match mask {
            None => self.read(py, |rows| work(rows, None)),
            Some(Mask(core, geometry)) => {
                self.core(py)?.read_with(py, &self.geometry, (core, geometry), |rows, mask| work(rows, Some(mask)))
            }
        }
    }

    /// The same with the rows to change. The mask may be the same image, so it is to be read before.
    pub(super) fn write_masked<R: Send>(
        &self,
        py: Python<'_>,
        mask: Option<&Mask>,
        work: impl FnOnce(&mut RowsMut<'_>, Option<&Rows<'_>>) -> Result<R> + Send,
    ) -> Result<R> {
        match mask {
            None => self.write(py, |rows| work(rows, None)),
            Some(Mask(core, geometry)) => {
                self.core(py)?.write_from(py, &self.geometry, (core, geometry), |rows, mask| work(rows, Some(mask)))
            }
        }
    }
}
