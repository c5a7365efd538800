//! What the values of a view are in Arrow's words.
//!
//! One band is an array of values; several are a fixed-size list of the 4 bytes that a pixel has in memory, padding
//! included, named as Pillow names them in its own export. (There I;16 is int16; here it is uint16, as its values are.)

use super::{ArrowSchema, Child};
use crate::error::Result;
use crate::format::Format;
use crate::interop::values::check_native;
use std::ffi::{CStr, CString};
use std::ptr::null_mut;

/// Bytes of a pixel of several bands.
pub const PIXEL: usize = 4;

/// The type of a view's values.
#[derive(Clone)]
pub struct Type {
    format: &'static CStr,
    /// The band, or the mode of the 4 bytes.
    name: &'static str,
    /// Of several bands, what each byte is.
    bytes: Option<[&'static str; PIXEL]>,
}

impl Type {
    /// Of one value a pixel.
    ///
    /// # Errors
    /// [`crate::error::Error::Layout`] for values in the other byte order.
    pub fn of_values(format: Format, name: &'static str) -> Result<Type> {
        check_native(format, "Arrow")?;
        let format = match format {
            Format::U8 => c"C",
            Format::I8 => c"c",
            Format::U16 | Format::U16Be | Format::U16Le => c"S",
            Format::I16 => c"s",
            Format::I32 => c"i",
            Format::U32 => c"I",
            Format::F32 => c"f",
        };
        Ok(Type { format, name, bytes: None })
    }

    /// Of several bands, at their bytes in a pixel of `mode`.
    pub fn of_pixels(mode: &'static str, bands: impl Iterator<Item = (usize, &'static str)>) -> Type {
        let mut bytes = ["X"; PIXEL];
        bands.for_each(|(byte, name)| bytes[byte] = name);
        Type { format: c"C", name: mode, bytes: Some(bytes) }
    }

    /// Whether a pixel is a list of bytes.
    pub fn is_list(&self) -> bool {
        self.bytes.is_some()
    }

    /// The struct to hand out.
    pub fn schema(&self) -> ArrowSchema {
        let names = self.bytes.as_ref().map_or(std::slice::from_ref(&self.name), |bytes| bytes.as_slice());
        let names: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let values = Node {
            format: self.format,
            name: CString::new(self.name).unwrap_or_default(),
            metadata: metadata("image", &format!("{{\"bands\": [{}]}}", names.join(", "))),
            children: Vec::new(),
        };
        if !self.is_list() {
            return values.schema();
        }
        let children = vec![Child::new(values.schema())];
        Node { format: c"+w:4", name: CString::default(), metadata: Vec::new(), children }.schema()
    }
}

/// What a struct that was handed out points at.
struct Node {
    format: &'static CStr,
    name: CString,
    /// Empty for none.
    metadata: Vec<u8>,
    children: Vec<Child<ArrowSchema>>,
}

impl Node {
    fn schema(self) -> ArrowSchema {
        let node = Box::into_raw(Box::new(self));
        // SAFETY: just boxed; it lives until the struct is released.
        let this = unsafe { &mut *node };
        ArrowSchema {
            format: this.format.as_ptr(),
            name: this.name.as_ptr(),
            metadata: if this.metadata.is_empty() { null_mut() } else { this.metadata.as_ptr().cast() },
            flags: 0,
            n_children: this.children.len() as i64,
            children: this.children.as_mut_ptr().cast(),
            dictionary: null_mut(),
            release: Some(ArrowSchema::release_boxed::<Node>),
            private_data: node.cast(),
        }
    }
}

/// One pair of metadata: the number of pairs, then each text with its length before it.
fn metadata(key: &str, value: &str) -> Vec<u8> {
    let mut bytes = 1i32.to_ne_bytes().to_vec();
    for text in [key, value] {
        bytes.extend((text.len() as i32).to_ne_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}
