//! Roll: pixels move, and those that leave on one side come in on the other.

use super::flip::Pixels;
use crate::error::Result;
use crate::rows::{Lanes, RowsMut};

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
    for (to, from) in to.chunks_mut(64).zip(from.chunks(64)) {
        for ((to, from), mask) in to.iter_mut().zip(from).zip(mask) {
            *to = (*to & !mask) | (from & mask);
        }
    }
}

/// Moves the pixels of a row by `by` places of its memory, less than its width.
#[inline(always)]
fn roll_row(row: &mut [u8], lanes: &Lanes, mask: Option<&[u8; 64]>, by: usize) {
    if mask == Some(&[255; 64]) {
        return row.rotate_right(by * lanes.step);
    }
    let old = row.to_vec();
    copy_bands(&mut row[by * lanes.step..], &old, lanes, mask);
    copy_bands(&mut row[..by * lanes.step], &old[(lanes.width - by) * lanes.step..], lanes, mask);
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
    // Rows are turned upside down, all, and then those above and those below `down` once more.
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
}
