/* pilview.h: the rows of Pillow images for C and C++.
 *
 *     if (pilview_import() < 0) return NULL;                              where the module is initialised
 *     PilviewImage image;
 *     if (pilview_acquire(object, PILVIEW_WRITE, &image) < 0) return NULL;
 *     for (Py_ssize_t y = 0; y < image.height; y++) {
 *         uint32_t *row = (uint32_t *)image.rows[y];                      of an RGB image
 *         ...
 *     }
 *     if (pilview_release(&image) < 0) return NULL;
 *
 * The folder of this file is pilview.get_include(). Nothing is linked; the functions come through the capsule
 * pilview._C_API. An extension compiled with this header works with this and every later pilview, and says so in an
 * ImportError with an earlier one. To support earlier ones too, define PILVIEW_API_NEEDED to the lowest PILVIEW_API_VERSION
 * that has what you use.
 *
 * Locks. Between acquire and release the image is in use, by several readers or one writer (PILVIEW_WRITE). acquire waits,
 * without the GIL, for kernels that run on the image and for others who have it in use. Calls of pilview by other threads
 * wait for your release; calls by your own thread that would have to wait raise pilview.BusyError instead, so nothing
 * deadlocks: also a second acquire, if somebody else has that image in use. You may release the GIL and use threads of your
 * own in between. What NumPy, memoryviews and Pillow itself do to the same pixels meanwhile is not locked.
 */
#ifndef PILVIEW_H
#define PILVIEW_H

#include <Python.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PILVIEW_ABI 1
#define PILVIEW_API_VERSION 1
#ifndef PILVIEW_API_NEEDED
#define PILVIEW_API_NEEDED PILVIEW_API_VERSION
#endif

#define PILVIEW_READ 0
#define PILVIEW_WRITE 1

/* An image, or the part of one that a view shows. Valid until it is released, whatever becomes of the Python object. */
typedef struct {
    void *owner;        /* pilview's own; NULL if nothing is held */
    void **rows;        /* height pointers, each to width pixels that follow each other (whatever the alignment) */
    Py_ssize_t width;   /* pixels a row */
    Py_ssize_t height;  /* rows */
    int pixelsize;      /* bytes a pixel: 1 (1, L, P), 2 (I;16 and its kin), 4 (all others) */
    int bands;          /* of 1 byte where pixelsize is 4: RGB at 0, 1, 2 and a byte of padding, LA at 0 and 3;
                           but I is one int32_t, F one float */
    const char *mode;   /* Pillow's name: "L", "RGB" */
    int readonly;       /* 1 unless it was acquired with PILVIEW_WRITE: do not write */
} PilviewImage;

/* New members are added at the ends of both structs only. */
typedef struct {
    int abi;
    int version;
    int (*acquire)(PyObject *image, int flags, PilviewImage *result, size_t size);
    int (*release)(PilviewImage *image);
} Pilview_API;

/* Of this translation unit. */
static const Pilview_API *Pilview_api = NULL;

/* 0, or -1 with an ImportError. With the GIL. The first pilview_acquire does it too; a module that calls it where it is
 * initialised says there what is wrong. */
static inline int pilview_import(void)
{
    const Pilview_API *api;
    if (Pilview_api != NULL) {
        return 0;
    }
    api = (const Pilview_API *)PyCapsule_Import("pilview._C_API", 0);
    if (api == NULL) {
        return -1;
    }
    if (api->abi != PILVIEW_ABI || api->version < PILVIEW_API_NEEDED) {
        PyErr_Format(PyExc_ImportError,
                     "the installed pilview has version %d.%d of the C interface, and this extension needs %d.%d; %s",
                     api->abi, api->version, PILVIEW_ABI, PILVIEW_API_NEEDED,
                     api->abi > PILVIEW_ABI ? "compile the extension again" : "install a later pilview");
        return -1;
    }
    Pilview_api = api;
    return 0;
}

/* The pixels of a PIL.Image.Image, or of a pilview.ImageView whose rows are whole neighbouring pixels (a crop is such a
 * view). flags: PILVIEW_READ or PILVIEW_WRITE. 0, or -1 with an exception: TypeError, ReadOnlyError, LayoutError,
 * StaleViewError, BusyError, or ImportError if pilview_import was not called. With the GIL. */
static inline int pilview_acquire(PyObject *object, int flags, PilviewImage *image)
{
    if (pilview_import() < 0) {
        image->owner = NULL;
        return -1;
    }
    return Pilview_api->acquire(object, flags, image, sizeof(*image));
}

/* Gives the image back; a second time does nothing. 0, or -1 with a StaleViewError if it was acquired for writing and
 * Pillow has given the image other memory meanwhile: what was written is lost. An exception that is set already
 * stays. By any thread, with the GIL. */
static inline int pilview_release(PilviewImage *image)
{
    return Pilview_api == NULL ? 0 : Pilview_api->release(image);
}

#ifdef __cplusplus
}
#endif

#endif
