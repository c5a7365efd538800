//! Numbers about the pixels: `histogram`, `extrema`, `bbox`, `entropy`, `getcolors`, and those of `ImageStat`.

use super::mask::Mask;
use crate::arguments::{Given, float, given, index, shown, type_name};
use crate::error::{Error, Result};
use crate::format::{Format, Scalar};
use crate::kernels::moments::{self, Moments};
use crate::kernels::{accept, bbox, bins, colors, extrema, histogram};
use crate::rows::Rows;
use crate::view::ImageView;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

#[pymethods]
impl ImageView {
    /// How often each value occurs: 256 counts for each band, one after the other, as `Image.histogram`.
    /// With `mask`, an image or a view of mode L or 1 and of the same size, only pixels where it is not 0
    /// count. 8-bit modes, I, F and I;16*: values of the latter are counted in 256 bins between their extrema
    /// or those that are given, `(low, high)`, two ints of 32 bits, of F two floats, and take no mask. (I;16*
    /// as its conversion to I; Pillow itself counts half of its bytes.)
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None, extrema=None))]
    fn histogram(
        &self,
        py: Python<'_>,
        mask: Option<&Bound<'_, PyAny>>,
        extrema: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyList>> {
        list(py, &self.counts(py, "histogram", mask, extrema)?)
    }

    /// The entropy of the histogram in bits, `-sum(p * log2(p))` over the bands together: `Image.entropy`.
    /// `mask`, `extrema` and modes as `histogram` takes them. NaN if there are no pixels.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None, extrema=None))]
    fn entropy(
        &self,
        py: Python<'_>,
        mask: Option<&Bound<'_, PyAny>>,
        extrema: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<f64> {
        Ok(moments::entropy(&self.counts(py, "entropy", mask, extrema)?))
    }

    /// The least and the largest value, a pair; for several bands a tuple of pairs: `Image.getextrema`.
    /// `None` where there is no pixel. 8-bit modes, I;16*, I and F. Raises ModeError.
    fn extrema(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let found = self.read(py, |rows| extrema::extrema("extrema", rows, self.geometry.format))?;
        let one = |band: usize| -> PyResult<Py<PyAny>> {
            let Some(found) = &found else { return Ok(py.None()) };
            Ok((number(py, found[band].0)?, number(py, found[band].1)?).into_pyobject(py)?.into_any().unbind())
        };
        match self.geometry.bands {
            bands if bands.shown => {
                let all = (0..bands.len).map(one).collect::<PyResult<Vec<_>>>()?;
                Ok(PyTuple::new(py, all)?.into_any().unbind())
            }
            _ => one(0),
        }
    }

    /// Where pixels are that are not 0, `(left, upper, right, lower)`, or None: `Image.getbbox`. Where the
    /// view has a band of alpha besides others (RGBA, LA and such) and `alpha_only`, pixels whose alpha is
    /// not 0. All modes and bands. Raises TypeError.
    #[pyo3(signature = (alpha_only=true))]
    fn bbox(&self, py: Python<'_>, alpha_only: bool) -> PyResult<Option<(usize, usize, usize, usize)>> {
        let core = self.core(py)?;
        let mut geometry = self.geometry;
        let alpha = (0..geometry.bands.len).find(|&band| geometry.bands.byte(band) == 3);
        if let Some(alpha) = alpha
            && alpha_only
            && core.mode.has_alpha()
        {
            geometry.bands.start = geometry.bands.byte(alpha).cast_signed();
            geometry.bands.len = 1;
        }
        let found = core.read(py, &geometry, bbox::bbox)?;
        Ok(found.map(|[left, top, right, bottom]| (left, top, right, bottom)))
    }

    /// The colours and how often they occur, a list of `(count, pixel)` in Pillow's order, or None for
    /// more than `maxcolors`, an int from 0 on: `Image.getcolors`. Modes 1, L, P and single bands in the
    /// order of their values, and so is I;16*, which Pillow has not; then all 8-bit modes of several bands,
    /// I and F.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (maxcolors=None), text_signature = "($self, maxcolors=256)")]
    fn getcolors<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = given)] maxcolors: Given<'py>,
    ) -> PyResult<Option<Py<PyList>>> {
        let most = maxcolors.map_or(Ok(256), |given| {
            let refused = || format!("maxcolors is {}; give an int from 0 on", shown(&given));
            let most = index(&given)?.ok_or_else(|| PyTypeError::new_err(refused()))?;
            usize::try_from(most).map_err(|_| PyValueError::new_err(refused()))
        })?;
        let (format, bands) = (self.geometry.format, self.geometry.bands.len);
        self.accept_statistics("getcolors")?;
        if bands == 0 {
            return Err(Error::Mode("getcolors() needs a band; the view has none".into()).into());
        }
        if bands > 1 || format.size() == 4 {
            let Some(found) = self.read(py, |rows| colors::colors(rows, most))? else { return Ok(None) };
            let pixel = |pixel: u32| -> PyResult<Py<PyAny>> {
                let [a, b, c, d] = pixel.to_ne_bytes();
                Ok(match bands {
                    1 => number(py, format.decode(&[a, b, c, d]))?,
                    2 => (a, d).into_pyobject(py)?.into_any().unbind(),
                    3 => (a, b, c).into_pyobject(py)?.into_any().unbind(),
                    _ => (a, b, c, d).into_pyobject(py)?.into_any().unbind(),
                })
            };
            let found =
                found.into_iter().map(|(colour, count)| Ok((count, pixel(colour)?))).collect::<PyResult<Vec<_>>>()?;
            return Ok(Some(PyList::new(py, found)?.unbind()));
        }
        let counts = self.values(py, "getcolors", None)?;
        let found = || counts.iter().enumerate().filter(|(_, count)| **count > 0);
        if found().count() > most {
            return Ok(None);
        }
        Ok(Some(PyList::new(py, found().map(|(value, &count)| (count, value)).collect::<Vec<_>>())?.unbind()))
    }

    /// The sum of the values of each band: `ImageStat.Stat(img, mask).sum`. 8-bit modes; I and F, where
    /// ImageStat takes the 256 bins of `histogram` for values; and I;16* by its values. `mask` is an image or
    /// a view of mode L or 1 and of the same size: pixels where it is 0 do not count; I and F take none.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn sum(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<u64>> {
        match self.plain_sums(py, mask)? {
            Some(sums) => Ok(sums[..self.geometry.bands.len].to_vec()),
            None => self.each_band(py, "sum", mask, |band| band.sum()),
        }
    }

    /// The sum of the squares of the values of each band: `ImageStat.Stat(img, mask).sum2`. Modes and
    /// `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn sum2(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<u128>> {
        self.each_band(py, "sum2", mask, |band| band.sum2())
    }

    /// The average of each band, `sum / count`, 0 of no pixels: `ImageStat.Stat(img, mask).mean`. Modes
    /// and `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn mean(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<f64>> {
        match self.plain_sums(py, mask)? {
            Some(sums) => {
                let count = (self.geometry.rows.len * self.geometry.columns.len) as u64;
                Ok(sums[..self.geometry.bands.len].iter().map(|&sum| moments::divide(sum.into(), count)).collect())
            }
            None => self.each_band(py, "mean", mask, |band| band.mean()),
        }
    }

    /// The value in the middle of each band: `ImageStat.Stat(img, mask).median`. Modes and `mask` as `sum`
    /// takes them. Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn median(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<u64>> {
        self.each_band(py, "median", mask, |band| band.median())
    }

    /// The root of the average square of each band, `sqrt(sum2 / count)`: `ImageStat.Stat(img, mask).rms`.
    /// Modes and `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn rms(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<f64>> {
        self.each_band(py, "rms", mask, |band| band.rms())
    }

    /// The variance of each band, `(sum2 - sum ** 2 / count) / count`: `ImageStat.Stat(img, mask).var`.
    /// Modes and `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn var(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<f64>> {
        self.each_band(py, "var", mask, |band| band.var())
    }

    /// The standard deviation of each band, `sqrt(var)`: `ImageStat.Stat(img, mask).stddev`. Modes
    /// and `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn stddev(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<f64>> {
        self.each_band(py, "stddev", mask, |band| band.stddev())
    }
}

/// Values that are counted one by one: the others only in bins.
fn exact(format: Format) -> bool {
    format.size() < 4
}

impl ImageView {
    fn accept_statistics(&self, kernel: &str) -> Result<()> {
        use Format::{F32, I32, U8, U16, U16Be, U16Le};
        accept(kernel, self.geometry.format, &[U8, U16, U16Be, U16Le, I32, F32])
    }

    /// A mask of values that take one.
    fn mask_of_exact(&self, kernel: &str, mask: Option<&Bound<'_, PyAny>>, exact: bool) -> PyResult<Option<Mask>> {
        self.accept_statistics(kernel)?;
        let mask = self.mask(kernel, mask)?;
        if mask.is_some() && !exact {
            return Err(Error::Mode(format!(
                "{kernel}() takes no mask for values of format {}, which it counts in bins; convert the image to L first",
                self.geometry.format.described()
            ))
            .into());
        }
        Ok(mask)
    }

    /// How often each value occurs, band by band.
    fn values(&self, py: Python<'_>, kernel: &str, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<u64>> {
        let format = self.geometry.format;
        let mask = self.mask_of_exact(kernel, mask, exact(format))?;
        Ok(self.read_masked(py, mask.as_ref(), |rows, mask| match format {
            Format::U8 => Ok(histogram::histogram(rows, mask)?.into_flattened()),
            Format::I32 | Format::F32 => in_bins(rows, kernel, format, None),
            _ => bins::sixteen_bit(rows, format, mask),
        })?)
    }

    /// The counts of `histogram`.
    fn counts(
        &self,
        py: Python<'_>,
        kernel: &str,
        mask: Option<&Bound<'_, PyAny>>,
        extrema: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<u64>> {
        let format = self.geometry.format;
        if format == Format::U8 {
            return self.values(py, kernel, mask);
        }
        self.mask_of_exact(kernel, mask, false)?;
        let extrema = extrema.filter(|given| !given.is_none()).map(|given| pair(given, format)).transpose()?;
        Ok(self.read(py, |rows| in_bins(rows, kernel, format, extrema))?)
    }

    /// The sums of 8-bit values without a histogram, where nothing has to be left out.
    fn plain_sums(&self, py: Python<'_>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<Option<[u64; 4]>> {
        if self.geometry.format != Format::U8 || mask.is_some_and(|mask| !mask.is_none()) {
            return Ok(None);
        }
        Ok(self.read(py, moments::sums)?)
    }

    fn each_band<T>(
        &self,
        py: Python<'_>,
        kernel: &str,
        mask: Option<&Bound<'_, PyAny>>,
        f: impl Fn(&Moments<'_>) -> T,
    ) -> PyResult<Vec<T>> {
        let counts = self.values(py, kernel, mask)?;
        let values = counts.len() / self.geometry.bands.len.max(1);
        Ok(counts.chunks(values.max(1)).map(|counts| f(&Moments(counts))).collect())
    }
}

/// Counts in 256 bins, between the extrema of the values if none are given.
fn in_bins(rows: &Rows<'_>, kernel: &str, format: Format, given: Option<(Scalar, Scalar)>) -> Result<Vec<u64>> {
    let extrema = match given {
        Some(extrema) => Some(extrema),
        None => extrema::extrema(kernel, rows, format)?.map(|extrema| extrema[0]),
    };
    Ok(extrema.map_or(Ok([0; 256]), |extrema| bins::between(rows, format, extrema))?.to_vec())
}

/// Two numbers that a value of `format` can be compared with.
fn pair(given: &Bound<'_, PyAny>, format: Format) -> PyResult<(Scalar, Scalar)> {
    let refused = |what: &str| {
        let kind = if format == Format::F32 { "floats" } else { "ints of 32 bits" };
        format!("the extrema are {what}; give two {kind}, (low, high)")
    };
    let both: Vec<_> = given
        .try_iter()
        .map_err(|_| PyTypeError::new_err(refused(&format!("of type {}", type_name(given)))))?
        .take(3)
        .collect::<PyResult<_>>()?;
    let [low, high] = &both[..] else { return Err(PyValueError::new_err(refused(&shown(given)))) };
    let one = |value: &Bound<'_, PyAny>| {
        let wrong = || PyTypeError::new_err(refused(&shown(given)));
        if format == Format::F32 {
            return Ok(Scalar::Float((float(value)?.ok_or_else(wrong)? as f32).into()));
        }
        let int = index(value)?.ok_or_else(wrong)?;
        match i32::try_from(int) {
            Ok(int) => Ok(Scalar::Int(int.into())),
            Err(_) => Err(PyValueError::new_err(refused(&shown(given)))),
        }
    };
    Ok((one(low)?, one(high)?))
}

fn number(py: Python<'_>, value: Scalar) -> PyResult<Py<PyAny>> {
    Ok(match value {
        Scalar::Int(v) => v.into_pyobject(py)?.into_any().unbind(),
        Scalar::Float(v) => v.into_pyobject(py)?.into_any().unbind(),
    })
}

/// Counts as a list. Most of few are 0, which all are at first.
fn list(py: Python<'_>, counts: &[u64]) -> PyResult<Py<PyList>> {
    let list = PyList::new(py, [0])?.as_sequence().repeat(counts.len())?.cast_into::<PyList>()?;
    for (i, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        list.set_item(i, count)?;
    }
    Ok(list.unbind())
}
