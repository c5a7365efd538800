//! Pillow images for Rust programs that use pilview as a library.

use super::core::{Core, Pillow};
use super::mode::Mode;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Geometry, Slice};
use crate::interrupt;
use crate::rows::{Rows, RowsMut};
use crate::shutdown;
use pyo3::prelude::*;

/// The pixels of a `PIL.Image.Image`, or a part of them, in place. It keeps them alive.
///
/// A row is a slice of all bytes of its pixels: [`Mode::pixel`] bytes each, padding included, so that RGB is R, G, B and
/// a byte that means nothing. Rows come in closures, which run without the GIL.
///
/// While a closure runs, the image is on loan to it (see [`crate::parallel::loan`]): other threads that want it of this
/// crate wait, and the closure itself gets [`Error::Busy`]. A program that links this crate has locks and threads of its
/// own, apart from those of the Python package; that, Pillow and NumPy do not know of the loan, and who lets them write
/// the same pixels at the same time gets any mixture of both.
pub struct PillowImage {
    core: Core,
    geometry: Geometry,
}

impl<'py> FromPyObject<'_, 'py> for PillowImage {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<PillowImage> {
        PillowImage::extract(&object)
    }
}

impl PillowImage {
    /// The pixels of `image`; a lazy file is loaded.
    ///
    /// # Errors
    /// TypeError for what is not a `PIL.Image.Image` with Pillow's own core, ImportError where this Pillow's memory
    /// layout can't be proved, and what `load` raises.
    pub fn extract(image: &Bound<'_, PyAny>) -> PyResult<PillowImage> {
        shutdown::register();
        interrupt::register(image.py())?;
        let core = Pillow::get(image.py())?.open(image)?;
        Ok(PillowImage { geometry: core.geometry(), core })
    }

    /// Pillow's mode.
    pub fn mode(&self) -> &'static Mode {
        self.core.mode
    }

    /// Pixels a row.
    pub fn width(&self) -> usize {
        self.geometry.columns.len
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.geometry.rows.len
    }

    /// Whether Pillow says that the pixels may not be written.
    pub fn is_readonly(&self) -> bool {
        self.core.readonly
    }

    /// The pixels inside of a Pillow box; `None` if it is not inside of the image.
    pub fn crop(&self, py: Python<'_>, [left, upper, right, lower]: [usize; 4]) -> Option<PillowImage> {
        if left > right || upper > lower || right > self.width() || lower > self.height() {
            return None;
        }
        let part = |from: usize, to: usize| Slice { start: from.cast_signed(), step: 1, len: to - from };
        let mut geometry = self.geometry;
        geometry.columns = geometry.columns.slice(part(left, right));
        geometry.rows = geometry.rows.slice(part(upper, lower));
        Some(PillowImage { core: self.core.share(py), geometry })
    }

    /// Calls `work` with the rows.
    ///
    /// # Errors
    /// [`Error::Busy`] if the calling thread is changing the image already.
    pub fn read<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&Rows<'_>) -> R + Send) -> Result<R> {
        self.core.lend_to_read(py, &self.flat()?, |rows| Ok(work(rows)))
    }

    /// Calls `work` with the rows to change.
    ///
    /// # Errors
    /// [`Error::ReadOnly`]; [`Error::Stale`] if Pillow has given the image other memory since [`PillowImage::extract`];
    /// [`Error::Busy`] if the calling thread is using the image already.
    pub fn write<R: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut RowsMut<'_>) -> R + Send) -> Result<R> {
        self.core.lend(py, &self.flat()?, None, |rows, _| Ok(work(rows)))
    }

    /// Calls `work` with the rows to change and those of another image, of whatever size and mode.
    ///
    /// # Errors
    /// As [`PillowImage::write`], and [`Error::Value`] if the two share memory.
    pub fn write_from<R: Send>(
        &self,
        py: Python<'_>,
        other: &PillowImage,
        work: impl FnOnce(&mut RowsMut<'_>, &Rows<'_>) -> R + Send,
    ) -> Result<R> {
        let other = Some((&other.core, &other.flat()?));
        self.core.lend(py, &self.flat()?, other, |rows, others| Ok(work(rows, others.expect("it was given"))))
    }

    /// Runs one of pilview's [`crate::kernels`], which change the bands and leave the padding.
    ///
    /// # Errors
    /// As [`PillowImage::write`], and those of the kernel.
    pub fn apply<R: Send>(
        &self,
        py: Python<'_>,
        kernel: impl FnOnce(&mut RowsMut<'_>, Format) -> Result<R> + Send,
    ) -> Result<R> {
        self.core.write(py, &self.geometry, |rows| kernel(rows, self.geometry.format))
    }

    fn flat(&self) -> Result<Geometry> {
        self.geometry.flat_rows().ok_or_else(|| Error::Layout("the rows are not whole neighbouring pixels".into()))
    }
}
