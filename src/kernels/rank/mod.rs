//! Rank: the k-th smallest of the values around, which is the least, the median, the largest, or any other.
//!
//! Which value that is does not depend on how it is found, so each size and rank takes the fastest way for it.

pub(super) mod blocks;
mod count;
mod extreme;
mod extreme3;
pub(super) mod network;
mod select;
mod slide;

use super::accept;
use super::around::{self, dense::Dense};
use crate::error::Result;
use crate::format::Format;
use crate::parallel::Cost;
use crate::rows::RowsMut;
use extreme::{Extreme, Larger, Smaller};
use extreme3::Extreme3;

/// From this size on a histogram that slides is faster than counting (benches: `rank_filter`).
const SLIDE_FROM: usize = 27;

/// Replaces every value by the one of rank `rank`, from 0 on, of the `size` by `size` values around it, which go on at
/// the borders as the outermost ones are: 8-bit values, I and F. The bytes of `ImageFilter.RankFilter` (RankFilter.c).
///
/// # Errors
/// [`crate::error::Error::Mode`] for other formats.
pub fn rank(rows: &mut RowsMut<'_>, kernel: &str, format: Format, size: usize, rank: usize) -> Result<()> {
    accept(kernel, format, &[Format::U8, Format::I32, Format::F32])?;
    let (reach, last) = (size / 2, size * size - 1);
    let narrow = Dense::new(rows.lanes(), format).channels() * rows.lanes().width < blocks::LEN;
    match (format, size, rank) {
        (_, 1, _) => Ok(()),
        (Format::I32, ..) => around::run::<i32, _>(rows, format, Cost::SCALAR, &select::Select::new(size, rank)?),
        (Format::F32, ..) => around::run::<f32, _>(rows, format, Cost::SCALAR, &select::Select::new(size, rank)?),
        (_, 3, 0) => around::run(rows, format, Cost::SCALAR, &Extreme3::<Smaller>::new()),
        (_, 3, 8) => around::run(rows, format, Cost::SCALAR, &Extreme3::<Larger>::new()),
        (_, _, 0) => around::run(rows, format, Cost::SCALAR, &Extreme::<Smaller>::new(reach)),
        (_, _, rank) if rank == last => around::run(rows, format, Cost::SCALAR, &Extreme::<Larger>::new(reach)),
        _ if narrow => around::run(rows, format, Cost::SCALAR, &slide::Slide { reach, rank }),
        (_, 3, 1) => around::run(rows, format, Cost::SCALAR, &network::Rank3::<1>),
        (_, 3, 2) => around::run(rows, format, Cost::SCALAR, &network::Rank3::<2>),
        (_, 3, 3) => around::run(rows, format, Cost::SCALAR, &network::Rank3::<3>),
        (_, 3, 4) => around::run(rows, format, Cost::SCALAR, &network::Rank3::<4>),
        (_, 3, 5) => around::run(rows, format, Cost::SCALAR, &network::Rank3::<5>),
        (_, 3, 6) => around::run(rows, format, Cost::SCALAR, &network::Rank3::<6>),
        (_, 3, 7) => around::run(rows, format, Cost::SCALAR, &network::Rank3::<7>),
        (_, 5, 12) => around::run(rows, format, Cost::SCALAR, &network::Median5),
        (_, SLIDE_FROM.., _) => around::run(rows, format, Cost::SCALAR, &slide::Slide { reach, rank }),
        _ => around::run(rows, format, Cost::SCALAR, &count::Count { reach, rank }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::RowsMut;

    /// What `rank` says, by sorting.
    fn naive(bytes: &[u8], [height, width]: [usize; 2], size: usize, rank: usize) -> Vec<u8> {
        let reach = (size / 2) as isize;
        let near = |at: usize, len: usize| (-reach..=reach).map(move |d| at.saturating_add_signed(d).min(len - 1));
        (0..height * width)
            .map(|i| {
                let mut values: Vec<u8> = near(i / width, height)
                    .flat_map(|y| near(i % width, width).map(move |x| bytes[y * width + x]))
                    .collect();
                values.sort_unstable();
                values[rank]
            })
            .collect()
    }

    #[test]
    fn all_ways_find_the_same() {
        for (height, width) in [(1, 1), (2, 70), (9, 3), (13, 141)] {
            for (size, ranks) in [
                (3, (0..9).collect()),
                (5, vec![0, 3, 12, 24]),
                (7, vec![0, 24, 30, 48]),
                (27, vec![0, 1, 364, 700, 728]),
                (31, vec![480]),
            ] {
                for rank in ranks {
                    for values in [2, 7, 256] {
                        let before: Vec<u8> =
                            (0..height * width).map(|i| (((i * 2_654_435_761) >> 9) % values) as u8).collect();
                        let mut after = before.clone();
                        super::rank(
                            &mut RowsMut::packed(&mut after, [height, width, 1], 1),
                            "rank_filter",
                            Format::U8,
                            size,
                            rank,
                        )
                        .unwrap();
                        assert_eq!(
                            after,
                            naive(&before, [height, width], size, rank),
                            "{height} {width} {size} {rank}"
                        );
                    }
                }
            }
        }
    }
}
