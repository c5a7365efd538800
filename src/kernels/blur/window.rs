//! The box that one pass averages along a line, in Pillow's fixed-point arithmetic.

use crate::simd::Averages;

/// Values from `radius` to the left to `radius` to the right count in full, and the next on either side in part.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The whole part of the radius.
    pub radius: usize,
    /// What a value counts, in 2^-24.
    full: u32,
    /// What the outermost two count.
    part: u32,
    /// Where the radius is whole and small: the factor and the shift that divide by the number of values.
    divisor: Option<(u16, u32)>,
    averages: Averages,
}

/// The largest radius whose sums are less than 2^15.
const SMALL: usize = 63;

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
        let divisor = (whole as f32 == radius && whole <= SMALL).then(|| {
            let shift = count.ilog2();
            ((1_u32 << (16 + shift)).div_ceil(count) as u16, shift)
        });
        Some(Window { radius: whole, full, part, divisor, averages: Averages::new() })
    }

    /// How many values it looks to either side.
    pub fn reach(&self) -> usize {
        self.radius + 1
    }

    /// Whether sums are small enough for [`Window::averages`].
    pub fn is_small(&self) -> bool {
        self.radius <= SMALL
    }

    /// The average: of the sum of the values that count in full, and of that of the outermost two.
    #[inline(always)]
    pub fn average(&self, sum: u32, outermost: u32) -> u8 {
        let weighted = sum.wrapping_mul(self.full).wrapping_add(outermost.wrapping_mul(self.part));
        (weighted.wrapping_add(HALF) >> 24) as u8
    }

    /// The sums of 64 windows, without their last values: `pairs` has the sum of each value and the next of its channel.
    #[inline(always)]
    pub fn sums(&self, sums: &mut [u16; 64], pairs: &[u16], channels: usize) {
        self.averages.sum(sums, pairs, 2 * channels, self.radius);
    }

    /// The averages of small sums. Those of a whole radius are divided: the outermost values' part, what is left of 2^24,
    /// is too small to matter.
    #[inline(always)]
    pub fn averages(&self, to: &mut [u8; 64], sums: &[u16; 64], left: &[u8; 64], right: &[u8; 64]) {
        if let Some((factor, shift)) = self.divisor {
            return self.averages.divide(to, sums, self.radius as u16, factor, shift);
        }
        let mut outermost = [0; 64];
        for ((sum, &left), &right) in outermost.iter_mut().zip(left).zip(right) {
            *sum = u16::from(left) + u16::from(right);
        }
        self.averages.weigh(to, sums, &outermost, self.full, self.part);
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
    fn every_small_sum_has_the_average_that_pillows_weights_give_it() {
        for radius in (1..=SMALL).flat_map(|radius| [radius as f32, radius as f32 - 0.6]) {
            let window = Window::new(radius).unwrap();
            let most = 255 * (2 * window.radius as u16 + 1);
            for first in (0..=most).step_by(64) {
                let sums: [u16; 64] = std::array::from_fn(|i| (first + i as u16).min(most));
                for ends in [[0, 0], [255, 0], [255, 255], [3, 40]] {
                    let mut to = [0; 64];
                    window.averages(&mut to, &sums, &[ends[0]; 64], &[ends[1]; 64]);
                    let outermost = u32::from(ends[0]) + u32::from(ends[1]);
                    assert_eq!(to, sums.map(|sum| window.average(sum.into(), outermost)), "{radius} {ends:?}");
                }
            }
        }
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
