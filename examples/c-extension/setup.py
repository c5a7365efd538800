from setuptools import Extension, setup

import pilview

setup(name="invert", ext_modules=[Extension("invert", ["invert.c"], include_dirs=[pilview.get_include()])])
