//! Rows: every way to come by them, beside the sets of bytes that they have to be.

use super::input::Input;
use super::picture::{Picture, View, slice};
use crate::parallel::Cost;
use crate::pillow::mode::MODES;
use crate::rows::{Lanes, Rows, RowsMut};
use crate::{parallel, simd};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;

/// Asks for rows as `data` says, and compares.
pub fn rows(data: &[u8]) {
    let mut input = Input::new(data);
    simd::testing::choose(input.pick(&simd::testing::levels()));
    parallel::testing::seem_long(input.byte() % 4 == 3);
    match input.byte() % 4 {
        0 => of_a_picture(&mut input),
        1 => two_views(&mut input),
        2 => foreign(&mut input),
        _ => overlapping(&mut input),
    }
}

/// A picture of any mode, and a view of it.
fn any_view(input: &mut Input<'_>) -> (Picture, View) {
    let mode = &MODES[input.below(MODES.len())];
    let size = [input.below(40), input.below(14)];
    let picture = Picture::new(input, mode, size, false);
    let view = part(input, &picture);
    (picture, view)
}

/// Any part of a picture, which may be empty.
fn part(input: &mut Input<'_>, picture: &Picture) -> View {
    let size = [picture.geometry.columns.len, picture.geometry.rows.len, picture.geometry.bands.len];
    let size = size.map(|len| if input.byte().is_multiple_of(8) { 0 } else { len - input.below(len + 1) });
    picture.view(input, size)
}

/// The addresses of the bytes of one row of values.
fn bytes_of(picture: &Picture, view: &View, memory: &[Range<usize>], y: usize) -> BTreeSet<usize> {
    let [_, columns, bands] = view.geometry.axes().map(|axis| axis.len);
    let mut bytes = BTreeSet::new();
    for x in 0..columns {
        for band in 0..bands {
            let (block, at) = picture.place(view, x, y, band);
            bytes.extend((0..view.geometry.format.size()).map(|i| memory[block].start + at + i));
        }
    }
    bytes
}

/// Where the values of a row's slice lie, in the view's order, as its lanes say.
fn places(lanes: &Lanes) -> Vec<usize> {
    let pixel = |x: usize| if lanes.reversed { lanes.width - 1 - x } else { x } * lanes.step;
    (0..lanes.width).flat_map(|x| lanes.offsets().iter().map(move |offset| pixel(x) + offset)).collect()
}

fn of_a_picture(input: &mut Input<'_>) {
    let (picture, view) = any_view(input);
    let [height, width, bands] = view.geometry.axes().map(|axis| axis.len);
    let (memory, before) = (picture.ranges(), picture.bytes());
    let rows = picture.rows(&view);
    let lanes = *rows.lanes();
    assert_eq!((rows.height(), lanes.width, lanes.bands), (height, width, bands));
    assert_eq!(rows.is_empty(), width * height * bands == 0);

    // Each value is where the lanes say.
    let expected: Vec<_> = (0..height).map(|y| bytes_of(&picture, &view, &memory, y)).collect();
    for (y, expected) in expected.iter().enumerate().filter(|_| !rows.is_empty()) {
        let start = rows.start(y).addr();
        let found = places(&lanes).into_iter().flat_map(|at| (0..lanes.size).map(move |i| start + at + i));
        assert_eq!(found.collect::<BTreeSet<_>>(), *expected, "{view:?} {lanes:?}");
        // From the first byte of the first pixel to the last of the last value.
        let (first, last) = (expected.first().unwrap(), expected.last().unwrap());
        assert!((start..start + view.geometry.pixel).contains(first) && start + rows.span() == last + 1, "{view:?}");
        let values: Vec<_> = (0..width).flat_map(|x| (0..bands).map(move |band| (x, band))).collect();
        for ((x, band), at) in values.into_iter().zip(places(&lanes)) {
            let (block, place) = picture.place(&view, x, y, band);
            assert_eq!(&rows.row(y)[at..at + lanes.size], &before[block][place..place + lanes.size]);
        }
    }
    spaced(&rows, height);
    same_rows(&rows, input);
    written_once(&picture, &view, &expected, &memory);
}

/// The spacing of rows is what their addresses say.
fn spaced(rows: &Rows<'_>, height: usize) {
    let starts: Vec<usize> = rows.starts().map(<*mut u8>::addr).collect();
    if rows.is_empty() {
        assert_eq!((rows.extent(), rows.pitch(), starts.len()), (0..0, Some(0), 0));
        return assert_eq!(rows.runs(), [0..height]);
    }
    let gaps: Vec<isize> = starts.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]).cast_signed()).collect();
    let even = gaps.windows(2).all(|pair| pair[0] == pair[1]);
    assert_eq!(rows.pitch(), even.then(|| gaps.first().copied().unwrap_or(0)));
    let (low, high) = (starts.iter().min().unwrap(), starts.iter().max().unwrap());
    assert_eq!(rows.extent(), *low..high + rows.span());
    // Runs are all rows in order, evenly spaced and as long as can be.
    let runs = rows.runs();
    assert_eq!(runs.iter().flat_map(Clone::clone).collect::<Vec<_>>(), (0..height).collect::<Vec<_>>());
    let pitch = gaps.iter().copied().min_by_key(|gap| gap.unsigned_abs());
    for run in &runs {
        assert!(gaps[run.start..run.end - 1].iter().all(|&gap| Some(gap) == pitch));
        assert!(run.end == height || gaps.get(run.end - 1).copied() != pitch);
    }
}

/// Parts, copies, bands and iterators of rows are those rows.
fn same_rows(rows: &Rows<'_>, input: &mut Input<'_>) {
    let (height, lanes) = (rows.height(), *rows.lanes());
    let all: Vec<&[u8]> = (0..height).map(|y| rows.row(y)).collect();
    assert!(rows.iter().eq(all.iter().copied()));
    assert!(rows.iter().rev().eq(all.iter().rev().copied()));
    assert_eq!(rows.par_iter().collect::<Vec<_>>(), all);
    assert!(rows.upside_down().iter().eq(all.iter().rev().copied()));
    let first = input.below(height + 1);
    let end = first + input.below(height + 1 - first);
    assert!(rows.part(first..end).iter().eq(all[first..end].iter().copied()));
    let mut bytes = Vec::new();
    let copied = rows.copied(&mut bytes).expect("there is memory");
    assert!(copied.iter().eq(all.iter().copied()) && !copied.shares_memory_with(rows));
    if lanes.bands > 0 {
        let band = input.below(lanes.bands);
        let one = rows.band(band);
        for (y, row) in all.iter().enumerate() {
            let expected = places(&lanes).into_iter().skip(band).step_by(lanes.bands);
            let found = places(one.lanes()).into_iter().map(|at| &one.row(y)[at..at + lanes.size]);
            assert!(found.eq(expected.map(|at| &row[at..at + lanes.size])));
        }
    }
    if let Some(row) = all.first() {
        let again = Rows::repeated(row, 3, &lanes);
        assert!(again.iter().eq([*row; 3]));
    }
}

/// Each way to change rows comes to every byte of them once, and to no other. Values are changed as lanes say; whatever lies
/// between is left.
fn written_once(picture: &Picture, view: &View, expected: &[BTreeSet<usize>], memory: &[Range<usize>]) {
    let all: BTreeSet<usize> = expected.iter().flatten().copied().collect();
    let mut rows = picture.rows_mut(view);
    let lanes = *rows.lanes();
    let step = lanes.step.max(1);
    // A run of rows that lie one behind the other is one row with as many pixels more.
    let change = |row: &mut [u8]| {
        for pixel in row.chunks_mut(step) {
            for &offset in lanes.offsets() {
                pixel[offset..offset + lanes.size].iter_mut().for_each(|byte| *byte = byte.wrapping_add(1));
            }
        }
    };
    let mut before = picture.bytes();
    let mut check = |what: &str| {
        for (block, range) in before.iter_mut().zip(memory) {
            for (byte, address) in block.iter_mut().zip(range.clone()) {
                *byte = byte.wrapping_add(u8::from(all.contains(&address)));
            }
        }
        assert!(before == picture.bytes(), "{what}: {view:?}");
    };
    rows.for_each(Cost::MEMORY, change).unwrap();
    check("for_each");
    rows.for_each_row(|_, row| change(row)).unwrap();
    check("for_each_row");
    rows.for_each_pair(Cost::SCALAR, |row, other| {
        change(row);
        other.into_iter().for_each(&change);
    })
    .unwrap();
    check("for_each_pair");
    rows.iter_mut().expect("rows of a picture share no byte").for_each(&change);
    check("iter_mut");
    rows.par_iter_mut().expect("rows of a picture share no byte").for_each(change);
    check("par_iter_mut");
    let height = rows.rows().height();
    for count in [1, 3] {
        let mut next = 0;
        for (first, mut part) in rows.parts(count) {
            assert_eq!(first, next);
            next += part.rows().height();
            part.for_each(Cost::MEMORY, change).unwrap();
        }
        assert_eq!(next, height);
        check("parts");
    }
    let mut upwards = rows.upside_down();
    (0..height).for_each(|y| change(upwards.row(y)));
    check("upside_down");
    rows.range(0..height / 2).for_each(Cost::MEMORY, change).unwrap();
    rows.range(height / 2..height).for_each(Cost::MEMORY, change).unwrap();
    check("range");
}

/// Two views of one picture, or of two: what they share, and what one of them becomes beside the other.
fn two_views(input: &mut Input<'_>) {
    let (picture, one) = any_view(input);
    let two = part(input, &picture);
    let memory = picture.ranges();
    let height = |view: &View| view.geometry.rows.len;
    let slices = |view: &View| -> Vec<Range<usize>> {
        let rows = picture.rows(view);
        rows.starts().map(|start| start.addr()..start.addr() + rows.span()).collect()
    };
    let meet = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let (a, b) = (slices(&one), slices(&two));
    let shares = a.iter().any(|a| b.iter().any(|b| meet(a, b)));
    let (first, second) = (picture.rows(&one), picture.rows(&two));
    assert_eq!(first.shares_memory_with(&second), shares, "{one:?} {two:?}");
    assert_eq!(second.shares_memory_with(&first), shares, "{one:?} {two:?}");
    if height(&one) != height(&two) {
        return;
    }
    let across = (0..a.len()).any(|i| (0..b.len()).any(|j| i != j && meet(&a[i], &b[j])));
    let said = first.shares_across_rows(&second);
    // It may be said of rows that only lie in between, but never be left unsaid.
    assert!(said || !across, "{one:?} {two:?}");
    assert!(shares || !said, "{one:?} {two:?}");
    if said || first.is_empty() || second.is_empty() {
        return;
    }
    // Each row is beside the other as that was before.
    let before = picture.bytes();
    let given: Vec<Vec<u8>> = second.iter().map(<[u8]>::to_vec).collect();
    let lanes = *first.lanes();
    let mut rows = picture.rows_mut(&one);
    rows.for_each_beside(Cost::SCALAR, [&second, &second], |row, [other, again]| {
        assert!(other == again && given.iter().any(|given| given == other));
        let sum = other.iter().fold(7_u8, |sum, byte| sum.rotate_left(1) ^ byte);
        places(&lanes).into_iter().for_each(|at| row[at] = row[at].wrapping_mul(5) ^ sum);
    })
    .unwrap();
    let mut expected = before;
    for (y, given) in given.iter().enumerate() {
        let sum = given.iter().fold(7_u8, |sum, byte| sum.rotate_left(1) ^ byte);
        for at in places(&lanes) {
            let address = a[y].start + at;
            let block = memory.iter().position(|range| range.contains(&address)).expect("inside");
            let byte = &mut expected[block][address - memory[block].start];
            *byte = byte.wrapping_mul(5) ^ sum;
        }
    }
    assert!(picture.bytes() == expected, "{one:?} {two:?}");
}

/// Foreign memory of any strides: what is taken lies where the strides say, and what is no rows of pixels is refused.
fn foreign(input: &mut Input<'_>) {
    let shape: [usize; 3] = [input.below(7), input.below(12), input.below(6)];
    let size: usize = input.pick(&[1, 2, 4]);
    let stride = |input: &mut Input<'_>, most: i64| {
        let stride = input.below(most as usize) as isize;
        if input.flag() { -stride } else { stride }
    };
    let strides = [stride(input, 120), stride(input, 40), stride(input, 12)];
    let empty = shape.contains(&0);
    let reach = |i: usize| strides[i] * (shape[i].cast_signed() - 1);
    let (low, high) = (0..3).map(reach).fold((0, 0), |(low, high), by| (low + by.min(0), high + by.max(0)));
    let (low, high) = if empty { (0, 0) } else { (low, high + size.cast_signed()) };
    // Exactly as much memory as there is between the first byte and the last.
    let mut memory = vec![0; (high - low).cast_unsigned()].into_boxed_slice();
    let base = memory.as_mut_ptr().wrapping_offset(-low);
    // SAFETY: `low` and `high` are the ends of all values.
    let rows = unsafe { Rows::strided(base, shape, strides, size) };
    let value = |y: usize, x: usize, band: usize| {
        y.cast_signed() * strides[0] + x.cast_signed() * strides[1] + band.cast_signed() * strides[2]
    };
    // Pixels lie together: no value of a pixel meets another, and pixels are apart.
    let pixel: Vec<isize> = (0..shape[2]).map(|band| band.cast_signed() * strides[2]).collect();
    let ends = pixel.iter().min().zip(pixel.iter().max());
    let width = ends.map_or(0, |(low, high)| (high - low).cast_unsigned() + size);
    let apart = shape[2] < 2 || strides[2].unsigned_abs() >= size;
    let pixels = shape[1] < 2 || strides[1].unsigned_abs() >= width;
    assert_eq!(rows.is_some(), shape[2] <= 4 && (empty || apart && pixels), "{shape:?} {strides:?} {size}");
    let Some(rows) = rows else { return };
    assert_eq!(rows.is_empty(), empty);
    let check = |rows: &Rows<'_>, address: &dyn Fn(usize) -> usize| {
        for y in 0..if empty { 0 } else { shape[0] } {
            let mut places = places(rows.lanes()).into_iter().map(|at| rows.start(y).addr() + at);
            for (x, band) in (0..shape[1]).flat_map(|x| (0..shape[2]).map(move |band| (x, band))) {
                assert_eq!(places.next(), Some(address(y).wrapping_add_signed(value(0, x, band))));
            }
        }
    };
    check(&rows, &|y| base.addr().wrapping_add_signed(value(y, 0, 0)));
    // The same by pointers to the rows, in any order.
    let step = 1 + input.below(3);
    let suboffset = input.below(5).cast_signed();
    let mut table: Vec<*mut u8> = Vec::new();
    for y in 0..shape[0] * step {
        table.push(base.wrapping_offset(value(shape[0] - 1 - y / step, 0, 0) - suboffset));
    }
    let by = [(step * size_of::<*mut u8>()).cast_signed(), strides[1], strides[2]];
    // SAFETY: as above; the pointers are those of the same rows.
    let indirect = unsafe { Rows::indirect(table.as_mut_ptr().cast(), shape, by, suboffset, size) };
    let indirect = indirect.expect("as the rows above");
    check(&indirect, &|y| base.addr().wrapping_add_signed(value(shape[0] - 1 - y, 0, 0)));
}

/// Rows that share bytes are changed one after the other, top to bottom, as plain code does.
fn overlapping(input: &mut Input<'_>) {
    let (height, width) = (input.between(1, 9), input.between(1, 40));
    let pitch = input.below(width + 3);
    let mut memory = vec![0; pitch * (height - 1) + width];
    input.fill(&mut memory, crate::format::Format::U8, false);
    let mut expected = memory.clone();
    let part = slice(input, height, height);
    let upwards = part.step < 0;
    let order: Vec<usize> = if upwards { (0..height).rev().collect() } else { (0..height).collect() };
    let (first, step) = if upwards { (pitch * (height - 1), -pitch.cast_signed()) } else { (0, pitch.cast_signed()) };
    let base = memory.as_mut_ptr().wrapping_add(first);
    // SAFETY: the rows of `memory`, which nobody else looks at.
    let mut rows =
        unsafe { RowsMut::new(Rows::strided(base, [height, width, 1], [step, 1, 1], 1).expect("single bytes")) };
    let disjoint = pitch >= width || height < 2;
    assert_eq!(rows.iter_mut().is_some(), disjoint);
    assert_eq!(rows.par_iter_mut().is_some(), disjoint);
    assert_eq!(rows.parts(3).len(), if disjoint { 3.min(height) } else { 1 });
    let mix = |byte: &mut u8| *byte = byte.wrapping_mul(3).wrapping_add(1);
    if input.flag() {
        rows.for_each(Cost::SCALAR, |row| row.iter_mut().for_each(mix)).unwrap();
    } else {
        rows.for_each_row(|_, row| row.iter_mut().for_each(mix)).unwrap();
    }
    order.iter().for_each(|y| expected[y * pitch..][..width].iter_mut().for_each(mix));
    assert!(memory == expected, "{height} {width} {pitch}");
}
