//! Kernels: convert the arguments, call, return the view. Assignment's neighbour `fill` is in `assign`.

use super::ImageView;
use crate::error::Error;
use crate::format::Format;
use crate::kernels::{invert, point, threshold};
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyFloat;

#[pymethods]
impl ImageView {
    /// `MAX - v` for every value: the bytes of `ImageChops.invert`. 8-bit modes and I;16*.
    fn invert(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let this = slf.get();
        this.write(slf.py(), |rows| invert::invert(rows, this.geometry.format))?;
        Ok(slf)
    }

    /// 255 if v >= t else 0. 8-bit modes; t from 0 to 255.
    #[pyo3(signature = (t, /))]
    fn threshold<'py>(slf: Bound<'py, Self>, t: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let this = slf.get();
        let refused = || Error::Value(format!("the threshold is {t}; give an int from 0 to 255"));
        let index = t
            .call_method0(intern!(t.py(), "__index__"))
            .map_err(|_| PyTypeError::new_err(format!("the threshold is {t}; give an int from 0 to 255")))?;
        let t = index.extract::<u8>().map_err(|_| refused())?;
        this.write(slf.py(), |rows| threshold::threshold(rows, this.geometry.format, t))?;
        Ok(slf)
    }

    /// As `Image.point`: a table of 256 entries for all bands or 256 for each, or a callable.
    #[pyo3(signature = (lut, /))]
    fn point<'py>(slf: Bound<'py, Self>, lut: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        this.core(py)?.check_writable(py)?; // Refused before a callable is called 256 times.
        let format = this.geometry.format;
        if format == Format::U8 {
            let tables = tables(lut, this.geometry.bands.len)?;
            this.write(py, |rows| point::point(rows, format, &tables))?;
        } else if lut.is_callable() {
            // Pillow finds scale and offset by calling the function with an object that records arithmetic.
            let found = py.import("PIL.Image")?.call_method1("_getscaleoffset", (lut,))?;
            let (scale, offset): (f64, f64) = found.extract()?;
            this.write(py, |rows| point::scale(rows, format, scale, offset))?;
        } else {
            // Refused there, with the message that says what to give.
            this.write(py, |rows| point::point(rows, format, &[[0; 256]; 4]))?;
        }
        Ok(slf)
    }
}

/// A table for each band, from 256 or 256 x bands entries or a callable. May run Python code; no lock is held.
fn tables(lut: &Bound<'_, PyAny>, bands: usize) -> PyResult<point::Tables> {
    let mut entries: Vec<u8> = Vec::new();
    if lut.is_callable() {
        for v in 0..256 {
            entries.push(entry(&lut.call1((v,))?)?);
        }
    } else if let Ok(buffer) = PyUntypedBuffer::get(lut)
        && buffer.item_size() == 1
        && buffer.dimensions() == 1
    {
        entries = buffer.as_typed::<u8>()?.to_vec(lut.py())?;
    } else {
        let values = lut.try_iter().map_err(|_| {
            PyTypeError::new_err(format!(
                "the table is of type {}; give a sequence of 256 ints for all bands or 256 for each, or a callable",
                lut.get_type().name().map_or_else(|_| "object".into(), |name| name.to_string())
            ))
        })?;
        for value in values {
            entries.push(entry(&value?)?);
            if entries.len() > 4 * 256 {
                break; // Too many already; an iterator may have no end.
            }
        }
    }
    let mut tables = [[0; 256]; 4];
    let given = entries.len();
    if given != 256 && given != 256 * bands {
        let more = if given > 4 * 256 { "more than 1024".to_owned() } else { given.to_string() };
        return Err(PyValueError::new_err(format!(
            "the table has {more} entries; give 256 for all bands{}",
            if bands > 1 { format!(", or {} for {bands} bands", 256 * bands) } else { String::new() }
        )));
    }
    for (band, table) in tables.iter_mut().enumerate() {
        let start = if given == 256 { 0 } else { (band % bands) * 256 };
        table.copy_from_slice(&entries[start..start + 256]);
    }
    Ok(tables)
}

/// One entry, rounded as Python rounds and clipped to 0..255 as Pillow clips.
fn entry(value: &Bound<'_, PyAny>) -> PyResult<u8> {
    let number = if value.is_instance_of::<PyFloat>() {
        let float: f64 = value.extract()?;
        if !float.is_finite() {
            return Err(PyValueError::new_err(format!("a table entry is {float}; give finite numbers")));
        }
        float
    } else {
        value.extract().map_err(|_| {
            PyTypeError::new_err(format!(
                "a table entry is of type {}; give numbers, which are rounded and clipped to 0..255",
                value.get_type().name().map_or_else(|_| "object".into(), |name| name.to_string())
            ))
        })?
    };
    Ok(number.round_ties_even().clamp(0.0, 255.0) as u8)
}
