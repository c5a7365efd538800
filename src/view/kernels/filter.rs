//! `filter`: Pillow's filter objects, each by the kernel that it stands for.

use crate::view::ImageView;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

/// One of Pillow's classes, the method that it stands for, and the attributes that are its arguments; the filter itself is
/// where there are none.
type Row = (&'static str, &'static str, &'static [&'static str]);

const FILTERS: &[Row] = &[
    ("RankFilter", "rank_filter", &["size", "rank"]),
    ("MedianFilter", "rank_filter", &["size", "rank"]),
    ("MinFilter", "rank_filter", &["size", "rank"]),
    ("MaxFilter", "rank_filter", &["size", "rank"]),
    ("ModeFilter", "mode_filter", &["size"]),
    ("BoxBlur", "box_blur", &["radius"]),
    ("GaussianBlur", "gaussian_blur", &["radius"]),
    ("UnsharpMask", "unsharp_mask", &["radius", "percent", "threshold"]),
    ("Color3DLUT", "color_lut_3d", &[]),
];

type Arguments<'py> = ((i64, i64), Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Pillow's classes, looked up once.
struct Known {
    builtin: Py<PyType>,
    /// `BuiltinFilter.filter`, which a class that only sets `filterargs` has.
    builtin_filter: Py<PyAny>,
    /// Those of `FILTERS`, in order.
    classes: Vec<Py<PyAny>>,
}

impl Known {
    fn of_pillow(py: Python<'_>) -> PyResult<&Known> {
        static KNOWN: PyOnceLock<Known> = PyOnceLock::new();
        KNOWN.get_or_try_init(py, || {
            let filters = py.import("PIL.ImageFilter")?;
            let builtin = filters.getattr("BuiltinFilter")?.cast_into::<PyType>()?;
            let builtin_filter = builtin.getattr("filter")?.unbind();
            let classes =
                FILTERS.iter().map(|(name, ..)| Ok(filters.getattr(*name)?.unbind())).collect::<PyResult<_>>()?;
            Ok(Known { builtin: builtin.unbind(), builtin_filter, classes })
        })
    }

    /// The row of `FILTERS` for a class, or for the one from which it has its `filter`.
    fn row(&self, kind: &Bound<'_, PyType>) -> PyResult<Option<&'static Row>> {
        let name = intern!(kind.py(), "filter");
        for (class, row) in self.classes.iter().zip(FILTERS) {
            let class = class.bind(kind.py());
            if kind.is(class) || (kind.is_subclass(class)? && kind.getattr(name)?.is(&class.getattr(name)?)) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

#[pymethods]
impl ImageView {
    /// Runs the kernel that a filter of `PIL.ImageFilter` stands for: the bytes of `img.filter(filter)`.
    /// Takes objects and classes: BLUR, CONTOUR, DETAIL, EDGE_ENHANCE and the other built-in ones, Kernel,
    /// RankFilter, MedianFilter, MinFilter, MaxFilter, ModeFilter, BoxBlur, GaussianBlur, UnsharpMask,
    /// Color3DLUT, and subclasses that filter as these do. The modes are those of the kernel.
    /// Raises TypeError for others, ModeError, ValueError.
    #[pyo3(signature = (filter, /))]
    fn filter<'py>(slf: Bound<'py, Self>, filter: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let py = slf.py();
        let known = Known::of_pillow(py)?;
        // As Pillow: a class stands for its object without arguments, and those of BuiltinFilter are never made.
        let class = filter.cast::<PyType>().ok();
        let kind = class.cloned().unwrap_or_else(|| filter.get_type());
        // Subclasses with a `filter` of their own do something else.
        if kind.is_subclass(known.builtin.bind(py))? && kind.getattr(intern!(py, "filter"))?.is(&known.builtin_filter) {
            let filter = if class.is_some() { filter.call0()? } else { filter.clone() };
            // The class that the others are made of has none.
            if let Some(found) = filter.getattr_opt(intern!(py, "filterargs"))? {
                let (size, scale, offset, kernel): Arguments<'_> = found.extract()?;
                slf.get().convolve_by(py, size, &kernel, Some(&scale), Some(offset))?;
                return Ok(slf);
            }
        }
        if let Some((_, method, attributes)) = known.row(&kind)? {
            let filter = if class.is_some() { filter.call0()? } else { filter.clone() };
            let attribute = |name: &&str| filter.getattr(*name);
            let mut arguments = attributes.iter().map(attribute).collect::<PyResult<Vec<_>>>()?;
            if arguments.is_empty() {
                arguments.push(filter);
            }
            slf.call_method1(*method, PyTuple::new(py, arguments)?)?;
            return Ok(slf);
        }
        Err(PyTypeError::new_err(format!(
            "the filter is of type {}; give one of PIL.ImageFilter: BLUR, CONTOUR and the other built-in ones, Kernel, {}. For others use pillow: img.filter(...)",
            kind.name()?,
            FILTERS.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", ")
        )))
    }
}
