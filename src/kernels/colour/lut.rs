//! Tables in three dimensions: the pixel's place in a cube of colours, between the nearest eight.

use super::byte;
use super::each_pixel;
use crate::error::Result;
use crate::parallel::Cost;
use crate::rows::RowsMut;
use crate::simd::{self, VALUE_BITS, WEIGHT_BITS};

/// Bits of a place in the table that are behind the point.
const PLACE_BITS: u32 = 18;

/// A table of `size[0] * size[1] * size[2]` colours, the first dimension fastest.
pub struct Lut {
    channels: usize,
    /// The entries between 0 and the next one along each dimension.
    next: [usize; 3],
    /// For each dimension and value: the entry before it, and how far it is from there to the next.
    places: [Box<[(u32, i16); 256]>; 3],
    entries: Vec<[i16; 4]>,
}

impl Lut {
    /// `values` has 3 or 4 `channels` an entry: 0.0 is the lowest value, 1.0 the highest. Each of `size` is 2 to 65.
    pub fn new(size: [usize; 3], channels: usize, values: &[f32]) -> Lut {
        let steps = [1, size[0], size[0] * size[1]];
        let places = std::array::from_fn(|i| {
            // As Pillow's ColorLUT.c, where the conversion to an int cuts.
            let scale = ((size[i] - 1) as f64 / 255.0 * f64::from(1 << PLACE_BITS)) as u32;
            Box::new(std::array::from_fn(|v| {
                let place = v as u32 * scale;
                let weight = (place & ((1 << PLACE_BITS) - 1)) >> (PLACE_BITS - WEIGHT_BITS);
                ((place >> PLACE_BITS) * steps[i] as u32, weight as i16)
            }))
        });
        let entries = values.chunks_exact(channels).map(|entry| {
            let mut all = [0; 4];
            all.iter_mut().zip(entry).for_each(|(to, &value)| *to = fixed(value));
            all
        });
        Lut { channels, next: steps, places, entries: entries.collect() }
    }

    /// Values of an entry: 3 or 4.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The colour at a place.
    #[inline(always)]
    fn at(&self, place: [u32; 3]) -> [u8; 4] {
        let [x, y, z] = std::array::from_fn(|i| self.places[i][place[i] as usize]);
        let first = (x.0 + y.0 + z.0) as usize;
        let [_, row, plane] = self.next;
        // From the first of the eight entries to the last.
        let entries = &self.entries[first..first + plane + row + 2];
        let line = |at: usize| entries[at..].first_chunk().expect("two entries");
        simd::interpolate([line(0), line(row), line(plane), line(plane + row)], [x.1, y.1, z.1])
    }
}

/// A table's value as Pillow's `_prepare_lut_table` of _imaging.c stores it: rounded half away from 0, cut to 16 bits.
fn fixed(value: f32) -> i16 {
    let scaled = f64::from(value * (255 << VALUE_BITS) as f32);
    (scaled + 0.5_f64.copysign(scaled)) as i16
}

/// The bands at `offsets` become what the table has at the place that the first three of them are, a fourth if the
/// table has one for it; other bands stay. The bytes of `img.filter(Color3DLUT)`.
///
/// # Errors
/// None of its own.
pub fn color_lut_3d(rows: &mut RowsMut<'_>, lut: &Lut, offsets: [usize; 4]) -> Result<()> {
    let written = &offsets[..lut.channels];
    let straight = written.iter().copied().eq(0..lut.channels);
    let kept = written.iter().fold(!0, |kept, offset| kept & !(0xFF_u32 << (8 * offset)));
    each_pixel(
        rows,
        Cost::SCALAR,
        #[inline(always)]
        |pixel| {
            let made = lut.at([byte(pixel, offsets[0]), byte(pixel, offsets[1]), byte(pixel, offsets[2])]);
            if straight {
                return pixel & kept | u32::from_le_bytes(made) & !kept;
            }
            written.iter().zip(made).fold(pixel & kept, |all, (offset, v)| all | u32::from(v) << (8 * offset))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Pillow's ColorLUT.c goes: 16-bit values at each step.
    fn naive(size: [usize; 3], channels: usize, table: &[i16], pixel: [u8; 3], channel: usize) -> u8 {
        let place: [u32; 3] =
            std::array::from_fn(|i| u32::from(pixel[i]) * ((size[i] - 1) as f64 / 255.0 * 262_144.0) as u32);
        let at = |x: u32, y: u32, z: u32| {
            let index = (place[0] >> 18) + x;
            let index = index as usize
                + ((place[1] >> 18) + y) as usize * size[0]
                + ((place[2] >> 18) + z) as usize * size[0] * size[1];
            table[index * channels + channel]
        };
        let weight = |i: usize| ((place[i] & 0x3FFFF) >> 3) as i32;
        let mix = |a: i16, b: i16, w: i32| ((i32::from(a) * (32768 - w) + i32::from(b) * w) >> 15) as i16;
        let line = |y, z| mix(at(0, y, z), at(1, y, z), weight(0));
        let plane = |z| mix(line(0, z), line(1, z), weight(1));
        let value = i32::from(mix(plane(0), plane(1), weight(2)));
        ((value + 32) >> 6).clamp(0, 255) as u8
    }

    #[test]
    fn colours_lie_between_the_nearest_eight() {
        for (size, channels) in [([2, 2, 2], 3), ([3, 5, 4], 4), ([65, 2, 7], 3), ([17, 17, 17], 3)] {
            let len = size.iter().product::<usize>() * channels;
            let values: Vec<f32> = (0..len).map(|i| (i * 7919 % 1009) as f32 / 250.0 - 1.5).collect();
            let table: Vec<i16> = values.iter().map(|&value| fixed(value)).collect();
            let lut = Lut::new(size, channels, &values);
            for i in 0..20_000_u32 {
                let pixel = i.wrapping_mul(2_654_435_761).to_le_bytes();
                let pixel = if i < 256 { [i as u8, 255, 255 - i as u8] } else { [pixel[1], pixel[2], pixel[3]] };
                let made = lut.at(pixel.map(u32::from));
                for (channel, &v) in made[..channels].iter().enumerate() {
                    assert_eq!(v, naive(size, channels, &table, pixel, channel), "{size:?} {pixel:?}");
                }
            }
        }
    }

    #[test]
    fn values_are_rounded_and_cut_to_16_bits() {
        for (value, expected) in [
            (0.0, 0),
            (1.0, 16320),
            (-1.0, -16320),
            (0.5 / 16320.0, 1),
            (-0.4 / 16320.0, 0),
            (-0.5 / 16320.0, -1),
            (3.0, i16::MAX),
            (-3.0, i16::MIN),
            (f32::INFINITY, i16::MAX),
        ] {
            assert_eq!(fixed(value), expected, "{value}");
        }
    }
}
