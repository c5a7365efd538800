//! Colours as Pillow's users write them, as the bytes of each band.

use crate::arguments::{float, index, shown, type_name};
use crate::error::Error;
use crate::format::{Format, Scalar};
use crate::pillow::mode::Mode;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

/// A value for each band, as its bytes.
pub type Colour = [[u8; 4]; 4];

/// What a colour is for.
pub struct Target {
    /// The image's mode.
    pub mode: &'static Mode,
    /// Which of the mode's bands the view has, in its order; `None` for whole pixels under another format.
    pub bands: Option<Vec<usize>>,
    /// Whether that is all of them, in order.
    pub whole: bool,
    /// What a value is.
    pub format: Format,
}

impl Target {
    /// An int, a float for `F`, one value a band, or a name that PIL.ImageColor knows.
    pub fn parse(&self, colour: &Bound<'_, PyAny>) -> PyResult<Colour> {
        if let Ok(name) = colour.cast::<PyString>() {
            return self.named(name);
        }
        if let Ok(values) = colour.cast::<PyTuple>() {
            return self.parse_bands(values);
        }
        if let Ok(values) = colour.cast::<PyList>() {
            return self.parse_bands(&values.to_tuple()); // As it is now, whatever its values do to it.
        }
        if self.len() == 1 {
            return Ok([self.value(colour)?, [0; 4], [0; 4], [0; 4]]);
        }
        match colour.try_iter() {
            Ok(values) => {
                let values = values.collect::<PyResult<Vec<_>>>()?;
                self.parse_bands(&PyTuple::new(colour.py(), values)?)
            }
            Err(_) => match index(colour)? {
                Some(ink) => self.ink(ink, colour),
                None => Err(PyTypeError::new_err(format!("the colour is {}; {}", shown(colour), self.accepted()))),
            },
        }
    }

    fn len(&self) -> usize {
        self.bands.as_ref().map_or(1, Vec::len)
    }

    fn parse_bands(&self, values: &Bound<'_, PyTuple>) -> PyResult<Colour> {
        if values.len() != self.len() {
            let message = format!("the colour has {} values; {}", values.len(), self.accepted());
            return Err(PyValueError::new_err(message));
        }
        let mut colour = [[0; 4]; 4];
        for (band, value) in colour.iter_mut().zip(values.iter()) {
            *band = self.value(&value)?;
        }
        Ok(colour)
    }

    /// A colour by name is one of the whole mode, of which the view's bands are taken.
    fn named(&self, name: &Bound<'_, PyString>) -> PyResult<Colour> {
        let mode = self.mode;
        let (Some(bands), false) = (&self.bands, mode.bands[0] == "P") else {
            let message = format!("a colour name has no value here: these are no bands of colour; {}", self.accepted());
            return Err(PyTypeError::new_err(message));
        };
        let found = name.py().import("PIL.ImageColor")?.call_method1("getcolor", (name, mode.name))?;
        let mut values = found.extract::<Vec<i64>>().or_else(|_| Ok::<_, PyErr>(vec![found.extract()?]))?;
        values.resize(mode.bands.len(), 255); // As `getink` of Pillow's _imaging.c.
        let mut colour = [[0; 4]; 4];
        for (bytes, &band) in colour.iter_mut().zip(bands) {
            *bytes = self.encode(Scalar::Int(values[band]), found.as_any())?;
        }
        Ok(colour)
    }

    /// Pillow's 0xAABBGGRR: `getink` of _imaging.c.
    fn ink(&self, ink: i64, given: &Bound<'_, PyAny>) -> PyResult<Colour> {
        let (true, Some(bands), Ok(ink)) = (self.whole, &self.bands, u32::try_from(ink)) else {
            return Err(PyValueError::new_err(format!("the colour is {}; {}", shown(given), self.accepted())));
        };
        let mut colour = [[0; 4]; 4];
        for (bytes, &band) in colour.iter_mut().zip(bands) {
            bytes[0] = ink.to_le_bytes()[usize::from(self.mode.offsets[band])];
        }
        Ok(colour)
    }

    /// One value of one band.
    fn value(&self, value: &Bound<'_, PyAny>) -> PyResult<[u8; 4]> {
        let scalar =
            if self.format == Format::F32 { float(value)?.map(Scalar::Float) } else { index(value)?.map(Scalar::Int) };
        let scalar = scalar.ok_or_else(|| {
            PyTypeError::new_err(format!("a value is of type {}; {}", type_name(value), self.accepted()))
        })?;
        self.encode(scalar, value)
    }

    fn encode(&self, scalar: Scalar, given: &Bound<'_, PyAny>) -> PyResult<[u8; 4]> {
        self.format.encode(scalar).ok_or_else(|| {
            let (format, range) = (self.format.name(), self.format.range());
            Error::Value(format!("the value {} does not fit format {format:?}, which takes {range}", shown(given)))
                .into()
        })
    }

    fn accepted(&self) -> String {
        let kind = if self.format == Format::F32 { "a float" } else { "an int" };
        let range = self.format.range();
        match &self.bands {
            Some(bands) if bands.len() != 1 => {
                let names: Vec<_> = bands.iter().map(|&band| self.mode.bands[band]).collect();
                let or = if self.whole { "; or a colour name, or an int 0xAABBGGRR as Pillow takes it" } else { "" };
                format!("give a tuple of {} ints, {range}, for {}{or}", names.len(), names.join(", "))
            }
            _ => format!("give {kind}, {range}"),
        }
    }
}
