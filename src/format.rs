//! The value formats of PEP 3118 that Pillow's pixels have, or can be cast to.

use std::ffi::CStr;

/// How one value lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Format {
    U8,
    I8,
    /// Native byte order.
    U16,
    /// I;16B: most significant byte first, whatever the machine.
    U16Be,
    /// I;16L on big-endian machines.
    U16Le,
    I16,
    I32,
    U32,
    F32,
}

/// One value outside of an image.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Scalar {
    Int(i64),
    Float(f64),
}

macro_rules! formats {
    ($($format:ident $code:literal $kind:ident $type:ty, $decode:ident, $encode:ident, $range:literal;)*) => {
        impl Format {
            /// The code as a C string, for `Py_buffer.format`.
            pub const fn code(self) -> &'static CStr {
                match self { $(Format::$format => $code,)* }
            }

            /// Bytes of one value.
            pub const fn size(self) -> usize {
                match self { $(Format::$format => size_of::<$type>(),)* }
            }

            /// The values that fit, for messages.
            pub const fn range(self) -> &'static str {
                match self { $(Format::$format => $range,)* }
            }

            /// Decodes a value from the first `size()` bytes.
            pub fn decode(self, bytes: &[u8]) -> Scalar {
                match self {
                    $(Format::$format => {
                        let mut raw = [0; size_of::<$type>()];
                        raw.copy_from_slice(&bytes[..size_of::<$type>()]);
                        Scalar::$kind(<$type>::$decode(raw).into())
                    })*
                }
            }

            /// Encodes a value into the first `size()` bytes; `None` if it does not fit.
            pub fn encode(self, value: Scalar) -> Option<[u8; 4]> {
                let mut bytes = [0; 4];
                match self {
                    $(Format::$format => {
                        let raw = formats!(@fit $kind $type, value)?.$encode();
                        bytes[..raw.len()].copy_from_slice(&raw);
                    })*
                }
                Some(bytes)
            }
        }
    };
    (@fit Int $type:ty, $value:expr) => {
        match $value { Scalar::Int(v) => <$type>::try_from(v).ok(), Scalar::Float(_) => None }
    };
    (@fit Float $type:ty, $value:expr) => {
        match $value { Scalar::Int(v) => Some(v as $type), Scalar::Float(v) => Some(v as $type) }
    };
}

formats! {
    U8    c"B"  Int   u8,  from_ne_bytes, to_ne_bytes, "0 to 255";
    I8    c"b"  Int   i8,  from_ne_bytes, to_ne_bytes, "-128 to 127";
    U16   c"H"  Int   u16, from_ne_bytes, to_ne_bytes, "0 to 65535";
    U16Be c">H" Int   u16, from_be_bytes, to_be_bytes, "0 to 65535";
    U16Le c"<H" Int   u16, from_le_bytes, to_le_bytes, "0 to 65535";
    I16   c"h"  Int   i16, from_ne_bytes, to_ne_bytes, "-32768 to 32767";
    I32   c"i"  Int   i32, from_ne_bytes, to_ne_bytes, "-2147483648 to 2147483647";
    U32   c"I"  Int   u32, from_ne_bytes, to_ne_bytes, "0 to 4294967295";
    F32   c"f"  Float f32, from_ne_bytes, to_ne_bytes, "any float";
}

impl Format {
    /// The code as text, such as `"B"`.
    pub fn name(self) -> &'static str {
        self.code().to_str().expect("codes are ASCII")
    }

    /// Whether values have the machine's byte order.
    pub const fn is_native(self) -> bool {
        match self {
            Format::U16Be => cfg!(target_endian = "big"),
            Format::U16Le => cfg!(target_endian = "little"),
            _ => true,
        }
    }

    /// As NumPy's array interface spells it, such as `"<u2"`.
    pub fn typestr(self) -> String {
        let kind = match self {
            Format::U8 | Format::U16 | Format::U16Be | Format::U16Le | Format::U32 => 'u',
            Format::I8 | Format::I16 | Format::I32 => 'i',
            Format::F32 => 'f',
        };
        let little = self.is_native() == cfg!(target_endian = "little");
        let order = if self.size() == 1 {
            '|'
        } else if little {
            '<'
        } else {
            '>'
        };
        format!("{order}{kind}{}", self.size())
    }

    /// The code and where it is met, for messages.
    pub fn described(self) -> String {
        let modes = match self {
            Format::U8 => "8-bit modes",
            Format::U16 => "mode I;16",
            Format::U16Be => "mode I;16B",
            Format::U16Le => "mode I;16L",
            Format::I32 => "mode I and packed pixels",
            Format::F32 => "mode F",
            Format::I8 | Format::I16 | Format::U32 => "cast pixels",
        };
        format!("{:?} ({modes})", self.name())
    }

    /// The native format of a code that `cast` takes.
    pub fn from_cast(code: &str) -> Option<Format> {
        use Format::*;
        [U8, I8, U16, I16, I32, U32, F32].into_iter().find(|format| format.name() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_encoding_and_misfits_are_refused() {
        for (format, values) in [
            (Format::U8, &[0, 255][..]),
            (Format::U16Be, &[0, 1, 65535]),
            (Format::I32, &[i64::from(i32::MIN), -1, i64::from(i32::MAX)]),
            (Format::U32, &[0, i64::from(u32::MAX)]),
        ] {
            for &value in values {
                let bytes = format.encode(Scalar::Int(value)).unwrap();
                assert_eq!(format.decode(&bytes), Scalar::Int(value));
            }
            assert_eq!(format.encode(Scalar::Int(i64::MAX)), None);
            assert_eq!(format.encode(Scalar::Float(1.0)), None);
        }
        assert_eq!(Format::U16Be.encode(Scalar::Int(258)), Some([1, 2, 0, 0]));
        assert_eq!(Format::F32.decode(&Format::F32.encode(Scalar::Float(0.5)).unwrap()), Scalar::Float(0.5));
    }

    #[test]
    fn numpys_names_have_the_byte_order_where_there_is_one() {
        let native = if cfg!(target_endian = "little") { '<' } else { '>' };
        assert_eq!(Format::U8.typestr(), "|u1");
        assert_eq!((Format::U16Be.typestr(), Format::U16Le.typestr()), (">u2".to_owned(), "<u2".to_owned()));
        assert_eq!(Format::F32.typestr(), format!("{native}f4"));
    }
}
