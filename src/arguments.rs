//! Arguments as Python's users write them: numbers of any library, and what messages say of those that do not fit.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};
use std::ops::RangeInclusive;

/// An int, or what has `__index__`; `None` for others. Ints over 64 bits are as good as the largest: neither fits.
/// What `__index__` raises is passed on.
pub fn index(value: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let py = value.py();
    let int = match value.cast::<PyInt>() {
        Ok(int) => int.clone().into_any(), // an enum of ints too
        Err(_) if !value.hasattr(intern!(py, "__index__"))? => return Ok(None),
        Err(_) => py.import("operator")?.call_method1(intern!(py, "index"), (value,))?,
    };
    Ok(Some(int.extract().or_else(|_| PyResult::Ok(if int.lt(0)? { i64::MIN } else { i64::MAX }))?))
}

/// As [`index`], for `from_py_with`: an int over 64 bits is told in the message of those that do not fit.
pub fn any_int(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    index(value)?.ok_or_else(|| PyTypeError::new_err(format!("{} is no int", shown(value))))
}

/// An argument that may be left out.
pub type Given<'py> = Option<Bound<'py, PyAny>>;

/// For `from_py_with`: what was given, `None` too, which is otherwise the same as nothing.
pub fn given<'py>(value: &Bound<'py, PyAny>) -> PyResult<Given<'py>> {
    Ok(Some(value.clone()))
}

/// Some of them.
pub fn any_ints<const N: usize>(values: &Bound<'_, PyAny>) -> PyResult<[i64; N]> {
    let values: [Bound<'_, PyAny>; N] = values.extract()?;
    let mut ints = [0; N];
    for (int, value) in ints.iter_mut().zip(&values) {
        *int = any_int(value)?;
    }
    Ok(ints)
}

/// A float, an int, or what has `__float__` or `__index__`; `None` for others. What those raise is passed on; an int that
/// is over all floats is a ValueError, since Python's own OverflowError is none.
pub fn float(value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    let py = value.py();
    if !value.hasattr(intern!(py, "__float__"))? && !value.hasattr(intern!(py, "__index__"))? {
        return Ok(None);
    }
    match value.extract() {
        Err(_) if value.is_exact_instance_of::<PyInt>() => {
            Err(PyValueError::new_err(format!("a number is {}; give a finite number, up to 3.4e38", shown(value))))
        }
        number => number.map(Some),
    }
}

/// A number that is finite in single precision.
pub fn number(what: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if let Ok(float) = value.cast_exact::<PyFloat>()
        && (float.value() as f32).is_finite()
    {
        return Ok(float.value());
    }
    if let Ok(int) = value.cast_exact::<PyInt>()
        && let Ok(int) = int.extract::<i32>()
    {
        return Ok(int.into()); // Most weights are; a look at the others takes longer.
    }
    let number = float(value)?
        .ok_or_else(|| PyTypeError::new_err(format!("{what} is of type {}; give a number", type_name(value))))?;
    if !(number as f32).is_finite() {
        return Err(PyValueError::new_err(format!("{what} is {}; give a finite number, up to 3.4e38", shown(value))));
    }
    Ok(number)
}

/// As [`number`], if one was given.
pub fn number_or(what: &str, value: &Given<'_>, or: f64) -> PyResult<f64> {
    value.as_ref().map_or(Ok(or), |value| number(what, value))
}

/// An int of a range.
pub fn int(what: &str, value: &Bound<'_, PyAny>, range: RangeInclusive<i64>) -> PyResult<i64> {
    let refused = || format!("{what} is {}; give an int from {} to {}", shown(value), range.start(), range.end());
    let int = index(value)?.ok_or_else(|| PyTypeError::new_err(refused()))?;
    if range.contains(&int) { Ok(int) } else { Err(PyValueError::new_err(refused())) }
}

/// What was given, for messages; only its type where it has no short text, and of long ints their length.
pub fn shown(value: &Bound<'_, PyAny>) -> String {
    if let Ok(text) = value.repr().and_then(|text| text.extract::<String>())
        && text.len() <= 60
    {
        return text;
    }
    match value.call_method0(intern!(value.py(), "bit_length")) {
        Ok(bits) if value.is_exact_instance_of::<PyInt>() => format!("an int of {bits} bits"),
        _ => format!("an object of type {}", type_name(value)),
    }
}

/// The name of an object's type, for messages.
pub fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "object".into(), |name| name.to_string())
}
