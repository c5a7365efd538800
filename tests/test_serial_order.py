"""Kernels of many threads on the same images end as if they had run one after the other, in some order.

1,000 kernels a thread; PILVIEW_TEST_KERNELS sets another number. Images are larger than 32 KiB, so that the
GIL is released, and some larger than 3 MiB, so that the pool works on them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from graphlib import TopologicalSorter
from itertools import pairwise

import pytest
from PIL import Image, ImageChops

import pilview

from . import memory
from .images import make
from .together import in_threads

THREADS = 8
KERNELS = int(os.environ.get("PILVIEW_TEST_KERNELS") or 1000)
WATCHDOG = 60 + KERNELS / 10
SMALL, LARGE = (320, 240), (2100, 1600)

# A part for each thread: each overlaps others, all of them the middle, and two threads have the same one.
BOXES = [
    (0, 0, 240, 180),
    (80, 0, 320, 180),
    (0, 60, 240, 240),
    (80, 60, 320, 240),
    (40, 30, 280, 210),
    (40, 30, 280, 210),
    (0, 100, 320, 220),
    (100, 0, 260, 240),
]
WHOLE = [(0, 0, *SMALL)] * THREADS

Pair = tuple[bytes, bytes]


@pytest.fixture(params=[SMALL, LARGE], ids=["small", "large"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param  # type: ignore[no-any-return]


def kernels(size: tuple[int, int]) -> int:
    return KERNELS if size == SMALL else max(KERNELS // 100, 1)


def covers(box: tuple[int, int, int, int], x: int, y: int) -> bool:
    return box[0] <= x < box[2] and box[1] <= y < box[3]


@pytest.mark.parametrize("boxes", [WHOLE, BOXES], ids=["whole", "parts"])
@pytest.mark.parametrize("blocks", [False, True])
def test_no_kernel_is_lost_and_none_done_twice(boxes: list[tuple[int, int, int, int]], blocks: bool) -> None:
    """Each thread adds a number of its own, modulo 256: the sum does not depend on the order."""
    img = make("L", SMALL, blocks=blocks)
    before = memory.raw_rows(img)
    tables = [bytes((value + 2 * i + 1) % 256 for value in range(256)) for i in range(THREADS)]

    def work(i: int) -> None:
        v = pilview.view(img).crop(boxes[i])
        for _ in range(KERNELS):
            v.point(tables[i])

    in_threads(work, THREADS, watchdog=WATCHDOG)
    added: dict[tuple[int, ...], list[int]] = {}  # to each column, by the threads that reach a row
    for y, (row, old) in enumerate(zip(memory.raw_rows(img), before, strict=True)):
        inside = tuple(i for i in range(THREADS) if boxes[i][1] <= y < boxes[i][3])
        if inside not in added:
            columns = ([2 * i + 1 for i in inside if covers(boxes[i], x, y)] for x in range(SMALL[0]))
            added[inside] = [KERNELS * sum(numbers) for numbers in columns]
        assert row == bytes((a + b) % 256 for a, b in zip(old, added[inside], strict=True))


def test_the_end_is_what_the_last_kernel_of_some_thread_wrote(size: tuple[int, int]) -> None:
    img = make("RGB", size)
    count = kernels(size)

    def work(i: int) -> None:
        v = pilview.view(img)
        for n in range(count):
            v.fill((i, n % 256, n // 256))

    in_threads(work, THREADS, watchdog=WATCHDOG)
    last = (count - 1) % 256, (count - 1) // 256
    colours = pilview.view(img).getcolors()
    assert colours is not None
    ((pixels, colour),) = colours
    assert pixels == size[0] * size[1]
    assert colour in [(i, *last) for i in range(THREADS)]


def test_parts_that_overlap_lie_upon_each_other_in_one_order() -> None:
    """In twenty rounds, since only the last kernels of a round are seen in the end."""
    img = make("RGB", SMALL)
    before = memory.raw_rows(img)
    count = max(KERNELS // 20, 1)

    def work(i: int) -> None:
        v = pilview.view(img).crop(BOXES[i])
        for n in range(count):
            v.fill((i, n % 256, n // 256))

    for _ in range(20):
        in_threads(work, THREADS, watchdog=WATCHDOG)
        below: dict[int, set[int]] = {i: set() for i in range(THREADS)}
        after = memory.raw_rows(img)
        for y in range(0, SMALL[1], 5):
            for x in range(0, SMALL[0], 10):
                here = {i for i in range(THREADS) if covers(BOXES[i], x, y)}
                top, *last = pixel = after[y][4 * x : 4 * x + 3]
                if not here:
                    assert pixel == before[y][4 * x : 4 * x + 3]
                    continue
                assert top in here
                assert last == [(count - 1) % 256, (count - 1) // 256]
                below[top] |= here - {top}
        TopologicalSorter(below).prepare()  # raises if no order has each of them upon the others


def test_two_images_added_to_each_other_end_as_in_some_order(size: tuple[int, int]) -> None:
    """Modulo 256 a.add_modulo(b) and b.add_modulo(a) are matrices of determinant 1, and so is any product of
    them. All pixels went through the same ones, or a kernel was torn or read what was half written."""
    images = [make("L", size, seed=seed) for seed in range(2)]
    for img, first in zip(images, [b"\x01\x00", b"\x00\x01"], strict=True):
        memory.poke(img, first + memory.raw_bytes(img)[2:])
    before = [memory.raw_bytes(img) for img in images]

    def work(i: int) -> None:
        a, b = map(pilview.view, images if i % 2 else images[::-1])
        for _ in range(kernels(size)):
            a.add_modulo(b)

    in_threads(work, THREADS, watchdog=WATCHDOG)
    after = [memory.raw_bytes(img) for img in images]
    (p, q), (r, s) = [data[:2] for data in after]
    assert (p * s - q * r) % 256 == 1
    for data, (x, y) in zip(after, [(p, q), (r, s)], strict=True):
        pairs = zip(*(old[::11] for old in before), strict=True)  # some of every row
        assert data[::11] == bytes((x * a + y * b) % 256 for a, b in pairs)


# What pilview does to a view with another, and what Pillow makes of the two.
TWO: dict[
    str, tuple[Callable[[pilview.ImageView, pilview.ImageView], object], Callable[..., Image.Image]]
] = {
    "blend": (lambda a, b: a.blend(b, 0.25), lambda a, b: Image.blend(a, b, 0.25)),
    "subtract_modulo": (lambda a, b: a.subtract_modulo(b), ImageChops.subtract_modulo),
    "multiply": (lambda a, b: a.multiply(b), ImageChops.multiply),
    "screen": (lambda a, b: a.screen(b), ImageChops.screen),
    "difference": (lambda a, b: a.difference(b), ImageChops.difference),
    "masked": (lambda a, b: a.paste(b, None, b), lambda a, b: Image.composite(b, a, b)),
    "copy": (lambda a, b: a.copy_from(b), lambda a, b: b),
    "assignment": (lambda a, b: a.__setitem__(..., b), lambda a, b: b),
}


def ends(pair: Pair, pillow: Callable[..., Image.Image]) -> set[Pair]:
    """How two rows can end after `THREADS // 2` kernels on each, in any order, as Pillow computes."""
    states = {(0, pair)}  # how many kernels have written to the first, and the rows
    for done in range(THREADS):
        later = set()
        for on_first, rows in states:
            first, second = (Image.frombytes("L", (len(row), 1), row) for row in rows)
            if on_first < THREADS // 2:
                later.add((on_first + 1, (pillow(first, second).tobytes(), rows[1])))
            if done - on_first < THREADS // 2:
                later.add((on_first, (rows[0], pillow(second, first).tobytes())))
        states = later
    return {rows for _, rows in states}


@pytest.mark.parametrize("name", TWO)
def test_two_images_in_both_orders_end_as_pillow_says_of_some_order(name: str, size: tuple[int, int]) -> None:
    kernel, pillow = TWO[name]
    width, height = size
    rows = tuple(make("L", (width, 1), seed=seed).tobytes() for seed in range(2))
    possible = ends(rows, pillow)  # type: ignore[arg-type]
    for _ in range(10 if size == SMALL else 2):
        images = [Image.frombytes("L", size, row * height) for row in rows]

        def work(i: int, images: list[Image.Image] = images) -> None:
            a, b = map(pilview.view, images if i % 2 else images[::-1])
            kernel(a, b)

        in_threads(work, THREADS)
        first, second = map(memory.raw_rows, images)
        assert {*first} == {first[0]}, "torn"
        assert {*second} == {second[0]}, "torn"
        assert (first[0], second[0]) in possible


def test_many_kernels_on_three_images_in_all_orders_do_not_deadlock_and_are_whole(
    size: tuple[int, int],
) -> None:
    width, height = size
    images = [
        Image.frombytes("L", size, make("L", (width, 1), seed=seed).tobytes() * height) for seed in range(3)
    ]

    def work(i: int) -> None:
        a, b, mask = (pilview.view(images[(i + k * (1 + i % 2)) % 3]) for k in range(3))
        two = [kernel for kernel, _ in TWO.values()]
        for n in range(kernels(size)):
            if n % 2:
                a.paste(b, None, mask)
            else:
                two[n // 2 % len(two)](a, b)

    in_threads(work, THREADS, watchdog=WATCHDOG)
    for img in images:
        assert all(row == other for row, other in pairwise(memory.raw_rows(img))), "torn"
