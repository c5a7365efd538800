//! Where rows lie: how far they are apart, in which runs, and what they share. Only addresses are compared.

use super::Rows;
use super::shared::Starts;
use std::ops::Range;

impl Rows<'_> {
    /// The addresses from the lowest byte to behind the highest; empty if there is none.
    pub fn extent(&self) -> Range<usize> {
        if self.is_empty() {
            return 0..0;
        }
        let (low, high) = match self.starts {
            Starts::Pitch { .. } => {
                let ends = [self.start(0).addr(), self.start(self.height() - 1).addr()];
                (ends[0].min(ends[1]), ends[0].max(ends[1]))
            }
            Starts::Table { .. } => self
                .starts()
                .map(<*mut u8>::addr)
                .fold((usize::MAX, 0), |(low, high), start| (low.min(start), high.max(start))),
        };
        low..high + self.span()
    }

    /// Bytes from one row to the next, if they are all equal; 0 for less than two rows.
    pub fn pitch(&self) -> Option<isize> {
        if self.height() < 2 || self.span() == 0 {
            return Some(0);
        }
        match self.starts {
            Starts::Pitch { pitch, .. } => Some(pitch),
            Starts::Table { .. } => {
                let mut gaps = self.gaps();
                let pitch = gaps.next()?;
                gaps.all(|gap| gap == pitch).then_some(pitch)
            }
        }
    }

    fn gaps(&self) -> impl Iterator<Item = isize> {
        (1..self.height()).map(|y| self.start(y).addr().wrapping_sub(self.start(y - 1).addr()).cast_signed())
    }

    /// The longest runs of evenly spaced rows, top to bottom. All runs have the same spacing, the smallest that
    /// there is: within its blocks Pillow spaces all rows alike, and from block to block they are further apart.
    pub fn runs(&self) -> Vec<Range<usize>> {
        if self.is_empty() {
            return vec![0..self.height()];
        }
        let Some(pitch) = self.gaps().min_by_key(|gap| gap.unsigned_abs()) else { return vec![0..1] };
        let mut runs = Vec::new();
        let mut start = 0;
        for (y, gap) in self.gaps().enumerate() {
            if gap != pitch {
                runs.push(start..y + 1);
                start = y + 1;
            }
        }
        runs.push(start..self.height());
        runs
    }

    /// The addresses of each row's slice, from the lowest on.
    fn sorted_starts(&self) -> Vec<usize> {
        let mut starts: Vec<usize> = self.starts().map(<*mut u8>::addr).collect();
        starts.sort(); // A stable sort finds the runs that blocks are, and is linear on them.
        starts
    }

    /// Whether no two rows share a byte.
    pub(super) fn disjoint(&self) -> bool {
        if self.is_empty() {
            return true;
        }
        if let Some(pitch) = self.pitch() {
            return self.height() < 2 || pitch.unsigned_abs() >= self.span();
        }
        self.sorted_starts().windows(2).all(|pair| pair[1] - pair[0] >= self.span())
    }

    /// Whether a slice of this and a slice of `other` share a byte.
    pub fn shares_memory_with(&self, other: &Rows<'_>) -> bool {
        let (a, b) = (self.extent(), other.extent());
        if a.end <= b.start || b.end <= a.start {
            return false; // Empty views too.
        }
        // The blocks of one image may lie around another's: so row by row, both from the lowest on.
        let (mine, others) = (self.sorted_starts(), other.sorted_starts());
        let mut others = others.into_iter().peekable();
        for start in mine {
            while others.next_if(|other_start| other_start + other.span() <= start).is_some() {}
            if others.peek().is_some_and(|&other_start| other_start < start + self.span()) {
                return true;
            }
        }
        false
    }

    /// Whether a slice of this and a slice of `other` share a byte and may be of different rows: who writes this row by
    /// row would change what is still to be read. Both have the same height.
    pub fn shares_across_rows(&self, other: &Rows<'_>) -> bool {
        if !self.shares_memory_with(other) {
            return false;
        }
        // From the first byte of either slice to the last: such ranges do not meet where rows keep to themselves.
        let mut ranges: Vec<(usize, usize)> = self
            .starts()
            .zip(other.starts())
            .map(|(mine, others)| (mine.addr(), others.addr()))
            .map(|(mine, others)| (mine.min(others), (mine + self.span()).max(others + other.span())))
            .collect();
        ranges.sort();
        ranges.windows(2).any(|pair| pair[1].0 < pair[0].1)
    }
}
