"""Every exception: what it derives from, when it comes, and that its message helps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import ImageFilter

import pilview

from .images import make
from .scripts import run

BASES: list[tuple[type[Exception], type[Exception]]] = [
    (pilview.UnsupportedPillowError, ImportError),
    (pilview.ModeError, ValueError),
    (pilview.ReadOnlyError, BufferError),
    (pilview.LayoutError, BufferError),
    (pilview.StaleViewError, RuntimeError),
    (pilview.ReleasedError, ValueError),
]


@pytest.mark.parametrize(("error", "builtin"), BASES)
def test_errors_are_what_python_users_expect(error: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(error, pilview.PilviewError)
    assert issubclass(error, builtin)
    assert issubclass(pilview.PilviewError, Exception)
    assert error.__module__ == "pilview"
    assert isinstance(error("text"), builtin)
    assert str(error("text")) == "text"


def uneven() -> pilview.ImageView:
    keep = [make("RGB", (101, 97), blocks=True, seed=seed) for seed in range(20)]
    return next(pilview.view(img) for img in keep if len(pilview.view(img).blocks) > 1)


def stale() -> pilview.ImageView:
    img = make("RGB")
    v = pilview.view(img)
    img.close()
    return v


def released(band: str | None = None) -> pilview.ImageView:
    v = pilview.view(make("RGB"))
    v = v[band] if band else v
    v.release()
    return v


def frozen() -> pilview.ImageView:
    return pilview.view(make("RGB"), writable=False)


# The call, its error, and what the message has to contain: what was given, what is accepted, what to call.
MESSAGES: list[tuple[Callable[[], object], type[Exception], list[str]]] = [
    (lambda: pilview.view(make("F")).invert(), pilview.ModeError, ["F", "invert"]),
    (lambda: pilview.view(make("I")).threshold(3), pilview.ModeError, ["i", "threshold"]),
    (lambda: pilview.view(make("L")).packed, pilview.ModeError, ["1", "4"]),
    (lambda: pilview.view(make("RGB"))["R"].packed, pilview.ModeError, ["all bands"]),
    (lambda: pilview.from_buffer("XYZ", (1, 1), bytearray(4)), pilview.ModeError, ["XYZ"]),
    (lambda: frozen().invert(), pilview.ReadOnlyError, ["writable=True"]),
    (lambda: frozen().__setitem__((0, 0), 0), pilview.ReadOnlyError, ["writable=True"]),
    (lambda: frozen().copy_from(bytes(105)), pilview.ReadOnlyError, ["writable=True"]),
    (lambda: pilview.from_buffer("L", (2, 2), bytes(4)), pilview.ReadOnlyError, ["bytearray"]),
    (lambda: uneven().strided, pilview.LayoutError, ["blocks", "contiguous"]),
    (lambda: pilview.asarray(uneven(), copy=False), pilview.LayoutError, ["contiguous"]),
    (lambda: pilview.view(make("RGB"))["R"].row(0), pilview.LayoutError, ["row"]),
    (lambda: stale().invert(), pilview.StaleViewError, ["pilview.view"]),
    (lambda: released().invert(), pilview.ReleasedError, ["released"]),
    (lambda: released("R").row(0), pilview.ReleasedError, ["released"]),
    (lambda: pilview.view(make("RGB")).crop((0, 0, 99, 3)), ValueError, ["99", "7", "5"]),
    (lambda: pilview.view(make("RGB")).crop((0, 0, 10**30, 3)), ValueError, ["not inside", "7", "5"]),
    (lambda: pilview.view(make("RGB")).crop((0, -(10**30), 2, 3)), ValueError, ["not inside", "7", "5"]),
    (lambda: pilview.view(make("RGB")).crop((0, 0, 1.5, 3)), TypeError, ["1.5 is no int"]),  # type: ignore[arg-type]
    (lambda: pilview.from_buffer("L", (10**30, 3), b""), ValueError, ["not over 2147483647"]),
    (lambda: pilview.from_buffer("L", (3, 3), b"", stride=10**30), ValueError, ["not over 2147483647"]),
    (
        lambda: pilview.view(make("RGB")).filter(ImageFilter.BuiltinFilter),
        TypeError,
        ["type BuiltinFilter", "BLUR", "MedianFilter"],
    ),
    (lambda: pilview.view(make("L")).threshold(256), ValueError, ["256", "255"]),
    (lambda: pilview.view(make("L")).__setitem__((0, 0), 300), ValueError, ["300", "255"]),
    (lambda: pilview.view(make("RGB"))[9], IndexError, ["9", "5"]),
    (lambda: pilview.view(make("RGB"))[0, 9], IndexError, ["9", "7"]),
    (lambda: pilview.view(make("RGB")).point([1] * 77), ValueError, ["77", "256", "768"]),
    (lambda: pilview.view(make("RGB")).copy_to(bytearray(7)), ValueError, ["7", "105"]),
    (lambda: pilview.view(make("RGB")).__setitem__(..., make("RGB", (3, 3))), ValueError, ["3", "7", "5"]),
    (lambda: pilview.view("a.png"), TypeError, ["str", "Image.open"]),  # type: ignore[arg-type]
    (lambda: pilview.view(None), TypeError, ["NoneType", "Image"]),  # type: ignore[arg-type]
    (lambda: pilview.from_buffer("L", (9, 9), bytearray(7)), ValueError, ["7", "81"]),
    (lambda: pilview.set_num_threads(0), ValueError, ["0", "1024"]),
    (lambda: pilview.view(make("L")).cast("d"), ValueError, ["d"]),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("call", "error", "parts"), MESSAGES)
def test_messages_say_what_was_given_and_what_helps(
    call: Callable[[], object], error: type[Exception], parts: list[str]
) -> None:
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value), str(caught.value)


def test_an_error_leaves_the_view_usable() -> None:
    v = pilview.view(make("RGB"))
    calls: list[Callable[[], object]]
    calls = [lambda: v[99], lambda: v.point([1]), lambda: v.crop((0, 0, 99, 99)), lambda: v["Z"]]
    for call in calls:
        with pytest.raises((IndexError, ValueError, KeyError)):
            call()
    v.invert()
    v.release()


def test_errors_of_one_kind_are_not_those_of_another() -> None:
    with pytest.raises(pilview.ModeError) as caught:
        pilview.view(make("F")).invert()
    assert not isinstance(caught.value, BufferError)
    with pytest.raises(pilview.PilviewError):
        frozen().fill(0)


def test_without_a_proof_of_the_layout_nothing_is_read() -> None:
    out = run(
        """
        import PIL
        from PIL import Image
        img = Image.new("RGB", (4, 4))

        class Core:
            mode, size, bands, readonly = "L", (1, 1), 1, 0
            ptr = img.im.ptr

        class Imaging:
            new = fill = new_block = lambda self, *args: Core()
            def __getattr__(self, name):
                return lambda *args: 4096

        Image.core = Imaging()
        import pilview
        for call in (pilview.view, pilview.unsafe_ptrs, pilview.contiguous):
            try:
                call(img)
            except pilview.UnsupportedPillowError as error:
                print(isinstance(error, ImportError) and PIL.__version__ in str(error))
        """
    )
    assert out.split() == ["True"] * 3


@pytest.mark.parametrize(
    "work",
    [
        lambda v, x: v.threshold(x),
        lambda v, x: v.point([x] * 256),
        lambda v, x: v.fill(x),
        lambda v, x: v.fill((x,)),
        lambda v, x: v[x],
        lambda v, x: v.row(x),
        lambda _, x: pilview.set_num_threads(x),
    ],
)
def test_what_an_argument_raises_is_passed_on(work: Callable[[pilview.ImageView, object], object]) -> None:
    class Raises:
        def __index__(self) -> int:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(pilview.view(make("L")), Raises())


def test_huge_numbers_are_refused_like_others() -> None:
    v = pilview.view(make("RGB"))
    huge = 10**5000  # which Python refuses to print
    with pytest.raises(IndexError):
        v[huge]
    with pytest.raises(ValueError, match="0 to 255"):
        v.threshold(huge)
    with pytest.raises(ValueError, match="0 to 255"):
        v.fill((huge, 0, 0))
    with pytest.raises(ValueError, match="is -1"):
        pilview.set_num_threads(-1)


def test_a_buffer_that_can_not_be_had_is_no_equal() -> None:
    v = pilview.view(make("L"))
    assert v != np.zeros((5, 7), "M8[s]")
