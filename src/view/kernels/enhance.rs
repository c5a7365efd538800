//! As `PIL.ImageEnhance`: `brightness`, `contrast`, `saturation`, `sharpness`.

use crate::arguments::number;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::kernels::enhance;
use crate::kernels::grey::{Luma, Plain, Towards};
use crate::view::ImageView;
use pyo3::prelude::*;

#[pymethods]
impl ImageView {
    /// Blends black with the image: 0 for black, 1 for the image, over 1 for a brighter one. `factor` is
    /// any finite number; below 0 all is black. The bytes of `ImageEnhance.Brightness(img).enhance(factor)`:
    /// int(factor * v) in single precision, clipped. The alpha of LA and RGBA stays, but for a view of
    /// nothing else. 8-bit modes but 1, P, PA and LAB.
    /// Raises ModeError, ValueError, TypeError.
    fn brightness<'py>(slf: Bound<'py, Self>, factor: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let factor = number("the factor", factor)? as f32;
        let (py, this) = (slf.py(), slf.get());
        let alpha = this.alpha(py, "brightness")?;
        this.write(py, |rows| enhance::brightness(rows, this.geometry.format, alpha, factor))?;
        Ok(slf)
    }

    /// Blends the mean grey of the view with it: 0 for grey, 1 for the image, over 1 for more contrast.
    /// `factor` is any finite number; below 0 light and dark change places. The bytes of
    /// `ImageEnhance.Contrast(img).enhance(factor)`: int(mean + factor * (v - mean)) in single precision,
    /// clipped. Alpha stays. L, LA, RGB, RGBA, RGBX, CMYK, YCbCr, HSV, and one band of any 8-bit mode but 1,
    /// P and the P of PA; `v["RGB"]` is an RGB image.
    /// Raises ModeError, ValueError, TypeError.
    fn contrast<'py>(slf: Bound<'py, Self>, factor: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let factor = number("the factor", factor)? as f32;
        let (py, this) = (slf.py(), slf.get());
        let plain = this.without_colour(py, "contrast")?;
        this.write(py, |rows| enhance::contrast(rows, this.geometry.format, &plain, factor))?;
        Ok(slf)
    }

    /// Blends the grey of each pixel with it: 0 for a grey image, 1 for the image, over 1 for stronger
    /// colours. `factor` is any finite number; below 0 colours become their opposites. The bytes of
    /// `ImageEnhance.Color(img).enhance(factor)`: int(grey + factor * (v - grey)) in single precision,
    /// clipped. Alpha stays. L, LA, RGB, RGBA, RGBX, CMYK, YCbCr, HSV, and one band of any 8-bit mode but 1,
    /// P and the P of PA, where nothing changes; `v["RGB"]` is an RGB image.
    /// Raises ModeError, ValueError, TypeError.
    fn saturation<'py>(slf: Bound<'py, Self>, factor: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let factor = number("the factor", factor)? as f32;
        let (py, this) = (slf.py(), slf.get());
        let plain = this.without_colour(py, "saturation")?;
        this.write(py, |rows| enhance::saturation(rows, this.geometry.format, &plain, factor))?;
        Ok(slf)
    }

    /// Blends the smoothed image with it: 0 for a smooth image, 1 for the image, over 1 for a sharper one.
    /// `factor` is any finite number; below 0 details are reversed. The bytes of
    /// `ImageEnhance.Sharpness(img).enhance(factor)`: int(smooth + factor * (v - smooth)) in single
    /// precision, clipped, with `ImageFilter.SMOOTH`. The outermost pixels stay, and the alpha of LA and
    /// RGBA, but for a view of nothing else. 8-bit modes but 1, P, PA and LAB.
    /// Raises ModeError, ValueError, TypeError.
    fn sharpness<'py>(slf: Bound<'py, Self>, factor: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let factor = number("the factor", factor)? as f32;
        let (py, this) = (slf.py(), slf.get());
        let mut geometry = this.geometry;
        if let Some(alpha) = this.alpha(py, "sharpness")? {
            // It is the last byte of a pixel, so the first or the last band of a view.
            geometry.whole = false;
            geometry.bands.len -= 1;
            geometry.bands.start += if alpha == 0 { geometry.bands.step } else { 0 };
        }
        this.core(py)?.write(py, &geometry, |rows| enhance::sharpness(rows, geometry.format, factor))?;
        Ok(slf)
    }
}

/// Modes whose pixels have a grey: which bands it comes from and how, and what each band of a grey pixel has.
struct Colours {
    modes: &'static [&'static str],
    grey_of: &'static [&'static str],
    luma: fn([usize; 4]) -> Luma,
    bands: &'static [(&'static str, Towards)],
}

/// What Pillow's conversions to L and back make of each mode.
static COLOURS: &[Colours] = &[
    Colours {
        modes: &["LA"],
        grey_of: &["L"],
        luma: |[l, ..]| Luma::Band(l),
        bands: &[("L", Towards::Luma), ("A", Towards::Itself)],
    },
    Colours {
        modes: &["RGB", "RGBA", "RGBX", "RGBa"],
        grey_of: &["R", "G", "B"],
        luma: |[r, g, b, _]| Luma::Rgb([r, g, b]),
        bands: &[
            ("R", Towards::Luma),
            ("G", Towards::Luma),
            ("B", Towards::Luma),
            ("A", Towards::Itself),
            ("X", Towards::Value(255)),
        ],
    },
    Colours {
        modes: &["CMYK"],
        grey_of: &["C", "M", "Y", "K"],
        luma: Luma::Cmyk,
        bands: &[("C", Towards::Value(0)), ("M", Towards::Value(0)), ("Y", Towards::Value(0)), ("K", Towards::Ink)],
    },
    Colours {
        modes: &["YCbCr"],
        grey_of: &["Y", "Cb", "Cr"],
        luma: |[y, ..]| Luma::Band(y),
        bands: &[("Y", Towards::Luma), ("Cb", Towards::Value(128)), ("Cr", Towards::Value(128))],
    },
    Colours {
        modes: &["HSV"],
        grey_of: &["H", "S", "V"],
        luma: |[h, s, v, _]| Luma::Hsv([h, s, v]),
        bands: &[("H", Towards::Value(0)), ("S", Towards::Value(0)), ("V", Towards::Luma)],
    },
];

impl ImageView {
    /// What the bands of the view are without colour: one band is grey as it is.
    pub(super) fn without_colour(&self, py: Python<'_>, kernel: &str) -> Result<Plain> {
        self.refuse_what_is_no_amount(py, kernel)?;
        let core = self.core(py)?;
        let (mode, bands) = (core.mode, self.band_names(&core));
        let mut plain = Plain { luma: Luma::Band(0), bands: [Towards::Luma; 4] };
        if bands.len() == 1 || self.geometry.format != Format::U8 {
            return Ok(plain); // Wider values are refused by the kernel.
        }
        let known = COLOURS.iter().find(|known| known.modes.contains(&mode.name));
        let found = known.and_then(|known| {
            let place = |name: &str| bands.iter().position(|&band| band == name);
            let mut grey_of = [0; 4];
            for (to, name) in grey_of.iter_mut().zip(known.grey_of) {
                *to = place(name)?;
            }
            plain.luma = (known.luma)(grey_of);
            for (to, name) in plain.bands.iter_mut().zip(&bands) {
                *to = known.bands.iter().find(|(band, _)| band == name)?.1;
            }
            Some(plain)
        });
        found.ok_or_else(|| {
            let select = match known {
                Some(known) => format!("all of {}, or one band", known.grey_of.join(", ")),
                None => "one band".to_owned(),
            };
            Error::Mode(format!(
                "{kernel}() is not defined for the bands {} of mode {}; select {select}, or convert the image first",
                bands.join(", "),
                mode.name
            ))
        })
    }

    /// Which band of the view is alpha beside others, and so stays.
    fn alpha(&self, py: Python<'_>, kernel: &str) -> Result<Option<usize>> {
        self.refuse_what_is_no_amount(py, kernel)?;
        let core = self.core(py)?;
        let (mode, bands) = (core.mode, self.band_names(&core));
        if mode.name == "LAB" && bands.len() > 1 {
            return Err(Error::Mode(format!(
                "{kernel}() is not defined for mode LAB, whose A and B have a sign; take v[\"L\"], or convert the image first"
            )));
        }
        Ok(if bands.len() > 1 { bands.iter().position(|&band| band == "A") } else { None })
    }
}
