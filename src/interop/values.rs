//! What DLPack and Arrow ask of values, and Pillow's memory does not always have.

use crate::error::{Error, Result};
use crate::format::Format;

/// Refuses values in another byte order than the machine's: the protocols have no word for it.
pub fn check_native(format: Format, protocol: &str) -> Result<()> {
    if format.is_native() {
        return Ok(());
    }
    Err(Error::Layout(format!(
        "the values are in another byte order than this machine's, which {protocol} can't say; use \
         np.asarray(v.strided), which can, or convert the image: img.convert(\"I\")"
    )))
}

/// Refuses memory that consumers would read unaligned, given all addresses and distances in it.
pub fn check_aligned(format: Format, bytes: impl IntoIterator<Item = usize>) -> Result<()> {
    let size = format.size();
    if bytes.into_iter().all(|bytes| bytes.is_multiple_of(size)) {
        return Ok(());
    }
    Err(Error::Layout(format!(
        "the values of {size} bytes do not all lie at multiples of that, as the image is mapped from odd places; use \
         np.asarray(v.strided), which can take that, or a copy: pilview.asarray(v, copy=True)"
    )))
}
