//! Neighbourhoods: `convolve`.

use super::region::pair;
use crate::arguments::{Given, given, number, number_or, type_name};
use crate::kernels::convolve;
use crate::view::ImageView;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

#[pymethods]
impl ImageView {
    /// Every value becomes the sum of those around it, each times its weight in `kernel` and divided by
    /// `scale` (the sum of the weights if not given), plus `offset`, clipped: the bytes of
    /// `img.filter(ImageFilter.Kernel(size, kernel, scale, offset))`, Pillow's Filter.c. `size` is (3, 3) or
    /// (5, 5), with 9 or 25 weights, row by row; weights, `scale` and `offset`, which is in the units of the
    /// values, are finite numbers, and `scale` is not 0, given or summed. The outermost 1 or 2 pixels stay,
    /// as in Pillow. 8-bit modes but P; I;16*; I. Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (size, kernel, scale=None, offset=None), text_signature = "($self, size, kernel, scale=None, offset=0)")]
    fn convolve<'py>(
        slf: Bound<'py, Self>,
        size: &Bound<'py, PyAny>,
        kernel: &Bound<'py, PyAny>,
        scale: Option<&Bound<'py, PyAny>>,
        #[pyo3(from_py_with = given)] offset: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let [columns, rows] = pair("the size", size)?;
        slf.get().convolve_by(slf.py(), (columns, rows), kernel, scale, offset)?;
        Ok(slf)
    }
}

impl ImageView {
    /// As the method `convolve`.
    pub(super) fn convolve_by(
        &self,
        py: Python<'_>,
        size: (i64, i64),
        kernel: &Bound<'_, PyAny>,
        scale: Option<&Bound<'_, PyAny>>,
        offset: Given<'_>,
    ) -> PyResult<()> {
        self.refuse_palette(py, "convolve")?;
        let wanted = match size {
            (3, 3) => 9,
            (5, 5) => 25,
            _ => return Err(PyValueError::new_err(format!("the size is {size:?}; give (3, 3) or (5, 5)"))),
        };
        let mut weights = Vec::with_capacity(wanted);
        let given = kernel.try_iter().map_err(|_| {
            PyTypeError::new_err(format!(
                "the kernel is of type {}; give {wanted} numbers, row by row",
                type_name(kernel)
            ))
        })?;
        for weight in given {
            weights.push(number("a weight", &weight?)?);
            if weights.len() > wanted {
                break; // Too many already; an iterator may have no end.
            }
        }
        if weights.len() != wanted {
            let given = if weights.len() > wanted { format!("more than {wanted}") } else { weights.len().to_string() };
            return Err(PyValueError::new_err(format!(
                "the kernel has {given} weights; a size of {size:?} takes {wanted}"
            )));
        }
        let scale = scale.map(|scale| number("the scale", scale)).transpose()?.unwrap_or_else(|| weights.iter().sum());
        let offset = number_or("the offset", &offset, 0.0)?;
        if scale == 0.0 {
            return Err(PyValueError::new_err(
                "the scale is 0; give another (the sum of the weights is taken if none is given)",
            ));
        }
        // In single precision, as Pillow's _imaging.c divides.
        let weights: Vec<f32> = weights.into_iter().map(|weight| weight as f32 / scale as f32).collect();
        Ok(self.write(py, |rows| convolve::convolve(rows, self.geometry.format, &weights, offset as f32))?)
    }
}
