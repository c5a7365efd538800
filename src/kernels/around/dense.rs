//! Rows as dense values of their own type, and back.

use crate::format::Format;
use crate::rows::Lanes;
use std::ops::Range;

/// A type that values of an image have.
pub trait Value: Copy + Default + PartialOrd + Send + Sync + 'static {
    /// From the first bytes, in native byte order, or in the other if `swapped`.
    fn read(bytes: &[u8], swapped: bool) -> Self;
    /// The reverse of `read`.
    fn write(self, bytes: &mut [u8], swapped: bool);
    /// The values that bytes are as they lie, if they are bytes.
    fn lying(bytes: &[u8]) -> Option<&[Self]>;
}

macro_rules! values {
    ($($type:ty: $lying:expr;)*) => {$(
        impl Value for $type {
            #[inline(always)]
            fn read(bytes: &[u8], swapped: bool) -> Self {
                let mut raw = [0; size_of::<$type>()];
                raw.copy_from_slice(&bytes[..size_of::<$type>()]);
                if swapped {
                    raw.reverse();
                }
                <$type>::from_ne_bytes(raw)
            }

            #[inline(always)]
            fn write(self, bytes: &mut [u8], swapped: bool) {
                let mut raw = self.to_ne_bytes();
                if swapped {
                    raw.reverse();
                }
                bytes[..size_of::<$type>()].copy_from_slice(&raw);
            }

            #[inline(always)]
            fn lying(bytes: &[u8]) -> Option<&[Self]> {
                $lying(bytes)
            }
        }
    )*};
}
values! {
    u8: Some;
    u16: |_| None;
    i32: |_| None;
    f32: |_| None;
}

/// How the pixels of a view's rows become `channels` values each, that lie one behind the other, and get back.
#[derive(Clone, Copy, Debug)]
pub struct Dense {
    lanes: Lanes,
    swapped: bool,
    /// Whether rows are taken as they lie, padding and all: one copy, and no shuffling.
    raw: bool,
    /// 255 where a byte belongs to a band, repeated; for `raw`.
    mask: [u8; 64],
}

impl Dense {
    /// For rows laid out like this.
    pub fn new(lanes: &Lanes, format: Format) -> Dense {
        let whole = lanes.step == lanes.size || (lanes.size == 1 && lanes.step == 4 && lanes.bands > 1);
        let foreign = if cfg!(target_endian = "little") { Format::U16Be } else { Format::U16Le };
        Dense {
            lanes: *lanes,
            swapped: format == foreign,
            raw: whole && !lanes.reversed,
            mask: lanes.mask().unwrap_or([255; 64]),
        }
    }

    /// For two views of the same bands, so that both have the same channels.
    pub fn pair(one: &Lanes, other: &Lanes, format: Format) -> [Dense; 2] {
        let mut both = [one, other].map(|lanes| Dense::new(lanes, format));
        let raw = both[0].raw && both[1].raw && one.offsets() == other.offsets() && one.step == other.step;
        both.iter_mut().for_each(|dense| dense.raw = raw);
        both
    }

    /// The channel that a band is.
    pub fn channel(&self, band: usize) -> usize {
        if self.raw { self.lanes.offsets[band] / self.lanes.size } else { band }
    }

    /// Whether rows are taken as they lie: `part` has their values.
    pub fn is_raw(&self) -> bool {
        self.raw
    }

    /// Values of a pixel.
    pub fn channels(&self) -> usize {
        if self.raw { self.lanes.step / self.lanes.size } else { self.lanes.bands }
    }

    /// The part of a row's slice where `columns` lie.
    #[inline(always)]
    fn bytes(&self, row: &[u8], columns: &Range<usize>) -> Range<usize> {
        // A row ends with its last value: the padding behind it is not there.
        columns.start * self.lanes.step..(columns.end * self.lanes.step).min(row.len())
    }

    /// The part of a row's slice that `columns` lie in; of no use for reversed views but to ask for memory.
    #[inline(always)]
    pub fn part<'a>(&self, row: &'a [u8], columns: &Range<usize>) -> &'a [u8] {
        &row[self.bytes(row, columns)]
    }

    /// The same to change.
    #[inline(always)]
    pub fn part_mut<'a>(&self, row: &'a mut [u8], columns: &Range<usize>) -> &'a mut [u8] {
        let bytes = self.bytes(row, columns);
        &mut row[bytes]
    }

    /// Where a value of the view lies in a row's slice.
    #[inline(always)]
    fn place(&self, x: usize, band: usize) -> usize {
        let x = if self.lanes.reversed { self.lanes.width - 1 - x } else { x };
        x * self.lanes.step + self.lanes.offsets[band]
    }

    /// The values of `columns` where they lie, if they need no change. Behind the last one the padding is not there.
    #[inline(always)]
    pub fn lying<'a, T: Value>(&self, row: &'a [u8], columns: &Range<usize>) -> Option<&'a [T]> {
        if self.raw { T::lying(self.part(row, columns)) } else { None }
    }

    /// Takes the values of `columns` out of a row.
    #[inline(always)]
    pub fn load<T: Value>(&self, row: &[u8], columns: Range<usize>, to: &mut [T]) {
        if self.raw {
            let row = self.part(row, &columns);
            for (to, bytes) in to.iter_mut().zip(row.chunks_exact(size_of::<T>())) {
                *to = T::read(bytes, self.swapped);
            }
        } else {
            for (x, pixel) in columns.zip(to.chunks_exact_mut(self.lanes.bands)) {
                for (band, value) in pixel.iter_mut().enumerate() {
                    *value = T::read(&row[self.place(x, band)..], self.swapped);
                }
            }
        }
    }

    /// Puts the values of `columns` into a row. Bytes outside of the view's bands stay.
    #[inline(always)]
    pub fn store<T: Value>(&self, from: &[T], row: &mut [u8], columns: Range<usize>) {
        if !self.raw {
            for (x, pixel) in columns.zip(from.chunks_exact(self.lanes.bands)) {
                for (band, value) in pixel.iter().enumerate() {
                    value.write(&mut row[self.place(x, band)..], self.swapped);
                }
            }
            return;
        }
        let bytes = self.bytes(row, &columns);
        let row = &mut row[bytes];
        if self.mask == [255; 64] {
            for (bytes, from) in row.chunks_exact_mut(size_of::<T>()).zip(from) {
                from.write(bytes, self.swapped);
            }
        } else {
            let mask = self.mask; // Only single bytes have something in between.
            for (row, from) in row.chunks_mut(64).zip(from.chunks(64)) {
                for ((to, from), mask) in row.iter_mut().zip(from).zip(&mask) {
                    let mut byte = [0];
                    from.write(&mut byte, false);
                    *to = (*to & !mask) | (byte[0] & mask);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing;
    use super::*;

    fn round_trip<T: Value>(format: Format) {
        for lanes in testing::lanes().into_iter().filter(|lanes| lanes.size == format.size()) {
            let dense = Dense::new(&lanes, format);
            let row = testing::row(&lanes, 5);
            let (start, end) = (lanes.width / 3, lanes.width - lanes.width / 4);
            let mut values = vec![T::default(); (end - start) * dense.channels()];
            dense.load(&row, start..end, &mut values);
            let mut to = testing::row(&lanes, 77);
            let mut expected = to.clone();
            let positions = testing::positions(&lanes);
            let pixel = lanes.bands * lanes.size;
            positions[start * pixel..end * pixel].iter().for_each(|&i| expected[i] = row[i]);
            dense.store(&values, &mut to, start..end);
            assert_eq!(to, expected, "{lanes:?}");
        }
    }

    #[test]
    fn of_a_pair_one_takes_what_the_other_gives() {
        let all: Vec<_> = testing::lanes().into_iter().filter(|lanes| lanes.size == 1).collect();
        for one in &all {
            for other in all.iter().filter(|other| (one.bands, one.width) == (other.bands, other.width)) {
                let [from, to] = Dense::pair(one, other, Format::U8);
                let (row, mut got) = (testing::row(one, 5), testing::row(other, 77));
                let mut expected = got.clone();
                for (t, f) in testing::positions(other).into_iter().zip(testing::positions(one)) {
                    expected[t] = row[f];
                }
                let mut values = vec![0_u8; one.width * from.channels()];
                from.load(&row, 0..one.width, &mut values);
                to.store(&values, &mut got, 0..one.width);
                assert_eq!(got, expected, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn values_come_back_to_their_places_and_nothing_else_changes() {
        round_trip::<u8>(Format::U8);
        round_trip::<u16>(Format::U16);
        round_trip::<u16>(Format::U16Be);
        round_trip::<u16>(Format::U16Le);
        round_trip::<i32>(Format::I32);
    }
}
