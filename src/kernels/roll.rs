//! Roll: pixels move, and those that leave on one side come in on the other.

use super::flip::Pixels;
use super::put_all;
use crate::error::Result;
use crate::parallel::{self, Cost};
use crate::rows::{Lanes, RowsMut};
use crate::scratch;
use crate::simd;

/// Copies the bands of the first pixels of `from` to those of `to`, as many as there are.
#[inline(always)]
fn copy_bands(to: &mut [u8], from: &[u8], lanes: &Lanes, mask: Option<&[u8; 64]>) {
    let Some(mask) = mask else {
        for (to, from) in to.chunks_mut(lanes.step).zip(from.chunks(lanes.step)) {
            for &offset in lanes.offsets() {
                to[offset..offset + lanes.size].copy_from_slice(&from[offset..offset + lanes.size]);
            }
        }
        return;
    };
    if mask == &[255; 64] {
        let len = to.len().min(from.len());
        return to[..len].copy_from_slice(&from[..len]);
    }
    put_all(from, to, mask);
}

/// Moves the pixels of a row by `by` places of its memory, less than its width.
#[inline(always)]
fn roll_row(row: &mut [u8], lanes: &Lanes, mask: Option<&[u8; 64]>, by: usize) {
    if mask == Some(&[255; 64]) {
        return row.rotate_right(by * lanes.step);
    }
    let old = row.to_vec();
    roll_into(row, &old, lanes, mask, by);
}

/// Copies the pixels of a row to another one, by `by` places on.
#[inline(always)]
fn roll_into(to: &mut [u8], from: &[u8], lanes: &Lanes, mask: Option<&[u8; 64]>, by: usize) {
    let by = by * lanes.step;
    copy_bands(&mut to[by..], from, lanes, mask);
    if by > 0 {
        copy_bands(&mut to[..by], &from[lanes.width * lanes.step - by..], lanes, mask);
    }
}

/// Moves the rows by `down` places, less than there are, each by what `copy` does on the way from one row to another. Rows
/// follow each other in rings: each takes what the one before it in the ring had, and only the first of those that a
/// thread has needs a copy.
fn roll_rows(rows: Vec<&mut [u8]>, down: usize, copy: impl Fn(&mut [u8], &[u8]) + Sync) -> Result<()> {
    let height = rows.len();
    let (bytes, longest) = (rows.iter().map(|row| row.len()).sum(), rows.first().map_or(0, |row| row.len()));
    let count = parallel::parts(bytes, Cost::MEMORY)?;
    // Of each share at most two are cut from rings, and as many rows are copied; and one a thread.
    let copied = if count == 1 { 1 } else { 3 * count };
    scratch::ask(copied * longest)?;
    if count == 1 {
        roll_few_rows(rows, down, copy);
        return Ok(());
    }
    let mut rows: Vec<_> = rows.into_iter().map(Some).collect();
    let mut ring = Vec::with_capacity(height);
    let mut parts = Vec::new();
    let share = height.div_ceil(count);
    for first in 0..height {
        let mut y = first;
        while let Some(row) = rows[y].take() {
            ring.push(row);
            y = (y + down) % height;
        }
        // What comes before the first row of each share, as it was; of a ring that is not shared, its last row, later.
        let len = ring.len();
        let kept = |i: usize| (len > share).then(|| ring[(i + len - 1) % len].to_vec());
        let before: Vec<_> = (0..len).step_by(share).map(kept).collect();
        let mut left = std::mem::take(&mut ring);
        for before in before {
            let rest = left.split_off(share.min(left.len()));
            parts.push((std::mem::replace(&mut left, rest), before));
        }
    }
    parallel::each(parts, |(mut ring, before), _| {
        let before = before.unwrap_or_else(|| ring[ring.len() - 1].to_vec());
        simd::run(
            #[inline(always)]
            || {
                for i in (1..ring.len()).rev() {
                    let (earlier, row) = ring.split_at_mut(i);
                    copy(row[0], earlier[i - 1]);
                }
                copy(ring[0], &before);
            },
        );
    })
}

/// The same on the calling thread: ring by ring, from the last row of each to its first. The first rows of the image are
/// each in a ring of their own, as many as there are rings.
fn roll_few_rows(mut rows: Vec<&mut [u8]>, down: usize, copy: impl Fn(&mut [u8], &[u8])) {
    let height = rows.len();
    let mut last = Vec::new();
    simd::run(
        #[inline(always)]
        || {
            let mut left = height;
            for end in 0.. {
                if left == 0 {
                    return;
                }
                last.clear();
                last.extend_from_slice(rows[end]);
                let mut y = end;
                loop {
                    left -= 1;
                    let before = if y < down { y + height - down } else { y - down };
                    if before == end {
                        break copy(rows[y], &last);
                    }
                    let [row, earlier] = rows.get_disjoint_mut([y, before]).expect("rows of a ring differ");
                    copy(row, earlier);
                    y = before;
                }
            }
        },
    );
}

/// Moves every pixel by `dx` to the right and by `dy` down, modulo the size: any shape, any format. The bytes of
/// `ImageChops.offset`. Needs a row of memory a thread.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub fn roll(rows: &mut RowsMut<'_>, dx: i64, dy: i64) -> Result<()> {
    if rows.rows().is_empty() {
        return Ok(());
    }
    let (lanes, height) = (*rows.lanes(), rows.rows().height());
    let within = |by: i64, len: usize| i128::from(by).rem_euclid(len as i128) as usize;
    let right = within(dx, lanes.width);
    let right = if lanes.reversed && right > 0 { lanes.width - right } else { right };
    let down = within(dy, height);
    let (pixels, mask) = (Pixels::new(&lanes), lanes.mask());
    let along = |row: &mut [u8]| {
        if right > 0 {
            roll_row(row, &lanes, mask.as_ref(), right);
        }
    };
    // A list of rows, or rows that are moved within themselves.
    scratch::ask(if down > 0 { 64 * height } else { 0 })?;
    if mask != Some([255; 64]) || down > 0 {
        scratch::ask_each(rows.rows().span())?;
    }
    if down > 0
        && let Some(all) = rows.iter_mut()
    {
        return roll_rows(
            all.collect(),
            down,
            #[inline(always)]
            |to, from| roll_into(to, from, &lanes, mask.as_ref(), right),
        );
    }
    // Rows that share bytes are turned upside down, all, and then those above and those below `down` once more.
    if down > 0 {
        rows.for_each_pair(
            pixels.cost(),
            #[inline(always)]
            |row, other| {
                if let Some(other) = other {
                    pixels.swap(row, other);
                }
            },
        )?;
    }
    if down > 0 || right > 0 {
        for part in [0..down, down..height] {
            rows.range(part).for_each_pair(
                pixels.cost(),
                #[inline(always)]
                |row, other| {
                    if let Some(other) = other {
                        if down > 0 {
                            pixels.swap(row, other);
                        }
                        along(other);
                    }
                    along(row);
                },
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn a_row_moves_round() {
        for lanes in testing::lanes() {
            let before = testing::row(&lanes, 3);
            let mut places = testing::positions(&lanes);
            places.sort_by_key(|place| place / lanes.step); // The order of the memory.
            for by in [1, 2, 16, 63].into_iter().filter(|&by| by < lanes.width) {
                let mut expected = before.clone();
                for (i, &from) in places.iter().enumerate() {
                    expected[places[(i + by * lanes.packed()) % places.len()]] = before[from];
                }
                for mask in [lanes.mask(), None] {
                    let mut row = before.clone();
                    roll_row(&mut row, &lanes, mask.as_ref(), by);
                    assert_eq!(row, expected, "{by} {lanes:?}");
                }
            }
        }
    }

    #[test]
    fn rows_move_round_in_one_ring_and_in_many() {
        let width = 1013;
        for height in [1, 2, 7, 12, 1800] {
            for (right, down) in [(0, 1), (5, 1), (1, 3), (7, 4), (0, 6), (2, 900), (0, 0)] {
                let before: Vec<u8> = (0..height * width * 3).map(|i| (i * 2_654_435_761 % 257) as u8).collect();
                let mut bytes = before.clone();
                roll(&mut RowsMut::packed(&mut bytes, [height, width, 3], 1), right as i64, down as i64).unwrap();
                for y in 0..height {
                    let mut expected = before[y * width * 3..][..width * 3].to_vec();
                    expected.rotate_right(right * 3);
                    let now = &bytes[(y + down) % height * width * 3..][..width * 3];
                    assert!(now == expected, "{height} {right} {down}, row {y}");
                }
            }
        }
    }
}
