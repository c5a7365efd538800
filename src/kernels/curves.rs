//! Curves: tables of `v -> f(v)` for 8-bit values, by their formulas.

use super::{accept, point};
use crate::error::Result;
use crate::format::Format;
use crate::rows::RowsMut;

/// What each 8-bit value becomes.
pub type Curve = [u8; 256];

/// Looks every value up: shape `(h, w)` or `(h, w, bands)`, 8-bit values, one curve for all bands.
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats, in the name of `kernel`.
pub fn apply(kernel: &str, rows: &mut RowsMut<'_>, format: Format, curve: &Curve) -> Result<()> {
    accept(kernel, format, &[Format::U8])?;
    point::point(rows, format, &[*curve; 4])
}

/// A curve by its formula, rounded half up and clipped.
fn curve(f: impl Fn(f64) -> f64) -> Curve {
    // A cast cuts to 0 and 255.
    std::array::from_fn(|v| (f(v as f64) + 0.5).floor() as u8)
}

/// The curve that changes nothing.
pub fn same() -> Curve {
    std::array::from_fn(|v| v as u8)
}

/// `v * scale + offset`, in double precision, rounded half up.
pub fn linear(scale: f64, offset: f64) -> Curve {
    curve(|v| v * scale + offset)
}

/// `255 * (v / 255) ** (1 / g)`, in double precision, rounded half up.
pub fn gamma(g: f64) -> Curve {
    curve(|v| 255.0 * (v / 255.0).powf(1.0 / g))
}

/// What black and white are, in and out, and the curve between them.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Levels {
    pub in_black: f64,
    pub in_white: f64,
    pub gamma: f64,
    pub out_black: f64,
    pub out_white: f64,
}

/// `out_black + (out_white - out_black) * clip((v - in_black) / (in_white - in_black), 0, 1) ** (1 / gamma)`, in double
/// precision, rounded half up.
pub fn levels(l: &Levels) -> Curve {
    curve(|v| {
        let part = ((v - l.in_black) / (l.in_white - l.in_black)).clamp(0.0, 1.0);
        l.out_black + (l.out_white - l.out_black) * part.powf(1.0 / l.gamma)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_up_and_ends_are_clipped() {
        let half = linear(0.5, 0.0);
        assert!((0..=255).all(|v| usize::from(half[v]) == v.div_ceil(2)));
        assert_eq!(linear(1.0, -0.5)[..3], [0, 1, 2], "-0.5 becomes 0, 0.5 becomes 1");
        assert_eq!((linear(-2.0, 100.0)[51], linear(2.0, 100.0)[78]), (0, 255));
        assert_eq!(linear(1e300, 0.0)[..2], [0, 255]);
    }

    #[test]
    fn curves_without_a_change_change_nothing() {
        let plain = Levels { in_black: 0.0, in_white: 255.0, gamma: 1.0, out_black: 0.0, out_white: 255.0 };
        for curve in [linear(1.0, 0.0), gamma(1.0), levels(&plain)] {
            assert_eq!(curve, same());
        }
    }

    #[test]
    fn gamma_keeps_black_and_white_and_never_falls() {
        for g in [f64::MIN_POSITIVE, 0.1, 0.45, 2.2, 10.0, f64::MAX] {
            let curve = gamma(g);
            assert_eq!((curve[0], curve[255]), (0, 255), "{g}");
            assert!(curve.is_sorted());
        }
    }

    #[test]
    fn levels_may_run_backwards() {
        let turned = Levels { in_black: 255.0, in_white: 0.0, gamma: 1.0, out_black: 0.0, out_white: 255.0 };
        let also = Levels { in_black: 0.0, in_white: 255.0, gamma: 1.0, out_black: 255.0, out_white: 0.0 };
        for curve in [levels(&turned), levels(&also)] {
            assert!((0..=255).all(|v| usize::from(curve[v]) == 255 - v));
        }
    }
}
