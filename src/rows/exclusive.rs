//! Rows to be changed, by one caller on one thread or many.

use super::{Lanes, Rows};
use crate::error::Result;
use crate::parallel::{self, Cost};
use crate::scratch;
use crate::simd;
use rayon::prelude::*;
use std::ops::Range;

/// The rows of a view, to be changed.
pub struct RowsMut<'a>(Rows<'a>);

impl<'a> RowsMut<'a> {
    /// # Safety
    /// The memory of `rows` may be written, and for `'a` nothing else of pilview reads or writes it.
    pub unsafe fn new(rows: Rows<'a>) -> RowsMut<'a> {
        RowsMut(rows)
    }

    /// As [`Rows::packed`].
    pub fn packed(bytes: &'a mut [u8], shape: [usize; 3], size: usize) -> RowsMut<'a> {
        // SAFETY: the slice is borrowed exclusively for `'a`.
        RowsMut(unsafe { Rows::packed_at(bytes.as_mut_ptr(), bytes.len(), shape, size) })
    }

    /// To be read.
    pub fn rows(&self) -> &Rows<'_> {
        &self.0
    }

    /// Where the values lie within a row's slice.
    pub fn lanes(&self) -> &Lanes {
        self.0.lanes()
    }

    /// The slice of a row.
    pub fn row(&mut self, y: usize) -> &mut [u8] {
        if self.0.span() == 0 {
            return &mut [];
        }
        // SAFETY: `&mut self` lets no other slice live.
        unsafe { self.row_mut(y) }
    }

    /// Cuts the rows into about `count` parts of neighbouring rows, each with its first row's number, top to bottom. One
    /// part where rows share bytes.
    pub fn parts(&mut self, count: usize) -> Vec<(usize, RowsMut<'_>)> {
        let height = self.0.height();
        let count = if self.0.disjoint() { count.clamp(1, height.max(1)) } else { 1 };
        let cut = |i: usize| height * i / count;
        // The rows share no byte, and each is in one part, so that parts share none either. `&mut self` is borrowed for
        // as long as they live.
        (0..count).map(|i| (cut(i), RowsMut(self.0.part(cut(i)..cut(i + 1))))).collect()
    }

    /// The rows of `range` only.
    pub fn range(&mut self, range: Range<usize>) -> RowsMut<'_> {
        // Borrowed from `self` for as long as it lives.
        RowsMut(self.0.part(range))
    }

    /// The same rows, the last one first.
    pub fn upside_down(&mut self) -> RowsMut<'_> {
        RowsMut(self.0.upside_down()) // As above.
    }

    /// As [`Rows::joined`].
    pub fn joined<'b, const N: usize>(&'b mut self, others: [&'b Rows<'_>; N]) -> (RowsMut<'b>, [Rows<'b>; N]) {
        // The same bytes, borrowed for as long, and what lies between them in the same image.
        let (rows, others) = self.0.joined(others);
        (RowsMut(rows), others)
    }

    /// The slice of a row.
    ///
    /// # Safety
    /// While the slice lives there is no other to any byte of it: this row is asked for once, and rows that
    /// overlap it are not asked for meanwhile.
    #[allow(clippy::mut_from_ref)]
    unsafe fn row_mut(&self, y: usize) -> &mut [u8] {
        if self.0.span() == 0 {
            return &mut [];
        }
        // SAFETY: alive and writable as `new` was promised, and ours alone as promised here.
        unsafe { std::slice::from_raw_parts_mut(self.0.start(y), self.0.span()) }
    }

    /// How many rows from `y` on, but not beyond `end`, lie one behind the other as if they were one.
    fn run(&self, y: usize, end: usize) -> usize {
        let (first, bytes) = (self.0.start(y).addr(), self.0.lanes().width * self.0.lanes().step);
        (1..end - y).find(|n| self.0.start(y + n).addr() != first.wrapping_add(n * bytes)).unwrap_or(end - y)
    }

    /// Calls `f` with the pixels of every row, in any order, on as many threads as are worth it. Rows that lie one
    /// behind the other may come as one slice: small images would take longer to cut than to change.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] after Ctrl-C: whole rows are done or untouched.
    pub fn for_each(&mut self, cost: Cost, f: impl Fn(&mut [u8]) + Sync) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let this = &*self;
        parallel::split(this.0.height(), this.0.span(), cost, this.0.disjoint(), &|range: Range<usize>| {
            simd::run(
                #[inline(always)]
                || {
                    let mut y = range.start;
                    while y < range.end {
                        let rows = this.run(y, range.end);
                        let bytes = (rows - 1) * this.0.lanes().width * this.0.lanes().step + this.0.span();
                        // SAFETY: the bytes of `rows` rows, and the gaps between their last and first pixels' bands;
                        // alive and writable as `new` was promised. `split` hands out each row once, and to one
                        // thread at a time unless all are disjoint; `&mut self` keeps everybody else away.
                        f(unsafe { std::slice::from_raw_parts_mut(this.0.start(y), bytes) });
                        y += rows;
                    }
                },
            );
        })
    }

    /// Calls `f` with the number and the slice of every row, one by one, in any order, on several threads where the
    /// first rows take long enough.
    ///
    /// # Errors
    /// As [`RowsMut::for_each`].
    pub fn for_each_row(&mut self, f: impl Fn(usize, &mut [u8]) + Sync) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let this = &*self;
        parallel::split_unknown(this.0.height(), this.0.disjoint(), &|range| {
            for y in range {
                // SAFETY: as in `for_each`.
                f(y, unsafe { this.row_mut(y) });
            }
        })
    }

    /// Calls `f` with every row and the one that is as far from the other end, or `None` with the one in the middle, as
    /// [`RowsMut::for_each`] does. Rows that share bytes come as copies, which are put back one after the other.
    ///
    /// # Errors
    /// As [`RowsMut::for_each`].
    pub fn for_each_pair(&mut self, cost: Cost, f: impl Fn(&mut [u8], Option<&mut [u8]>) + Sync) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let (height, pairs) = (self.0.height(), self.0.height().div_ceil(2));
        let other = |y: usize| Some(height - 1 - y).filter(|&other| other != y);
        if !self.0.disjoint() {
            scratch::ask(2 * self.0.span())?;
            for y in 0..pairs {
                let mut row = self.row(y).to_vec();
                let mut second = other(y).map(|y| self.row(y).to_vec());
                f(&mut row, second.as_deref_mut());
                self.row(y).copy_from_slice(&row);
                if let (Some(y), Some(second)) = (other(y), second) {
                    self.row(y).copy_from_slice(&second);
                }
            }
            return Ok(());
        }
        let this = &*self;
        parallel::split(pairs, 2 * this.0.span(), cost, true, &|range: Range<usize>| {
            simd::run(
                #[inline(always)]
                || {
                    for y in range {
                        // SAFETY: each row is in one pair, each pair comes once, and no two rows share a byte;
                        // `&mut self` keeps everybody else away.
                        f(unsafe { this.row_mut(y) }, other(y).map(|y| unsafe { this.row_mut(y) }));
                    }
                },
            );
        })
    }

    /// The rows from top to bottom; `None` if some of them share bytes (see [`crate::rows`]).
    pub fn iter_mut(&mut self) -> Option<impl ExactSizeIterator<Item = &mut [u8]> + DoubleEndedIterator> {
        let this = &*self;
        // SAFETY: each row once, no two share a byte, and `&mut self` keeps everybody else away.
        this.0.disjoint().then(|| (0..this.0.height()).map(|y| unsafe { this.row_mut(y) }))
    }

    /// The same for rayon.
    pub fn par_iter_mut(&mut self) -> Option<impl IndexedParallelIterator<Item = &mut [u8]>> {
        let this = &*self;
        // SAFETY: as in `iter_mut`.
        this.0.disjoint().then(|| (0..this.0.height()).into_par_iter().map(|y| unsafe { this.row_mut(y) }))
    }

    /// Calls `f` with the slices of every row and of the same row of `other`, which shares no byte with other rows of
    /// this: see [`RowsMut::for_each_beside`].
    ///
    /// # Errors
    /// As [`RowsMut::for_each`].
    ///
    /// # Panics
    /// As [`RowsMut::for_each_beside`].
    pub fn for_each_with(&mut self, cost: Cost, other: &Rows<'_>, f: impl Fn(&mut [u8], &[u8]) + Sync) -> Result<()> {
        self.for_each_beside(
            cost,
            [other],
            #[inline(always)]
            |row, [other]| f(row, other),
        )
    }

    /// Calls `f` with the slices of every row and of the same row of each of `others`. Where those share bytes with it, as
    /// if they had been copied first: a row at a time is.
    ///
    /// # Errors
    /// As [`RowsMut::for_each`].
    ///
    /// # Panics
    /// If the heights differ, or a row of `others` shares bytes with another row than its own
    /// ([`Rows::shares_across_rows`]).
    pub fn for_each_beside<const N: usize>(
        &mut self,
        cost: Cost,
        others: [&Rows<'_>; N],
        f: impl Fn(&mut [u8], [&[u8]; N]) + Sync,
    ) -> Result<()> {
        assert!(others.iter().all(|other| other.height() == self.0.height()));
        if self.0.is_empty() || others.iter().any(|other| other.is_empty()) {
            return Ok(());
        }
        let shared = others.map(|other| self.0.shares_memory_with(other));
        assert!(!others.iter().any(|other| self.0.shares_across_rows(other)));
        let this = &*self;
        let bytes = others.iter().map(|other| other.span()).fold(this.0.span(), usize::max);
        parallel::split(this.0.height(), bytes, cost, this.0.disjoint(), &|range: Range<usize>| {
            let mut copies = [const { Vec::new() }; N];
            simd::run(
                #[inline(always)]
                || {
                    for y in range {
                        for ((copy, other), _) in
                            copies.iter_mut().zip(others).zip(shared).filter(|(_, shared)| *shared)
                        {
                            copy.clear();
                            copy.extend_from_slice(other.row(y));
                        }
                        let beside = std::array::from_fn(|i| if shared[i] { &copies[i][..] } else { others[i].row(y) });
                        // SAFETY: as in `for_each`. No slice of `others` has a byte of it: those that share bytes with
                        // this row were copied, and no other row of them does.
                        f(unsafe { this.row_mut(y) }, beside);
                    }
                },
            );
        })
    }
}
