//! Pictures in memory of their own, views of them, and what a view shows, read value by value.

use super::input::Input;
use crate::error::Result;
use crate::format::{Format, Scalar};
use crate::geometry::{Geometry, Slice};
use crate::pillow::layout::RowTable;
use crate::pillow::mode::{MODES, Mode};
use crate::rows::{Rows, RowsMut};
use std::ops::Range;
use std::ptr::NonNull;

/// How foreign memory may lie: NumPy's packed pixels, and some that are larger than what they have.
static FOREIGN: [Mode; 5] = [
    Mode { name: "packed RGB", format: Format::U8, pixel: 3, offsets: &[0, 1, 2], bands: &["R", "G", "B"] },
    Mode { name: "packed LA", format: Format::U8, pixel: 2, offsets: &[0, 1], bands: &["L", "A"] },
    Mode { name: "wide RGB", format: Format::U8, pixel: 5, offsets: &[0, 2, 4], bands: &["R", "G", "B"] },
    Mode { name: "big endian", format: Format::U16Be, pixel: 4, offsets: &[0], bands: &["I"] },
    Mode { name: "little endian", format: Format::U16Le, pixel: 2, offsets: &[0], bands: &["I"] },
];

/// What a view has to be.
#[derive(Clone, Copy)]
pub struct Wanted {
    pub format: Format,
    /// Columns, rows and bands.
    pub size: [usize; 3],
    /// Pixels as Pillow has those of several bands: of four bytes, all of them those of its mode.
    pub whole: bool,
    /// As Pillow has it, not as foreign memory may be.
    pub pillow: bool,
    /// Small and exact numbers.
    pub tame: bool,
}

/// An image, its rows one by one, in blocks or evenly spaced.
pub struct Picture {
    /// Exactly as long as needed, each in an allocation of its own, so that a sanitizer sees its ends.
    memory: Vec<Box<[u8]>>,
    /// The block of each row, and where in it.
    rows: Vec<(usize, usize)>,
    pointers: Vec<*mut u8>,
    width: usize,
    pub geometry: Geometry,
}

/// A part of a picture.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub geometry: Geometry,
    /// Whether rows are reached by a pitch, as foreign memory is, and not by Pillow's table.
    pitched: bool,
}

/// What a view shows.
#[derive(Clone, Debug)]
pub struct Grid {
    pub format: Format,
    /// Columns, rows and bands.
    pub size: [usize; 3],
    values: Vec<Scalar>,
}

impl Grid {
    pub fn new(format: Format, size: [usize; 3], mut f: impl FnMut(usize, usize, usize) -> Scalar) -> Grid {
        let [width, height, bands] = size;
        let places = (0..height).flat_map(|y| (0..width).flat_map(move |x| (0..bands).map(move |b| (x, y, b))));
        Grid { format, size, values: places.map(|(x, y, b)| f(x, y, b)).collect() }
    }

    /// Another of the same size.
    pub fn made(&self, f: impl FnMut(usize, usize, usize) -> Scalar) -> Grid {
        Grid::new(self.format, self.size, f)
    }

    pub fn ints(&self, mut f: impl FnMut(usize, usize, usize) -> i64) -> Grid {
        self.made(|x, y, b| Scalar::Int(f(x, y, b)))
    }

    pub fn at(&self, x: usize, y: usize, band: usize) -> Scalar {
        self.values[(y * self.size[0] + x) * self.size[2] + band]
    }

    pub fn int(&self, x: usize, y: usize, band: usize) -> i64 {
        super::input::int(self.at(x, y, band))
    }

    pub fn values(&self) -> &[Scalar] {
        &self.values
    }

    /// The values of one pixel, each from 0 to 255.
    pub fn pixel(&self, x: usize, y: usize) -> Vec<i64> {
        (0..self.size[2]).map(|band| self.int(x, y, band)).collect()
    }
}

/// Whether two values are the same; what is not a number is.
fn same(a: Scalar, b: Scalar) -> bool {
    a == b || matches!((a, b), (Scalar::Float(a), Scalar::Float(b)) if a.is_nan() && b.is_nan())
}

/// A part of an axis that has so many elements, forwards or backwards, with steps where there is room.
pub fn slice(input: &mut Input<'_>, len: usize, wanted: usize) -> Slice {
    if wanted == 0 {
        return Slice { start: 0, step: 1, len: 0 };
    }
    let most = if wanted > 1 { (len - 1) / (wanted - 1) } else { 1 };
    let step = 1 + input.below(most.min(3));
    let start = input.below(len - (wanted - 1) * step);
    let (start, step) = (start.cast_signed(), step.cast_signed());
    if input.flag() {
        Slice { start: start + (wanted.cast_signed() - 1) * step, step: -step, len: wanted }
    } else {
        Slice { start, step, len: wanted }
    }
}

/// As many elements as are needed to show `wanted` of them, and perhaps some more.
fn room(input: &mut Input<'_>, wanted: usize) -> usize {
    let step = [1, 1, 2, 3][input.below(4)];
    wanted.saturating_sub(1) * step + wanted.min(1) + input.below(3)
}

impl Picture {
    /// Of any bytes. Rows begin anywhere, some behind each other, others in blocks of their own.
    pub fn new(input: &mut Input<'_>, mode: &Mode, [width, height]: [usize; 2], tame: bool) -> Picture {
        let row = width * mode.pixel;
        let before = input.below(64);
        let gap = input.pick(&[0, 0, 1, 3, 16]) * mode.format.size();
        let per_block = if input.flag() { height.max(1) } else { input.between(1, 4) };
        let upwards = input.flag();
        let mut picture = Picture {
            memory: Vec::new(),
            rows: Vec::new(),
            pointers: Vec::new(),
            width,
            geometry: Geometry::new(mode, width, height),
        };
        for first in (0..height).step_by(per_block) {
            let rows = per_block.min(height - first);
            let mut block = vec![0; before + rows * row + (rows - 1) * gap].into_boxed_slice();
            input.fill(&mut block[before..], mode.format, tame);
            for i in 0..rows {
                let place = before + if upwards { rows - 1 - i } else { i } * (row + gap);
                picture.rows.push((picture.memory.len(), place));
                picture.pointers.push(block.as_mut_ptr().wrapping_add(place));
            }
            picture.memory.push(block);
        }
        picture
    }

    /// A picture, and a view of it as it is wanted.
    pub fn showing(input: &mut Input<'_>, wanted: Wanted) -> (Picture, View) {
        let Wanted { format, size: [width, height, bands], whole, pillow, tame } = wanted;
        let fits = |mode: &&Mode| {
            let enough = if whole { mode.offsets.len() == bands } else { mode.offsets.len() >= bands };
            mode.format == format && enough && !(whole && bands > 1 && mode.pixel != 4)
        };
        let foreign = if pillow { &[] } else { &FOREIGN[..] };
        let modes: Vec<&Mode> = MODES.iter().chain(foreign).filter(fits).collect();
        let mode = input.pick(&modes);
        let image = [room(input, width), room(input, height)];
        let picture = Picture::new(input, mode, image, tame);
        let view = picture.view(input, [width, height, bands]);
        (picture, view)
    }

    /// Any view of such a size, which is not larger than the picture.
    pub fn view(&self, input: &mut Input<'_>, [width, height, bands]: [usize; 3]) -> View {
        let mut geometry = self.geometry;
        geometry.columns = geometry.columns.slice(slice(input, geometry.columns.len, width));
        geometry.rows = geometry.rows.slice(slice(input, geometry.rows.len, height));
        geometry.bands = geometry.bands.slice(slice(input, geometry.bands.len, bands));
        View { geometry, pitched: input.flag() && self.pitch().is_some() }
    }

    /// Bytes from one row to the next, if all lie in one block.
    fn pitch(&self) -> Option<isize> {
        let place = |y: usize| self.rows[y].1.cast_signed();
        (self.memory.len() == 1).then(|| if self.rows.len() < 2 { 0 } else { place(1) - place(0) })
    }

    /// The rows of a view.
    pub fn rows(&self, view: &View) -> Rows<'_> {
        let geometry = &view.geometry;
        let table = RowTable {
            rows: NonNull::new(self.pointers.as_ptr().cast_mut()).unwrap_or(NonNull::dangling()),
            height: self.rows.len(),
            width: self.width,
            row_bytes: self.width * geometry.pixel,
            mapped: false,
        };
        if let (true, Some(pitch)) = (view.pitched && geometry.values() > 0, self.pitch()) {
            let [rows, columns, bands] = geometry.axes();
            let strides = [rows.step * pitch, geometry.column_stride(), bands.step];
            let start = self.pointers[0].wrapping_offset(rows.start * pitch + geometry.offset());
            let shape = [rows.len, columns.len, bands.len];
            // SAFETY: the values of a view of the picture, whose memory lives in `self`.
            return unsafe { Rows::strided(start, shape, strides, geometry.format.size()) }
                .expect("the pixels of a picture lie together");
        }
        // SAFETY: the table is the picture's, and its memory lives in `self`.
        unsafe { Rows::of_image(&table, geometry) }
    }

    /// The rows of a view, to be changed. They may be those of another view too: what kernels do then is what is tried.
    pub fn rows_mut(&self, view: &View) -> RowsMut<'_> {
        // SAFETY: the memory is the picture's own, and nobody looks at it but the kernel that gets the rows.
        unsafe { RowsMut::new(self.rows(view)) }
    }

    /// All memory as it is now.
    pub fn bytes(&self) -> Vec<Vec<u8>> {
        self.memory.iter().map(|block| block.to_vec()).collect()
    }

    /// The addresses of all memory, block by block.
    pub fn ranges(&self) -> Vec<Range<usize>> {
        self.memory.iter().map(|block| block.as_ptr().addr()..block.as_ptr().addr() + block.len()).collect()
    }

    /// Where a value lies: its block, and the byte in it.
    pub fn place(&self, view: &View, x: usize, y: usize, band: usize) -> (usize, usize) {
        let [rows, columns, bands] = view.geometry.axes();
        let along = |axis: crate::geometry::Axis, i: usize| axis.start + i.cast_signed() * axis.step;
        let (block, start) = self.rows[along(rows, y).cast_unsigned()];
        let byte = along(columns, x) * view.geometry.pixel.cast_signed() + along(bands, band);
        (block, start + byte.cast_unsigned())
    }

    /// What a view shows.
    pub fn grid(&self, view: &View) -> Grid {
        let [height, width, bands] = view.geometry.axes().map(|axis| axis.len);
        let format = view.geometry.format;
        Grid::new(format, [width, height, bands], |x, y, band| {
            let (block, at) = self.place(view, x, y, band);
            format.decode(&self.memory[block][at..])
        })
    }

    /// Calls a kernel, after which the view has to show `expected`, and all else has to be as before.
    pub fn becomes(&self, view: &View, expected: &Grid, kernel: impl FnOnce(&mut RowsMut<'_>) -> Result<()>) {
        let mut before = self.bytes();
        kernel(&mut self.rows_mut(view)).expect("nothing that a kernel refuses");
        let (mut after, size) = (self.bytes(), expected.format.size());
        let found = self.grid(view);
        assert_eq!(found.size, expected.size);
        for y in 0..found.size[1] {
            for x in 0..found.size[0] {
                for band in 0..found.size[2] {
                    let (found, expected) = (found.at(x, y, band), expected.at(x, y, band));
                    assert!(same(found, expected), "{found:?}, not {expected:?} at {x}, {y}, band {band}: {view:?}");
                    let (block, at) = self.place(view, x, y, band);
                    before[block][at..at + size].fill(0);
                    after[block][at..at + size].fill(0);
                }
            }
        }
        assert!(before == after, "a byte outside of the view has changed: {view:?}");
    }
}
