//! Other people's code on Pillow's pixels, and other people's memory as Pillow images.
//!
//! | file | what is in it |
//! |---|---|
//! | `lease` | an export that is counted in its view, and given back from any thread |
//! | `values` | what both protocols refuse |
//! | `dlpack` | DLPack's C structs; views as tensors, tensors as memory |
//! | `arrow` | Arrow's C structs; views as arrays and as streams, arrays as memory |
//! | `memory` | somebody's memory, whichever protocol gave it, and how Pillow gets at it |
//! | `from_buffer` | `pilview.from_buffer` |
//! | `row_function` | C functions that are called for every row |
//! | `objects`, `signature`, `data` | the function, its type and its data, out of the objects that libraries have for them |
//! | `c_api` | the table for C and C++ extensions |
//!
//! The structs that cross over are C's, and who frees them is decided at run time: so unsafe code is allowed here.
//! What is handed out owns what it points at, by a [`lease::Lease`] or by a copy; what is taken is freed by its own
//! release function, once, when the last user is gone.

pub mod arrow;
mod c_api;
mod data;
pub mod dlpack;
pub mod from_buffer;
mod lease;
mod memory;
mod objects;
mod row_function;
mod signature;
mod values;

pub use c_api::capsule;
pub use row_function::{RowFunction, plain};
pub use signature::Signature;
