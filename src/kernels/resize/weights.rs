//! Which pixels make a pixel of another size, and how much each counts: as Pillow's Resample.c computes it, so that not
//! one bit differs.

use crate::error::Result;
use crate::scratch;
use std::f64::consts::PI;
use std::ops::Range;

/// Pillow's filters that weigh pixels: all but NEAREST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Filter {
    Box,
    Bilinear,
    Hamming,
    Bicubic,
    Lanczos,
    Mks2013,
    Mks2021,
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (x * PI).sin() / (x * PI) }
}

impl Filter {
    /// As far from its middle a filter looks.
    pub(crate) fn support(self) -> f64 {
        match self {
            Filter::Box => 0.5,
            Filter::Bilinear | Filter::Hamming => 1.0,
            Filter::Bicubic => 2.0,
            Filter::Mks2013 => 2.5,
            Filter::Lanczos => 3.0,
            Filter::Mks2021 => 4.5,
        }
    }

    /// What a pixel counts that lies at `x`.
    pub(crate) fn at(self, x: f64) -> f64 {
        let r = x.abs();
        match self {
            Filter::Box => f64::from(u8::from(x > -0.5 && x <= 0.5)),
            Filter::Bilinear => (1.0 - r).max(0.0),
            Filter::Hamming if r == 0.0 => 1.0,
            Filter::Hamming if r >= 1.0 => 0.0,
            Filter::Hamming => {
                let r = r * PI;
                // Pillow's constants are of single precision.
                r.sin() / r * (f64::from(0.54_f32) + f64::from(0.46_f32) * r.cos())
            }
            Filter::Bicubic if r < 1.0 => ((-0.5 + 2.0) * r - (-0.5 + 3.0)) * r * r + 1.0,
            Filter::Bicubic if r < 2.0 => (((r - 5.0) * r + 8.0) * r - 4.0) * -0.5,
            Filter::Lanczos if (-3.0..3.0).contains(&x) => sinc(x) * sinc(x / 3.0),
            Filter::Mks2013 if r < 0.5 => 17.0 / 16.0 - 7.0 / 4.0 * (r * r),
            Filter::Mks2013 if r < 1.5 => (1.0 - r) * (7.0 / 4.0 - r),
            Filter::Mks2013 if r < 2.5 => -1.0 / 8.0 * ((r - 5.0 / 2.0) * (r - 5.0 / 2.0)),
            Filter::Mks2021 if r < 0.5 => 577.0 / 576.0 - 239.0 / 144.0 * (r * r),
            Filter::Mks2021 if r < 1.5 => 35.0 / 36.0 * (r - 1.0) * (r - 239.0 / 140.0),
            Filter::Mks2021 if r < 2.5 => 1.0 / 6.0 * (r - 2.0) * (65.0 / 24.0 - r),
            Filter::Mks2021 if r < 3.5 => 1.0 / 36.0 * (r - 3.0) * (r - 15.0 / 4.0),
            Filter::Mks2021 if r < 4.5 => -1.0 / 288.0 * ((r - 9.0 / 2.0) * (r - 9.0 / 2.0)),
            _ => 0.0,
        }
    }
}

/// For each pixel along one axis of the result those that it is made of.
#[derive(Clone, Debug)]
pub struct Weights<W> {
    /// The first one, and how many.
    bounds: Vec<(usize, usize)>,
    /// What each counts: `stride` for each pixel of the result.
    weights: Vec<W>,
    stride: usize,
}

impl<W: Copy + Default> Weights<W> {
    /// For `to` pixels out of the part `window` of `from` pixels.
    ///
    /// # Errors
    /// [`crate::error::Error::Memory`].
    pub fn new(
        filter: Filter,
        from: usize,
        window: [f32; 2],
        to: usize,
        weight: impl Fn(f64) -> W,
    ) -> Result<Weights<W>> {
        // In single precision first, as Pillow subtracts.
        let scale = f64::from(window[1] - window[0]) / to as f64;
        let spread = if scale < 1.0 { 1.0 } else { scale };
        let support = filter.support() * spread;
        let inverse = 1.0 / spread;
        // As many as there can be.
        let stride = (support.ceil() as usize * 2 + 1).min(from);
        let (mut exact, mut bounds, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        scratch::reserve(&mut exact, stride)?;
        scratch::reserve(&mut bounds, to)?;
        scratch::reserve(&mut weights, to.saturating_mul(stride))?;
        // The same once more, in groups for vectors, is made of them.
        scratch::ask(to.saturating_mul(stride.next_multiple_of(4) * size_of::<u32>() + 2 * size_of::<usize>()))?;
        for i in 0..to {
            let centre = f64::from(window[0]) + (i as f64 + 0.5) * scale;
            let first = (centre - support + 0.5) as usize; // Rust's cast cuts what is negative to 0, as Pillow does.
            let end = ((centre + support + 0.5) as usize).min(from).max(first);
            exact.clear();
            exact.extend((first..end).map(|x| filter.at((x as f64 - centre + 0.5) * inverse)));
            let mut sum = 0.0;
            exact.iter().for_each(|w| sum += w);
            if sum != 0.0 {
                exact.iter_mut().for_each(|w| *w /= sum);
            }
            weights.extend(exact.iter().map(|&w| weight(w)));
            weights.resize((i + 1) * stride, W::default());
            bounds.push((first, end - first));
        }
        Ok(Weights { bounds, weights, stride })
    }

    /// Pixels of the result.
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// What pixel `i` of the result is made of.
    #[inline(always)]
    pub fn of(&self, i: usize) -> (Range<usize>, &[W]) {
        let (first, count) = self.bounds[i];
        (first..first + count, &self.weights[i * self.stride..][..count])
    }

    /// The same for each.
    #[inline(always)]
    pub fn iter(&self) -> impl Iterator<Item = (Range<usize>, &[W])> {
        (0..self.len()).map(|i| self.of(i))
    }

    /// The pixels that any of `part` is made of. Bounds never go back from one pixel to the next.
    pub fn needed(&self, part: Range<usize>) -> Range<usize> {
        let (Some(&(first, _)), Some(&(last, count))) = (self.bounds[part.clone()].first(), self.bounds[part].last())
        else {
            return 0..0;
        };
        first..last + count
    }

    /// Counts pixels from `first` on, which is needed first.
    pub fn shift(&mut self, first: usize) {
        self.bounds.iter_mut().for_each(|bounds| bounds.0 -= first);
    }

    /// The largest number of pixels that make one.
    pub fn most(&self) -> usize {
        self.bounds.iter().map(|&(_, count)| count).max().unwrap_or(0)
    }

    /// The largest number of the result's pixels that one is part of, counting those in between that are not.
    pub fn most_at_once(&self) -> usize {
        let mut open = 0;
        let mut most = 1;
        for (i, &(first, _)) in self.bounds.iter().enumerate() {
            while open < i && self.bounds[open].0 + self.bounds[open].1 <= first {
                open += 1;
            }
            most = most.max(i + 1 - open);
        }
        most
    }
}
