//! Where values lie within a row.

/// Where the values of a view lie within the slice of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// Pixels.
    pub width: usize,
    /// Bytes from one pixel to the next.
    pub step: usize,
    /// The byte in a pixel at which each band begins; the first `bands` count.
    pub offsets: [usize; 4],
    /// Bands.
    pub bands: usize,
    /// Bytes of one value.
    pub size: usize,
    /// Whether the view runs from the last pixel of the slice to the first.
    pub reversed: bool,
}

impl Lanes {
    /// The offsets that count.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets[..self.bands]
    }

    /// Bytes of a pixel's values, without padding.
    pub fn packed(&self) -> usize {
        self.bands * self.size
    }

    /// Bytes of the slice of a row: the last pixel ends with its last value.
    pub(super) fn span(&self) -> usize {
        let last = self.offsets().iter().max().map_or(0, |offset| offset + self.size);
        if self.width == 0 || last == 0 { 0 } else { (self.width - 1) * self.step + last }
    }

    /// Whether values lie without gaps, in order.
    pub fn is_dense(&self) -> bool {
        (self.width <= 1 || (self.step == self.packed() && !self.reversed))
            && self.offsets().iter().enumerate().all(|(i, &offset)| offset == i * self.size)
    }

    /// 255 where a byte belongs to a band of the view, repeated over 64 bytes; `None` where steps over columns do
    /// not divide 64.
    pub fn mask(&self) -> Option<[u8; 64]> {
        self.pattern(&[[255; 4]; 4])
    }

    /// The bytes of one colour, a value for each band, repeated over 64 bytes; 0 in between.
    pub fn pattern(&self, values: &[[u8; 4]; 4]) -> Option<[u8; 64]> {
        if self.step == 0 || 64 % self.step != 0 {
            return None;
        }
        let mut pattern = [0; 64];
        for pixel in pattern.chunks_exact_mut(self.step) {
            for (&offset, value) in self.offsets().iter().zip(values) {
                pixel[offset..offset + self.size].copy_from_slice(&value[..self.size]);
            }
        }
        Some(pattern)
    }
}
