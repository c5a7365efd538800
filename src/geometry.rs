//! Which part of an image a view shows: rows, columns and bands, each with a start, a step and a length.
//!
//! Arithmetic only, no memory. A view always has all three axes; those that indexing took away are hidden (their
//! length is 1), which is also how an L image has no band axis. So kernels see one shape, and users NumPy's.

use crate::format::Format;
use crate::pillow::mode::Mode;
use std::fmt;

/// One axis of a view, counted in rows, pixels, or bytes for bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The first row, pixel or byte, counted from the image's (or, for bands, the pixel's) first.
    pub start: isize,
    /// From one to the next; may be negative.
    pub step: isize,
    /// How many.
    pub len: usize,
    /// Whether the axis is part of the shape.
    pub shown: bool,
}

/// What a slice object comes to on an axis of known length: `start` is inside where `len > 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Slice {
    pub start: isize,
    pub step: isize,
    pub len: usize,
}

impl Axis {
    /// `0, step, 2 * step …`
    pub fn new(len: usize, step: isize, shown: bool) -> Axis {
        Axis { start: 0, step, len, shown }
    }

    /// The part of this axis that `slice`, relative to it, selects.
    #[must_use]
    pub fn slice(self, slice: Slice) -> Axis {
        // An empty slice may start outside; its start is never used, and must not overflow.
        let start = if slice.len == 0 { self.start } else { self.start + slice.start * self.step };
        // One element has no next: keeping the step small keeps later products from overflowing.
        let step = if slice.len <= 1 { self.step } else { self.step * slice.step };
        Axis { start, step, len: slice.len, shown: self.shown }
    }

    /// The `index`-th element, negative ones counted from the end, with the axis hidden. `None` if outside.
    pub fn index(self, index: isize) -> Option<Axis> {
        let len = self.len.cast_signed();
        let index = if index < 0 { index + len } else { index };
        let one = Slice { start: index, step: 1, len: 1 };
        (0 <= index && index < len).then(|| Axis { shown: false, ..self.slice(one) })
    }

    /// Of the band axis: the byte in a pixel at which a band begins.
    pub fn byte(self, band: usize) -> usize {
        (self.start + self.step * band.cast_signed()).cast_unsigned()
    }

    /// The lowest position on the axis. The axis is not empty.
    pub fn lowest(self) -> isize {
        self.start.min(self.start + self.step * (self.len.cast_signed() - 1))
    }
}

/// Which values of an image a view shows, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Rows, counted in rows.
    pub rows: Axis,
    /// Columns, counted in pixels.
    pub columns: Axis,
    /// Bands, counted in bytes within a pixel.
    pub bands: Axis,
    /// Bytes a pixel.
    pub pixel: usize,
    /// What one value is.
    pub format: Format,
    /// Whether all bands are there, in order: pixels can be taken as a whole.
    pub whole: bool,
}

/// A small array of sizes, one for each axis that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dims {
    values: [isize; 3],
    len: usize,
}

impl Dims {
    /// The values of the axes that are shown.
    pub fn as_slice(&self) -> &[isize] {
        &self.values[..self.len]
    }

    /// For `Py_buffer`, which wants a pointer to memory that lives in the exporter.
    pub fn as_ptr(&self) -> *const isize {
        self.values.as_ptr()
    }
}

/// As Python writes a tuple.
impl fmt::Display for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.as_slice().iter().map(isize::to_string).collect();
        write!(f, "({}{})", values.join(", "), if self.len == 1 { "," } else { "" })
    }
}

impl Geometry {
    /// A whole image.
    pub fn new(mode: &Mode, width: usize, height: usize) -> Geometry {
        let bands = mode.offsets.len();
        let step = if bands > 1 { mode.offsets[1] - mode.offsets[0] } else { 1 };
        Geometry {
            rows: Axis::new(height, 1, true),
            columns: Axis::new(width, 1, true),
            bands: Axis::new(bands, step.cast_signed().into(), bands > 1),
            pixel: mode.pixel,
            format: mode.format,
            whole: true,
        }
    }

    /// The three axes, rows first.
    pub fn axes(&self) -> [Axis; 3] {
        [self.rows, self.columns, self.bands]
    }

    /// The three axes, rows first.
    pub fn axes_mut(&mut self) -> [&mut Axis; 3] {
        [&mut self.rows, &mut self.columns, &mut self.bands]
    }

    /// One value for each axis that is shown.
    pub fn shown(&self, values: [isize; 3]) -> Dims {
        let mut dims = Dims { values: [0; 3], len: 0 };
        for (axis, value) in self.axes().iter().zip(values) {
            if axis.shown {
                dims.values[dims.len] = value;
                dims.len += 1;
            }
        }
        dims
    }

    /// The lengths of the axes that are shown.
    pub fn shape(&self) -> Dims {
        self.shown(self.axes().map(|axis| axis.len.cast_signed()))
    }

    /// How many values there are.
    pub fn values(&self) -> usize {
        self.axes().iter().map(|axis| axis.len).product()
    }

    /// Bytes of all values, without padding.
    pub fn nbytes(&self) -> usize {
        self.values() * self.format.size()
    }

    /// Bytes from one column to the next.
    pub fn column_stride(&self) -> isize {
        self.columns.step * self.pixel.cast_signed()
    }

    /// Bytes from the start of a row to the first value of the view in it.
    pub fn offset(&self) -> isize {
        self.columns.start * self.pixel.cast_signed() + self.bands.start
    }

    /// Whether the values of a row lie without gaps, in order.
    pub fn row_is_dense(&self) -> bool {
        let size = self.format.size().cast_signed();
        let bands = self.bands.len.cast_signed();
        (bands <= 1 || self.bands.step == size) && (self.columns.len <= 1 || self.column_stride() == bands * size)
    }

    /// Whole pixels as one value each; `None` where bands were selected or the size differs.
    pub fn cast(&self, format: Format) -> Option<Geometry> {
        let whole = self.whole && self.pixel == format.size();
        whole.then(|| Geometry { bands: Axis::new(1, 1, false), format, ..*self })
    }

    /// All bytes of one pixel of the image: its bands are read together.
    #[must_use]
    pub fn whole_pixel(&self, row: isize, column: isize) -> Geometry {
        let one = |start| Axis { start, step: 1, len: 1, shown: false };
        let (rows, columns, bands) = (one(row), one(column), Axis::new(self.pixel, 1, true));
        Geometry { rows, columns, bands, format: Format::U8, ..*self }
    }

    /// The rows as flat values without gaps, padding bytes of multi-band pixels included.
    /// `None` where a row is not whole neighbouring pixels.
    pub fn flat_rows(&self) -> Option<Geometry> {
        if !self.whole || (self.columns.step != 1 && self.columns.len > 1) {
            return None;
        }
        let each = self.pixel / self.format.size();
        let columns =
            Axis { start: self.columns.start * each.cast_signed(), step: 1, len: self.columns.len * each, shown: true };
        let bands = Axis::new(1, 1, false);
        Some(Geometry { columns, bands, pixel: self.format.size(), ..*self })
    }
}

/// The band names of `key`, as positions in `names`: `"R"`, `"BGR"`, `"YCb"`. `None` for unknown names.
pub fn bands_by_name(key: &str, names: &[&str]) -> Option<Vec<usize>> {
    let mut rest = key;
    let mut found = Vec::new();
    while !rest.is_empty() {
        // The longest name that fits, so that YCbCr's "Cb" is not read as something else.
        let (position, name) =
            names.iter().enumerate().filter(|(_, name)| rest.starts_with(**name)).max_by_key(|(_, name)| name.len())?;
        found.push(position);
        rest = &rest[name.len()..];
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn geometry(mode: &str) -> Geometry {
        Geometry::new(Mode::find(mode).unwrap(), 7, 5)
    }

    #[test]
    fn modes_have_the_shapes_and_strides_of_the_design() {
        for (mode, shape, strides) in [
            ("L", &[5, 7][..], (1, 1)),
            ("LA", &[5, 7, 2], (4, 3)),
            ("RGB", &[5, 7, 3], (4, 1)),
            ("RGBA", &[5, 7, 4], (4, 1)),
            ("I;16", &[5, 7], (2, 1)),
            ("F", &[5, 7], (4, 1)),
        ] {
            let g = geometry(mode);
            assert_eq!((g.shape().as_slice(), (g.column_stride(), g.bands.step)), (shape, strides), "{mode}");
        }
    }

    #[test]
    fn slices_compose_as_on_a_list() {
        let list: Vec<isize> = (0..20).collect();
        for (start, step, len) in [(0, 1, 20), (19, -1, 20), (3, 4, 4), (18, -5, 4), (7, 1, 1), (0, 1, 0)] {
            let axis = Axis::new(20, 1, true).slice(Slice { start, step, len });
            let expected: Vec<_> = (0..len.cast_signed()).map(|i| list[(start + i * step).cast_unsigned()]).collect();
            let got: Vec<_> = (0..len.cast_signed()).map(|i| axis.start + i * axis.step).collect();
            assert_eq!(got, expected);
            for index in 0..len.cast_signed() {
                assert_eq!(axis.index(index).unwrap().start, expected[index.cast_unsigned()]);
                assert_eq!(axis.index(index - len.cast_signed()), axis.index(index));
            }
            assert_eq!(axis.index(len.cast_signed()), None);
        }
    }

    #[test]
    fn huge_steps_do_not_overflow() {
        let axis = Axis::new(20, 1, true).slice(Slice { start: 5, step: isize::MAX, len: 1 });
        assert_eq!(axis.slice(Slice { start: 0, step: isize::MIN, len: 1 }).start, 5);
    }

    #[test]
    fn band_names_are_read_longest_first() {
        let names = &["Y", "Cb", "Cr"][..];
        assert_eq!(bands_by_name("Cb", names), Some(vec![1]));
        assert_eq!(bands_by_name("CrCbY", names), Some(vec![2, 1, 0]));
        assert_eq!(bands_by_name("C", names), None);
        assert_eq!(bands_by_name("", names), None);
    }

    #[test]
    fn only_whole_pixels_are_cast() {
        assert_eq!(geometry("RGB").cast(Format::I32).unwrap().shape().as_slice(), [5, 7]);
        assert_eq!(geometry("RGB").cast(Format::U16), None);
        let mut red = geometry("RGB");
        red.bands = red.bands.index(0).unwrap();
        red.whole = false;
        assert_eq!(red.cast(Format::I32), None);
    }

    #[test]
    fn a_flat_row_has_the_padding_too() {
        let mut row = geometry("RGB");
        row.rows = row.rows.index(2).unwrap();
        row.columns = row.columns.slice(Slice { start: 2, step: 1, len: 3 });
        let flat = row.flat_rows().unwrap();
        assert_eq!((flat.shape().as_slice(), flat.offset(), flat.pixel), (&[12][..], 8, 1));
        row.columns.step = 2;
        assert_eq!(row.flat_rows(), None);
    }
}
