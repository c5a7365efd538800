"""Kernels of two images: what may be beside a view, overlapping memory, wide values, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageChops

import pilview

from . import memory
from .images import make
from .kernels.pairs import CASES, CHOPS, SCALES
from .modes import MODES

SIZE = (61, 83)
NAMES = [*CHOPS, "add", "subtract", "blend", "bitwise_and", "bitwise_or", "bitwise_xor"]
Array = npt.NDArray[Any]


def call(v: pilview.ImageView, name: str, other: Any, *args: Any) -> pilview.ImageView:
    """The kernel, with an alpha if it is `blend`."""
    result: pilview.ImageView = getattr(v, name)(other, *(args or ((0.3,) if name == "blend" else ())))
    return result


@pytest.mark.parametrize("case", [case for case in CASES if "L" in case.modes], ids=str)
def test_all_pairs_of_bytes(case: Any) -> None:
    every = bytes(range(256))
    img = Image.frombytes("L", (256, 256), every * 256)
    other = Image.frombytes("L", (256, 256), bytes(value for value in every for _ in every))
    expected = case.oracle(img, other)
    case.run(pilview.view(img), other)
    assert img.tobytes() == expected.tobytes()


@pytest.mark.parametrize("alpha", [0, 1e-9, 0.1, 0.5, 0.999999, 1, 1.000001, 1e30, -1e30, np.float32(0.3)])
def test_blend_of_all_pairs_of_bytes(alpha: Any) -> None:
    every = bytes(range(256))
    img = Image.frombytes("L", (256, 256), every * 256)
    other = Image.frombytes("L", (256, 256), bytes(value for value in every for _ in every))
    expected = Image.blend(img, other, alpha)
    pilview.view(img).blend(other, alpha)
    assert img.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    ("scale", "offset"), [(1.0, -90), (-2.0, 300), (-1.7, 255), (1e-3, 0), (3, -(10**6))]
)
def test_add_and_subtract_of_all_pairs_of_bytes(scale: float, offset: int) -> None:
    every = bytes(range(256))
    other = Image.frombytes("L", (256, 256), bytes(value for value in every for _ in every))
    for name in ("add", "subtract"):
        img = Image.frombytes("L", (256, 256), every * 256)
        expected = getattr(ImageChops, name)(img, other, scale, offset)
        getattr(pilview.view(img), name)(other, scale, offset)
        assert img.tobytes() == expected.tobytes()


@pytest.mark.parametrize("crop", [(0, 0, 1024, 1024), (1, 3, 1024, 1020)])
def test_large_images_have_the_same_bytes_by_other_arithmetic(crop: tuple[int, int, int, int]) -> None:
    every = np.arange(256, dtype=np.uint8)
    a, b = np.repeat(every, 256).reshape(256, 256), np.tile(every, 256).reshape(256, 256)

    def image(quarter: Array) -> Image.Image:
        pixels = np.tile(np.stack([quarter, quarter[::-1], quarter.T, quarter[:, ::-1]], -1), (4, 4, 1))
        return Image.frombytes("RGBX", (1024, 1024), pixels.tobytes())

    def check(name: str, expected: Callable[[Image.Image, Image.Image], Image.Image], *args: Any) -> None:
        img, other = image(a).convert("RGB"), image(b).convert("RGB")
        whole = img.copy()
        whole.paste(expected(img.crop(crop), other.crop(crop)), crop[:2])
        getattr(pilview.view(img).crop(crop), name)(other.crop(crop), *args)
        assert img.tobytes() == whole.tobytes(), (name, args)

    for alpha in (0.3, 0.5, 0.6, 0.999, 1 / 3, 1.5, -0.5, 2.5):
        check("blend", lambda x, y, alpha=alpha: Image.blend(x, y, alpha), alpha)  # type: ignore[misc]
    for scale, offset in ((2, 0), (2, 128), (1.7, -30), (-3, 255), (0.4, 0)):
        check("add", lambda x, y, s=scale, o=offset: ImageChops.add(x, y, s, o), scale, offset)  # type: ignore[misc]
        check("subtract", lambda x, y, s=scale, o=offset: ImageChops.subtract(x, y, s, o), scale, offset)  # type: ignore[misc]


@pytest.mark.parametrize("name", NAMES)
def test_an_image_is_as_good_as_its_view_and_stays(name: str) -> None:
    other = make("RGB", SIZE, seed=1)
    before = memory.raw_bytes(other)
    results = []
    for given in (
        other,
        pilview.view(other),
        pilview.view(other, writable=False),
        pilview.view(other).strided,
    ):
        img = make("RGB", SIZE, blocks=True)
        v = pilview.view(img)
        assert call(v, name, given) is v
        results.append(memory.raw_bytes(img))
    assert len(set(results)) == 1
    assert memory.raw_bytes(other) == before


@pytest.mark.parametrize(
    ("mode", "colour"),
    [
        ("L", 77),
        ("1", 255),
        ("P", 3),
        ("RGB", (200, 100, 50)),
        ("RGB", [200, 100, 50]),
        ("RGB", "orange"),
        ("RGB", 0x332211),
        ("RGBA", (1, 2, 3, 200)),
        ("LA", (60, 70)),
        ("PA", (60, 70)),
        ("HSV", (1, 2, 3)),
        ("CMYK", np.array([1, 2, 3, 4])),
        ("I;16", 54321),
        ("I;16B", 258),
        ("I", -5),
        ("F", 1.5),
    ],
)
def test_a_colour_is_as_an_image_full_of_it(mode: str, colour: Any) -> None:
    full = make(mode, SIZE)
    pilview.view(full).fill(colour)
    keys: list[Any] = [(), (slice(None, None, 3), slice(None, None, -2)), (slice(3, 9), slice(1, 40, 3))]
    for name, key in product(("lighter", "difference", "add"), keys):
        img, expected = make(mode, SIZE), make(mode, SIZE)
        getattr(pilview.view(img)[key], name)(colour)
        getattr(pilview.view(expected)[key], name)(pilview.view(full)[key])
        assert memory.raw_bytes(img) == memory.raw_bytes(expected)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["L", "RGB", "I;16"])
def test_an_image_beside_itself_is_as_beside_its_copy(name: str, mode: str) -> None:
    if mode == "I;16" and name in ("overlay", "hard_light", "soft_light"):
        return
    for blocks in (False, True):
        img, expected = make(mode, SIZE, blocks=blocks), make(mode, SIZE)
        v = pilview.view(img)
        call(v, name, v)
        call(pilview.view(expected), name, expected.copy())
        assert memory.packed(img) == memory.packed(expected)


def parts() -> Iterator[tuple[Any, Any]]:
    """Two parts of one image, that overlap."""
    width, height = SIZE
    for x, y in product((-7, -1, 0, 1, 5), (-30, -1, 0, 1, 13)):
        to = slice(max(y, 0), height + min(y, 0)), slice(max(x, 0), width + min(x, 0))
        from_ = slice(max(-y, 0), height + min(-y, 0)), slice(max(-x, 0), width + min(-x, 0))
        yield to, from_
    everything = slice(None)
    yield (everything, everything), (everything, slice(None, None, -1))
    yield (everything, everything), (slice(None, None, -1), everything)
    yield (everything, slice(0, 60, 2)), (everything, slice(1, 61, 2))
    yield (slice(0, 80, 2), everything), (slice(0, 40), everything)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16B", "F"])
@pytest.mark.parametrize("blocks", [False, True])
def test_overlapping_parts_are_as_if_one_had_been_copied_first(mode: str, blocks: bool) -> None:
    for to, from_ in parts():
        img = make(mode, SIZE, blocks=blocks)
        expected = img.copy()
        memory.poke(expected, memory.raw_bytes(img))
        v = pilview.view(img)
        v[to].subtract(v[from_])
        pilview.view(expected)[to].subtract(pilview.view(make(mode, SIZE))[from_])
        assert memory.raw_bytes(img) == memory.raw_bytes(expected), (to, from_)


def test_overlapping_parts_of_large_images_on_several_threads() -> None:
    for to, from_ in (((slice(1, None),), (slice(None, -1),)), ((slice(None, -1),), (slice(1, None),))):
        img = make("RGB", (1237, 1811), blocks=True)
        array = np.asarray(img)
        expected = array.copy()
        expected[to] = array[to] - array[from_]
        v = pilview.view(img)
        v[to].subtract_modulo(v[from_])
        assert img.tobytes() == expected.tobytes()


def test_bands_of_one_image_are_beside_each_other() -> None:
    img = make("RGB", SIZE)
    red, green, blue = img.split()
    padding = memory.padding(img)
    v = pilview.view(img)
    v["R"].add(v["G"], 2)
    red = ImageChops.add(red, green, 2)
    v["BG"].multiply(v["RG"])
    blue, green = ImageChops.multiply(blue, red), ImageChops.multiply(green, green)
    assert img.tobytes() == Image.merge("RGB", (red, green, blue)).tobytes()
    assert memory.padding(img) == padding


def test_bands_are_paired_in_order_with_those_of_other_modes() -> None:
    img, grey, lab = make("RGBA", SIZE), make("L", SIZE, seed=1), make("LAB", SIZE, seed=2)
    bands = list(img.split())
    v = pilview.view(img)
    v["G"].difference(grey)
    bands[1] = ImageChops.difference(bands[1], grey)
    v["RGB"].screen(lab)
    bands[:3] = [ImageChops.screen(band, other) for band, other in zip(bands, lab.split(), strict=False)]
    pilview.view(grey).darker(v["A"])
    assert img.tobytes() == Image.merge("RGBA", bands).tobytes()
    assert grey.tobytes() == ImageChops.darker(make("L", SIZE, seed=1), bands[3]).tobytes()


def test_packed_pixels_are_ints() -> None:
    img, other = make("RGBA", SIZE), make("RGBA", SIZE, seed=1)
    expected = np.asarray(img) ^ np.asarray(other)
    pilview.view(img).packed.bitwise_xor(pilview.view(other).packed)
    assert img.tobytes() == expected.tobytes()


def test_mode_1_knows_0_and_all_else() -> None:
    every = bytes(range(256)) * 4
    img, other = Image.new("1", (256, 4)), Image.new("1", (256, 4))
    for name in ("and", "or", "xor"):
        memory.poke(img, every)
        memory.poke(other, bytes([0] * 512 + [255] * 256 + [7] * 256))
        expected = memory.raw_bytes(getattr(ImageChops, f"logical_{name}")(img, other))
        getattr(pilview.view(img), f"bitwise_{name}")(other)
        assert memory.raw_bytes(img) == expected


def scaled(sign: int) -> Callable[[Array, Array, float, float], Array]:
    return lambda a, b, scale, offset: (a + sign * b) / scale + offset


WIDE: dict[str, Callable[..., Array]] = {
    "blend": lambda a, b, alpha: a + alpha * (b - a),
    "add": scaled(1),
    "subtract": scaled(-1),
    "lighter": np.maximum,
    "darker": np.minimum,
    "difference": lambda a, b: abs(a - b),
}
ARGUMENTS: dict[str, list[tuple[Any, ...]]] = {
    "blend": [(0.3,), (0,), (1,), (-0.7,), (1.9,), (1e30,)],
    "add": [(), *SCALES, (1e-9, 0), (3, -(2**40))],
    "subtract": [(), *SCALES, (1e-9, 0), (3, 2**40)],
}


@pytest.mark.parametrize("mode", ["I", "I;16", "I;16L", "I;16B", "I;16N"])
@pytest.mark.parametrize("name", WIDE)
def test_wide_ints_are_clipped_and_rounded_towards_zero(name: str, mode: str) -> None:
    spec = MODES[mode]
    low, high = (-(2**31), 2**31 - 1) if mode == "I" else (0, 65535)
    for args in ARGUMENTS.get(name, [()]):
        img, other = make(mode, SIZE), make(mode, SIZE, seed=1)
        a, b = (np.frombuffer(memory.raw_bytes(i), spec.format).astype(np.float64) for i in (img, other))
        expected = WIDE[name](a, b, *(args or ((1, 0) if name in ("add", "subtract") else ())))
        call(pilview.view(img), name, other, *args)
        got = np.frombuffer(memory.raw_bytes(img), spec.format).astype(np.float64)
        assert (got == np.trunc(expected.clip(low, high))).all(), args


@pytest.mark.parametrize("name", WIDE)
def test_floats_are_computed_in_single_precision(name: str) -> None:
    for args in ARGUMENTS.get(name, [()]):
        img, other = make("F", SIZE), make("F", SIZE, seed=1)
        a, b = (np.frombuffer(memory.raw_bytes(i), np.float32) for i in (img, other))
        single = [np.float32(arg) for arg in args or ((1, 0) if name in ("add", "subtract") else ())]
        expected = b if (name, args) == ("blend", (1,)) else WIDE[name](a, b, *single)
        call(pilview.view(img), name, other, *args)
        assert memory.raw_bytes(img) == expected.astype(np.float32).tobytes(), args


@pytest.mark.parametrize("mode", ["I", "I;16", "I;16B"])
def test_wide_ints_modulo_and_bit_by_bit(mode: str) -> None:
    dtype = np.dtype(MODES[mode].format)
    formulas: dict[str, Callable[[Array, Array], Array]] = {
        "add_modulo": lambda a, b: a + b,
        "subtract_modulo": lambda a, b: a - b,
        "bitwise_and": lambda a, b: a & b,
        "bitwise_or": lambda a, b: a | b,
        "bitwise_xor": lambda a, b: a ^ b,
    }
    if mode != "I":
        formulas["multiply"] = lambda a, b: a.astype(np.uint64) * b // 65535
        formulas["screen"] = lambda a, b: 65535 - (65535 - a.astype(np.uint64)) * (65535 - b) // 65535
    for name, formula in formulas.items():
        img, other = make(mode, SIZE), make(mode, SIZE, seed=1)
        a, b = (np.frombuffer(memory.raw_bytes(i), dtype) for i in (img, other))
        getattr(pilview.view(img), name)(other)
        assert memory.raw_bytes(img) == formula(a, b).astype(dtype).tobytes(), name


def test_bits_of_bytes() -> None:
    for mode in ("L", "P", "RGB", "LA"):
        for name, formula in (("and", np.bitwise_and), ("or", np.bitwise_or), ("xor", np.bitwise_xor)):
            img, other = make(mode, SIZE), make(mode, SIZE, seed=1)
            a, b = (np.frombuffer(memory.packed(i), np.uint8) for i in (img, other))
            getattr(pilview.view(img), f"bitwise_{name}")(other)
            assert memory.packed(img) == formula(a, b).tobytes()


def test_the_ends_of_the_range_of_ints() -> None:
    img = Image.new("I", (1, 1), -(2**31))
    assert pilview.view(img).difference(2**31 - 1)[0, 0] == 2**31 - 1
    assert pilview.view(img).add(2**31 - 1)[0, 0] == 2**31 - 1
    assert pilview.view(img).add_modulo(1)[0, 0] == -(2**31)
    assert pilview.view(img).subtract(1)[0, 0] == -(2**31)


def refused(v: pilview.ImageView, name: str, *args: Any, error: type[Exception], match: str) -> None:
    before = memory.raw_bytes(v.image)
    with pytest.raises(error, match=match):
        getattr(v, name)(*args)
    assert memory.raw_bytes(v.image) == before


@pytest.mark.parametrize("name", NAMES)
def test_others_of_another_size_or_kind_are_refused(name: str) -> None:
    v = pilview.view(make("RGB", SIZE))
    more: tuple[float, ...] = (0.5,) if name == "blend" else ()
    for other, error, match in (
        (make("RGB", (61, 84)), ValueError, r"61 x 83 pixels, and the other image of 61 x 84"),
        (v[:, :-1], ValueError, r"61 x 83 pixels, and the other image of 60 x 83"),
        (make("RGB", (0, 0)), ValueError, r"0 x 0"),
        (make("RGBA", SIZE), pilview.ModeError, "mode RGB, and the other image of mode RGBA"),
        (make("HSV", SIZE), pilview.ModeError, "mode RGB, and the other image of mode HSV"),
        (make("L", SIZE), pilview.ModeError, "mode L"),
        (v["RG"], pilview.ModeError, "2 of the bands of mode RGB"),
        (v["R"], pilview.ModeError, "1 of the bands of mode RGB"),
        (v.packed, pilview.ModeError, 'format "i"'),
        (np.zeros((83, 61, 3), np.uint8), TypeError, "Image.fromarray"),
        ((1, 2), ValueError, "2 values"),
        ((1, 2, 256), ValueError, "256"),
        ("no colour", ValueError, "no colour"),
        (1.5, TypeError, "1.5"),
        (None, TypeError, "None"),
    ):
        refused(v, name, other, *more, error=error, match=match)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_numbers_that_are_not_finite_are_refused(number: float) -> None:
    v = pilview.view(make("L"))
    refused(v, "blend", v, number, error=ValueError, match="finite")
    refused(v, "add", v, number, error=ValueError, match="finite")
    refused(v, "subtract", v, number, 0, error=ValueError, match="finite")
    w = pilview.view(Image.new("F", (7, 5)))
    refused(w, "add", w, 1, number, error=ValueError, match="finite")


@pytest.mark.parametrize("name", ["add", "subtract"])
def test_scales_of_nothing_and_extreme_numbers_are_refused(name: str) -> None:
    for mode in ("L", "I", "I;16", "F"):
        v = pilview.view(make(mode))
        for scale in (0, 0.0, -0.0, 1e-50):
            refused(v, name, v, scale, error=ValueError, match="scale is 0")
        refused(v, name, v, "1", error=TypeError, match="scale is of type str")
        refused(v, name, v, 1, "1", error=TypeError, match="offset is of type str")
        if mode != "F":
            refused(v, name, v, 1, 1.5, error=TypeError, match="offset is of type float; give an int")
    v = pilview.view(make("L"))
    refused(v, name, v, 1e-8, error=ValueError, match="larger scale")
    refused(v, name, v, 1, 2**31, error=ValueError, match="smaller offset")
    refused(v, name, v, 1, -(10**30), error=ValueError, match="smaller offset")


def test_blend_takes_an_alpha_that_is_a_number() -> None:
    v = pilview.view(make("L"))
    for alpha in ("0.5", None, [1]):
        refused(v, "blend", v, alpha, error=TypeError, match="alpha is of type")
    expected = Image.blend(make("L"), make("L", seed=1), 0.25)
    quarter: Any = Decimal("0.25")
    assert v.blend(make("L", seed=1), alpha=quarter).tobytes() == expected.tobytes()


@pytest.mark.parametrize("mode", ["1", "P", "PA"])
def test_blend_refuses_what_has_nothing_in_between(mode: str) -> None:
    v = pilview.view(make(mode))
    refused(v, "blend", v, 0.5, error=pilview.ModeError, match="convert the images to L or RGB")


def test_others_that_are_gone_are_refused() -> None:
    v = pilview.view(make("L"))
    other = pilview.view(make("L"))
    other.release()
    refused(v, "multiply", other, error=pilview.ReleasedError, match="released")
    closed = make("L")
    closed.close()
    refused(v, "multiply", closed, error=ValueError, match="closed")


def test_pairs_in_both_orders_on_several_threads_come_to_an_end() -> None:
    a, b = (pilview.view(make("RGB", (613, 401), seed=seed)) for seed in (0, 1))
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(one.bitwise_xor, two) for one, two in [(a, b), (b, a), (a, a), (b, b)] * 25]
        assert all(future.result(60) is not None for future in done)
