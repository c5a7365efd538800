//! Colours as Pillow's users write them, as the bytes of each band.

use crate::error::Error;
use crate::format::{Format, Scalar};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyList, PyString, PyTuple};

/// A value for each band, as its bytes.
pub type Colour = [[u8; 4]; 4];

/// What a colour is for.
pub struct Target<'a> {
    /// Names of the view's bands.
    pub bands: &'a [&'static str],
    /// The mode, if the view has all its bands in order and no cast.
    pub mode: Option<&'static str>,
    /// Where in a pixel each band lies: an int for several bands is Pillow's four bytes, first byte lowest.
    pub offsets: &'a [u8],
    /// What a value is.
    pub format: Format,
}

impl Target<'_> {
    /// An int, a float for `F`, one value a band, or a name that PIL.ImageColor knows.
    pub fn parse(&self, colour: &Bound<'_, PyAny>) -> PyResult<Colour> {
        let py = colour.py();
        if let Ok(name) = colour.cast::<PyString>() {
            let mode = self.mode.map_or_else(|| self.bands.concat(), str::to_owned);
            let colour = py.import("PIL.ImageColor")?.call_method1("getcolor", (name, mode))?;
            return self.parse(&colour);
        }
        if let Ok(values) = colour.cast::<PyTuple>() {
            return self.parse_bands(values.iter());
        }
        if let Ok(values) = colour.cast::<PyList>() {
            return self.parse_bands(values.iter());
        }
        if self.bands.len() == 1 {
            return Ok([self.value(colour)?, [0; 4], [0; 4], [0; 4]]);
        }
        if let Some(ink) = index(colour)? {
            return self.ink(ink);
        }
        match colour.try_iter() {
            Ok(values) => self.parse_bands(values.collect::<PyResult<Vec<_>>>()?.into_iter()),
            Err(_) => Err(PyTypeError::new_err(format!("the colour is {colour:?}; {}", self.accepted()))),
        }
    }

    fn parse_bands<'py>(&self, values: impl ExactSizeIterator<Item = Bound<'py, PyAny>>) -> PyResult<Colour> {
        if values.len() != self.bands.len() {
            let message = format!("the colour has {} values; {}", values.len(), self.accepted());
            return Err(PyValueError::new_err(message));
        }
        let mut colour = [[0; 4]; 4];
        for (band, value) in colour.iter_mut().zip(values) {
            *band = self.value(&value)?;
        }
        Ok(colour)
    }

    /// Pillow's 0xAABBGGRR: `getink` of _imaging.c.
    fn ink(&self, ink: i64) -> PyResult<Colour> {
        let (Some(_), Format::U8, Ok(ink)) = (self.mode, self.format, u32::try_from(ink)) else {
            return Err(PyValueError::new_err(format!("the colour is {ink}; {}", self.accepted())));
        };
        let mut colour = [[0; 4]; 4];
        for (band, &offset) in colour.iter_mut().zip(self.offsets) {
            band[0] = ink.to_le_bytes()[usize::from(offset)];
        }
        Ok(colour)
    }

    /// One value of one band.
    pub fn value(&self, value: &Bound<'_, PyAny>) -> PyResult<[u8; 4]> {
        let scalar = match (self.format, index(value)?) {
            (_, Some(value)) => Scalar::Int(value),
            (Format::F32, None) => Scalar::Float(value.extract().map_err(|_| self.type_error(value))?),
            (_, None) => return Err(self.type_error(value)),
        };
        self.format.encode(scalar).ok_or_else(|| {
            let (format, range) = (self.format.name(), self.format.range());
            Error::Value(format!("the value {value} does not fit format {format:?}, which takes {range}")).into()
        })
    }

    fn type_error(&self, value: &Bound<'_, PyAny>) -> PyErr {
        let type_name = value.get_type().name().map_or_else(|_| "object".into(), |name| name.to_string());
        PyTypeError::new_err(format!("a value is of type {type_name}; {}", self.accepted()))
    }

    fn accepted(&self) -> String {
        let kind = if self.format == Format::F32 { "a float" } else { "an int" };
        let range = self.format.range();
        match (self.bands.len(), self.mode) {
            (1, _) => format!("give {kind}, {range}"),
            (n, None) => format!("give a tuple of {n} ints, {range}, for {}", self.bands.join(", ")),
            (n, Some(_)) => format!(
                "give a tuple of {n} ints, {range}, for {}; or a colour name; or an int 0xAABBGGRR as Pillow takes it",
                self.bands.join(", ")
            ),
        }
    }
}

/// An int, or what has `__index__` and no length (NumPy's arrays have both). Ints over 64 bits are as good as the
/// largest: neither fits.
fn index(value: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let py = value.py();
    let clamp = |value: &Bound<'_, PyInt>| -> PyResult<i64> {
        value.extract().or_else(|_| Ok(if value.lt(0)? { i64::MIN } else { i64::MAX }))
    };
    if let Ok(int) = value.cast::<PyInt>() {
        return clamp(int).map(Some);
    }
    if value.is_instance_of::<PyFloat>() || !value.hasattr(intern!(py, "__index__"))? || value.len().is_ok() {
        return Ok(None);
    }
    clamp(value.call_method0(intern!(py, "__index__"))?.cast::<PyInt>()?).map(Some)
}
