//! Boxes: which part of a view is written, and which part of another it gets.

use crate::arguments::{index, shown};
use crate::geometry::{Axis, Geometry, Slice};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// A box as Pillow has it, anywhere.
#[derive(Clone, Copy)]
pub(super) struct Box {
    pub left: i64,
    pub upper: i64,
    pub right: i64,
    pub lower: i64,
}

/// Coordinates beyond this are as far away: sums of them do not overflow.
const FAR: i64 = 1 << 40;

/// The ints of a sequence, as far as there are at most four.
fn ints(what: &str, given: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    let wrong = || PyTypeError::new_err(format!("{what} is {}; give a tuple of ints", shown(given)));
    let mut all = Vec::new();
    for value in given.try_iter().map_err(|_| wrong())?.take(5) {
        all.push(index(&value?)?.ok_or_else(wrong)?.clamp(-FAR, FAR));
    }
    Ok(all)
}

/// Two ints.
pub(super) fn pair(what: &str, given: &Bound<'_, PyAny>) -> PyResult<[i64; 2]> {
    let ints = ints(what, given)?;
    <[i64; 2]>::try_from(ints).map_err(|_| PyValueError::new_err(format!("{what} is {}; give two ints", shown(given))))
}

impl Box {
    /// What is written by `kernel`: a box of four, or of two with the size of what is written, which is that of the
    /// image or the mask, if there are any.
    pub(super) fn read(
        kernel: &str,
        given: Option<&Bound<'_, PyAny>>,
        [image, mask]: [Option<[usize; 2]>; 2],
    ) -> PyResult<Box> {
        let ints = given.map_or(Ok(vec![0, 0]), |given| ints("the box", given))?;
        let found = match (&ints[..], image.or(mask)) {
            (&[left, upper, right, lower], _) => Box { left, upper, right, lower },
            (&[left, upper], Some(size)) => {
                let [width, height] = size.map(|len| len as i64);
                Box { left, upper, right: left + width, lower: upper + height }
            }
            ([_, _], None) => {
                return Err(PyValueError::new_err(format!(
                    "{kernel}() has a colour and no size; give a box of four, (left, upper, right, lower), or call fill()"
                )));
            }
            _ => {
                let given = given.map_or_else(String::new, shown);
                return Err(PyValueError::new_err(format!("the box is {given}; give two ints or four")));
            }
        };
        let [box_width, box_height] = found.size();
        if (box_width < 0 || box_height < 0) && (image.is_some() || mask.is_some()) {
            let given = given.map_or_else(String::new, shown);
            return Err(PyValueError::new_err(format!("the box is {given}; give left and upper first")));
        }
        for (what, size) in [("image", image), ("mask", mask)] {
            if let Some([width, height]) = size
                && [box_width, box_height] != [width as i64, height as i64]
            {
                return Err(PyValueError::new_err(format!(
                    "{kernel}() takes an image and a mask of one size: the box is of {box_width} x {box_height} pixels, and the \
                     {what} of {width} x {height}; crop or resize one of them first"
                )));
            }
        }
        Ok(found)
    }

    /// A part of a view: from a corner on, or a box of four; all of it if nothing is given.
    pub(super) fn part_of(kernel: &str, given: Option<&Bound<'_, PyAny>>, of: &Geometry) -> PyResult<Box> {
        let [width, height] = [of.columns.len as i64, of.rows.len as i64];
        let Some(given) = given else { return Ok(Box { left: 0, upper: 0, right: width, lower: height }) };
        let ints = ints("the source", given)?;
        let found = match ints[..] {
            [left, upper] => Box { left, upper, right: width, lower: height },
            [left, upper, right, lower] => Box { left, upper, right, lower },
            _ => {
                return Err(PyValueError::new_err(format!("the source is {}; give two ints or four", shown(given))));
            }
        };
        let size = found.size();
        if ints.iter().any(|&place| place < 0) || size[0] < 0 || size[1] < 0 {
            return Err(PyValueError::new_err(format!(
                "{kernel}() has the source {} in an image of {width} x {height} pixels; give places from 0 on, left and upper \
                 ones first",
                shown(given)
            )));
        }
        Ok(found)
    }

    fn size(&self) -> [i64; 2] {
        [self.right - self.left, self.lower - self.upper]
    }

    /// As large, elsewhere.
    pub(super) fn to(&self, [left, upper]: [i64; 2]) -> Box {
        let [width, height] = self.size();
        Box { left, upper, right: left + width, lower: upper + height }
    }
}

/// The part of a view that is written, and where the part of the source begins that it gets.
pub(super) struct Region {
    pub target: Geometry,
    start: [i64; 2],
    size: [usize; 2],
}

impl Region {
    /// What lies in a box; what lies outside of the view is cut off.
    pub(super) fn of(view: &Geometry, corners: &Box) -> Region {
        let cut = |from: i64, to: i64, len: usize| {
            let first = from.max(0);
            (first, first - from, usize::try_from(to.min(len as i64) - first).unwrap_or(0))
        };
        let (left, skipped_left, width) = cut(corners.left, corners.right, view.columns.len);
        let (upper, skipped_upper, height) = cut(corners.upper, corners.lower, view.rows.len);
        let target = part(view, [left, upper], [width, height]);
        Region { target, start: [skipped_left, skipped_upper], size: [width, height] }
    }

    /// Of a source that begins at a box of it: what lies outside of the source is cut off too.
    pub(super) fn within(mut self, source: &Geometry, corners: &Box) -> Region {
        self.start = [self.start[0] + corners.left, self.start[1] + corners.upper];
        for (i, len) in [source.columns.len, source.rows.len].into_iter().enumerate() {
            self.size[i] = self.size[i].min(usize::try_from(len as i64 - self.start[i]).unwrap_or(0));
        }
        self.target = part(&self.target, [0, 0], self.size);
        self
    }

    /// The part of the source.
    pub(super) fn of_source(&self, source: &Geometry) -> Geometry {
        part(source, self.start, self.size)
    }

    /// The same as a box for Pillow.
    pub(super) fn source_box(&self) -> [i64; 4] {
        let ([left, upper], [width, height]) = (self.start, self.size);
        [left, upper, left + width as i64, upper + height as i64]
    }
}

fn part(of: &Geometry, [left, upper]: [i64; 2], [width, height]: [usize; 2]) -> Geometry {
    let cut = |axis: Axis, start: i64, len: usize| axis.slice(Slice { start: start as isize, step: 1, len });
    Geometry { columns: cut(of.columns, left, width), rows: cut(of.rows, upper, height), ..*of }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pillow::mode::Mode;

    #[test]
    fn what_lies_outside_is_cut_off() {
        let view = Geometry::new(Mode::find("L").unwrap(), 10, 8);
        for ((left, upper, right, lower), columns, rows, start) in [
            ((0, 0, 10, 8), (0, 10), (0, 8), [0, 0]),
            ((-3, 2, 4, 20), (0, 4), (2, 6), [3, 0]),
            ((8, -7, 30, 1), (8, 2), (0, 1), [0, 7]),
            ((-9, 3, 0, 4), (0, 0), (3, 1), [9, 0]),
            ((12, 9, 14, 9), (0, 0), (0, 0), [0, 0]),
            ((5, 5, 3, 6), (0, 0), (5, 1), [0, 0]),
        ] {
            let region = Region::of(&view, &Box { left, upper, right, lower });
            let axis = |axis: Axis| (if axis.len == 0 { 0 } else { axis.start }, axis.len);
            let expected_rows = if rows.1 == 0 { (0, 0) } else { rows };
            assert_eq!((axis(region.target.columns), axis(region.target.rows)), (columns, expected_rows));
            assert_eq!(region.start, start);
        }
    }
}
