"""What an import brings in, and what it does not."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import pickle
import re
import threading

import pytest
from PIL import Image

import pilview

from .images import make
from .scripts import run


def test_numpy_is_imported_by_asarray_only() -> None:
    out = run(
        """
        import sys
        from PIL import Image
        before = "numpy" in sys.modules  # Pillow 10.4 imports it for its own type hints
        import pilview
        v = pilview.view(Image.new("RGB", (64, 64)))
        memoryview(v)[0, 0, 0]
        v.invert().point(list(range(256)))[1:3, ::-1].tobytes()
        v[...] = Image.new("RGB", (64, 64))
        v.copy_from(bytes(64 * 64 * 3))
        pilview.new("L", (3, 3)), pilview.from_buffer("L", (2, 2), bytearray(4)), pilview.info()
        assert v.strided == v and v != 3
        v.__dlpack__(), v.__arrow_c_array__(), v.__arrow_c_stream__(), v.strided.__array_interface__
        assert "pyarrow" not in sys.modules
        print("numpy" in sys.modules and not before)
        pilview.asarray(v)
        print("numpy" in sys.modules)
        """
    )
    assert out.split() == ["False", "True"]


def test_asarray_without_numpy_says_what_is_missing() -> None:
    out = run(
        """
        import sys
        sys.modules["numpy"] = None
        from PIL import Image
        import pilview
        try:
            pilview.asarray(Image.new("L", (3, 3)))
        except ImportError as error:
            print(type(error).__name__, "numpy" in str(error).lower())
        """
    )
    assert out.split()[1] == "True"


def test_import_prints_and_warns_of_nothing() -> None:
    assert run("import pilview", options=("-W", "error")) == ""


def test_names_in_all_exist_and_are_all_there_is() -> None:
    assert sorted(pilview.__all__) == pilview.__all__
    for name in pilview.__all__:
        assert getattr(pilview, name) is not None
    public = {name for name in vars(pilview) if not name.startswith("_")}
    assert public <= set(pilview.__all__)


def test_public_names_say_they_live_in_pilview_and_have_docs() -> None:
    for name in pilview.__all__:
        thing = getattr(pilview, name)
        if callable(thing):
            assert thing.__module__.split(".")[0] == "pilview"
            assert thing.__doc__


def test_version_is_the_packages() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", pilview.__version__)
    assert importlib.metadata.version("pilview") == pilview.__version__


def test_the_package_is_typed() -> None:
    files = importlib.resources.files(pilview)
    assert files.joinpath("py.typed").is_file()
    assert files.joinpath("_pilview.pyi").is_file()


def test_views_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(pilview.view(make("L")))


def test_import_from_several_threads_at_once() -> None:
    out = run(
        """
        import threading
        from PIL import Image
        results = []
        def work():
            import pilview
            results.append(pilview.view(Image.new("L", (4, 4), 7)).invert()[0, 0])
        threads = [threading.Thread(target=work) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        print(set(results), len(results))
        """
    )
    assert out == "{248} 8"


def test_views_may_be_made_in_threads_that_end() -> None:
    views: list[pilview.ImageView] = []
    thread = threading.Thread(target=lambda: views.append(pilview.view(Image.new("L", (4, 4), 7))))
    thread.start()
    thread.join()
    assert views[0].invert()[3, 3] == 248


def test_a_subinterpreter_is_refused_or_works() -> None:
    out = run(
        """
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            try:
                import _interpreters as interpreters
            except ImportError:
                interpreters = None
        import pilview
        if interpreters is not None:
            made = interpreters.create()
            source = "try:\\n import pilview\\nexcept ImportError:\\n pass\\n"
            try:
                interpreters.run_string(made, source)
            except Exception:
                pass
            interpreters.destroy(made)
        print("alive")
        """
    )
    assert out == "alive"
