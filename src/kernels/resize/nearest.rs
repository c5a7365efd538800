//! Pixels that are taken as they are: NEAREST.

use crate::error::Result;
use crate::format::Format;
use crate::kernels::colour::mask_of;
use crate::rows::{Lanes, Rows, RowsMut};
use crate::scratch;
use crate::simd;

/// For each of `to` pixels which of `from` it is, out of the part `window` of them, up to the first that lies behind them.
/// As Pillow's Geometry.c finds them: by adding up steps, but for 16-bit values.
fn places(from: usize, window: [f32; 2], to: usize, format: Format) -> impl Iterator<Item = usize> {
    let step = f64::from(window[1] - window[0]) / to as f64;
    let start = f64::from(window[0]);
    let mut sum = start + step * 0.5;
    let places = (0..to).map(move |i| {
        let at = if format.size() == 2 { step * (i as f64 + 0.5) + start } else { sum };
        sum += step;
        at as usize
    });
    places.take_while(move |&at| at < from)
}

/// Pixels of a row and where in another row's slice each of them is: one behind the other as the slice has them, from
/// pixel `first` on. The others are nowhere.
struct Places {
    first: usize,
    places: Vec<usize>,
}

impl Places {
    /// For the first pixels of a view the columns of another view.
    fn new(to: &Lanes, from: &Lanes, columns: impl Iterator<Item = usize>) -> Places {
        let place = |x| if from.reversed { from.width - 1 - x } else { x } * from.step;
        let mut places: Vec<_> = columns.map(place).collect();
        let first = if to.reversed { to.width - places.len() } else { 0 };
        if to.reversed {
            places.reverse();
        }
        Places { first, places }
    }
}

/// One row: at each of the `B` offsets in a pixel `N` bytes of the pixel at its place in `from`; zeros if it is nowhere or
/// if there is no such row.
fn nearest_row<const N: usize, const B: usize>(
    to: &mut [u8],
    to_lanes: &Lanes,
    from: Option<&[u8]>,
    from_lanes: &Lanes,
    places: &Places,
) {
    let offsets = |lanes: &Lanes| std::array::from_fn::<_, B, _>(|band| lanes.offsets[band]);
    let (to_offsets, from_offsets, step) = (offsets(to_lanes), offsets(from_lanes), to_lanes.step);
    let found = from.map_or(0, |_| places.places.len());
    let (before, rest) = to.split_at_mut((places.first * step).min(to.len()));
    let (pixels, after) = rest.split_at_mut((found * step).min(rest.len()));
    for pixel in before.chunks_mut(step).chain(after.chunks_mut(step)) {
        for offset in to_offsets {
            pixel[offset..offset + N].fill(0);
        }
    }
    let Some(from) = from else { return };
    if B == 1 && step == N {
        // No gaps: the compiler knows the step then.
        for (pixel, &place) in pixels.as_chunks_mut::<N>().0.iter_mut().zip(&places.places) {
            *pixel = *from[place + from_offsets[0]..].first_chunk().expect("it is inside");
        }
        return;
    }
    for (pixel, &place) in pixels.chunks_mut(step).zip(&places.places) {
        for band in 0..B {
            let value = *from[place + from_offsets[band]..].first_chunk::<N>().expect("it is inside");
            *pixel[to_offsets[band]..].first_chunk_mut().expect("it is inside") = value;
        }
    }
}

/// One row of pixels of four bytes, in the bits of `mask`, all of which are somewhere. The last pixel of either row may lack
/// bytes outside of the mask.
#[inline(always)]
fn nearest_pixels(to: &mut [u8], from: &[u8], places: &[usize], mask: u32) {
    let (pixels, last) = to.as_chunks_mut::<4>();
    let at = |place: usize| match from.get(place..place + 4) {
        Some(pixel) => u32::from_le_bytes([pixel[0], pixel[1], pixel[2], pixel[3]]),
        None => from[place..].iter().rev().fold(0, |all, &byte| all << 8 | u32::from(byte)),
    };
    for (pixel, &place) in pixels.iter_mut().zip(places) {
        let before = u32::from_le_bytes(*pixel);
        *pixel = (before & !mask | at(place) & mask).to_le_bytes();
    }
    if let Some(&place) = places.get(pixels.len()) {
        for ((byte, new), mask) in last.iter_mut().zip(at(place).to_le_bytes()).zip(mask.to_le_bytes()) {
            *byte = *byte & !mask | new & mask;
        }
    }
}

/// The part `window` (left, upper, right, lower) of `from` in all of `to`, each pixel the one below its middle: any shape
/// and format, the same in both, without shared memory. The bytes of `Image.resize` with NEAREST (Geometry.c).
///
/// # Errors
/// None of its own.
pub fn nearest(to: &mut RowsMut<'_>, from: &Rows<'_>, format: Format, window: [f32; 4]) -> Result<()> {
    let (mut to_lanes, mut from_lanes) = (*to.lanes(), *from.lanes());
    // Four bytes that lie together are as good as one value.
    if [to_lanes, from_lanes].iter().all(|lanes| lanes.size == 1 && lanes.offsets() == [0, 1, 2, 3]) {
        for lanes in [&mut to_lanes, &mut from_lanes] {
            (lanes.bands, lanes.size) = (1, 4);
        }
    }
    // Lists of places, which grow by doubling.
    scratch::ask(4 * size_of::<usize>() * (to_lanes.width + to.rows().height()))?;
    let columns = places(from_lanes.width, [window[0], window[2]], to_lanes.width, format);
    let columns = Places::new(&to_lanes, &from_lanes, columns);
    let rows: Vec<_> = places(from.height(), [window[1], window[3]], to.rows().height(), format).collect();
    let pixels = to_lanes.step == 4 && to_lanes.size != 2 && to_lanes.packed() > 1;
    let pixels = pixels && from_lanes.offsets() == to_lanes.offsets();
    if pixels && columns.places.len() == to_lanes.width && rows.len() == to.rows().height() {
        let mask = if to_lanes.size == 4 { !0 } else { mask_of(&to_lanes) };
        return to.for_each_row(|y, row| {
            simd::run(
                #[inline(always)]
                || nearest_pixels(row, from.row(rows[y]), &columns.places, mask),
            );
        });
    }
    let make = row_function(&to_lanes);
    to.for_each_row(|y, row| make(row, &to_lanes, rows.get(y).map(|&y| from.row(y)), &from_lanes, &columns))
}

type RowFunction = fn(&mut [u8], &Lanes, Option<&[u8]>, &Lanes, &Places);

/// The one for pixels of so many bands and bytes.
fn row_function(lanes: &Lanes) -> RowFunction {
    match (lanes.size, lanes.bands) {
        (1, 1) => nearest_row::<1, 1>,
        (1, 2) => nearest_row::<1, 2>,
        (1, 3) => nearest_row::<1, 3>,
        (1, _) => nearest_row::<1, 4>,
        (2, _) => nearest_row::<2, 1>,
        _ => nearest_row::<4, 1>,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing;
    use super::*;

    #[test]
    fn pixels_of_four_bytes_keep_what_is_not_in_the_mask() {
        for (width, mask) in [(1, 0x00FF_FFFF_u32), (2, !0), (9, 0x00FF_FFFF), (70, 0x0000_FFFF), (33, 0x00FF_00FF)] {
            let cut = mask.leading_zeros() as usize / 8;
            let from: Vec<u8> = (0..17 * 4 - cut).map(|i| (i * 37 + 5) as u8).collect();
            let mut to: Vec<u8> = (0..width * 4 - cut).map(|i| (i * 91) as u8).collect();
            let places: Vec<usize> = (0..width).map(|x| (x * 7 + 16) % 17 * 4).collect();
            let mut expected = to.clone();
            for (i, to) in expected.iter_mut().enumerate().filter(|(i, _)| mask.to_le_bytes()[i % 4] == 255) {
                *to = from[places[i / 4] + i % 4];
            }
            nearest_pixels(&mut to, &from, &places, mask);
            assert_eq!(to, expected, "{width} {mask:x}");
        }
    }

    #[test]
    fn takes_pixels_from_their_places_and_zeros_where_there_are_none() {
        for to_lanes in testing::lanes() {
            for from_lanes in testing::lanes().into_iter().filter(|lanes| {
                (lanes.bands, lanes.size) == (to_lanes.bands, to_lanes.size) && [1, 17].contains(&lanes.width)
            }) {
                let (before, from) = (testing::row(&to_lanes, 3), testing::row(&from_lanes, 77));
                let chosen: Vec<_> = (0..to_lanes.width.min(60)).map(|x| x * 7 % from_lanes.width).collect();
                let (to_at, from_at) = (testing::positions(&to_lanes), testing::positions(&from_lanes));
                let (bytes, mut expected) = (to_lanes.packed(), before.clone());
                for (i, &at) in to_at.iter().enumerate() {
                    expected[at] = chosen.get(i / bytes).map_or(0, |x| from[from_at[x * bytes + i % bytes]]);
                }
                let places = Places::new(&to_lanes, &from_lanes, chosen.into_iter());
                let mut to = before.clone();
                row_function(&to_lanes)(&mut to, &to_lanes, Some(&from), &from_lanes, &places);
                assert_eq!(to, expected, "{to_lanes:?} {from_lanes:?}");
            }
        }
    }
}
