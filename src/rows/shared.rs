//! Rows to be read, by any number of readers.

use super::Lanes;
use crate::error::{Error, Result};
use crate::geometry::Geometry;
use crate::parallel::CHUNK_BYTES;
use crate::pillow::layout::RowTable;
use rayon::prelude::*;
use std::marker::PhantomData;
use std::ops::Range;

#[derive(Clone, Copy)]
pub(super) enum Starts {
    /// Pillow's row pointers: the address of the first row's pointer, and pointers from one row to the next.
    Table { first: *const *mut u8, step: isize },
    /// Evenly spaced: the address of the first row, and bytes from one row to the next.
    Pitch { first: *mut u8, pitch: isize },
}

/// The rows of a view, to be read.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub(super) starts: Starts,
    height: usize,
    /// Bytes from a row's start to the slice.
    offset: isize,
    /// Bytes of the slice.
    span: usize,
    lanes: Lanes,
    memory: PhantomData<&'a [u8]>,
}

// SAFETY: the fields are addresses that only `row` and `row_mut` follow; those are unsafe or take care that a row
// goes to one thread at a time.
unsafe impl Send for Rows<'_> {}
// SAFETY: as above; reading rows from several threads at once is what `Rows` is for.
unsafe impl Sync for Rows<'_> {}

impl<'a> Rows<'a> {
    /// The part `geometry` of the image whose rows `table` has.
    ///
    /// # Safety
    /// `table` was proved, its image lives for `'a`, and its lock is held for `'a`.
    pub unsafe fn of_image(table: &RowTable, geometry: &Geometry) -> Rows<'a> {
        let [rows, columns, bands] = geometry.axes();
        let mut lanes = Lanes {
            width: columns.len,
            step: columns.step.unsigned_abs() * geometry.pixel,
            offsets: [0; 4],
            bands: bands.len,
            size: geometry.format.size(),
            reversed: columns.step < 0 && columns.len > 1,
        };
        for (i, offset) in lanes.offsets[..bands.len].iter_mut().enumerate() {
            *offset = (bands.start + i.cast_signed() * bands.step).cast_unsigned();
        }
        let span = if rows.len == 0 { 0 } else { lanes.span() };
        let offset = if span == 0 { 0 } else { columns.lowest() * geometry.pixel.cast_signed() };
        assert!(offset >= 0 && offset.cast_unsigned() + span <= table.row_bytes, "a view lies inside its image");
        let first = if span == 0 {
            table.rows.as_ptr().cast_const()
        } else {
            let lowest = rows.lowest();
            let highest = lowest + (rows.len.cast_signed() - 1) * rows.step.abs();
            assert!(lowest >= 0 && highest < table.height.cast_signed(), "a view lies inside its image");
            // SAFETY: `rows.start` is one of the view's rows, so between `lowest` and `highest`.
            unsafe { table.rows.as_ptr().cast_const().offset(rows.start) }
        };
        let starts = Starts::Table { first, step: rows.step };
        Rows { starts, height: rows.len, offset, span, lanes, memory: PhantomData }
    }

    /// Foreign memory of shape `(height, width, bands)`, values of `size` bytes. `None` where the values of a pixel
    /// do not lie together (planes, overlapping pixels), so that a row is no slice of pixels.
    ///
    /// # Safety
    /// All values lie in memory that lives for `'a`, and that nothing else of pilview writes for `'a`.
    pub unsafe fn strided(base: *mut u8, shape: [usize; 3], strides: [isize; 3], size: usize) -> Option<Rows<'a>> {
        let starts = Starts::Pitch { first: base, pitch: strides[0] };
        Rows::foreign(starts, shape, strides, 0, size)
    }

    /// The same through pointers to the rows (PEP 3118's suboffsets): `table` is where the first lies.
    ///
    /// # Safety
    /// As for `strided`, and so do the pointers.
    pub unsafe fn indirect(
        table: *mut u8,
        shape: [usize; 3],
        strides: [isize; 3],
        suboffset: isize,
        size: usize,
    ) -> Option<Rows<'a>> {
        let first = table.cast::<*mut u8>().cast_const();
        let pointer = size_of::<*mut u8>().cast_signed();
        if !first.is_aligned() || strides[0] % pointer != 0 {
            return None;
        }
        Rows::foreign(Starts::Table { first, step: strides[0] / pointer }, shape, strides, suboffset, size)
    }

    fn foreign(
        starts: Starts,
        [height, width, bands]: [usize; 3],
        [_, step, band_step]: [isize; 3],
        offset: isize,
        size: usize,
    ) -> Option<Rows<'a>> {
        if bands > 4 {
            return None;
        }
        let empty = height == 0 || width == 0 || bands == 0;
        // The strides of no values may be any: they are taken as packed, and their rows lie nowhere.
        let packed = Starts::Pitch { first: std::ptr::null_mut(), pitch: 0 };
        let (starts, offset) = if empty { (packed, 0) } else { (starts, offset) };
        let (step, band_step) =
            if empty { ((bands * size).max(1).cast_signed(), size.cast_signed()) } else { (step, band_step) };
        let reversed = step < 0 && width > 1;
        let back = |step: isize, len: usize| if empty { 0 } else { (step * (len.cast_signed() - 1)).min(0) };
        let lowest = back(band_step, bands);
        let mut lanes = Lanes { width, step: step.unsigned_abs(), offsets: [0; 4], bands, size, reversed };
        for (i, offset) in lanes.offsets[..bands].iter_mut().enumerate() {
            *offset = (i.cast_signed() * band_step - lowest).cast_unsigned();
        }
        let mut sorted = lanes.offsets;
        sorted[..bands].sort_unstable();
        let apart = sorted[..bands].windows(2).all(|pair| pair[1] - pair[0] >= size);
        let last = sorted[..bands].last().map_or(0, |offset| offset + size);
        if !empty && (!apart || (width > 1 && lanes.step < last)) {
            return None;
        }
        if width <= 1 {
            lanes.step = last.max(1); // There is no next pixel, whatever the stride says.
        }
        let span = if empty { 0 } else { lanes.span() };
        Some(Rows { starts, height, offset: offset + lowest + back(step, width), span, lanes, memory: PhantomData })
    }

    /// Packed values in a slice: rows of `width` pixels of `bands` values of `size` bytes, no gaps.
    pub fn packed(bytes: &'a [u8], shape: [usize; 3], size: usize) -> Rows<'a> {
        // SAFETY: the slice is borrowed for `'a`; `Rows` only reads.
        unsafe { Rows::packed_at(bytes.as_ptr().cast_mut(), bytes.len(), shape, size) }
    }

    /// # Safety
    /// As for `strided`, of the `len` bytes from `base` on.
    pub(super) unsafe fn packed_at(base: *mut u8, len: usize, [h, w, bands]: [usize; 3], size: usize) -> Rows<'a> {
        assert_eq!(len, h * w * bands * size);
        let pixel = (bands * size).cast_signed();
        // SAFETY: the caller's promise, and there are just as many bytes as values take.
        unsafe { Rows::strided(base, [h, w, bands], [w.cast_signed() * pixel, pixel, size.cast_signed()], size) }
            .expect("packed pixels lie together")
    }

    /// The rows of `range` only.
    #[must_use]
    pub(crate) fn part(mut self, range: Range<usize>) -> Rows<'a> {
        assert!(range.start <= range.end && range.end <= self.height);
        let y = range.start.cast_signed();
        // Addresses only; `wrapping`, because the end of the rows may be where no memory is.
        self.starts = match self.starts {
            Starts::Table { first, step } => Starts::Table { first: first.wrapping_offset(y * step), step },
            Starts::Pitch { first, pitch } => Starts::Pitch { first: first.wrapping_offset(y * pitch), pitch },
        };
        self.height = range.len();
        self
    }

    /// The same rows, the last one first.
    #[must_use]
    pub fn upside_down(mut self) -> Rows<'a> {
        let last = self.height.cast_signed() - 1;
        if last > 0 {
            // Addresses only, of rows that are there.
            self.starts = match self.starts {
                Starts::Table { first, step } => {
                    Starts::Table { first: first.wrapping_offset(last * step), step: -step }
                }
                Starts::Pitch { first, pitch } => {
                    Starts::Pitch { first: first.wrapping_offset(last * pitch), pitch: -pitch }
                }
            };
        }
        self
    }

    /// These rows and those of `others` as one row each, where all of them lie one behind the other and are not many:
    /// small images would take longer to cut than to change. Else as they are.
    pub fn joined<'b, const N: usize>(&'b self, others: [&'b Rows<'_>; N]) -> (Rows<'b>, [Rows<'b>; N]) {
        let shape = |rows: &Rows<'_>| (rows.height(), rows.lanes().width);
        let join = |rows: &Rows<'_>| shape(rows) == shape(self) && rows.is_short() && rows.lies_in_one();
        if join(self) && others.iter().all(|other| join(other)) {
            (self.in_one(), others.map(Rows::in_one))
        } else {
            (*self, others.map(|other| *other))
        }
    }

    /// Whether no thread would be asked to help with them, whatever is done.
    fn is_short(&self) -> bool {
        self.height * self.span <= CHUNK_BYTES
    }

    /// Whether there are several, one behind the other as if they were one.
    fn lies_in_one(&self) -> bool {
        let row = (self.lanes.width * self.lanes.step).cast_signed();
        self.height > 1 && self.span > 0 && !self.lanes.reversed && self.pitch() == Some(row)
    }

    /// The one that they are then.
    fn in_one(&self) -> Rows<'a> {
        let lanes = Lanes { width: self.height * self.lanes.width, ..self.lanes };
        let starts = Starts::Pitch { first: self.start(0), pitch: 0 };
        Rows { starts, height: 1, offset: 0, span: lanes.span(), lanes, memory: PhantomData }
    }

    /// One band of the same rows.
    #[must_use]
    pub fn band(mut self, band: usize) -> Rows<'a> {
        self.offset += self.lanes.offsets()[band].cast_signed();
        self.lanes.offsets = [0; 4];
        self.lanes.bands = 1;
        self.span = if self.is_empty() { 0 } else { self.lanes.span() };
        self
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Where the values lie within a row's slice.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// Bytes of a row's slice.
    pub fn span(&self) -> usize {
        self.span
    }

    /// Whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        self.height == 0 || self.span == 0
    }

    /// The address of a row's slice. Not empty, `y < height`.
    pub(crate) fn start(&self, y: usize) -> *mut u8 {
        assert!(y < self.height && self.span > 0);
        let y = y.cast_signed();
        match self.starts {
            Starts::Table { first, step } => {
                // SAFETY: `of_image` checked that all rows of the view are in the table and that the offset stays inside
                // of a row; row pointers are not null because `prove` saw none in an image with pixels. `indirect` was
                // promised the same of a foreign table. Both were promised that it lives.
                unsafe { (*first.offset(y * step)).offset(self.offset) }
            }
            // SAFETY: `strided` was promised that all values lie in one piece of memory.
            Starts::Pitch { first, pitch } => unsafe { first.offset(y * pitch + self.offset) },
        }
    }

    /// The address of each row's slice, top to bottom; none if there is no value.
    pub fn starts(&self) -> impl Iterator<Item = *mut u8> {
        (0..if self.is_empty() { 0 } else { self.height }).map(|y| self.start(y))
    }

    /// The slice of a row.
    pub fn row(&self, y: usize) -> &[u8] {
        if self.span == 0 {
            return &[];
        }
        // SAFETY: `span` bytes from the start are the row's columns, alive and unchanged for `'a` as the makers of
        // `self` promised. Bytes need no alignment.
        unsafe { std::slice::from_raw_parts(self.start(y), self.span) }
    }

    /// A row, over and over.
    pub fn repeated(row: &'a [u8], height: usize, lanes: &Lanes) -> Rows<'a> {
        let span = if height == 0 { 0 } else { lanes.span() };
        assert!(span <= row.len());
        let starts = Starts::Pitch { first: row.as_ptr().cast_mut(), pitch: 0 };
        Rows { starts, height, offset: 0, span, lanes: *lanes, memory: PhantomData }
    }

    /// The same rows in memory of their own: `bytes` become a copy of their slices, and of what lies between the values.
    ///
    /// # Errors
    /// [`Error::Memory`].
    pub fn copied<'b>(&self, bytes: &'b mut Vec<u8>) -> Result<Rows<'b>> {
        let len = if self.is_empty() { 0 } else { self.height * self.span };
        bytes.clear();
        bytes
            .try_reserve_exact(len)
            .map_err(|_| Error::Memory(format!("there is no memory for a copy of {len} bytes")))?;
        self.iter().for_each(|row| bytes.extend_from_slice(row));
        // `bytes` has a span for each row, one behind the other, and is borrowed for `'b`.
        let starts = Starts::Pitch { first: bytes.as_ptr().cast_mut(), pitch: self.span.cast_signed() };
        Ok(Rows { starts, height: self.height, offset: 0, span: self.span, lanes: self.lanes, memory: PhantomData })
    }

    /// The rows from top to bottom.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> + DoubleEndedIterator {
        (0..self.height).map(|y| self.row(y))
    }

    /// The same for rayon.
    pub fn par_iter(&self) -> impl IndexedParallelIterator<Item = &[u8]> {
        (0..self.height).into_par_iter().map(|y| self.row(y))
    }
}
