//! Pictures of another size, in a second view: `resize_into`, `reduce_into`.

use crate::arguments::{float, index, shown, type_name};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Geometry, Slice};
use crate::kernels::reduce::{self, Blocks};
use crate::kernels::resize::{self, Filter};
use crate::kernels::{accept, copy};
use crate::view::ImageView;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use std::ops::Range;

#[pymethods]
impl ImageView {
    /// Writes the view into all of `dst`, a view or image of the same mode and of any size from 1 x 1 on,
    /// and leaves the view itself as it is: the bytes of `img.resize(dst.size, resample, box)`, Pillow 13's
    /// Resample.c and Geometry.c. `resample` is one of `Image.Resampling` or its number, BICUBIC if not
    /// given: NEAREST 0, LANCZOS 1, BILINEAR 2, BICUBIC 3, BOX 4, HAMMING 5, and, whatever the Pillow, Pillow
    /// 13's MKS2013 6 and MKS2021 7; modes 1 and P always take NEAREST. `box` is the part of the view to be
    /// resized, four floats (left, upper, right, lower) in pixels, which lie inside of it. All modes. LA and
    /// RGBA are resized premultiplied, as in Pillow; selections of their bands only if they have the alpha.
    /// I;16B and I;16N are taken with their bytes swapped, as Pillow takes them, but for NEAREST. `dst` must
    /// not share memory with the view.
    /// Raises ModeError, ReadOnlyError, StaleViewError, ValueError, TypeError.
    #[pyo3(signature = (dst, resample=None, r#box=None))]
    fn resize_into<'py>(
        slf: Bound<'py, Self>,
        dst: &Bound<'py, PyAny>,
        resample: Option<&Bound<'py, PyAny>>,
        r#box: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        slf.get().resize_by(slf.py(), dst, resample, r#box)?;
        Ok(slf)
    }

    /// Writes into every pixel of `dst` the mean of a block of `factor` by `factor` pixels of the view, or
    /// of (columns, rows), ints from 1 to 2**31 - 1, and leaves the view itself as it is: the bytes of
    /// `img.reduce(factor, box)`, Pillow's Reduce.c. Blocks at the right and at the lower edge have the
    /// pixels that are left. `dst` is a view or image of the same mode, with a pixel a block; `box` is the
    /// part of the view to be reduced, four ints (left, upper, right, lower) in pixels, inside of it and not
    /// empty. 8-bit modes but 1 and P, I and F; all modes where the factor is 1, which copies. LA and RGBA
    /// are reduced premultiplied, as in Pillow; selections of their bands only if they have the alpha. `dst`
    /// must not share memory with the view.
    /// Raises ModeError, ReadOnlyError, StaleViewError, ValueError, TypeError.
    #[pyo3(signature = (dst, factor, r#box=None))]
    fn reduce_into<'py>(
        slf: Bound<'py, Self>,
        dst: &Bound<'py, PyAny>,
        factor: &Bound<'py, PyAny>,
        r#box: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        slf.get().reduce_by(slf.py(), dst, factor, r#box)?;
        Ok(slf)
    }
}

impl ImageView {
    fn resize_by(
        &self,
        py: Python<'_>,
        dst: &Bound<'_, PyAny>,
        resample: Option<&Bound<'_, PyAny>>,
        r#box: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let dst = self.dst("resize_into", dst)?;
        let filter = resample.map_or(Ok(Some(Filter::Bicubic)), filter_of)?;
        let (size, to_size) = (self.columns_and_rows(), dst.get().columns_and_rows());
        let whole = [0.0, 0.0, size[0] as f64, size[1] as f64];
        let window = r#box.map_or(Ok(whole), |given| numbers(given, "floats", |value| finite(value)))?;
        if size == to_size && window == whole {
            return Ok(self.write_to(py, "resize_into", dst.get(), copy::copy)?);
        }
        // Pillow takes single precision, and compares that.
        let window = window.map(|value| value as f32);
        let [left, upper, right, lower] = window;
        if to_size.contains(&0) {
            let message = format!("dst is {} pixels; give one of at least 1 x 1", described(to_size));
            return Err(PyValueError::new_err(message));
        }
        let inside = |low: f32, high: f32, len: usize| 0.0 <= low && low <= high && high <= len as f32;
        if !inside(left, right, size[0]) || !inside(upper, lower, size[1]) {
            return Err(not_inside(r#box, size));
        }
        let (mode, format) = (self.core(py)?.mode.name, self.geometry.format);
        let places = self.geometry.whole && format == Format::U8 && matches!(mode, "1" | "P");
        let Some(filter) = filter.filter(|_| !places) else {
            return Ok(
                self.write_to(py, "resize_into", dst.get(), |to, from| resize::nearest(to, from, format, window))?
            );
        };
        let format = if format.size() == 2 { order_of_pillow(mode, format) } else { format };
        let alpha = self.premultiplied_by(py)?;
        Ok(self.write_to(py, "resize_into", dst.get(), |to, from| {
            resize::resize(to, from, format, filter, window, alpha)
        })?)
    }

    fn reduce_by(
        &self,
        py: Python<'_>,
        dst: &Bound<'_, PyAny>,
        factor: &Bound<'_, PyAny>,
        r#box: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let dst = self.dst("reduce_into", dst)?;
        let factor = factors(factor)?;
        let (size, to_size, format) = (self.columns_and_rows(), dst.get().columns_and_rows(), self.geometry.format);
        let copied = factor == [1, 1];
        if !copied {
            let mode = self.core(py)?.mode.name;
            if self.geometry.whole && format == Format::U8 && matches!(mode, "1" | "P") {
                return Err(Error::Mode(format!(
                    "reduce_into() is not defined for mode {mode}, whose values have no mean; convert the image to L or \
                     RGB first, or call resize_into()"
                ))
                .into());
            }
            accept("reduce_into", format, &reduce::FORMATS)?;
        }
        let window = match r#box {
            Some(given) => numbers(given, "ints", index)?,
            None => [0, 0, size[0] as i64, size[1] as i64],
        };
        let [left, upper, right, lower] = window;
        let within = |low: i64, high: i64, len: usize| {
            let most = len as i64;
            (0 <= low && low < high && high <= most).then_some(low as usize..high as usize)
        };
        // Without a box a copy may be of nothing.
        let part = |low, high, len| within(low, high, len).or((copied && r#box.is_none()).then_some(0..len));
        let (Some(columns), Some(rows)) = (part(left, right, size[0]), part(upper, lower, size[1])) else {
            return Err(not_inside(r#box, size));
        };
        let blocks = Blocks { factor, part: [columns, rows] };
        let wanted = [0, 1].map(|axis| blocks.count(axis));
        if to_size != wanted {
            return Err(PyValueError::new_err(format!(
                "dst is {} pixels, and {} pixels reduced by {} x {} are {}; give a dst of that size",
                described(to_size),
                described([0, 1].map(|axis| blocks.part[axis].len())),
                factor[0],
                factor[1],
                described(wanted),
            )));
        }
        if copied {
            let slice = |range: &Range<usize>| Slice { start: range.start.cast_signed(), step: 1, len: range.len() };
            let [columns, rows] = blocks.part.each_ref().map(slice);
            let (columns, rows) = (self.geometry.columns.slice(columns), self.geometry.rows.slice(rows));
            let part = self.part(py, Geometry { columns, rows, ..self.geometry })?;
            return Ok(part.write_to(py, "reduce_into", dst.get(), copy::copy)?);
        }
        let alpha = self.premultiplied_by(py)?;
        Ok(self.write_to(py, "reduce_into", dst.get(), |to, from| reduce::reduce(to, from, format, &blocks, alpha))?)
    }

    fn columns_and_rows(&self) -> [usize; 2] {
        [self.geometry.columns.len, self.geometry.rows.len]
    }

    /// The band by which Pillow multiplies the others before it mixes pixels.
    fn premultiplied_by(&self, py: Python<'_>) -> Result<Option<usize>> {
        let core = self.core(py)?;
        if self.is_cast(&core) || self.geometry.bands.len < 2 || !matches!(core.mode.name, "LA" | "RGBA") {
            return Ok(None);
        }
        Ok(self.band_names(&core).iter().position(|&name| name == "A"))
    }
}

/// Pillow's filters by their numbers; no filter is NEAREST.
const RESAMPLING: [(&str, Option<Filter>); 8] = [
    ("NEAREST", None),
    ("LANCZOS", Some(Filter::Lanczos)),
    ("BILINEAR", Some(Filter::Bilinear)),
    ("BICUBIC", Some(Filter::Bicubic)),
    ("BOX", Some(Filter::Box)),
    ("HAMMING", Some(Filter::Hamming)),
    ("MKS2013", Some(Filter::Mks2013)),
    ("MKS2021", Some(Filter::Mks2021)),
];

fn filter_of(given: &Bound<'_, PyAny>) -> PyResult<Option<Filter>> {
    let known = || {
        let names = RESAMPLING.iter().enumerate().map(|(i, (name, _))| format!("{name} ({i})"));
        format!(
            "the filter is {}; give one of Image.Resampling: {}",
            shown(given),
            names.collect::<Vec<_>>().join(", ")
        )
    };
    let number = index(given)?.ok_or_else(|| PyTypeError::new_err(known()))?;
    let found = usize::try_from(number).ok().and_then(|number| RESAMPLING.get(number));
    found.map(|(_, filter)| *filter).ok_or_else(|| PyValueError::new_err(known()))
}

/// The four numbers of a box.
fn numbers<'py, T: Copy + Default>(
    given: &Bound<'py, PyAny>,
    what: &str,
    read: impl Fn(&Bound<'py, PyAny>) -> PyResult<Option<T>>,
) -> PyResult<[T; 4]> {
    let refused = |count: usize| {
        format!(
            "the box has {}; give four {what}: (left, upper, right, lower)",
            if count > 4 { "more than 4 values".into() } else { format!("{count} values") }
        )
    };
    let mut numbers = [T::default(); 4];
    let mut count = 0;
    let values = given.try_iter().map_err(|_| {
        PyTypeError::new_err(format!(
            "the box is of type {}; give four {what}: (left, upper, right, lower)",
            type_name(given)
        ))
    })?;
    for value in values {
        let value = value?;
        let number = read(&value)?.ok_or_else(|| {
            PyTypeError::new_err(format!(
                "the box has {}, of type {}; give four {what}",
                shown(&value),
                type_name(&value)
            ))
        })?;
        let Some(place) = numbers.get_mut(count) else { return Err(PyValueError::new_err(refused(count + 1))) };
        *place = number;
        count += 1;
    }
    if count == 4 { Ok(numbers) } else { Err(PyValueError::new_err(refused(count))) }
}

fn finite(value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    match float(value)? {
        Some(number) if !(number as f32).is_finite() => {
            Err(PyValueError::new_err(format!("the box has {}; give finite numbers", shown(value))))
        }
        number => Ok(number),
    }
}

/// Columns and rows of a block: one int for both, or a pair.
fn factors(given: &Bound<'_, PyAny>) -> PyResult<[usize; 2]> {
    let accepted =
        || format!("the factor is {}; give an int from 1 to {}, or a pair (columns, rows)", shown(given), i32::MAX);
    let one = |value: &Bound<'_, PyAny>| {
        let number = index(value)?.ok_or_else(|| PyTypeError::new_err(accepted()))?;
        let fits = (1..=i64::from(i32::MAX)).contains(&number);
        if fits { Ok(number as usize) } else { Err(PyValueError::new_err(accepted())) }
    };
    let pair = match (given.cast::<PyTuple>(), given.cast::<PyList>()) {
        (Ok(pair), _) => pair.clone(),
        (_, Ok(pair)) => pair.to_tuple(),
        _ => return one(given).map(|factor| [factor; 2]),
    };
    if pair.len() != 2 {
        return Err(PyValueError::new_err(accepted()));
    }
    Ok([one(&pair.get_item(0)?)?, one(&pair.get_item(1)?)?])
}

/// The order of bytes by which Pillow resamples 16-bit values: that of I;16N is big-endian to it, and that of I;16B the
/// machine's.
fn order_of_pillow(mode: &str, format: Format) -> Format {
    let (big, little) =
        if cfg!(target_endian = "little") { (Format::U16Be, Format::U16) } else { (Format::U16, Format::U16Le) };
    match mode {
        "I;16N" => big,
        "I;16B" if cfg!(target_endian = "big") => big,
        _ if mode.starts_with("I;16") => little,
        _ => format,
    }
}

fn described([width, height]: [usize; 2]) -> String {
    format!("{width} x {height}")
}

fn not_inside(given: Option<&Bound<'_, PyAny>>, size: [usize; 2]) -> PyErr {
    let size = described(size);
    PyValueError::new_err(match given {
        Some(given) => format!(
            "the box {} is not inside of the view of {size} pixels, or empty; give (left, upper, right, lower) inside of it",
            shown(given)
        ),
        None => format!("the view is {size} pixels, which has no blocks; give one with pixels"),
    })
}
