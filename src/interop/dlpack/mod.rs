//! DLPack: tensors from library to library through a capsule, as `dlpack.h` of version 1 declares them.
//!
//! A producer hands out a managed tensor, which has a deleter. The capsule's name says who has to call it: the capsule
//! itself, or, once the consumer has renamed it, the consumer. There are two such structs: the one with a version can
//! say that the memory is read-only, the one before it can't.

mod export;
mod import;

pub use export::{DEVICE, export};
pub use import::import;

use std::ffi::{CStr, c_void};

/// `kDLCPU`.
const CPU: i32 = 1;
/// `DLDataTypeCode`: signed and unsigned integers, floats.
const INT: u8 = 0;
const UINT: u8 = 1;
const FLOAT: u8 = 2;
/// `DLPACK_FLAG_BITMASK_READ_ONLY`.
const READ_ONLY: u64 = 1;
/// `DLPACK_FLAG_BITMASK_IS_COPIED`.
const IS_COPIED: u64 = 2;
/// The version that has all of these.
const VERSION: Version = Version { major: 1, minor: 0 };

#[repr(C)]
struct Version {
    major: u32,
    minor: u32,
}

#[repr(C)]
struct Device {
    kind: i32,
    id: i32,
}

#[repr(C)]
struct DataType {
    code: u8,
    bits: u8,
    lanes: u16,
}

/// `DLTensor`.
#[repr(C)]
struct Tensor {
    data: *mut c_void,
    device: Device,
    ndim: i32,
    dtype: DataType,
    shape: *mut i64,
    /// In values, not bytes; null for values without gaps in C order.
    strides: *mut i64,
    byte_offset: u64,
}

type Deleter<M> = Option<unsafe extern "C" fn(*mut M)>;

/// `DLManagedTensorVersioned`.
#[repr(C)]
struct Versioned {
    version: Version,
    context: *mut c_void,
    deleter: Deleter<Versioned>,
    flags: u64,
    tensor: Tensor,
}

/// `DLManagedTensor`, from before there were versions.
#[repr(C)]
struct Unversioned {
    tensor: Tensor,
    context: *mut c_void,
    deleter: Deleter<Unversioned>,
}

/// What the two managed tensors have in common.
trait Managed: Sized + 'static {
    /// The capsule's name, until it is consumed and after.
    const NAMES: [&'static CStr; 2];

    /// With the flags, if it has any.
    fn new(tensor: Tensor, flags: u64, deleter: unsafe extern "C" fn(*mut Self)) -> Self;
    fn tensor(&mut self) -> &mut Tensor;
    fn deleter(&self) -> Deleter<Self>;
    /// Whether the rest of the struct is where this version has it.
    fn is_known(&self) -> bool;
    fn flags(&self) -> u64;
}

impl Managed for Versioned {
    const NAMES: [&'static CStr; 2] = [c"dltensor_versioned", c"used_dltensor_versioned"];

    fn new(tensor: Tensor, flags: u64, deleter: unsafe extern "C" fn(*mut Self)) -> Self {
        Versioned { version: VERSION, context: std::ptr::null_mut(), deleter: Some(deleter), flags, tensor }
    }
    fn tensor(&mut self) -> &mut Tensor {
        &mut self.tensor
    }
    fn deleter(&self) -> Deleter<Self> {
        self.deleter
    }
    fn is_known(&self) -> bool {
        self.version.major == VERSION.major
    }
    fn flags(&self) -> u64 {
        self.flags
    }
}

impl Managed for Unversioned {
    const NAMES: [&'static CStr; 2] = [c"dltensor", c"used_dltensor"];

    fn new(tensor: Tensor, _flags: u64, deleter: unsafe extern "C" fn(*mut Self)) -> Self {
        Unversioned { tensor, context: std::ptr::null_mut(), deleter: Some(deleter) }
    }
    fn tensor(&mut self) -> &mut Tensor {
        &mut self.tensor
    }
    fn deleter(&self) -> Deleter<Self> {
        self.deleter
    }
    fn is_known(&self) -> bool {
        true
    }
    fn flags(&self) -> u64 {
        0
    }
}
