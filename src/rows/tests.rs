use super::*;
use crate::geometry::{Geometry, Slice};
use crate::parallel::Cost;
use crate::pillow::layout::RowTable;
use crate::pillow::mode::Mode;
use std::ptr::NonNull;

/// An image of rows that are allocated one by one, or lie in one block with a pitch.
struct Image {
    bytes: Vec<u8>,
    pointers: Vec<*mut u8>,
    table: RowTable,
    geometry: Geometry,
}

fn image(mode: &str, width: usize, height: usize, starts: impl Fn(usize, usize) -> usize) -> Image {
    let mode = Mode::find(mode).unwrap();
    let row_bytes = width * mode.pixel;
    let len = (0..height).map(|y| starts(y, row_bytes) + row_bytes).max().unwrap_or(0);
    let mut bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
    let base = bytes.as_mut_ptr();
    let mut pointers: Vec<_> = (0..height).map(|y| base.wrapping_add(starts(y, row_bytes))).collect();
    let rows = NonNull::new(pointers.as_mut_ptr()).unwrap();
    let table = RowTable { rows, height, width, row_bytes, mapped: false };
    Image { bytes, pointers, table, geometry: Geometry::new(mode, width, height) }
}

impl Image {
    fn rows(&self, geometry: &Geometry) -> Rows<'_> {
        // SAFETY: the bytes and pointers live in `self`, which is borrowed.
        unsafe { Rows::of_image(&self.table, geometry) }
    }

    fn rows_mut(&mut self, geometry: &Geometry) -> RowsMut<'_> {
        // SAFETY: as above, and borrowed exclusively.
        unsafe { RowsMut::new(Rows::of_image(&self.table, geometry)) }
    }
}

/// Even rows, top-down.
fn even(y: usize, row_bytes: usize) -> usize {
    y * row_bytes
}

/// Blocks of three rows, the later block first, at odd addresses, with gaps.
fn blocks(y: usize, row_bytes: usize) -> usize {
    let block = y / 3;
    1 + (1 - block.min(1)) * (3 * row_bytes + 7) + block.saturating_sub(1) * (6 * row_bytes + 20) + y % 3 * row_bytes
}

#[test]
fn rows_are_the_bytes_of_their_columns() {
    let image = image("RGB", 5, 4, |y, row_bytes| (3 - y) * (row_bytes + 3) + 1);
    let mut crop = image.geometry;
    crop.columns = crop.columns.slice(Slice { start: 3, step: -2, len: 2 });
    crop.rows = crop.rows.slice(Slice { start: 3, step: -1, len: 3 });
    let rows = image.rows(&crop);
    let lanes = rows.lanes();
    assert_eq!((lanes.step, lanes.reversed, lanes.offsets()), (8, true, &[0, 1, 2][..]));
    for y in 0..3 {
        let start = image.pointers[3 - y].addr() - image.bytes.as_ptr().addr();
        assert_eq!(rows.row(y), &image.bytes[start + 4..start + 4 + 8 + 3]);
    }
}

#[test]
fn for_each_visits_every_row_once_however_they_lie() {
    for starts in [even, blocks] {
        let mut image = image("L", 9, 6, starts);
        let before = image.bytes.clone();
        let geometry = image.geometry;
        image
            .rows_mut(&geometry)
            .for_each(Cost::MEMORY, |row| row.iter_mut().for_each(|v| *v = v.wrapping_add(1)))
            .unwrap();
        let changed = before.iter().zip(&image.bytes).filter(|(a, b)| a != b).count();
        assert_eq!(changed, 9 * 6);
    }
}

#[test]
fn pitch_and_runs_follow_the_blocks() {
    let one = image("RGB", 4, 6, even);
    assert_eq!(one.rows(&one.geometry).pitch(), Some(16));
    assert_eq!(one.rows(&one.geometry).runs(), [0..6]);
    let two = image("RGB", 4, 6, blocks);
    assert_eq!(two.rows(&two.geometry).pitch(), None);
    assert_eq!(two.rows(&two.geometry).runs(), [0..3, 3..6]);
    let mut inside = two.geometry;
    inside.rows = inside.rows.slice(Slice { start: 5, step: -1, len: 3 });
    assert_eq!(two.rows(&inside).pitch(), Some(-16));
}

#[test]
fn overlapping_rows_are_found() {
    assert!(image("L", 8, 5, even).rows(&image("L", 8, 5, even).geometry).disjoint());
    for (starts, disjoint) in
        [(even as fn(usize, usize) -> usize, true), (blocks, true), (|y, _| y * 3, false), (|y, _| (y % 2) * 8, false)]
    {
        let image = image("L", 8, 5, starts);
        assert_eq!(image.rows(&image.geometry).disjoint(), disjoint);
    }
}

#[test]
fn rows_that_overlap_are_changed_one_after_the_other() {
    let mut image = image("L", 8, 5, |y, _| y * 3);
    image.bytes.fill(0);
    let geometry = image.geometry;
    image.rows_mut(&geometry).for_each(Cost::MEMORY, |row| row.iter_mut().for_each(|v| *v += 1)).unwrap();
    let expected: Vec<u8> = (0..20).map(|i| (0..5).filter(|y| (y * 3..y * 3 + 8).contains(&i)).count() as u8).collect();
    assert_eq!(image.bytes, expected);
}

#[test]
fn empty_images_have_null_rows_that_are_never_followed() {
    let mode = Mode::find("RGB").unwrap();
    let mut pointers = [std::ptr::null_mut(); 5];
    for (width, height) in [(0, 5), (0, 0), (7, 0)] {
        let rows = NonNull::new(pointers.as_mut_ptr()).unwrap();
        let table = RowTable { rows, height, width, row_bytes: width * 4, mapped: false };
        let geometry = Geometry::new(mode, width, height);
        // SAFETY: an empty image: nothing is read.
        let mut rows = unsafe { RowsMut::new(Rows::of_image(&table, &geometry)) };
        rows.for_each(Cost::MEMORY, |_| panic!("there is no row")).unwrap();
        assert_eq!(rows.rows().extent(), 0..0);
        assert_eq!(rows.rows().pitch(), Some(0));
        assert_eq!(rows.rows().runs(), [0..height]);
        if height > 0 {
            assert!(rows.rows().row(0).is_empty());
        }
    }
}

#[test]
#[should_panic(expected = "inside its image")]
fn a_view_outside_of_its_image_is_refused() {
    let image = image("L", 8, 5, even);
    let mut geometry = image.geometry;
    geometry.columns.start = 1;
    image.rows(&geometry);
}

#[test]
fn planes_and_broadcasts_are_no_rows_of_pixels() {
    let mut bytes = [0_u8; 24];
    let base = bytes.as_mut_ptr();
    let strided = |shape, strides, size| {
        // SAFETY: each shape and strides below stay inside of the 24 bytes.
        unsafe { Rows::strided(base, shape, strides, size) }.map(|rows| *rows.lanes())
    };
    assert!(strided([2, 4, 3], [12, 3, 1], 1).is_some());
    assert!(strided([2, 4, 3], [4, 1, 8], 1).is_none(), "planes");
    assert!(strided([2, 4, 3], [3, 0, 1], 1).is_none(), "broadcast");
    assert!(strided([2, 4, 3], [12, 3, 0], 1).is_none(), "one value for three bands");
    assert!(strided([2, 4, 1], [8, 1, 2], 2).is_none(), "overlapping values");
    assert!(strided([2, 1, 3], [12, 0, 1], 1).is_some(), "one column needs no step");
}

#[test]
fn strides_of_no_values_mean_nothing() {
    let most = isize::MAX;
    for shape in [[0, 5, 3], [5, 0, 3], [5, 7, 0], [0, 0, 4]] {
        for strides in [[-5, 4, -1], [most, most, most], [isize::MIN, isize::MIN, isize::MIN], [0, 0, 0]] {
            // SAFETY: there is no value.
            let rows = unsafe { Rows::strided(std::ptr::null_mut(), shape, strides, 1) }.unwrap();
            assert!(rows.is_empty() && rows.upside_down().is_empty() && rows.part(0..shape[0]).is_empty());
            assert_eq!(rows.lanes().offsets(), &[0, 1, 2, 3][..shape[2]]);
            assert_eq!((rows.extent(), rows.lanes().reversed), (0..0, false));
        }
    }
}

#[test]
fn patterns_repeat_where_the_step_divides_64() {
    let rgb = image("RGB", 4, 1, even);
    let mut geometry = rgb.geometry;
    let mask = rgb.rows(&geometry).lanes().mask().unwrap();
    assert!((0..64).all(|i| (mask[i] == 255) == (i % 4 < 3)));
    geometry.columns = geometry.columns.slice(Slice { start: 0, step: 3, len: 2 });
    assert_eq!(rgb.rows(&geometry).lanes().mask(), None);
}

#[test]
fn shared_memory_is_found_row_by_row() {
    let mut bytes = [0_u8; 400];
    let base = bytes.as_mut_ptr();
    let rows = |offset: usize, height: usize, width: usize, pitch: isize| {
        // SAFETY: each call below stays inside of the 400 bytes.
        unsafe { Rows::strided(base.wrapping_add(offset), [height, width, 1], [pitch, 1, 1], 1) }.unwrap()
    };
    let even = rows(0, 10, 10, 40); // 0..10, 40..50, …
    for (other, shares) in [
        (rows(10, 9, 30, 40), false),  // Just the gaps.
        (rows(10, 9, 31, 40), true),   // One byte more.
        (rows(49, 1, 1, 0), true),     // The last byte of the second row.
        (rows(50, 1, 30, 0), false),   // One gap.
        (rows(375, 9, 1, -40), false), // A column of the gaps, upwards.
        (rows(365, 9, 1, -40), true),
        (rows(370, 1, 30, 0), false),
        (rows(0, 0, 10, 40), false),
        (rows(0, 10, 0, 40), false),
    ] {
        assert_eq!((even.shares_memory_with(&other), other.shares_memory_with(&even)), (shares, shares));
    }
}

#[test]
fn neighbouring_rows_come_as_one_slice_and_others_do_not() {
    use std::sync::Mutex;
    let slices = |image: &mut Image, geometry: Geometry| {
        let lens = Mutex::new(Vec::new());
        image.rows_mut(&geometry).for_each(Cost::MEMORY, |row| lens.lock().unwrap().push(row.len())).unwrap();
        lens.into_inner().unwrap()
    };
    let mut one = image("RGB", 4, 6, even);
    let geometry = one.geometry;
    assert_eq!(slices(&mut one, geometry), [6 * 16 - 1]);
    let mut two = image("RGB", 4, 6, blocks);
    assert_eq!(slices(&mut two, geometry), [3 * 16 - 1, 3 * 16 - 1]);
    let mut crop = geometry;
    crop.columns.len = 3;
    assert_eq!(slices(&mut one, crop), [11; 6]);
    let mut upwards = geometry;
    upwards.rows = upwards.rows.slice(Slice { start: 5, step: -1, len: 6 });
    assert_eq!(slices(&mut one, upwards), [15; 6]);
    let mut column = image("RGB", 1, 6, even);
    let geometry = column.geometry;
    assert_eq!(slices(&mut column, geometry), [23]);
}

#[test]
fn rows_come_by_number_and_by_iterators() {
    use rayon::prelude::*;
    let mut image = image("LA", 4, 60, blocks);
    let mut upwards = image.geometry.flat_rows().unwrap();
    upwards.rows = upwards.rows.slice(Slice { start: 59, step: -1, len: 60 });
    let mut rows = image.rows_mut(&upwards);
    rows.for_each_row(|y, row| row.fill(y as u8)).unwrap();
    assert!(rows.rows().iter().enumerate().all(|(y, row)| row == [y as u8; 16]));
    rows.iter_mut().unwrap().rev().zip(0..).for_each(|(row, y)| row.fill(y));
    assert!(rows.rows().par_iter().enumerate().all(|(y, row)| row == [59 - y as u8; 16]));
    rows.par_iter_mut().unwrap().enumerate().for_each(|(y, row)| row[15] = y as u8);
    assert_eq!(rows.rows().row(7), [[52; 15].as_slice(), &[7]].concat());
}

#[test]
fn rows_that_share_bytes_come_one_after_the_other_only() {
    let mut image = image("L", 64, 50, |y, _| 16 * y);
    let geometry = image.geometry;
    let mut rows = image.rows_mut(&geometry);
    assert!(rows.iter_mut().is_none() && rows.par_iter_mut().is_none());
    let caller = std::thread::current().id();
    rows.for_each_row(|y, row| {
        std::thread::sleep(std::time::Duration::from_micros(20));
        assert_eq!(std::thread::current().id(), caller);
        row.fill(y as u8);
    })
    .unwrap();
    assert_eq!(rows.rows().row(48), [[48; 16], [49; 16], [49; 16], [49; 16]].concat());
}

#[test]
fn rows_without_pixels_are_empty_slices() {
    let mut none = image("L", 0, 3, even);
    let geometry = none.geometry;
    let mut rows = none.rows_mut(&geometry);
    assert!(rows.iter_mut().unwrap().all(|row| row.is_empty()));
    assert_eq!(rows.rows().iter().count(), 3);
    rows.for_each_row(|_, _| panic!("there is nothing to do")).unwrap();
}

#[test]
fn only_rows_that_keep_to_themselves_share_nothing_across() {
    for starts in [even, blocks] {
        let image = image("RGB", 9, 7, starts);
        let part = |rows: Slice, columns: Slice| {
            let mut part = image.geometry;
            part.rows = part.rows.slice(rows);
            part.columns = part.columns.slice(columns);
            part
        };
        let slice = |start, step, len| Slice { start, step, len };
        let base = part(slice(1, 1, 5), slice(2, 1, 4));
        let across = |other: Geometry| image.rows(&base).shares_across_rows(&image.rows(&other));
        assert!(!across(base));
        assert!(!across(part(slice(1, 1, 5), slice(4, 1, 4))), "beside");
        assert!(!across(part(slice(1, 1, 5), slice(5, -1, 4))), "turned round");
        assert!(across(part(slice(2, 1, 5), slice(2, 1, 4))), "a row further down");
        assert!(across(part(slice(0, 1, 5), slice(2, 1, 4))), "a row further up");
        assert!(across(part(slice(5, -1, 5), slice(2, 1, 4))), "upside down");
        assert!(!across(part(slice(2, 1, 5), slice(6, 1, 3))), "no byte in common");
    }
}

#[test]
fn rows_are_beside_others_as_if_those_had_been_copied_first() {
    let mut image = image("RGB", 700, 90, blocks);
    let other = image.geometry;
    let mut bands = [image.geometry; 2];
    for (band, geometry) in bands.iter_mut().enumerate() {
        geometry.bands = geometry.bands.index(band.cast_signed()).unwrap();
    }
    let mut turned = bands[1];
    turned.columns = turned.columns.slice(Slice { start: 699, step: -1, len: 700 });
    for from in [bands[0], bands[1], turned, other] {
        let before = image.bytes.clone();
        let base = image.bytes.as_ptr().addr();
        let starts: Vec<usize> = image.rows(&bands[0]).starts().map(|start| start.addr() - base).collect();
        // SAFETY: `for_each_beside` is what is tested: it copies rows that share bytes.
        let beside = unsafe { Rows::of_image(&image.table, &from) };
        let elsewhere: Vec<u8> = (0..700 * 90).map(|i| (i % 241) as u8).collect();
        let mask = Rows::packed(&elsewhere, [90, 700, 1], 1);
        let mut red = image.rows_mut(&bands[0]);
        red.for_each_beside(Cost::SCALAR, [&beside, &mask], |row, [from, mask]| {
            row.chunks_mut(4).zip(from.chunks(4).rev()).zip(mask).for_each(|((to, from), mask)| to[0] = from[0] ^ mask);
        })
        .unwrap();
        for (y, start) in starts.into_iter().enumerate() {
            for x in 0..700 {
                let source = start + (699 - x) * 4;
                assert_eq!(image.bytes[start + x * 4], before[source] ^ elsewhere[y * 700 + x], "{x}, {y}");
                assert_eq!(image.bytes[start + x * 4 + 1..][..2], before[start + x * 4 + 1..][..2]);
            }
        }
    }
}

#[test]
fn copied_rows_are_the_same_elsewhere() {
    let image = image("RGB", 9, 7, blocks);
    let mut part = image.geometry;
    part.rows = part.rows.slice(Slice { start: 6, step: -2, len: 3 });
    part.columns = part.columns.slice(Slice { start: 1, step: 2, len: 4 });
    part.bands = part.bands.index(1).unwrap();
    let (rows, mut bytes) = (image.rows(&part), Vec::new());
    let copied = rows.copied(&mut bytes).unwrap();
    assert_eq!(copied.lanes(), rows.lanes());
    assert!(!copied.shares_memory_with(&rows));
    assert!(copied.iter().eq(rows.iter()));
    part.rows.len = 0;
    let mut bytes = Vec::new();
    assert!(image.rows(&part).copied(&mut bytes).unwrap().is_empty());
}

#[test]
fn pairs_are_a_row_and_the_one_as_far_from_the_other_end() {
    for (starts, shared) in [(even as fn(usize, usize) -> usize, false), (blocks, false), (|y, _| 3 * y, true)] {
        for height in [1, 2, 5, 6] {
            let mut image = image("L", 9, height, starts);
            let geometry = image.geometry;
            let mut rows = image.rows_mut(&geometry);
            let before: Vec<_> = rows.rows().iter().map(<[u8]>::to_vec).collect();
            rows.for_each_pair(Cost::MEMORY, |row, other| match other {
                Some(other) => row.swap_with_slice(other),
                None => row.reverse(),
            })
            .unwrap();
            if shared {
                continue; // What they show is what was written last.
            }
            for y in 0..height {
                let mut expected = before[height - 1 - y].clone();
                if height - 1 - y == y {
                    expected.reverse();
                }
                assert_eq!(rows.rows().row(y), expected);
            }
        }
    }
}

#[test]
fn rows_upside_down_and_some_of_them() {
    for starts in [even, blocks] {
        let mut image = image("RGB", 4, 6, starts);
        let geometry = image.geometry;
        let mut rows = image.rows_mut(&geometry);
        let before: Vec<_> = rows.rows().iter().map(<[u8]>::to_vec).collect();
        let turned: Vec<_> = rows.rows().upside_down().iter().rev().map(<[u8]>::to_vec).collect();
        assert_eq!(before, turned);
        assert_eq!(rows.upside_down().row(1), before[4]);
        assert_eq!(rows.range(2..4).row(1), before[3]);
        assert_eq!(rows.range(2..4).upside_down().rows().height(), 2);
    }
}
