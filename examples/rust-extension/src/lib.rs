//! A Python extension of its own that works on Pillow images in Rust, with pilview as a library: no unsafe code.
#![forbid(unsafe_code)]

use pilview::PillowImage;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rayon::prelude::*;

/// Pillow images in Rust.
#[pymodule]
mod rust_extension {
    use super::*;

    /// Tints an RGB image as old photographs are, in place, on all processors.
    #[pyfunction]
    fn sepia(py: Python<'_>, image: PillowImage) -> PyResult<()> {
        if image.mode().name != "RGB" {
            return Err(PyValueError::new_err("an RGB image is needed"));
        }
        image.write(py, |rows| {
            let rows = rows.par_iter_mut().expect("no two rows of it share memory");
            rows.for_each(|row| {
                for [r, g, b, _padding] in row.as_chunks_mut::<4>().0 {
                    let gray = (299 * u32::from(*r) + 587 * u32::from(*g) + 114 * u32::from(*b)) / 1000;
                    [*r, *g, *b] = [gray.min(235) + 20, gray, gray.saturating_sub(20)].map(|value| value as u8);
                }
            });
        })?;
        Ok(())
    }

    /// How often each value occurs in an L image.
    #[pyfunction]
    fn histogram(image: &Bound<'_, PyAny>) -> PyResult<Vec<u64>> {
        let py = image.py();
        let image = PillowImage::extract(image)?;
        if image.mode().name != "L" {
            return Err(PyValueError::new_err("an L image is needed"));
        }
        let counts = image.read(py, |rows| {
            let mut counts = vec![0; 256];
            rows.iter().flatten().for_each(|&value| counts[usize::from(value)] += 1);
            counts
        })?;
        Ok(counts)
    }

    /// Inverts the pixels inside of a box, with pilview's own kernel.
    #[pyfunction]
    fn invert(py: Python<'_>, image: PillowImage, part: [usize; 4]) -> PyResult<()> {
        let part = image.crop(py, part).ok_or_else(|| PyValueError::new_err("the box is not inside of the image"))?;
        part.apply(py, pilview::kernels::invert::invert)?;
        Ok(())
    }
}
