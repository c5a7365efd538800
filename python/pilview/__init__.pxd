# The C interface for Cython: `cimport pilview`, with pilview.get_include() among the include folders.
# What it means, and what is locked, is in include/pilview.h.

cdef extern from "pilview.h":
    enum:
        PILVIEW_READ
        PILVIEW_WRITE
        PILVIEW_API_VERSION

    ctypedef struct PilviewImage:
        void **rows
        Py_ssize_t width
        Py_ssize_t height
        int pixelsize
        int bands
        const char *mode
        bint readonly

    int pilview_import() except -1
    int pilview_acquire(object image, int flags, PilviewImage *result) except -1
    int pilview_release(PilviewImage *image) except -1
