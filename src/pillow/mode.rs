//! Pillow's modes, written once: names, values, bytes a pixel, and where each band lies in a pixel.

use crate::format::Format;

/// One of Pillow's modes.
#[derive(Debug, PartialEq, Eq)]
pub struct Mode {
    /// As `Image.mode` spells it.
    pub name: &'static str,
    /// What one value of one band is.
    pub format: Format,
    /// Bytes a pixel takes, padding included.
    pub pixel: usize,
    /// The byte in a pixel at which each band begins.
    pub offsets: &'static [u8],
    /// The bands' names, as `Image.getbands()`.
    pub bands: &'static [&'static str],
}

/// I;16L's format: native on little-endian machines, which is nearly all.
const U16_LITTLE: Format = if cfg!(target_endian = "little") { Format::U16 } else { Format::U16Le };

macro_rules! modes {
    ($($name:literal => $format:expr, $pixel:literal, $offsets:expr, $bands:expr;)*) => {
        /// Every mode that Pillow stores images in.
        pub static MODES: &[Mode] = &[
            $(Mode { name: $name, format: $format, pixel: $pixel, offsets: &$offsets, bands: &$bands },)*
        ];
    };
}

modes! { // value, bytes a pixel, where the bands lie, their names
    "1"     => Format::U8,    1, [0],          ["1"]; // 0 or 255
    "L"     => Format::U8,    1, [0],          ["L"];
    "P"     => Format::U8,    1, [0],          ["P"];
    "LA"    => Format::U8,    4, [0, 3],       ["L", "A"]; // L, -, -, A
    "La"    => Format::U8,    4, [0, 3],       ["L", "a"];
    "PA"    => Format::U8,    4, [0, 3],       ["P", "A"];
    "RGB"   => Format::U8,    4, [0, 1, 2],    ["R", "G", "B"]; // R, G, B, -
    "RGBA"  => Format::U8,    4, [0, 1, 2, 3], ["R", "G", "B", "A"];
    "RGBX"  => Format::U8,    4, [0, 1, 2, 3], ["R", "G", "B", "X"];
    "RGBa"  => Format::U8,    4, [0, 1, 2, 3], ["R", "G", "B", "a"];
    "CMYK"  => Format::U8,    4, [0, 1, 2, 3], ["C", "M", "Y", "K"];
    "YCbCr" => Format::U8,    4, [0, 1, 2],    ["Y", "Cb", "Cr"];
    "HSV"   => Format::U8,    4, [0, 1, 2],    ["H", "S", "V"];
    "LAB"   => Format::U8,    4, [0, 1, 2],    ["L", "A", "B"];
    "I"     => Format::I32,   4, [0],          ["I"];
    "F"     => Format::F32,   4, [0],          ["F"];
    "I;16"  => Format::U16,   2, [0],          ["I"];
    "I;16L" => U16_LITTLE,    2, [0],          ["I"];
    "I;16B" => Format::U16Be, 2, [0],          ["I"];
    "I;16N" => Format::U16,   2, [0],          ["I"];
}

impl Mode {
    /// The mode of this name, if it is one of Pillow's.
    pub fn find(name: &str) -> Option<&'static Mode> {
        MODES.iter().find(|mode| mode.name == name)
    }

    /// Whether the last band is alpha.
    pub fn has_alpha(&self) -> bool {
        self.bands.len() > 1 && matches!(self.bands[self.bands.len() - 1], "A" | "a")
    }

    /// `IMAGING_TYPE_*` of Pillow's struct: uint8, int32, float32, special.
    pub(crate) fn imaging_type(&self) -> i32 {
        match self.format {
            Format::U8 => 0,
            Format::I32 => 1,
            Format::F32 => 2,
            _ => 3,
        }
    }
}
