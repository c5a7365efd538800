//! Kernels, each on a view of any shape, beside code that is too plain to be wrong.

mod around;
mod blend;
mod blur;
mod colour;
mod moves;
mod pairs;
mod scale;
mod statistics;
mod tone;

use super::input::Input;
use super::picture::{Grid, Picture, View, Wanted};
use crate::error::Result;
use crate::format::Format;
use crate::rows::{Rows, RowsMut};
use crate::{parallel, simd};

/// A kernel, as `module::function` in `src/kernels`, and what is tried with it.
pub(super) type Arm = (&'static str, fn(&mut Input<'_>));

/// Every kernel. A corpus knows them by their numbers, so that new ones are added at the end.
pub(super) fn arms() -> Vec<Arm> {
    [
        tone::ARMS,
        pairs::ARMS,
        blend::ARMS,
        colour::ARMS,
        moves::ARMS,
        scale::ARMS,
        around::ARMS,
        blur::ARMS,
        statistics::ARMS,
    ]
    .concat()
}

/// Calls a kernel as `data` says, and compares.
pub fn kernels(data: &[u8]) {
    let mut input = Input::new(data);
    let arms = arms();
    let (name, arm) = arms[input.below(arms.len())];
    simd::testing::choose(input.pick(&simd::testing::levels()));
    parallel::testing::seem_long(input.byte() % 4 == 3);
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("{name}, {:?}", simd::level());
    }
    arm(&mut input);
}

const BYTES: [Format; 1] = [Format::U8];
const WORDS: [Format; 3] = [Format::U16, Format::U16Be, Format::U16Le];
const UNSIGNED: [Format; 4] = [Format::U8, Format::U16, Format::U16Be, Format::U16Le];
const NUMBERS: [Format; 6] = [Format::U8, Format::U16, Format::U16Be, Format::U16Le, Format::I32, Format::F32];

/// What is left of the largest value of an unsigned format.
fn largest(format: Format) -> i64 {
    if format == Format::U8 { 255 } else { 65_535 }
}

/// How a picture is made for a kernel.
#[derive(Clone, Copy)]
struct Kind<'a> {
    formats: &'a [Format],
    bands: &'a [usize],
    whole: bool,
    pillow: bool,
    tame: bool,
    /// About as many values at most.
    most: usize,
}

/// Any view of such values.
fn any(formats: &[Format]) -> Kind<'_> {
    Kind { formats, bands: &[1, 2, 3, 4], whole: false, pillow: false, tame: false, most: 2000 }
}

/// Pixels of four bytes.
const PIXELS: Kind<'static> =
    Kind { formats: &BYTES, bands: &[3, 4], whole: true, pillow: true, tame: false, most: 2000 };

impl Kind<'_> {
    fn wanted(self, input: &mut Input<'_>) -> Wanted {
        let format = input.pick(self.formats);
        let bands = if format == Format::U8 { input.pick(self.bands) } else { 1 };
        let most = (self.most / bands).max(1);
        let (width, height) = match input.byte() % 4 {
            0 => (input.below(4), input.below(4)),
            1 => (input.between(1, 20), input.between(1, 60)),
            _ => (input.between(1, 300), input.between(1, 7)),
        };
        let (width, height) = (width.min(most), height.min(most / width.clamp(1, most)));
        Wanted { format, size: [width, height, bands], whole: self.whole, pillow: self.pillow, tame: self.tame }
    }

    fn subject(self, input: &mut Input<'_>) -> Subject {
        let wanted = self.wanted(input);
        Subject::new(input, wanted)
    }
}

/// A picture, a view of it and what that shows before a kernel is called.
struct Subject {
    picture: Picture,
    view: View,
    before: Grid,
}

impl Subject {
    fn new(input: &mut Input<'_>, wanted: Wanted) -> Subject {
        let (picture, view) = Picture::showing(input, wanted);
        let before = picture.grid(&view);
        Subject { picture, view, before }
    }

    /// A second view of the same columns and rows: of the same picture, where that has such, or of another one.
    fn second(&self, input: &mut Input<'_>, wanted: Wanted) -> Second {
        let here = self.picture.geometry;
        let bands = if wanted.whole { wanted.size[2] == here.bands.len } else { wanted.size[2] <= here.bands.len };
        if input.byte().is_multiple_of(4) && wanted.format == here.format && bands {
            let view = self.picture.view(input, wanted.size);
            let before = self.picture.grid(&view);
            return Second { other: None, view, before };
        }
        let (other, view) = Picture::showing(input, wanted);
        let before = other.grid(&view);
        Second { other: Some(other), view, before }
    }

    /// A second view like this one.
    fn beside(&self, input: &mut Input<'_>) -> Second {
        self.second(
            input,
            Wanted { format: self.format(), size: self.size(), whole: false, pillow: false, tame: false },
        )
    }

    /// A mask, or none.
    fn mask(&self, input: &mut Input<'_>) -> Option<Second> {
        input.flag().then(|| self.weights(input))
    }

    /// A view of one band of bytes.
    fn weights(&self, input: &mut Input<'_>) -> Second {
        let [width, height, _] = self.size();
        self.second(
            input,
            Wanted { format: Format::U8, size: [width, height, 1], whole: false, pillow: false, tame: false },
        )
    }

    fn format(&self) -> Format {
        self.before.format
    }

    /// Columns, rows and bands.
    fn size(&self) -> [usize; 3] {
        self.before.size
    }

    /// In which byte of a pixel each band begins.
    fn offsets(&self) -> Vec<usize> {
        self.picture.rows(&self.view).lanes().offsets().to_vec()
    }

    fn becomes(&self, expected: &Grid, kernel: impl FnOnce(&mut RowsMut<'_>) -> Result<()>) {
        self.picture.becomes(&self.view, expected, kernel);
    }
}

/// A second view, and what it shows before a kernel is called.
struct Second {
    /// If it is not of the same picture.
    other: Option<Picture>,
    view: View,
    before: Grid,
}

impl Second {
    fn rows<'a>(&'a self, first: &'a Subject) -> Rows<'a> {
        self.other.as_ref().unwrap_or(&first.picture).rows(&self.view)
    }
}
