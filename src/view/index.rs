//! Indexing: pixels, values, sub-views.

use super::ImageView;
use crate::arguments::{shown, type_name};
use crate::error::Error;
use crate::format::{Format, Scalar};
use crate::geometry::{Axis, Geometry, Slice, bands_by_name};
use pyo3::exceptions::{PyIndexError, PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyEllipsis, PyInt, PyIterator, PyList, PySlice, PyString, PyTuple};

/// One value as a Python object.
pub(super) fn to_python(py: Python<'_>, format: Format, bytes: &[u8]) -> PyResult<Py<PyAny>> {
    Ok(match format.decode(bytes) {
        Scalar::Int(value) => value.into_pyobject(py)?.into_any().unbind(),
        Scalar::Float(value) => value.into_pyobject(py)?.into_any().unbind(),
    })
}

/// The position that a key means on an axis; negative ones count from the end.
pub(super) fn to_index(key: &Bound<'_, PyAny>) -> PyResult<isize> {
    key.extract().or_else(|error: PyErr| {
        let py = key.py();
        if error.is_instance_of::<PyOverflowError>(py) {
            return Err(PyIndexError::new_err(format!("the index {} is out of range", shown(key))));
        }
        if key.hasattr(intern!(py, "__index__"))? {
            return Err(error); // The key's own.
        }
        Err(PyTypeError::new_err(format!(
            "an index is of type {}; give ints, slices, '...' or band names such as v[\"R\"]",
            type_name(key)
        )))
    })
}

fn outside(index: isize, axis: usize, len: usize) -> Error {
    Error::Index(format!("index {index} is outside of axis {axis}, which has {len} elements"))
}

impl ImageView {
    /// The part that `key` selects. May run Python code of the key; no lock is held.
    pub(super) fn select(&self, key: &Bound<'_, PyAny>) -> PyResult<Geometry> {
        if let Ok(name) = key.cast::<PyString>() {
            return self.select_bands(key.py(), name.to_str()?);
        }
        let mut geometry = self.geometry;
        let keys = match key.cast::<PyTuple>() {
            Ok(keys) => keys.clone(),
            Err(_) => PyTuple::new(key.py(), [key])?,
        };
        let ndim = geometry.shape().as_slice().len();
        let ellipses = keys.iter().filter(|key| key.cast::<PyEllipsis>().is_ok()).count();
        let given = keys.len() - ellipses;
        if ellipses > 1 {
            return Err(PyIndexError::new_err("an index can have one ellipsis ('...') only"));
        }
        if given > ndim {
            return Err(PyIndexError::new_err(format!(
                "{given} indices were given, and the view has {ndim} axes: shape {}",
                geometry.shape()
            )));
        }
        let mut position = 0;
        let mut axes = geometry.axes_mut().into_iter().filter(|axis| axis.shown);
        for key in keys.iter() {
            if key.cast::<PyEllipsis>().is_ok() {
                for _ in given..ndim {
                    axes.next();
                    position += 1;
                }
                continue;
            }
            let axis = axes.next().expect("there are as many axes as keys");
            *axis = select_axis(axis, position, &key)?;
            position += 1;
        }
        drop(axes);
        geometry.whole &= geometry.bands == self.geometry.bands;
        Ok(geometry)
    }

    fn select_bands(&self, py: Python<'_>, key: &str) -> PyResult<Geometry> {
        let names = self.band_names(&self.core(py)?);
        let bands = self.geometry.bands;
        let wrong = |why: &str| {
            let first = names.first().copied().unwrap_or("R");
            Error::Mode(format!(
                "the bands {key:?} {why}; the view has {:?}: give one, such as v[{first:?}], or neighbours, such as v[{:?}]",
                names,
                names.concat()
            ))
        };
        if self.is_cast(&self.core(py)?) {
            return Err(wrong("are not to be had of a packed or cast view").into());
        }
        let positions = bands_by_name(key, &names).ok_or_else(|| wrong("are not known"))?;
        let mut geometry = self.geometry;
        if names.contains(&key) {
            geometry.bands = bands.index(positions[0].cast_signed()).expect("a name's position is inside");
        } else {
            let step = positions[1].cast_signed() - positions[0].cast_signed();
            let even = positions.windows(2).all(|pair| pair[1].cast_signed() - pair[0].cast_signed() == step);
            if step == 0 || !even {
                return Err(wrong("are not evenly spaced in memory").into());
            }
            let start = positions[0].cast_signed();
            geometry.bands = bands.slice(Slice { start, step, len: positions.len() });
        }
        geometry.whole &= names.len() == 1 || geometry.bands == bands;
        Ok(geometry)
    }

    /// The pixel or value that `v[y, x]` or `v[y, x, band]` selects, if `key` is that, of plain ints. Runs no Python
    /// code.
    #[inline]
    pub(super) fn select_pixel(&self, key: &Bound<'_, PyAny>) -> Option<Place> {
        let keys = key.cast_exact::<PyTuple>().ok()?;
        let [rows, columns, bands] = self.geometry.axes();
        let single = keys.len() == 3;
        if !(rows.shown && columns.shown && (keys.len() == 2 || (single && bands.shown))) {
            return None;
        }
        let index = |position: usize, axis: Axis| {
            let key = keys.get_borrowed_item(position).ok()?;
            axis.index(key.cast_exact::<PyInt>().ok()?.extract().ok()?)
        };
        let (row, column) = (index(0, rows)?.start, index(1, columns)?.start);
        Some(Place { row, column, bands: if single { index(2, bands)? } else { bands } })
    }

    /// The values of a pixel: an int or a float, or a tuple where the band axis is left.
    fn pixel(&self, py: Python<'_>, Place { row, column, bands }: Place) -> PyResult<Py<PyAny>> {
        let Geometry { pixel, format, .. } = self.geometry;
        // The bytes are copied under the lock and become objects after it: making objects can run Python code.
        let bytes = match self.owner.read_pixel(row, column, pixel) {
            Some(bytes) => bytes,
            None => self.core(py)?.read(py, &self.geometry.whole_pixel(row, column), |rows| {
                let mut bytes = [0; 4];
                bytes[..pixel].copy_from_slice(rows.row(0));
                Ok(bytes)
            })?,
        };
        let value = |band: usize| to_python(py, format, &bytes[bands.byte(band)..]);
        match (bands.shown, bands.len) {
            (false, _) => value(0),
            (true, 3) => Ok((value(0)?, value(1)?, value(2)?).into_pyobject(py)?.into_any().unbind()),
            (true, len) => {
                let values = (0..len).map(value).collect::<PyResult<Vec<_>>>()?;
                Ok(PyTuple::new(py, values)?.into_any().unbind())
            }
        }
    }
}

/// A pixel of the image, and which of its bands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub row: isize,
    pub column: isize,
    pub bands: Axis,
}

fn select_axis(axis: &Axis, position: usize, key: &Bound<'_, PyAny>) -> PyResult<Axis> {
    if let Ok(slice) = key.cast::<PySlice>() {
        let indices = slice.indices(axis.len.cast_signed())?;
        return Ok(axis.slice(Slice { start: indices.start, step: indices.step, len: indices.slicelength }));
    }
    let index = to_index(key)?;
    Ok(axis.index(index).ok_or_else(|| outside(index, position, axis.len))?)
}

#[pymethods]
impl ImageView {
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.core(py)?;
        Ok(self.geometry.shape().as_slice()[0].cast_unsigned())
    }

    fn __getitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = key.py();
        if let Some(place) = self.select_pixel(key) {
            return self.pixel(py, place);
        }
        let geometry = self.select(key)?;
        if geometry.rows.shown || geometry.columns.shown {
            Ok(Py::new(py, self.part(py, geometry)?)?.into_any())
        } else {
            let (row, column) = (geometry.rows.start, geometry.columns.start);
            self.pixel(py, Place { row, column, bands: geometry.bands })
        }
    }

    /// Over the first axis: of an image its rows, of a row its pixels.
    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyIterator>> {
        let py = slf.py();
        let builtins = py.import("builtins")?;
        let positions = builtins.call_method1("range", (slf.len()?,))?;
        builtins.call_method1("map", (slf.getattr("__getitem__")?, positions))?.try_iter()
    }

    /// The values as nested lists, as `memoryview.tolist`.
    fn tolist(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let bytes = self.read(py, crate::kernels::copy::to_vec)?;
        let (shape, format) = (self.geometry.shape(), self.geometry.format);
        nested(py, &bytes, shape.as_slice(), format)
    }
}

fn nested(py: Python<'_>, bytes: &[u8], shape: &[isize], format: Format) -> PyResult<Py<PyAny>> {
    let Some((&len, inner)) = shape.split_first() else { return to_python(py, format, bytes) };
    let each = inner.iter().map(|len| len.cast_unsigned()).product::<usize>() * format.size();
    let list = PyList::empty(py);
    for i in 0..len.cast_unsigned() {
        list.append(nested(py, &bytes[i * each..(i + 1) * each], inner, format)?)?;
    }
    Ok(list.into_any().unbind())
}
