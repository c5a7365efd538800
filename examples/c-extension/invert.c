/* A Pillow image from C, through pilview.h: invert(image) in place, without the GIL. */
#include "pilview.h"

static PyObject *invert(PyObject *module, PyObject *object)
{
    PilviewImage image;
    (void)module;
    if (pilview_acquire(object, PILVIEW_WRITE, &image) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t y = 0; y < image.height; y++) {
        unsigned char *row = (unsigned char *)image.rows[y];
        for (Py_ssize_t i = 0; i < image.width * image.pixelsize; i++) {
            row[i] = 255 - row[i];
        }
    }
    Py_END_ALLOW_THREADS
    if (pilview_release(&image) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"invert", invert, METH_O, "Inverts all bytes of all pixels of an image or a view, in place."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "invert", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_invert(void)
{
    if (pilview_import() < 0) {
        return NULL;
    }
    return PyModule_Create(&definition);
}
