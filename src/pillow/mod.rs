//! The only room that knows Pillow's C structs.
//!
//! Nothing is believed before it is proved: [`layout::prove`] compares every field that pilview reads with what
//! Pillow's own getters say of the same image, on every view. What `core` adds is that only genuine cores get
//! there: the type must be Pillow's own C type, found once, and the capsule must carry Pillow's name.

pub mod layout;
pub mod mode;

#[cfg(feature = "python")]
pub mod access;
#[cfg(feature = "python")]
pub mod core;
#[cfg(feature = "python")]
pub mod image;
#[cfg(feature = "python")]
pub mod owner;
