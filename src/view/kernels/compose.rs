//! One image onto another: `paste`, `alpha_composite`, `put_alpha`.

use super::region::{Box, Region, pair};
use crate::arguments::{Given, given, index, shown, type_name};
use crate::colour::Colour;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geometry::{Axis, Geometry};
use crate::kernels::compose::over;
use crate::kernels::compose::paste::{self, Mask};
use crate::kernels::pair::{Beside, apart};
use crate::kernels::{copy, fill};
use crate::pillow::core::Core;
use crate::view::{ImageView, as_view};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyTuple};

/// What is pasted.
enum Source {
    Pixels(Core, Geometry),
    Colour(Colour),
}

#[pymethods]
impl ImageView {
    /// Pastes an image, a view or a colour: the bytes of `Image.paste`. `box` is (left, upper), None for
    /// (0, 0), or (left, upper, right, lower), which has to be of the image's size: ints in pixels; what lies
    /// outside of the view is cut off. A colour takes a box of four, or a mask. An image of another mode is
    /// converted by Pillow first (that makes a copy of what is pasted), but for RGBA, RGBa and LA on RGB:
    /// their colours are taken, of LA its grey for all three; views of another mode are refused.
    ///
    /// `mask` is of the size of what is pasted: of mode 1 (not 0: pasted), L, LA or RGBA (both weigh in, by
    /// the mask's alpha if it has one, all bands, alpha too), or RGBa (the pasted pixels are premultiplied).
    /// A view of one band is as L. All modes; I, F and I;16* take masks of mode 1 only. A colour of I;16* is
    /// pasted whole, where Pillow writes its lower byte twice. Selections take what has as many bands.
    /// Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (im, r#box=None, mask=None))]
    fn paste<'py>(
        slf: Bound<'py, Self>,
        im: &Bound<'py, PyAny>,
        r#box: Option<&Bound<'py, PyAny>>,
        mask: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        if im.is_none() {
            return Err(PyTypeError::new_err("paste() was given None; give an image, a view or a colour"));
        }
        let (mut corners, mut mask) = (r#box, mask);
        // As Pillow: a mask may come in the place of the box.
        if let Some(given) = corners
            && as_view(given, false)?.is_some()
        {
            if mask.is_some() {
                return Err(PyValueError::new_err("paste() has a mask in place of the box, and another; give one"));
            }
            (mask, corners) = (corners, None);
        }
        let core = this.core(py)?;
        if this.is_cast(&core) {
            return Err(this.no_colours(&core, "paste", "views of the mode's own pixels").into());
        }
        let mask = mask.map(|mask| this.paste_mask(mask)).transpose()?;
        let source = as_view(im, false)?;
        let size = |view: &ImageView| [view.geometry.columns.len, view.geometry.rows.len];
        let sizes = [source.as_ref().map(|view| size(view.get())), mask.as_ref().map(|(view, _)| size(view.get()))];
        let corners = Box::read("paste", corners, sizes)?;
        let region = Region::of(&this.geometry, &corners);
        let source = match &source {
            Some(view) => this.pasted(py, &core, im, view, &region)?,
            None => Source::Colour(this.pasted_colour(&core, im)?),
        };
        let mask = mask.map(|(view, mask)| this.weights(py, &core, &source, &region, &view, mask)).transpose()?;
        this.paste_region(py, &core, &region, &source, mask.as_ref())?;
        Ok(slf)
    }

    /// Another image over this one, each as far as its alpha is opaque: the bytes of the method
    /// `Image.alpha_composite`. `im` is an image or view of the same mode, RGBA or LA; `dest` is the upper
    /// left corner in this view, two ints in pixels, and `source` that in the other, from 0 on, or its part
    /// as (left, upper, right, lower). What lies outside of either is cut off. Raises ModeError, ValueError,
    /// TypeError.
    #[pyo3(signature = (im, dest=None, source=None), text_signature = "($self, im, dest=(0, 0), source=(0, 0))")]
    fn alpha_composite<'py>(
        slf: Bound<'py, Self>,
        im: &Bound<'py, PyAny>,
        #[pyo3(from_py_with = given)] dest: Given<'py>,
        #[pyo3(from_py_with = given)] source: Given<'py>,
    ) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let Some(above) = as_view(im, false)? else {
            return Err(PyTypeError::new_err(format!(
                "alpha_composite() was given an object of type {}; give an image or a view",
                type_name(im)
            )));
        };
        let above = above.get();
        let (core, other) = (this.core(py)?, above.core(py)?);
        let fits = |view: &ImageView, core: &Core| {
            view.geometry.whole && !view.is_cast(core) && matches!(core.mode.name, "RGBA" | "LA")
        };
        if !fits(this, &core) || !fits(above, &other) || core.mode.name != other.mode.name {
            return Err(Error::Mode(format!(
                "alpha_composite() takes two whole images of mode RGBA or LA: the view is of mode {}, and the other image of \
                 {}; convert one of them first",
                core.mode.name, other.mode.name
            ))
            .into());
        }
        let dest = dest.map_or(Ok([0, 0]), |dest| pair("the destination", &dest))?;
        let corners = Box::part_of("alpha_composite", source.as_ref(), &above.geometry)?;
        let region = Region::of(&this.geometry, &corners.to(dest)).within(&above.geometry, &corners);
        let from = region.of_source(&above.geometry);
        core.write_with(py, &region.target, [(&other, &from)], |rows, [above]| over::alpha_composite(rows, &above))?;
        Ok(slf)
    }

    /// Sets the band of alpha: to an int, 0 to 255, or to an image of mode L or 1 (255 where it is not 0)
    /// or a view of one band, of the same size: the bytes of `Image.putalpha`. Modes LA, PA and RGBA; La
    /// and RGBa, which Pillow would convert first, and whose colours stay here. Others get no alpha in
    /// place: convert those first. Raises ModeError, ValueError, TypeError.
    #[pyo3(signature = (alpha, /))]
    fn put_alpha<'py>(slf: Bound<'py, Self>, alpha: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        let core = this.core(py)?;
        let bands = this.geometry.bands;
        let has_alpha = core.mode.has_alpha() && !this.is_cast(&core);
        if !has_alpha || !(0..bands.len).any(|band| bands.byte(band) == 3) {
            let accepted =
                "views with alpha, of modes LA, La, PA, RGBA and RGBa; convert the image to one of those first";
            return Err(this.no_colours(&core, "put_alpha", accepted).into());
        }
        let band = Geometry { bands: Axis { start: 3, step: 1, len: 1, shown: false }, whole: false, ..this.geometry };
        let Some(view) = as_view(alpha, false)? else {
            let given =
                || format!("the alpha is {}; give an int from 0 to 255, or an image of mode L or 1", shown(alpha));
            let value = index(alpha)?.ok_or_else(|| PyTypeError::new_err(given()))?;
            let value = u8::try_from(value).map_err(|_| PyValueError::new_err(given()))?;
            core.write(py, &band, |rows| fill::fill(rows, &[[value; 4]; 4]))?;
            return Ok(slf);
        };
        let view = view.get();
        let other = view.core(py)?;
        let binary = view.geometry.whole && other.mode.name == "1";
        if !(binary || view.is_gray(&other)) {
            return Err(view.no_colours(&other, "the alpha of put_alpha", "mode L or 1, or one band of bytes").into());
        }
        this.check_same_size("put_alpha", "the alpha", &view.geometry)?;
        core.write_with(py, &band, [(&other, &view.geometry)], |rows, [alpha]| paste::put_band(rows, &alpha, binary))?;
        Ok(slf)
    }
}

impl ImageView {
    /// Whether the view is one band of bytes that are no places in a palette.
    fn is_gray(&self, core: &Core) -> bool {
        let palette = matches!(core.mode.name, "P" | "PA") && self.geometry.bands.start == 0;
        self.geometry.bands.len == 1 && self.geometry.format == Format::U8 && !self.is_cast(core) && !palette
    }

    /// The mode of an image that has the view's bands; `None` where there is none.
    fn shown_as(&self, core: &Core) -> Option<&'static str> {
        if self.geometry.whole {
            Some(core.mode.name)
        } else if self.is_gray(core) {
            Some("L")
        } else {
            let names: Vec<_> = self.bands(core).into_iter().map(|band| core.mode.bands[band]).collect();
            (names == ["R", "G", "B"]).then_some("RGB")
        }
    }

    /// The view that a mask is, and what its values mean.
    fn paste_mask<'py>(&self, mask: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, ImageView>, Mask)> {
        let py = mask.py();
        let Some(view) = as_view(mask, false)? else {
            return Err(PyTypeError::new_err(format!(
                "the mask is of type {}; give an image or a view of mode 1, L, LA, RGBA or RGBa",
                type_name(mask)
            )));
        };
        let this = view.get();
        let core = this.core(py)?;
        let kind = match (this.shown_as(&core), this.is_cast(&core)) {
            (Some("1"), false) => Mask::Binary,
            (Some("L" | "LA" | "RGBA"), false) => Mask::Weights,
            (Some("RGBa"), false) => Mask::Premultiplied,
            _ => {
                return Err(Error::Mode(format!(
                    "paste() has a mask of mode {}; give one of mode 1, L, LA, RGBA or RGBa, or one band",
                    core.mode.name
                ))
                .into());
            }
        };
        Ok((view, kind))
    }

    /// The part of a mask that weighs the pixels of a region.
    fn weights(
        &self,
        py: Python<'_>,
        core: &Core,
        source: &Source,
        region: &Region,
        view: &Bound<'_, ImageView>,
        mask: Mask,
    ) -> Result<(Core, Geometry, Mask)> {
        if mask != Mask::Binary && self.geometry.format != Format::U8 {
            let accepted = "8-bit modes with a mask of weights; give a mask of mode 1";
            return Err(self.no_colours(core, "paste", accepted));
        }
        let view = view.get();
        let mut weights = region.of_source(&view.geometry);
        // Pillow has a rule of its own for a colour with a mask that is nothing but weights.
        let plain = weights.bands.len == 1;
        let on_alpha = self.geometry.whole && core.mode.has_alpha();
        let colour = matches!(source, Source::Colour(_));
        let mask = if mask == Mask::Weights && plain && on_alpha && colour { Mask::OnAlpha } else { mask };
        if !plain {
            weights.bands = Axis { start: 3, step: 1, len: 1, shown: false };
        }
        Ok((view.core(py)?, weights, mask))
    }

    /// The colour that is pasted. As Pillow's, one without alpha is opaque.
    fn pasted_colour(&self, core: &Core, colour: &Bound<'_, PyAny>) -> PyResult<Colour> {
        let fourth = core.mode.has_alpha() || core.mode.name == "RGBX";
        if let Ok(values) = colour.cast::<PyTuple>()
            && self.geometry.whole
            && fourth
            && values.len() + 1 == self.geometry.bands.len
        {
            let mut all: Vec<_> = values.iter().collect();
            all.push(PyInt::new(colour.py(), 255).into_any());
            return self.colour(PyTuple::new(colour.py(), all)?.as_any());
        }
        self.colour(colour)
    }

    /// The part of an image that is pasted, converted where that has to be.
    fn pasted(
        &self,
        py: Python<'_>,
        core: &Core,
        given: &Bound<'_, PyAny>,
        view: &Bound<'_, ImageView>,
        region: &Region,
    ) -> PyResult<Source> {
        let this = view.get();
        let other = this.core(py)?;
        let mut part = region.of_source(&this.geometry);
        let cast = this.is_cast(&other);
        let (mine, others) = (self.shown_as(core), if cast { None } else { this.shown_as(&other) });
        match (mine, others) {
            (Some(mine), Some(others)) if mine == others => {}
            (Some("RGB"), Some("RGBA" | "RGBa")) => part.bands.len = 3,
            (Some("RGB"), Some("LA")) => part.bands = Axis { start: 0, step: 0, len: 3, shown: true },
            (Some(mine), _) if !given.is_instance_of::<ImageView>() => {
                if part.values() == 0 {
                    return Ok(Source::Colour([[0; 4]; 4])); // All of it is cut off: nothing to convert.
                }
                // Where neighbours make a difference, by dithering, the whole image is converted, as Pillow does.
                let whole = matches!(mine, "1" | "P" | "PA") || part == this.geometry;
                let image = if whole {
                    given.call_method1(intern!(py, "convert"), (mine,))?
                } else {
                    given.call_method1(intern!(py, "crop"), (region.source_box(),))?.call_method1("convert", (mine,))?
                };
                let Some(view) = as_view(&image, false)? else {
                    return Err(PyTypeError::new_err("convert() did not give an image"));
                };
                let view = view.get();
                let part = if whole { region.of_source(&view.geometry) } else { view.geometry };
                return Ok(Source::Pixels(view.core(py)?, part));
            }
            (None, _) if !cast && part.bands.len == self.geometry.bands.len && part.format == self.geometry.format => {}
            _ => {
                return Err(Error::Mode(format!(
                    "paste() takes views of the same mode: this one is of mode {}, and the other of {}; give an image, \
                     which is converted, or select bands of both",
                    core.mode.name, other.mode.name
                ))
                .into());
            }
        }
        Ok(Source::Pixels(other, part))
    }

    fn paste_region(
        &self,
        py: Python<'_>,
        core: &Core,
        region: &Region,
        source: &Source,
        mask: Option<&(Core, Geometry, Mask)>,
    ) -> Result<()> {
        let to = &region.target;
        match (source, mask) {
            (Source::Colour(colour), None) => core.write(py, to, |rows| fill::fill(rows, colour)),
            (Source::Colour(colour), Some((mask_core, weights, mask))) => {
                core.write_with(py, to, [(mask_core, weights)], |rows, [weights]| {
                    paste::paste(rows, Beside::Colour(colour), &weights, *mask)
                })
            }
            (Source::Pixels(other, part), None) => {
                core.write_with(py, to, [(other, part)], |rows, [other]| apart(rows, &other, copy::copy))
            }
            (Source::Pixels(other, part), Some((mask_core, weights, mask))) => {
                core.write_with(py, to, [(other, part), (mask_core, weights)], |rows, [other, weights]| {
                    paste::paste(rows, Beside::Rows(&other), &weights, *mask)
                })
            }
        }
    }
}
