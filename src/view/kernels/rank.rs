//! The values around in order: `rank_filter`, `median_filter`, `min_filter`, `max_filter`, `mode_filter`.

use crate::arguments::{Given, given, index, shown};
use crate::error::Result;
use crate::kernels::{mode_filter, rank};
use crate::view::ImageView;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

#[pymethods]
impl ImageView {
    /// Every value becomes the one of rank `rank`, 0 for the least, of the `size` by `size` values around
    /// it: the bytes of `img.filter(ImageFilter.RankFilter(size, rank))`, Pillow's RankFilter.c. At the
    /// borders the outermost pixels are repeated. `size` is an odd int from 1 to 23169, in pixels, `rank` an
    /// int from 0 to size * size - 1. 8-bit modes but P; I; F.
    /// Raises ModeError, ValueError, TypeError.
    fn rank_filter<'py>(
        slf: Bound<'py, Self>,
        size: &Bound<'py, PyAny>,
        rank: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, Self>> {
        let size = odd(size)?;
        let last = size * size - 1;
        let given = integer("the rank", rank)?;
        let rank = usize::try_from(given).ok().filter(|&rank| rank <= last).ok_or_else(|| {
            PyValueError::new_err(format!("the rank is {}; a size of {size} takes 0 to {last}", shown(rank)))
        })?;
        apply(slf, "rank_filter", size, rank)
    }

    /// Every value becomes the median of the `size` by `size` values around it: the bytes of
    /// `img.filter(ImageFilter.MedianFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
    /// 23169, in pixels. 8-bit modes but P; I; F.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (size=None), text_signature = "($self, size=3)")]
    fn median_filter<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] size: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let size = size.map_or(Ok(3), |size| odd(&size))?;
        apply(slf, "median_filter", size, size * size / 2)
    }

    /// Every value becomes the least of the `size` by `size` values around it: the bytes of
    /// `img.filter(ImageFilter.MinFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
    /// 23169, in pixels. 8-bit modes but P; I; F.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (size=None), text_signature = "($self, size=3)")]
    fn min_filter<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] size: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let size = size.map_or(Ok(3), |size| odd(&size))?;
        apply(slf, "min_filter", size, 0)
    }

    /// Every value becomes the largest of the `size` by `size` values around it: the bytes of
    /// `img.filter(ImageFilter.MaxFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
    /// 23169, in pixels. 8-bit modes but P; I; F.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (size=None), text_signature = "($self, size=3)")]
    fn max_filter<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] size: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let size = size.map_or(Ok(3), |size| odd(&size))?;
        apply(slf, "max_filter", size, size * size - 1)
    }

    /// Every value becomes the most frequent of the `size` by `size` values around it, as far as those lie
    /// inside; the least of several; it stays where none is there more than twice: the bytes of
    /// `img.filter(ImageFilter.ModeFilter(size))`, Pillow's ModeFilter.c. `size` is an int from 1 to 23169,
    /// in pixels; an even one is as the next. 8-bit modes.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (size=None), text_signature = "($self, size=3)")]
    fn mode_filter<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] size: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let size = match size {
            Some(size) => within(&size, integer("the size", &size)?, "an int")?,
            None => 3,
        };
        let this = slf.get();
        this.write(slf.py(), |rows| mode_filter::mode_filter(rows, this.geometry.format, size))?;
        Ok(slf)
    }
}

/// The largest size: a window of 2^29 values, as in Pillow.
const LARGEST: i64 = 23_169;

fn integer(what: &str, value: &Bound<'_, PyAny>) -> PyResult<i64> {
    index(value)?.ok_or_else(|| PyTypeError::new_err(format!("{what} is {}; give an int", shown(value))))
}

fn within(given: &Bound<'_, PyAny>, size: i64, accepted: &str) -> PyResult<usize> {
    if (1..=LARGEST).contains(&size) {
        return Ok(size as usize);
    }
    Err(PyValueError::new_err(format!("the size is {}; give {accepted} from 1 to {LARGEST}", shown(given))))
}

fn odd(size: &Bound<'_, PyAny>) -> PyResult<usize> {
    let given = integer("the size", size)?;
    within(size, if given % 2 == 0 { 0 } else { given }, "an odd int")
}

fn apply<'py>(slf: Bound<'py, ImageView>, kernel: &str, size: usize, nth: usize) -> PyResult<Bound<'py, ImageView>> {
    let (py, this) = (slf.py(), slf.get());
    this.refuse_palette(py, kernel)?;
    this.write(py, |rows| -> Result<()> { rank::rank(rows, kernel, this.geometry.format, size, nth) })?;
    Ok(slf)
}
