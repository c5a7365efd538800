"""Many Python threads on the same images: no data race, no deadlock."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image

import pilview

from . import memory
from .images import make
from .together import in_threads

BIG = (2477, 1621)  # over 3 MB: work for several threads
INVERTED = bytes(range(255, -1, -1))  # of each value


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("blocks", [False, True])
def test_kernels_of_many_threads_on_one_image_are_each_whole(mode: str, blocks: bool) -> None:
    img = make(mode, BIG, blocks=blocks)
    before = memory.raw_bytes(img)
    v = pilview.view(img)

    def work(i: int) -> None:
        mine = pilview.view(img) if i % 2 else v
        for _ in range(10):  # an even number in sum: torn inversions would show
            mine.invert()

    in_threads(work)
    assert memory.raw_bytes(img) == before


def test_a_reader_never_sees_half_a_kernel() -> None:
    img = Image.new("L", BIG, 0)
    v = pilview.view(img)
    seen: set[bytes] = set()

    def work(i: int) -> None:
        for n in range(15):
            if i % 2:
                v.fill(i * 16 + n % 2)
            else:
                data = v.tobytes()
                assert data.count(data[:1]) == len(data), "torn"
                seen.add(data[:1])

    in_threads(work)
    assert seen


def test_two_images_in_both_orders_do_not_deadlock() -> None:
    a, b = pilview.view(make("RGB", (400, 300))), pilview.view(make("RGB", (400, 300), seed=1))
    both = {a.tobytes(), b.tobytes()}

    def work(i: int) -> None:
        first, second = (a, b) if i % 2 else (b, a)
        for _ in range(30):
            first.copy_to(second)
            second[...] = first
            second.copy_from(first)
            assert isinstance(first == second, bool)

    in_threads(work)
    assert a.tobytes() in both
    assert b.tobytes() in both


def test_overlapping_copies_inside_one_image_from_many_threads() -> None:
    img = make("L", (400, 300))
    v = pilview.view(img)

    def work(i: int) -> None:
        for _ in range(30):
            v[1:] = v[:-1]
            v[...] = v[::-1]

    in_threads(work)
    assert v.shape == (300, 400)


def test_python_callables_in_many_threads_do_not_hold_the_lock() -> None:
    v = pilview.view(make("RGB", (200, 100)))

    def work(i: int) -> None:
        for _ in range(5):
            v.point(lambda value: 255 - value)
            v.threshold(100)
            v[i, i] = (i, i, i)
            v[...] = "red"

    in_threads(work)
    assert v.shape == (100, 200, 3)


def test_images_closed_by_another_thread_are_survived() -> None:
    for round_ in range(30):
        img = make("RGB", (300, 200), seed=round_)
        v = pilview.view(img)

        def work(i: int, img: Image.Image = img, v: pilview.ImageView = v) -> None:
            try:
                for _ in range(20):
                    v.invert()
                    pilview.view(img)[..., 0].fill(i)
                    if i == 0:
                        img.close()
            except (pilview.StaleViewError, ValueError):
                return  # closed

        in_threads(work, 4)
        assert len(v.tobytes()) == 300 * 200 * 3


@pytest.mark.parametrize("seed", range(4))
def test_images_resized_by_another_thread_are_survived(seed: int) -> None:
    """Kernels are whole, on old memory as on new; `thumbnail` waits for none and may see half of one.

    So each byte of it is from before or from after an inversion; it takes pixels as they are, by NEAREST.
    """
    img, alone = (make("RGB", (480, 360), seed=seed) for _ in range(2))
    inverted, finished = [0] * 3, threading.Event()

    def resize() -> None:
        for size in range(460, 330, -10):  # too many bytes for kernels to keep the GIL
            for each in (img, alone):
                each.thumbnail((size, size), Image.Resampling.NEAREST)
            v = pilview.view(img)
            before, seen = v.tobytes(), sum(inverted)
            assert {a ^ b for a, b in zip(before, memory.packed(alone), strict=True)} <= {0, 255}
            while sum(inverted) == seen and not finished.is_set():  # so that kernels are between any two
                time.sleep(0)
            assert v.tobytes() in (before, before.translate(INVERTED))

    def invert(i: int) -> None:
        v = pilview.view(img)
        before = v.tobytes()
        with suppress(pilview.StaleViewError):
            v.invert()
        assert v.tobytes() in (before, before.translate(INVERTED))
        inverted[i] += 1

    def work(i: int) -> None:
        try:
            while i < 3 and not finished.is_set():
                invert(i)
            if i == 3:
                resize()
        finally:
            finished.set()

    in_threads(work, 4)


def test_views_released_by_another_thread_are_survived() -> None:
    for round_ in range(30):
        v = pilview.view(make("RGB", (300, 200), seed=round_))

        def work(i: int, v: pilview.ImageView = v) -> None:
            for _ in range(10):
                try:
                    if i == 0:
                        v.release()
                    else:
                        v.invert()
                        memoryview(v).release()
                        v.tobytes()
                except (pilview.ReleasedError, BufferError):
                    continue

        in_threads(work, 4)
        assert v is not None


def test_set_num_threads_is_what_get_num_threads_says() -> None:
    before = pilview.get_num_threads()
    assert before >= 1
    for n in (1, 3, 8):
        pilview.set_num_threads(n)
        assert pilview.get_num_threads() == n
        assert pilview.info()["threads"] == n
        img = make("RGB", BIG)
        expected = bytes(b ^ 0xFF for b in memory.packed(img))
        assert pilview.view(img).invert().tobytes() == expected
    pilview.set_num_threads(before)


@pytest.mark.parametrize("n", [0, -1, 1025, 10**30])
def test_set_num_threads_refuses_numbers_outside(n: int) -> None:
    before = pilview.get_num_threads()
    with pytest.raises((ValueError, OverflowError), match=r"1024|large|convert"):
        pilview.set_num_threads(n)
    assert pilview.get_num_threads() == before


@pytest.mark.parametrize("n", ["2", 1.5, None])
def test_set_num_threads_refuses_other_types(n: Any) -> None:
    with pytest.raises(TypeError):
        pilview.set_num_threads(n)


def test_thread_counts_changed_while_kernels_run() -> None:
    before = pilview.get_num_threads()
    img = make("RGB", BIG)
    expected = memory.raw_bytes(img)
    v = pilview.view(img)

    def work(i: int) -> None:
        for n in range(10):
            if i == 0:
                pilview.set_num_threads(1 + n % 4)
            else:
                v.invert().invert()

    in_threads(work, 4)
    pilview.set_num_threads(before)
    assert memory.raw_bytes(img) == expected
