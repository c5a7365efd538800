//! `struct ImagingMemoryInstance`, as far as pilview reads it, and the proof that it is so.
//!
//! Two heads exist (see `Imaging.h` of the Pillow in question): up to 11.3 the struct begins with `char mode[7]`,
//! from 12.0 with an int. The rest of what is read is the same in both. `#[repr(C)]` gives the offsets of the
//! platform's C compiler, so that 32-bit and Windows are right by construction.

use super::mode::Mode;
use crate::simd;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::NonNull;

macro_rules! heads {
    ($($(#[$doc:meta])* $name:ident { $mode:ty })*) => {
        $(
            $(#[$doc])*
            #[repr(C)]
            struct $name {
                mode: $mode,
                kind: c_int,
                depth: c_int,
                bands: c_int,
                xsize: c_int,
                ysize: c_int,
                palette: *const c_void,
                image8: *const *mut u8,
                image32: *const *mut u8,
                image: *const *mut u8,
                block: *const c_void,
                blocks: *const c_void,
                pixelsize: c_int,
                linesize: c_int,
            }

            impl $name {
                fn fields(&self) -> Fields {
                    Fields {
                        kind: self.kind,
                        bands: self.bands,
                        xsize: self.xsize,
                        ysize: self.ysize,
                        image8: self.image8,
                        image32: self.image32,
                        image: self.image,
                        foreign: self.block.is_null() && self.blocks.is_null(),
                        pixelsize: self.pixelsize,
                        linesize: self.linesize,
                    }
                }
            }
        )*
    };
}

heads! {
    /// Pillow 12.0 and later.
    HeadId { c_int }
    /// Pillow up to 11.3.
    HeadName { [c_char; 7] }
}

/// What pilview reads of either head.
#[derive(Clone, Copy)]
struct Fields {
    kind: c_int,
    bands: c_int,
    xsize: c_int,
    ysize: c_int,
    image8: *const *mut u8,
    image32: *const *mut u8,
    image: *const *mut u8,
    foreign: bool,
    pixelsize: c_int,
    linesize: c_int,
}

/// Which head a Pillow's struct has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// It begins with a mode's number: Pillow 12.0 and later.
    ModeId,
    /// It begins with a mode's name: Pillow up to 11.3.
    ModeName,
}

impl Layout {
    /// All that are known, newest first.
    pub const ALL: [Layout; 2] = [Layout::ModeId, Layout::ModeName];

    /// For `pilview.info()` and messages.
    pub fn name(self) -> &'static str {
        match self {
            Layout::ModeId => "mode id (Pillow 12 and later)",
            Layout::ModeName => "mode name (Pillow 11 and earlier)",
        }
    }

    /// # Safety
    /// `head` points at a live `ImagingMemoryInstance` of whatever layout: at least as many readable bytes as the
    /// larger head here has (all of Pillow's since 9.3 are larger).
    unsafe fn read(self, head: NonNull<c_void>) -> Fields {
        // SAFETY: readable as promised; every field is an integer or a raw pointer, for which any bytes are
        // valid; malloc aligned the struct for its pointers.
        unsafe {
            match self {
                Layout::ModeId => head.cast::<HeadId>().as_ref().fields(),
                Layout::ModeName => head.cast::<HeadName>().as_ref().fields(),
            }
        }
    }
}

/// What Pillow's own getters say of an image: the truth that the struct is compared with.
pub struct Claim {
    /// Its mode.
    pub mode: &'static Mode,
    /// `im.size`.
    pub size: (i32, i32),
    /// `im.bands`.
    pub bands: i32,
}

/// The row pointers of an image, proved.
#[derive(Clone, Copy, Debug)]
pub struct RowTable {
    /// `height` pointers, top to bottom, each to `row_bytes` bytes; null only in an empty image.
    pub rows: NonNull<*mut u8>,
    /// Rows.
    pub height: usize,
    /// Pixels a row.
    pub width: usize,
    /// Bytes of the pixels of a row.
    pub row_bytes: usize,
    /// Whether the pixels are in memory that Pillow did not allocate: a mapped buffer or file, an Arrow array.
    pub mapped: bool,
}

// SAFETY: plain addresses. Whoever follows them shows why that is allowed (`rows`, `buffer`).
unsafe impl Send for RowTable {}
// SAFETY: as above.
unsafe impl Sync for RowTable {}

/// Compares the struct at `head` with `claim`, field by field, and gives its row pointers if all agree.
/// The error says which field does not.
///
/// # Safety
/// `head` points at a live `ImagingMemoryInstance` (see [`Layout::read`]). That its fields are where `layout` says
/// is what is proved, not what must be promised; but where every number agrees, `image` is taken to be an array
/// of `ysize` pointers.
pub unsafe fn prove(head: NonNull<c_void>, layout: Layout, claim: &Claim) -> Result<RowTable, &'static str> {
    // SAFETY: the caller's promise.
    let fields = unsafe { layout.read(head) };
    let mode = claim.mode;
    let check = |holds: bool, field: &'static str| if holds { Ok(()) } else { Err(field) };
    check(fields.xsize == claim.size.0 && fields.xsize >= 0, "xsize")?;
    check(fields.ysize == claim.size.1 && fields.ysize >= 0, "ysize")?;
    check(fields.bands == claim.bands && claim.bands as usize == mode.offsets.len(), "bands")?;
    check(fields.kind == mode.imaging_type(), "type")?;
    check(fields.pixelsize as usize == mode.pixel, "pixelsize")?;
    check(fields.xsize.checked_mul(fields.pixelsize) == Some(fields.linesize), "linesize")?;
    let (alias, other) =
        if mode.pixel == 4 { (fields.image32, fields.image8) } else { (fields.image8, fields.image32) };
    check(other.is_null(), "image8 and image32")?;
    check(alias == fields.image, "image")?;
    check(fields.image.is_aligned(), "image's alignment")?;
    let rows = NonNull::new(fields.image.cast_mut()).ok_or("image")?;
    let table = RowTable {
        rows,
        height: fields.ysize as usize,
        width: fields.xsize as usize,
        row_bytes: fields.linesize as usize,
        mapped: fields.foreign && fields.linesize > 0 && fields.ysize > 0, // Empty images have no memory.
    };
    if table.row_bytes > 0 {
        // SAFETY: all fields agree, so `image` is Pillow's array of `ysize` row pointers, which lives as long
        // as the struct and is never written after the image was allocated.
        let addresses = unsafe { std::slice::from_raw_parts(rows.as_ptr().cast::<usize>(), table.height) };
        check(rows_are_sane(addresses, table.row_bytes), "row pointers")?;
    }
    Ok(table)
}

/// No row is null, and none runs over the end of the address space.
fn rows_are_sane(addresses: &[usize], row_bytes: usize) -> bool {
    // User memory ends at half of the address space or below (on 32 bits it may not), so that there is room for a row.
    let limit = if cfg!(target_pointer_width = "64") { usize::MAX / 2 } else { usize::MAX - row_bytes };
    // All of them, several at once: this is done for every view, and images may be tall.
    simd::run(
        #[inline(always)]
        || addresses.iter().fold(true, |sane, &address| sane & (address.wrapping_sub(1) < limit)),
    )
}

// Pages that can't be touched are the system's, which Miri is not.
#[cfg(all(test, unix, not(miri)))]
mod tests;
