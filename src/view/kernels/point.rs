//! Value by value: `invert`, `threshold`, `point`.

use crate::arguments::{float, int, shown, type_name};
use crate::format::Format;
use crate::kernels::{invert, point, threshold};
use crate::view::ImageView;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyInt;

#[pymethods]
impl ImageView {
    /// `MAX - v` for every value: the bytes of `ImageChops.invert`. 8-bit modes and I;16*.
    /// Raises ModeError for I, F and casts.
    fn invert(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let this = slf.get();
        this.write(slf.py(), |rows| invert::invert(rows, this.geometry.format))?;
        Ok(slf)
    }

    /// 255 if v >= t else 0. `t` is an int from 0 to 255. 8-bit modes. Raises ModeError, TypeError,
    /// ValueError.
    #[pyo3(signature = (t, /))]
    fn threshold<'py>(slf: Bound<'py, Self>, t: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let this = slf.get();
        let t = int("the threshold", t, 0..=255)? as u8;
        this.write(slf.py(), |rows| threshold::threshold(rows, this.geometry.format, t))?;
        Ok(slf)
    }

    /// As `Image.point`: v -> lut[v] for 8-bit values, with 256 entries for all bands or 256 for each,
    /// each a finite number, rounded and clipped to 0..255; or a callable, called with 0 to 255. For I, I;16
    /// and F a callable of the form `lambda x: x * scale + offset`. Raises ModeError, ValueError, TypeError,
    /// and what the callable raises.
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
    let py = lut.py();
    let mut entries: Vec<u8> = Vec::new();
    if lut.is_callable() {
        for v in 0..256 {
            let arguments = (v,).into_pyobject(py)?;
            entries.push(entry(&lut.call1(&arguments)?)?);
        }
    } else if let Ok(bytes) = PyBuffer::<u8>::get(lut)
        && bytes.dimensions() == 1
    {
        entries = bytes.to_vec(lut.py())?;
    } else {
        let values = lut.try_iter().map_err(|_| {
            PyTypeError::new_err(format!(
                "the table is of type {}; give a sequence of 256 ints for all bands or 256 for each, or a callable",
                type_name(lut)
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
    if given != 256 && (bands == 0 || given != 256 * bands) {
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
    if let Ok(int) = value.cast_exact::<PyInt>()
        && let Ok(int) = int.extract::<i64>()
    {
        return Ok(int.clamp(0, 255) as u8); // By far the most tables; a look at the others takes longer.
    }
    let number = float(value)?.ok_or_else(|| {
        PyTypeError::new_err(format!(
            "a table entry is of type {}; give numbers, which are rounded and clipped to 0..255",
            type_name(value)
        ))
    })?;
    if !number.is_finite() {
        return Err(PyValueError::new_err(format!("a table entry is {}; give finite numbers", shown(value))));
    }
    Ok(number.round_ties_even().clamp(0.0, 255.0) as u8)
}
