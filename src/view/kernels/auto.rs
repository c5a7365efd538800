//! By how often each value occurs: `autocontrast`, `equalize`.

use crate::arguments::{Given, given, index, number, shown, type_name};
use crate::error::Error;
use crate::kernels::auto::{self, Ends};
use crate::kernels::grey::Luma;
use crate::view::ImageView;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

#[pymethods]
impl ImageView {
    /// Stretches the values of each band so that the darkest becomes 0 and the lightest 255: the bytes of
    /// `ImageOps.autocontrast`. `cutoff` percent of the pixels at either end, 0 to 100, do not count (one
    /// number, or one for the dark end and one for the light), nor do the values of `ignore` (an int from 0
    /// to 255, or several), nor pixels where `mask`, an L or 1 image or view of the same size, is 0.
    /// `preserve_tone` stretches all bands alike, by the grey of the pixels. Modes L and RGB, and any
    /// selection of 8-bit bands but P: `v["RGB"]` of an RGBA image.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(
        signature = (cutoff=None, ignore=None, mask=None, preserve_tone=None),
        text_signature = "($self, cutoff=0, ignore=None, mask=None, preserve_tone=False)"
    )]
    fn autocontrast<'py>(
        slf: Bound<'py, Self>,
        #[pyo3(from_py_with = given)] cutoff: Given<'py>,
        ignore: Option<&Bound<'py, PyAny>>,
        mask: Option<&Bound<'py, PyAny>>,
        preserve_tone: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let ends = Ends {
            cutoff: cutoff.map_or(Ok([0.0; 2]), |cutoff| cutoffs(&cutoff))?,
            ignored: ignore.filter(|ignore| !ignore.is_none()).map_or(Ok([false; 256]), ignored)?,
        };
        let by_grey = preserve_tone.map_or(Ok(false), |preserve| preserve.is_truthy())?;
        this.refuse_all_but_l_and_rgb(py, "autocontrast")?;
        let mask = this.mask("autocontrast", mask)?;
        let luma = if by_grey { this.tone(py)? } else { None };
        this.write_masked(py, mask.as_ref(), |rows, mask| {
            auto::autocontrast(rows, this.geometry.format, mask, &ends, luma)
        })?;
        Ok(slf)
    }

    /// Makes all values of each band about as frequent: the bytes of `ImageOps.equalize`. Pixels where
    /// `mask`, an L or 1 image or view of the same size, is 0 do not count. Modes L and RGB, and any
    /// selection of 8-bit bands but P: `v["RGB"]` of an RGBA image.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (mask=None))]
    fn equalize<'py>(slf: Bound<'py, Self>, mask: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        this.refuse_all_but_l_and_rgb(py, "equalize")?;
        let mask = this.mask("equalize", mask)?;
        this.write_masked(py, mask.as_ref(), |rows, mask| auto::equalize(rows, this.geometry.format, mask))?;
        Ok(slf)
    }
}

impl ImageView {
    /// Where the tone of several bands comes from; one band has its own.
    fn tone(&self, py: Python<'_>) -> PyResult<Option<Luma>> {
        let bands = self.geometry.bands.len;
        if bands == 1 {
            return Ok(None);
        }
        match self.without_colour(py, "autocontrast") {
            Ok(plain) if bands == 3 && matches!(plain.luma, Luma::Rgb(_)) => Ok(Some(plain.luma)),
            _ => Err(Error::Mode(format!(
                "preserve_tone needs the bands R, G and B, or one band, and the view has {}",
                self.band_names(&self.core(py)?).join(", ")
            ))
            .into()),
        }
    }
}

/// Percents at the dark and at the light end, from one number or two.
fn cutoffs(cutoff: &Bound<'_, PyAny>) -> PyResult<[f64; 2]> {
    let percent = |value: &Bound<'_, PyAny>| match number("the cutoff", value)? {
        percent if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err(PyValueError::new_err(format!("the cutoff is {}; give percents from 0 to 100", shown(value)))),
    };
    let pair = match cutoff.cast::<PyTuple>() {
        Ok(pair) => pair.clone(),
        Err(_) => match cutoff.cast::<PyList>() {
            Ok(pair) => pair.to_tuple(),
            Err(_) => return percent(cutoff).map(|both| [both; 2]),
        },
    };
    if pair.len() != 2 {
        return Err(PyValueError::new_err(format!(
            "the cutoff has {} values; give one for both ends, or one for each",
            pair.len()
        )));
    }
    Ok([percent(&pair.get_item(0)?)?, percent(&pair.get_item(1)?)?])
}

/// Which values are ignored, from one int or several.
fn ignored(ignore: &Bound<'_, PyAny>) -> PyResult<[bool; 256]> {
    let mut ignored = [false; 256];
    let mut add = |value: &Bound<'_, PyAny>, int: i64| match usize::try_from(int) {
        Ok(int) if int < 256 => {
            ignored[int] = true;
            Ok(())
        }
        _ => Err(PyValueError::new_err(format!("a value to ignore is {}; give ints from 0 to 255", shown(value)))),
    };
    if let Some(one) = index(ignore)? {
        add(ignore, one)?;
        return Ok(ignored);
    }
    let kinds = |value: &Bound<'_, PyAny>| {
        PyTypeError::new_err(format!(
            "what to ignore is of type {}; give an int from 0 to 255, or several",
            type_name(value)
        ))
    };
    for (i, value) in ignore.try_iter().map_err(|_| kinds(ignore))?.enumerate() {
        let value = value?;
        if i == 256 {
            // Too many; an iterator may have no end.
            return Err(PyValueError::new_err("more than 256 values to ignore are given; give each once"));
        }
        add(&value, index(&value)?.ok_or_else(|| kinds(&value))?)?;
    }
    Ok(ignored)
}
