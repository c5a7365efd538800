//! Bands of colour: `color_matrix`, `grayscale`, `swap_bands`, `color_lut_3d`, `premultiply`, `unpremultiply`.

use crate::arguments::{float, number, shown, type_name};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::bands_by_name;
use crate::kernels::colour::lut::{self, Lut};
use crate::kernels::colour::{alpha, grayscale, matrix, swap};
use crate::pillow::core::Core;
use crate::scratch;
use crate::view::ImageView;
use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyFloat;

#[pymethods]
impl ImageView {
    /// Every pixel becomes the product of a matrix and what it was: of 12 finite numbers, row by row, the
    /// first band is `m[0] * R + m[1] * G + m[2] * B + m[3]`, the second has the next four; the fourth of
    /// each is in units of the values. They are rounded half up and clipped: the bytes of
    /// `img.convert("RGB", matrix)`, Pillow's Matrix.c. Modes of three bands, whose mode stays what it is;
    /// RGBA, RGBa and RGBX, whose fourth band stays; selections of three bands, in their order.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (matrix, /))]
    fn color_matrix<'py>(slf: Bound<'py, Self>, matrix: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let weights = weights(matrix)?;
        let core = this.core(py)?;
        let offsets = this.colours(&core);
        let Ok(offsets) = <[usize; 3]>::try_from(offsets) else {
            let accepted = "modes of three bands, RGBA, RGBa, RGBX, and selections of three bands such as v[\"RGB\"]";
            return Err(this.no_colours(&core, "color_matrix", accepted).into());
        };
        this.write(py, |rows| matrix::color_matrix(rows, weights, offsets))?;
        Ok(slf)
    }

    /// R, G and B become the pixel's luma, `(19595 * R + 38470 * G + 7471 * B + 32768) >> 16`: the bytes
    /// of `img.convert("L")`, in all three bands. RGB, RGBX and RGBA, whose fourth band stays; RGBa, of whose
    /// premultiplied values the luma is taken; selections with R, G and B. The 8-bit modes 1, L, LA, La and
    /// single bands but P are gray already, and stay. Raises ModeError.
    fn grayscale(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let core = this.core(py)?;
        let names = this.band_names(&core);
        let palette = matches!(core.mode.name, "P" | "PA");
        if this.is_cast(&core) || this.geometry.format != Format::U8 || palette {
            return Err(this.no_colours(&core, "grayscale", "8-bit modes without a palette").into());
        }
        if ["R", "G", "B"].iter().all(|name| names.contains(name)) {
            this.write(py, grayscale::grayscale)?;
        } else if names.len() == 1 || matches!(core.mode.name, "LA" | "La") {
            core.check_writable(py)?;
        } else {
            let accepted = "views with R, G and B, or with one band; convert others to RGB or L";
            return Err(this.no_colours(&core, "grayscale", accepted).into());
        }
        Ok(slf)
    }

    /// Each band becomes a copy of the one named in its place: `swap_bands("BGR")` swaps R and B, `"RRR"`
    /// shows red only. As many names as the view has `bands`, each one of them, in any order and
    /// repetition: the bytes of `Image.merge` of those that `img.split()` gives. All modes.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (bands, /))]
    fn swap_bands<'py>(slf: Bound<'py, Self>, bands: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let core = this.core(py)?;
        if this.is_cast(&core) {
            return Err(this.no_colours(&core, "swap_bands", "views of the mode's own bands").into());
        }
        let names = this.band_names(&core);
        let accepted = || {
            let turned: String = names.iter().rev().copied().collect();
            format!("give {} of the names {} in a string, such as {turned:?}", names.len(), names.join(", "))
        };
        let wanted: String = bands
            .extract()
            .map_err(|_| PyTypeError::new_err(format!("the bands are of type {}; {}", type_name(bands), accepted())))?;
        let sources = bands_by_name(&wanted, &names).filter(|sources| sources.len() == names.len());
        let sources =
            sources.ok_or_else(|| PyValueError::new_err(format!("the bands are {wanted:?}; {}", accepted())))?;
        if names.len() == 1 {
            core.check_writable(py)?;
        } else {
            this.write(py, |rows| swap::swap_bands(rows, &sources))?;
        }
        Ok(slf)
    }

    /// Looks every pixel up in a table of three dimensions, between the nearest eight entries: the bytes
    /// of `img.filter(lut)`, Pillow's ColorLUT.c. `lut` is a `PIL.ImageFilter.Color3DLUT` whose `target_mode`
    /// is None or the image's, of 2 to 65 entries along each side: numbers, 0.0 for a value of 0 and 1.0 for
    /// 255, but no NaN. 8-bit modes and selections of three or four bands, of which the first three are the
    /// place in the table; a table of four channels takes four bands, and with one of three a fourth band
    /// stays.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (lut, /))]
    fn color_lut_3d<'py>(slf: Bound<'py, Self>, lut: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let core = this.core(py)?;
        let (table, target) = table(lut)?;
        if let Some(target) = target
            && target != core.mode.name
        {
            return Err(Error::Mode(format!(
                "the table makes an image of mode {target}, and in place the mode stays {}; use pillow: img.filter(lut)",
                core.mode.name
            ))
            .into());
        }
        let bands = this.geometry.bands;
        if this.is_cast(&core) || bands.len < table.channels() {
            let accepted =
                format!("views of {} bands for this table", if table.channels() == 3 { "3 or 4" } else { "4" });
            return Err(this.no_colours(&core, "color_lut_3d", &accepted).into());
        }
        let offsets = std::array::from_fn(|band| bands.byte(band.min(bands.len - 1)));
        this.write(py, |rows| lut::color_lut_3d(rows, &table, offsets))?;
        Ok(slf)
    }

    /// Colours times alpha, `colour * alpha / 255` rounded: the bytes that Pillow's `img.convert("RGBa")`
    /// of an RGBA image has, and "La" of LA. Only the bytes change: the image's mode stays what it is.
    /// Modes RGBA, RGBa, LA and La, and selections with alpha. Raises ModeError.
    fn premultiply(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let this = slf.get();
        this.check_alpha(slf.py(), "premultiply")?;
        this.write(slf.py(), alpha::premultiply)?;
        Ok(slf)
    }

    /// Undoes `premultiply`: colours become `255 * colour / alpha`, rounded down and at most 255; they
    /// stay where alpha is 0: the bytes that Pillow's `img.convert("RGBA")` of an RGBa image has, and
    /// "LA" of La. Only the bytes change: the image's mode stays what it is. Modes RGBA, RGBa, LA and La,
    /// and selections with alpha. Raises ModeError.
    fn unpremultiply(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let this = slf.get();
        this.check_alpha(slf.py(), "unpremultiply")?;
        this.write(slf.py(), alpha::unpremultiply)?;
        Ok(slf)
    }
}

impl ImageView {
    /// Where the view's bands of colour lie in a pixel: all but alpha and the X of RGBX. None for cast views and modes of
    /// one band.
    fn colours(&self, core: &Core) -> Vec<usize> {
        if self.is_cast(core) || core.mode.offsets.len() == 1 {
            return Vec::new();
        }
        let other = core.mode.has_alpha() || core.mode.name == "RGBX";
        let bands = self.geometry.bands;
        (0..bands.len).map(|band| bands.byte(band)).filter(|&offset| !(other && offset == 3)).collect()
    }

    fn check_alpha(&self, py: Python<'_>, kernel: &str) -> Result<()> {
        let core = self.core(py)?;
        let colours = self.colours(&core).len();
        // Places in a palette are nothing to multiply.
        let alpha = core.mode.has_alpha() && core.mode.name != "PA" && self.geometry.bands.len == colours + 1;
        if alpha && colours > 0 {
            return Ok(());
        }
        let accepted = "modes RGBA, RGBa, LA and La, and selections of colours with alpha; convert the image first";
        Err(self.no_colours(&core, kernel, accepted))
    }

    /// The error for a view whose bands a kernel has no use for.
    pub(super) fn no_colours(&self, core: &Core, kernel: &str, accepted: &str) -> Error {
        let given = if self.is_cast(core) {
            "packed or cast pixels".to_owned()
        } else if self.geometry.whole {
            format!("mode {}", core.mode.name)
        } else {
            let names: Vec<_> = self.bands(core).into_iter().map(|band| core.mode.bands[band]).collect();
            format!("the bands {} of mode {}", names.join(", "), core.mode.name)
        };
        Error::Mode(format!("{kernel}() is not defined for {given}; it takes {accepted}"))
    }
}

/// 12 finite numbers.
fn weights(matrix: &Bound<'_, PyAny>) -> PyResult<matrix::Matrix> {
    let mut all = [0.0; 12];
    let mut given = 0;
    let values = matrix.try_iter().map_err(|_| {
        PyTypeError::new_err(format!("the matrix is of type {}; give a sequence of 12 numbers", type_name(matrix)))
    })?;
    for value in values {
        let value = number("a value of the matrix", &value?)? as f32;
        if let Some(place) = all.get_mut(given) {
            *place = value;
        }
        given += 1;
        if given > 12 {
            break; // Too many already; an iterator may have no end.
        }
    }
    if given != 12 {
        let more = if given > 12 { "more than 12".to_owned() } else { given.to_string() };
        let gray = if given == 4 { "; a matrix of 4 makes an image of mode L: see grayscale()" } else { "" };
        return Err(PyValueError::new_err(format!("the matrix has {more} values; give 12, four for each band{gray}")));
    }
    Ok(std::array::from_fn(|row| std::array::from_fn(|column| all[row * 4 + column])))
}

/// The table of a `Color3DLUT`, and the mode that it makes. May run Python code; no lock is held.
fn table(lut: &Bound<'_, PyAny>) -> PyResult<(Lut, Option<String>)> {
    let py = lut.py();
    let (Some(size), Some(channels), Some(values), Some(mode)) = (
        lut.getattr_opt(intern!(py, "size"))?,
        lut.getattr_opt(intern!(py, "channels"))?,
        lut.getattr_opt(intern!(py, "table"))?,
        lut.getattr_opt(intern!(py, "mode"))?,
    ) else {
        return Err(PyTypeError::new_err(format!(
            "the table is of type {}; give a PIL.ImageFilter.Color3DLUT",
            type_name(lut)
        )));
    };
    let (size, channels): ([usize; 3], usize) = (size.extract()?, channels.extract()?);
    if !size.iter().all(|len| (2..=65).contains(len)) || !(3..=4).contains(&channels) {
        return Err(PyValueError::new_err(format!(
            "the table has the size {size:?} and {channels} channels; give 2 to 65 along each side, and 3 or 4 channels"
        )));
    }
    let wanted = size.iter().product::<usize>() * channels;
    scratch::ask(wanted * 4 * size_of::<f32>())?; // The values, a list that grows by doubling, and the table.
    let values = floats(&values, wanted)?;
    if values.len() != wanted {
        let given = if values.len() > wanted { format!("more than {wanted}") } else { values.len().to_string() };
        return Err(PyValueError::new_err(format!(
            "the table has {given} values; a size of {size:?} with {channels} channels takes {wanted}"
        )));
    }
    if values.iter().any(|value| value.is_nan()) {
        return Err(PyValueError::new_err(
            "a value of the table is nan; give numbers, 0.0 for the lowest and 1.0 for 255",
        ));
    }
    Ok((Lut::new(size, channels, &values), mode.extract()?))
}

/// Floats of single precision; of more than `most` one more at most.
fn floats(values: &Bound<'_, PyAny>, most: usize) -> PyResult<Vec<f32>> {
    if let Ok(floats) = flat::<f32>(values) {
        return Ok(floats);
    }
    if let Ok(floats) = flat::<f64>(values) {
        return Ok(floats.into_iter().map(|value| value as f32).collect());
    }
    let one = |value: &Bound<'_, PyAny>| {
        // A table is floats as a rule, and in a small image this is most of the work.
        if let Ok(float) = value.cast_exact::<PyFloat>() {
            return Ok(float.value() as f32);
        }
        float(value)?
            .map(|value| value as f32)
            .ok_or_else(|| PyTypeError::new_err(format!("a value of the table is {}; give numbers", shown(value))))
    };
    let mut floats = Vec::with_capacity(most);
    for value in values.try_iter()?.take(most + 1) {
        floats.push(one(&value?)?);
    }
    Ok(floats)
}

/// The values of a buffer of one dimension.
fn flat<T: Element>(values: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    let buffer = PyBuffer::<T>::get(values)?;
    if buffer.dimensions() != 1 {
        return Err(PyValueError::new_err("not flat"));
    }
    buffer.to_vec(values.py())
}
