//! Bytes of the fuzzer as choices. Where they end all choices are the first.

use crate::format::{Format, Scalar};

pub struct Input<'a>(&'a [u8]);

/// Numbers that are worth a try wherever one is taken.
const FAVOURITES: [f32; 16] =
    [0.0, 1.0, -1.0, 0.5, 2.0, -2.0, 0.3, 1.5, -0.7, 255.0, 128.5, 1e-3, 1e9, -1e9, 1e30, 0.999_999_9];

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Input<'a> {
        Input(bytes)
    }

    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    /// A number less than `end`, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        let number = if end <= 256 { self.byte().into() } else { self.word() as usize };
        number.checked_rem(end).unwrap_or(0)
    }

    /// One of `least` to `most`.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    pub fn flag(&mut self) -> bool {
        self.byte() & 1 != 0
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn word(&mut self) -> u32 {
        u32::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// A finite number, most times a handy one.
    pub fn number(&mut self) -> f32 {
        match self.byte() % 4 {
            0 => self.pick(&FAVOURITES),
            1 => f32::from(i16::from_le_bytes([self.byte(), self.byte()])) / 64.0,
            2 => f32::from(self.byte()) / 255.0,
            _ => Some(f32::from_bits(self.word())).filter(|number| number.is_finite()).unwrap_or(0.25),
        }
    }

    /// A value of a format, as its bytes; one that is small and exact if `tame`.
    pub fn value(&mut self, format: Format, tame: bool) -> [u8; 4] {
        let word = self.word();
        match format {
            Format::F32 if tame => (f32::from(word as i16) / 8.0).to_ne_bytes(),
            Format::I32 if tame => ((word as i32) >> 8).to_ne_bytes(),
            _ => word.to_le_bytes(),
        }
    }

    /// Fills memory: with the bytes that are left, over and over, or with many or with few values.
    pub fn fill(&mut self, memory: &mut [u8], format: Format, tame: bool) {
        let (way, seed) = (self.byte() % 4, self.word());
        let given = if self.0.is_empty() { &[0] } else { self.0 };
        let mut state = seed | 1;
        for (i, byte) in memory.iter_mut().enumerate() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 24) as u8;
            *byte = match way {
                0 => noise,
                1 => [0, 255, 1, seed as u8][usize::from(noise % 4)],
                2 => given[i % given.len()],
                _ => {
                    if i % 8 == 0 {
                        noise
                    } else {
                        0
                    }
                }
            };
        }
        if tame && matches!(format, Format::F32 | Format::I32) {
            for value in memory.as_chunks_mut::<4>().0 {
                *value = Input(value).value(format, true);
            }
        }
    }
}

/// The whole number that a value is.
pub fn int(value: Scalar) -> i64 {
    match value {
        Scalar::Int(value) => value,
        Scalar::Float(value) => value as i64,
    }
}

/// A value as a number.
pub fn float(value: Scalar) -> f64 {
    match value {
        Scalar::Int(value) => value as f64,
        Scalar::Float(value) => value,
    }
}
