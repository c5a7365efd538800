//! What other libraries ask a view for: DLPack, Arrow, NumPy's array interface, the row pointers.

use super::ImageView;
use crate::buffer::{first_pointer, first_value};
use crate::error::Error;
use crate::interop::{arrow, dlpack};
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

#[pymethods]
impl ImageView {
    /// The pixels as a DLPack tensor on the CPU that shares their memory: `np.from_dlpack(v)`.
    ///
    /// `max_version` from (1, 0) on gets a tensor that says whether it is read-only; a read-only view is
    /// refused to older consumers. `copy=True` makes a packed copy; None and False never copy. The memory
    /// lives as long as the tensor, and the view can't be released meanwhile.
    /// Raises LayoutError where the rows are not evenly spaced (`v.blocks` and `pilview.contiguous` are the
    /// ways out) or the values are not of this machine's byte order, ReadOnlyError, and BufferError for a
    /// stream and for other devices.
    #[pyo3(signature = (*, stream=None, max_version=None, dl_device=None, copy=None))]
    fn __dlpack__<'py>(
        slf: &Bound<'py, Self>,
        stream: Option<&Bound<'py, PyAny>>,
        max_version: Option<(u32, u32)>,
        dl_device: Option<(i32, i32)>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.get().core(slf.py())?;
        if let Some(stream) = stream {
            let message = format!("the stream is {stream}; the pixels are on the CPU, which has none: give None");
            return Err(Error::Layout(message).into());
        }
        if let Some(device) = dl_device
            && device != dlpack::DEVICE
        {
            return Err(Error::Layout(format!(
                "the device {device:?} was asked for, and the pixels are on {:?}, the CPU; ask for that, and copy there \
                 from the tensor",
                dlpack::DEVICE
            ))
            .into());
        }
        dlpack::export(slf, max_version.is_some_and(|(major, _)| major >= 1), copy == Some(true))
    }

    /// `(1, 0)`: DLPack's name for the CPU.
    fn __dlpack_device__(&self, py: Python<'_>) -> PyResult<(i32, i32)> {
        self.core(py)?;
        Ok(dlpack::DEVICE)
    }

    /// The pixels as one Arrow array that shares their memory: `pyarrow.array(v)`.
    ///
    /// A pixel of one band is a number (uint8, uint16, int32, float); of several bands a fixed-size list
    /// of the 4 bytes in memory, padding too, named as Pillow names them. `requested_schema` is not heeded.
    /// Raises LayoutError where the pixels do not follow each other in memory (`__arrow_c_stream__` takes
    /// those), and for parts of pixels.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        slf: &Bound<'py, Self>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema; // A wish, which the protocol lets pass.
        arrow::array(slf)
    }

    /// As `__arrow_c_array__`, in chunks: `pyarrow.chunked_array(v)`. One for each block of an image, or
    /// for each row of a view whose rows do not follow each other. Raises LayoutError for parts of pixels.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        slf: &Bound<'py, Self>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        arrow::stream(slf)
    }

    /// NumPy's array interface, of strided views only: for `Image.fromarray(v.strided)` and for code that
    /// wants an address. The address is good while the view lives and is not released.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        if !self.strided {
            return Err(PyAttributeError::new_err(
                "only a strided view has __array_interface__; take v.strided, v.blocks or pilview.asarray(v)",
            ));
        }
        let core = self.core(py)?;
        let format = self.geometry.format;
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("shape", self.shape(py)?)?;
        interface.set_item("typestr", format.typestr())?;
        interface.set_item("data", (first_value(&core, &self.geometry).addr(), core.readonly))?;
        // Never None, which may stand for values without gaps: Pillow would then ask for bytes that older ones of it refuse.
        interface.set_item("strides", self.strides(py)?)?;
        Ok(interface)
    }

    /// The address of Pillow's array of row pointers, at the view's first row: `uint8_t **` in C, and what
    /// `img.im.unsafe_ptrs` gave before Pillow 12. A pointer is to the start of the image's row, wherever
    /// in it the view begins. Valid while the image's core lives: keep the view, and don't release it.
    #[getter]
    fn row_pointers(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(first_pointer(&self.core(py)?, &self.geometry).addr())
    }
}
