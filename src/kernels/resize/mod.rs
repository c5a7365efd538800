//! Resize: the rows of one view as a picture of another size in a second view.
//!
//! The rows that are written are cut into a part a thread. A part goes through the original rows from top to bottom,
//! makes each as wide as the result is, and keeps as many of those as make one row of the result; or, where those
//! would be too many, the sums of the few rows of the result that are under way. So no picture lies between the two
//! passes, and every cut gives the same bytes.

mod alpha;
mod nearest;
mod sample;
mod weights;

pub(super) use alpha::{premultiply, unpremultiply};
pub use nearest::nearest;
pub(super) use sample::half_away;
pub use weights::Filter;

use super::accept;
use super::around::dense::Dense;
use crate::error::Result;
use crate::format::Format;
use crate::parallel::{self, Cost, Watch};
use crate::rows::{Rows, RowsMut};
use crate::scratch;
use crate::simd;
use sample::{Across, Sample, add_row, down};
use std::ops::Range;
use weights::Weights;

/// What a thread keeps in rows, at most; where that is not enough it keeps sums.
const KEPT: usize = 512 << 10;

/// The formats that can be weighed: what Pillow's `resize` takes with another filter than NEAREST.
pub const FORMATS: [Format; 6] = [Format::U8, Format::U16, Format::U16Be, Format::U16Le, Format::I32, Format::F32];

/// The part `window` (left, upper, right, lower) of `from`, resized to all of `to`: shape `(h, w)` or `(h, w, bands)`,
/// both of the same bands and format, without shared memory. `alpha` is the band that the others are multiplied with
/// meanwhile. The bytes of `Image.resize` with a filter that weighs pixels (Resample.c).
///
/// # Errors
/// [`crate::error::Error::Mode`] for formats that Pillow does not know.
pub fn resize(
    to: &mut RowsMut<'_>,
    from: &Rows<'_>,
    format: Format,
    filter: Filter,
    window: [f32; 4],
    alpha: Option<usize>,
) -> Result<()> {
    accept("resize_into", format, &FORMATS)?;
    if to.rows().is_empty() {
        return Ok(()); // Each of no pixels would be made of infinitely many.
    }
    match format {
        Format::U8 => passes::<u8>(to, from, format, filter, window, alpha),
        Format::I32 => passes::<i32>(to, from, format, filter, window, None),
        Format::F32 => passes::<f32>(to, from, format, filter, window, None),
        _ => passes::<u16>(to, from, format, filter, window, None),
    }
}

/// Where a window is whole pixels, as many as wanted: its corner. They are copied.
pub fn corner(window: [f32; 4], size: [usize; 2]) -> Option<[usize; 2]> {
    let whole = |i: usize| window[i].fract() == 0.0 && window[i + 2] - window[i] == size[i] as f32;
    (whole(0) && whole(1)).then(|| [window[0] as usize, window[1] as usize])
}

fn passes<T: Sample>(
    to: &mut RowsMut<'_>,
    from: &Rows<'_>,
    format: Format,
    filter: Filter,
    window: [f32; 4],
    alpha: Option<usize>,
) -> Result<()> {
    let (from_size, to_size) = ([from.lanes().width, from.height()], [to.lanes().width, to.rows().height()]);
    let corner = corner(window, to_size);
    let weights = |i: usize| {
        let part = [window[i], window[i + 2]];
        let stays = from_size[i] == to_size[i] && part == [0.0, to_size[i] as f32];
        let new = || Weights::new(filter, from_size[i], part, to_size[i], T::weight);
        (corner.is_none() && !stays).then(new).transpose()
    };
    let (mut across, down) = (weights(0)?, weights(1)?);
    let [left, upper] = corner.unwrap_or_default();
    let columns = across.as_ref().map_or(left..left + to_size[0], |across| across.needed(0..to_size[0]));
    if let Some(across) = &mut across {
        across.shift(columns.start);
    }
    // As Pillow from 13.0 on: first the pass that leaves less to the other.
    let lost = [0, 1].map(|i| from_size[i].cast_signed() - to_size[i].cast_signed());
    let dense = Dense::pair(from.lanes(), to.lanes(), format);
    let work = Passes::<T> {
        from,
        dense,
        alpha: alpha.map(|band| dense[0].channel(band)),
        columns,
        upper,
        width: to_size[0],
        across: across.map(|weights| Across::new::<T>(weights, dense[0].channels())),
        down,
        down_first: lost[1] > 0 && lost[1] > 2 * lost[0],
    };
    match dense[0].channels() {
        1 => work.run::<1>(to),
        2 => work.run::<2>(to),
        3 => work.run::<3>(to),
        _ => work.run::<4>(to),
    }
}

/// The two passes, as every part makes them.
struct Passes<'a, T: Sample> {
    from: &'a Rows<'a>,
    /// How the originals are read, and how the result is written.
    dense: [Dense; 2],
    /// The channel that is the alpha of the others.
    alpha: Option<usize>,
    /// The originals that count.
    columns: Range<usize>,
    /// The first original row, where no pass changes the height.
    upper: usize,
    /// Columns of the result.
    width: usize,
    /// The passes that there are.
    across: Option<Across<T::Weight>>,
    down: Option<Weights<T::Weight>>,
    down_first: bool,
}

impl<T: Sample> Passes<'_, T> {
    fn run<const C: usize>(&self, to: &mut RowsMut<'_>) -> Result<()> {
        if to.rows().is_empty() {
            return Ok(());
        }
        let (height, span) = (to.rows().height(), to.rows().span());
        let count = parallel::parts(height * span + self.from.height() * self.from.span(), Cost::SCALAR)?;
        scratch::ask(count * self.memory(C))?;
        parallel::each(to.parts(count), |(first, mut rows), watch| {
            simd::run(
                #[inline(always)]
                || self.part::<C>(first, &mut rows, watch),
            );
        })
    }

    /// Bytes that a part needs beside the images.
    fn memory(&self, channels: usize) -> usize {
        let margin = self.across.as_ref().map_or(0, Across::margin);
        let middle = (self.columns.len().max(self.width) + margin) * channels;
        let lines = 3 * middle * size_of::<T>();
        let rows = self.down.as_ref().map_or(0, |down| match down.most() * middle * size_of::<T>() {
            kept @ 0..=KEPT => kept + down.most() * size_of::<usize>(),
            _ => (down.most_at_once() * middle * size_of::<T::Sum>()).max(KEPT),
        });
        lines + rows
    }

    /// The rows that one thread makes, from row `first` of the result on.
    #[inline(always)]
    fn part<const C: usize>(&self, first: usize, to: &mut RowsMut<'_>, watch: &Watch<'_>) {
        let rows = first..first + to.rows().height();
        let columns = if self.down_first { self.columns.len() } else { self.width };
        let margin = self.across.as_ref().map_or(0, Across::margin);
        let mut lines = Lines {
            original: vec![T::default(); (self.columns.len() + margin) * C],
            middle: vec![T::default(); (columns + if self.down_first { margin } else { 0 }) * C],
            made: vec![T::default(); self.width * C],
        };
        match &self.down {
            None => {
                for y in rows {
                    self.take::<C>(self.upper + y, &mut lines.original, &mut lines.middle);
                    self.give::<C>(&mut lines, to.row(y - first));
                    if watch.stopped() {
                        return;
                    }
                }
            }
            Some(down) if down.most() * lines.middle.len() * size_of::<T>() <= KEPT => {
                self.kept::<C>(rows, down, &mut lines, to, watch);
            }
            Some(down) => self.summed::<C>(rows, down, &mut lines, to, watch),
        }
    }

    /// The pass down over rows that are kept.
    #[inline(always)]
    fn kept<const C: usize>(
        &self,
        rows: Range<usize>,
        weights: &Weights<T::Weight>,
        lines: &mut Lines<T>,
        to: &mut RowsMut<'_>,
        watch: &Watch<'_>,
    ) {
        let (most, len) = (weights.most(), lines.middle.len());
        let mut kept = vec![T::default(); most * len];
        let mut places = Vec::with_capacity(most);
        let (mut next, first) = (0, rows.start);
        for y in rows {
            let (needed, weights) = weights.of(y);
            next = needed.start.max(next);
            while next < needed.end {
                self.take::<C>(next, &mut lines.original, &mut kept[next % most * len..][..len]);
                next += 1;
                if watch.stopped() {
                    return;
                }
            }
            places.clear();
            places.extend(needed.map(|y| y % most * len));
            down(&mut lines.middle, weights, |i| &kept[places[i]..][..len]);
            self.give::<C>(lines, to.row(y - first));
        }
    }

    /// The pass down by sums: each original row is added to those rows of the result that it is part of.
    #[inline(always)]
    fn summed<const C: usize>(
        &self,
        rows: Range<usize>,
        weights: &Weights<T::Weight>,
        lines: &mut Lines<T>,
        to: &mut RowsMut<'_>,
        watch: &Watch<'_>,
    ) {
        let (most, len) = (weights.most_at_once(), lines.middle.len());
        let mut sums = vec![T::NOTHING; most * len];
        let (mut next, first) = (rows.start, rows.start);
        for given in weights.needed(rows.clone()) {
            self.take::<C>(given, &mut lines.original, &mut lines.middle);
            for y in next..rows.end {
                let (needed, weights) = weights.of(y);
                if needed.contains(&given) {
                    add_row(&mut sums[y % most * len..][..len], &lines.middle, weights[given - needed.start]);
                } else if needed.start > given {
                    break;
                }
            }
            while next < rows.end && weights.of(next).0.end <= given + 1 {
                let sums = &mut sums[next % most * len..][..len];
                for (to, sum) in lines.middle.iter_mut().zip(&mut *sums) {
                    *to = T::finish(*sum);
                }
                sums.fill(T::NOTHING);
                self.give::<C>(lines, to.row(next - first));
                next += 1;
            }
            if watch.stopped() {
                return;
            }
        }
    }

    /// An original row as the pass down takes it.
    #[inline(always)]
    fn take<const C: usize>(&self, y: usize, original: &mut [T], to: &mut [T]) {
        let load = |to: &mut [T]| {
            self.dense[0].load(self.from.row(y), self.columns.clone(), to);
            if let Some(alpha) = self.alpha {
                T::premultiply::<C>(to, alpha);
            }
        };
        match &self.across {
            Some(across) if !self.down_first => {
                load(original);
                across.row::<T, C>(to, original);
            }
            _ => load(to),
        }
    }

    /// Writes a row of the result, as the pass down has made it.
    #[inline(always)]
    fn give<const C: usize>(&self, lines: &mut Lines<T>, row: &mut [u8]) {
        let made = match &self.across {
            Some(across) if self.down_first => {
                across.row::<T, C>(&mut lines.made, &lines.middle);
                &mut lines.made
            }
            _ => &mut lines.middle,
        };
        if let Some(alpha) = self.alpha {
            T::unpremultiply::<C>(made, alpha);
        }
        self.dense[1].store(made, row, 0..self.width);
    }
}

/// An original row, one as the pass down makes it, and one of the result.
struct Lines<T> {
    original: Vec<T>,
    middle: Vec<T>,
    made: Vec<T>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums in double precision over the whole picture at once, to which two roundings may add up.
    fn naive(from: &[u8], [width, height]: [usize; 2], [w, h]: [usize; 2], filter: Filter) -> Vec<f64> {
        let weights = |from, to| Weights::new(filter, from, [0.0, from as f32], to, |weight| weight).unwrap();
        let (across, down) = (weights(width, w), weights(height, h));
        let mut all = Vec::new();
        for (rows, down) in down.iter() {
            for (columns, across) in across.iter() {
                for band in 0..3 {
                    let at = |y: usize, x: usize| f64::from(from[(y * width + x) * 3 + band]);
                    let row = |y| columns.clone().zip(across).map(|(x, weight)| at(y, x) * weight).sum::<f64>();
                    all.push(rows.clone().zip(down).map(|(y, weight)| row(y) * weight).sum());
                }
            }
        }
        all
    }

    #[test]
    fn both_passes_are_the_weighted_sum_whatever_their_order_and_what_is_kept() {
        for (size, to_size) in [([31, 40], [17, 50]), ([9, 200], [8, 3]), ([700, 900], [600, 2]), ([900, 700], [3, 2])]
        {
            let from: Vec<u8> = (0..size[0] * size[1] * 3).map(|i| (i / 3 % 41 + i % 3 * 30 + 60) as u8).collect();
            for filter in [Filter::Box, Filter::Bilinear, Filter::Hamming, Filter::Mks2021] {
                let shape = [to_size[1], to_size[0], 3];
                let mut got = vec![0; shape.iter().product()];
                let window = [0.0, 0.0, size[0] as f32, size[1] as f32];
                let rows = Rows::packed(&from, [size[1], size[0], 3], 1);
                resize(&mut RowsMut::packed(&mut got, shape, 1), &rows, Format::U8, filter, window, None).unwrap();
                for (got, exact) in got.into_iter().zip(naive(&from, size, to_size, filter)) {
                    assert!((f64::from(got) - exact).abs() < 1.7, "{filter:?} {got} {exact}");
                }
            }
        }
    }

    #[test]
    fn as_many_rows_are_under_way_as_most_at_once_says() {
        for (from, to) in [(1000, 7), (7, 1000), (100, 99), (3, 1), (5, 5)] {
            let weights = Weights::new(Filter::Lanczos, from, [0.0, from as f32], to, |weight| weight).unwrap();
            for y in 0..from {
                let open = weights.iter().filter(|(range, _)| range.contains(&y)).count();
                assert!(open <= weights.most_at_once());
            }
        }
    }
}
