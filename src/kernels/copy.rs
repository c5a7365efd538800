//! Copy: the values of one view into another of the same shape, whatever the steps, orders and paddings.

use super::put_all;
use crate::error::{Error, Result};
use crate::parallel::Cost;
use crate::rows::{Lanes, Rows, RowsMut};
use crate::simd;

/// How the values of a row get from one layout into another, fastest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The same bytes.
    Whole,
    /// The same layout, with bytes in between that must stay.
    Masked,
    /// 4-byte pixels whose first three bytes become 3-byte pixels: RGB to packed memory.
    Pack3,
    /// The reverse; the fourth byte stays.
    Unpack3,
    /// Value by value.
    Each,
}

impl Way {
    fn of(to: &Lanes, from: &Lanes) -> Way {
        let rgb = |lanes: &Lanes, step| lanes.step == step && lanes.offsets() == [0, 1, 2] && lanes.size == 1;
        if to.is_dense() && from.is_dense() {
            Way::Whole
        } else if to.reversed != from.reversed {
            Way::Each
        } else if to.step == from.step && to.offsets() == from.offsets() && to.mask().is_some() {
            Way::Masked
        } else if rgb(to, 3) && rgb(from, 4) {
            Way::Pack3
        } else if rgb(to, 4) && rgb(from, 3) {
            Way::Unpack3
        } else {
            Way::Each
        }
    }
}

#[inline(always)]
fn copy_row(to: &mut [u8], from: &[u8], way: Way, to_lanes: &Lanes, from_lanes: &Lanes, mask: &[u8; 64]) {
    match way {
        Way::Whole => to.copy_from_slice(from),
        Way::Masked => put_all(from, to, mask),
        Way::Pack3 => pack3_row(to, from),
        Way::Unpack3 => {
            for (to, from) in to.chunks_mut(4).zip(from.chunks_exact(3)) {
                to[..3].copy_from_slice(from);
            }
        }
        Way::Each => {
            let place = |lanes: &Lanes, x: usize| if lanes.reversed { lanes.width - 1 - x } else { x } * lanes.step;
            for x in 0..to_lanes.width {
                let (to_pixel, from_pixel) = (place(to_lanes, x), place(from_lanes, x));
                for (to_offset, from_offset) in to_lanes.offsets().iter().zip(from_lanes.offsets()) {
                    let (t, f) = (to_pixel + to_offset, from_pixel + from_offset);
                    to[t..t + to_lanes.size].copy_from_slice(&from[f..f + to_lanes.size]);
                }
            }
        }
    }
}

/// Drops every fourth byte.
#[inline(always)]
fn pack3_row(to: &mut [u8], from: &[u8]) {
    let pixels = simd::pack3(to, from);
    for (to, from) in to[pixels * 3..].chunks_exact_mut(3).zip(from[pixels * 4..].chunks(4)) {
        to.copy_from_slice(&from[..3]);
    }
}

/// Copies every value of `from` to `to`, which has the same shape and shares no memory with it.
///
/// # Errors
/// None of its own.
pub fn copy(to: &mut RowsMut<'_>, from: &Rows<'_>) -> Result<()> {
    let (mut to, [from]) = to.joined([from]);
    let (to_lanes, from_lanes) = (*to.lanes(), *from.lanes());
    assert_eq!(
        (to_lanes.width, to_lanes.bands, to_lanes.size),
        (from_lanes.width, from_lanes.bands, from_lanes.size),
        "the shapes were compared before"
    );
    let copier = row_copier(&to_lanes, &from_lanes);
    to.for_each_with(
        copier.cost(),
        &from,
        #[inline(always)]
        |to, from| copier.copy(to, from),
    )
}

/// Copies rows of one layout into rows of another.
pub(super) struct RowCopier {
    way: Way,
    to: Lanes,
    from: Lanes,
    mask: [u8; 64],
}

/// For rows that are laid out like this.
pub(super) fn row_copier(to: &Lanes, from: &Lanes) -> RowCopier {
    // The mask is read by `Way::Masked` only, which has one.
    RowCopier { way: Way::of(to, from), to: *to, from: *from, mask: to.mask().unwrap_or([0; 64]) }
}

impl RowCopier {
    pub(super) fn cost(&self) -> Cost {
        if self.way == Way::Each { Cost::SCALAR } else { Cost::MEMORY }
    }

    #[inline(always)]
    pub(super) fn copy(&self, to: &mut [u8], from: &[u8]) {
        copy_row(to, from, self.way, &self.to, &self.from, &self.mask);
    }
}

/// Takes the padding out of rows, one at a time.
pub struct Packer {
    way: Way,
    from: Lanes,
    to: Lanes,
    packed: Vec<u8>,
}

impl Packer {
    /// For rows laid out like this.
    pub fn new(from: &Lanes) -> Packer {
        let mut to = Lanes { step: from.packed(), reversed: false, ..*from };
        to.offsets = std::array::from_fn(|band| band * from.size);
        let way = Way::of(&to, from);
        let len = if way == Way::Whole { 0 } else { from.width * from.packed() };
        Packer { way, from: *from, to, packed: vec![0; len] }
    }

    /// For the rows of a mask, which are put into the order of rows that lie as `rows` says.
    pub fn of_mask(mask: &Rows<'_>, rows: &Lanes) -> Packer {
        let mask = mask.lanes();
        Packer::new(&Lanes { reversed: mask.reversed != rows.reversed, ..*mask })
    }

    /// The values of `row` without padding, in the view's order.
    pub fn pack<'a>(&'a mut self, row: &'a [u8]) -> &'a [u8] {
        if self.way == Way::Whole {
            return row;
        }
        // No bytes in between: there is nothing that a mask could keep.
        copy_row(&mut self.packed, row, self.way, &self.to, &self.from, &[255; 64]);
        &self.packed
    }
}

/// The values of `from` without padding, row by row.
///
/// # Errors
/// As [`copy`]; [`Error::Memory`].
pub fn to_vec(from: &Rows<'_>) -> Result<Vec<u8>> {
    let lanes = from.lanes();
    let shape = [from.height(), lanes.width, lanes.bands];
    let len = shape.iter().product::<usize>() * lanes.size;
    let mut packed = Vec::new();
    packed
        .try_reserve_exact(len)
        .map_err(|_| Error::Memory(format!("there is no memory for a copy of {len} bytes")))?;
    packed.resize(len, 0);
    copy(&mut RowsMut::packed(&mut packed, shape, lanes.size), from)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn copies_the_values_between_all_layouts_and_nothing_else() {
        let all = testing::lanes();
        for to_lanes in &all {
            for from_lanes in &all {
                let shape = |lanes: &Lanes| (lanes.width, lanes.bands, lanes.size);
                if shape(to_lanes) != shape(from_lanes) {
                    continue;
                }
                let (before, from) = (testing::row(to_lanes, 3), testing::row(from_lanes, 77));
                let mut expected = before.clone();
                for (t, f) in testing::positions(to_lanes).into_iter().zip(testing::positions(from_lanes)) {
                    expected[t] = from[f];
                }
                let way = Way::of(to_lanes, from_lanes);
                let mask = to_lanes.mask().unwrap_or([0; 64]);
                for way in [way, Way::Each] {
                    let mut to = before.clone();
                    copy_row(&mut to, &from, way, to_lanes, from_lanes, &mask);
                    assert_eq!(to, expected, "{way:?} {to_lanes:?} {from_lanes:?}");
                }
            }
        }
    }

    #[test]
    fn a_packer_gives_the_values_in_order() {
        for lanes in testing::lanes() {
            let row = testing::row(&lanes, 11);
            let expected: Vec<u8> = testing::positions(&lanes).into_iter().map(|i| row[i]).collect();
            assert_eq!(Packer::new(&lanes).pack(&row), expected, "{lanes:?}");
        }
    }

    #[test]
    fn to_vec_packs() {
        let bytes: Vec<u8> = (0..24).collect();
        let rows = Rows::packed(&bytes, [2, 4, 3], 1);
        assert_eq!(to_vec(&rows).unwrap(), bytes);
    }
}
