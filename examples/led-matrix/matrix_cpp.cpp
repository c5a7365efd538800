// set_pixels(width, height, xstart, ystart, image): the bytes of a canvas with an RGB image on it. Through pilview.h.
#include "pilview.h"

#include "canvas.hpp"

#include <cstring>

static PyObject *set_pixels(PyObject *, PyObject *args)
{
    int width, height, xstart, ystart;
    PyObject *object;
    if (!PyArg_ParseTuple(args, "iiiiO", &width, &height, &xstart, &ystart, &object)) {
        return nullptr;
    }
    PilviewImage image;
    if (pilview_acquire(object, PILVIEW_READ, &image) < 0) {
        return nullptr;
    }
    if (std::strcmp(image.mode, "RGB") != 0) {
        PyErr_SetString(PyExc_ValueError, "an RGB image is needed");
        pilview_release(&image);
        return nullptr;
    }
    Canvas canvas(width, height);
    auto rows = reinterpret_cast<const uint32_t *const *>(image.rows);
    SetPixels(canvas, xstart, ystart, rows, int(image.width), int(image.height));
    if (pilview_release(&image) < 0) {
        return nullptr;
    }
    return PyBytes_FromStringAndSize(canvas.bytes(), Py_ssize_t(canvas.size()));
}

static PyMethodDef methods[] = {
    {"set_pixels", set_pixels, METH_VARARGS, "The bytes of a canvas with an RGB image on it."},
    {nullptr, nullptr, 0, nullptr},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "matrix_cpp", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_matrix_cpp()
{
    return pilview_import() < 0 ? nullptr : PyModule_Create(&definition);
}
