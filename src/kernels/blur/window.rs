//! The box that one pass averages along a line, in Pillow's fixed-point arithmetic.

/// Values from `radius` to the left to `radius` to the right count in full, and the next on either side in part.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The whole part of the radius.
    pub radius: usize,
    /// What a value counts, in 2^-24.
    full: u32,
    /// What the outermost two count.
    part: u32,
    /// Where the radius is whole: the factor and the shift that divide by the number of values.
    divisor: Option<(u16, u32)>,
}

/// Sums of more values do not fit 16 bits.
pub const SMALL: usize = 128;

/// The largest whole radius that a factor of 16 bits divides by (see the test).
const DIVISIBLE: usize = 63;

const HALF: u32 = 1 << 23;

impl Window {
    /// `None` for a radius of 0, which changes nothing. The radius is finite, not negative, and less than 2^31.
    pub fn new(radius: f32) -> Option<Window> {
        if radius == 0.0 {
            return None;
        }
        let whole = radius as usize;
        let full = ((1 << 24) as f32 / (radius * 2.0 + 1.0)) as u32;
        let count = (whole as u32).wrapping_mul(2).wrapping_add(1);
        let part = (1_u32 << 24).wrapping_sub(count.wrapping_mul(full)) / 2;
        let divisor = (whole as f32 == radius && whole <= DIVISIBLE).then(|| {
            let shift = 16 + count.ilog2();
            ((1_u32 << shift).div_ceil(count) as u16, shift - 16)
        });
        Some(Window { radius: whole, full, part, divisor })
    }

    /// How many values it looks to either side.
    pub fn reach(&self) -> usize {
        self.radius + 1
    }

    /// How to divide sums of 16 bits, if that is all there is to it.
    pub fn divisor(&self) -> Option<Divisor> {
        self.divisor.map(|(factor, shift)| Divisor { half: self.radius as u16, factor, shift })
    }

    /// The average: of the sum of the values that count in full, and of that of the outermost two.
    #[inline(always)]
    pub fn average(&self, sum: u32, outermost: u32) -> u8 {
        let weighted = sum.wrapping_mul(self.full).wrapping_add(outermost.wrapping_mul(self.part));
        (weighted.wrapping_add(HALF) >> 24) as u8
    }
}

/// Divides by an odd number of values, and rounds.
#[derive(Clone, Copy)]
pub struct Divisor {
    half: u16,
    factor: u16,
    shift: u32,
}

impl Divisor {
    /// The same byte as [`Window::average`], whatever the outermost two are: their part is too small to matter.
    #[inline(always)]
    pub fn average(&self, sum: u16) -> u8 {
        let product = u32::from(sum.wrapping_add(self.half)) * u32::from(self.factor);
        ((product >> 16) as u16 >> self.shift) as u8
    }
}

/// The radius of boxes, three of which, one after the other, come near a Gaussian of this standard deviation: in single
/// precision where Pillow's `_gaussian_blur_radius` has it, for the same bits.
pub fn of_gaussian(deviation: f32, passes: usize) -> f32 {
    let variance = deviation * deviation / passes as f32;
    let length = (12.0 * f64::from(variance) + 1.0).sqrt() as f32;
    let whole = ((f64::from(length) - 1.0) / 2.0).floor() as f32;
    let part = (2.0 * whole + 1.0) * (whole * (whole + 1.0) - 3.0 * variance);
    whole + part / (6.0 * (variance - (whole + 1.0) * (whole + 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_radii_are_divided_by_as_by_pillows_weights() {
        for radius in 1..=DIVISIBLE {
            let window = Window::new(radius as f32).unwrap();
            let divisor = window.divisor().unwrap();
            for sum in 0..=255 * (2 * radius as u16 + 1) {
                let expected = divisor.average(sum);
                for outermost in [0, 255, 510] {
                    assert_eq!(window.average(sum.into(), outermost), expected, "{radius} {sum} {outermost}");
                }
            }
        }
        assert!(Window::new(DIVISIBLE as f32 + 1.0).unwrap().divisor().is_none());
        assert!(Window::new(2.5).unwrap().divisor().is_none());
    }

    #[test]
    fn weights_make_up_one() {
        for radius in [0.001, 0.5, 1.0, 2.4167, 128.0, 1000.25, 3e6] {
            let window = Window::new(radius).unwrap();
            let sum = (2 * window.radius as u32 + 1) * window.full + 2 * window.part;
            assert!((1 << 24) - sum <= 1, "{radius}");
            let count = 2 * window.radius as u32 + 1;
            assert_eq!(window.average(255_u32.wrapping_mul(count), 510), 255, "{radius}");
        }
    }

    #[test]
    fn no_radius_is_no_window_and_no_deviation_no_radius() {
        assert!(Window::new(0.0).is_none());
        assert!(Window::new(of_gaussian(0.0, 3)).is_none());
        assert_eq!(of_gaussian(3.0, 3), 2.0 + 5.0 / 12.0);
    }
}
