from Cython.Build import cythonize
from setuptools import Extension, setup

setup(
    name="contrast",
    ext_modules=cythonize(
        [
            Extension(
                "contrast",
                ["contrast.pyx"],
                extra_compile_args=["-O3", "-fopenmp"],
                extra_link_args=["-fopenmp"],
            )
        ]
    ),
)
