from Cython.Build import cythonize
from setuptools import Extension, setup

import pilview

include = [pilview.get_include(), "."]
setup(
    name="matrix",
    ext_modules=[
        Extension("matrix_cpp", ["matrix_cpp.cpp"], include_dirs=include),
        *cythonize([Extension("matrix_cython", ["matrix_cython.pyx"], include_dirs=include)]),
    ],
)
