"""Views as DLPack tensors: what is told, what is shared, what is refused, who deletes."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pilview

from . import capsules, memory, model
from .images import CASES, KINDS, SIZES, build, make
from .modes import MODES
from .scripts import run
from .test_strided import uneven

NATIVE = [name for name, mode in MODES.items() if mode.format[0] not in "<>"]
SELECTIONS: list[Any] = [
    ...,
    slice(None, None, -1),
    (slice(1, 4), slice(2, 6)),
    (slice(None, None, 2), slice(None, None, -3)),
    2,
    (slice(None), 3),
    (slice(3, 3), slice(None)),
]


def address(v: pilview.ImageView) -> int:
    found: int = v.strided.__array_interface__["data"][0]
    return found


@pytest.mark.parametrize("mode", NATIVE)
def test_numpy_shares_the_memory_both_ways(mode: str) -> None:
    img = make(mode, (6, 7))
    v = pilview.view(img)
    a = np.from_dlpack(v)
    assert a.shape == v.shape
    assert a.strides == v.strided.strides
    assert a.dtype == np.dtype(v.format)
    assert a.flags.writeable
    assert a.tolist() == memory.values(img)
    a[2, 3] = 5
    assert v.tolist() == memory.values(img) == a.tolist()
    assert v[2, 3] == (5 if a.ndim == 2 else (5,) * a.shape[2])
    v.fill(7 if a.ndim == 2 else (7,) * a.shape[2])
    assert (a == 7).all()


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_every_kind_of_image_is_shared_or_refused_with_the_way_out(
    kind: str, mode: str, tmp_path: Path
) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        v = pilview.view(img)
        pitch = model.Region.of(img).pitch()
        rows = [*memory.row_addresses(img), pitch or 0]
        if mode not in NATIVE:
            with pytest.raises(BufferError, match="byte order"):
                np.from_dlpack(v)
        elif pitch is None:
            with pytest.raises(BufferError, match=r"v\.blocks.*pilview\.contiguous"):
                np.from_dlpack(v)
            assert np.concatenate([np.from_dlpack(part) for part in v.blocks]).tolist() == memory.values(img)
        elif all(size) and any(start % MODES[mode].itemsize for start in rows):
            with pytest.raises(BufferError, match="odd"):
                np.from_dlpack(v)
        else:
            a = np.from_dlpack(v)
            assert a.tolist() == memory.values(img)
            assert a.flags.writeable is not v.readonly
            if a.size:
                assert a.ctypes.data == memory.row_addresses(img)[0]
        if mode in NATIVE:
            assert np.from_dlpack(v, copy=True).tolist() == memory.values(img)


@pytest.mark.parametrize("key", SELECTIONS, ids=str)
@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "F"])
def test_sub_views_are_the_same_part(mode: str, key: Any) -> None:
    img = make(mode, (9, 7))
    part = pilview.view(img)[key]
    a = np.from_dlpack(part)
    assert a.tolist() == part.tolist()
    a[...] = 9
    assert (pilview.asarray(part) == 9).all()
    assert np.from_dlpack(part, copy=True).tolist() == part.tolist()


def test_single_bands_have_their_stride() -> None:
    img = make("RGBA")
    a = np.from_dlpack(pilview.view(img)["B"])
    a[...] = 77
    assert {pixel[2] for row in memory.values(img) for pixel in row} == {77}
    assert len({tuple(pixel) for row in memory.values(img) for pixel in row}) > 1


@pytest.mark.parametrize("mode", NATIVE)
def test_a_copy_is_packed_and_apart(mode: str) -> None:
    for img in (make(mode), uneven(mode)):
        before = memory.raw_bytes(img)
        v = pilview.view(img, writable=False)
        a = np.from_dlpack(v, copy=True)
        assert a.tobytes() == memory.packed(img)
        assert a.flags.c_contiguous
        assert a.flags.writeable
        a[...] = 0
        assert memory.raw_bytes(img) == before


@pytest.mark.parametrize(
    ("version", "name"),
    [
        (None, "dltensor"),
        ((0, 8), "dltensor"),
        ((1, 0), "dltensor_versioned"),
        ((2, 7), "dltensor_versioned"),
    ],
)
@pytest.mark.parametrize("copy", [None, False, True])
def test_the_consumers_version_decides_the_struct(version: Any, name: str, copy: bool | None) -> None:
    v = pilview.view(make("RGB", (6, 7)))
    capsule = v.__dlpack__(max_version=version, copy=copy, dl_device=(1, 0), stream=None)
    assert capsules.name(capsule) == name
    managed, tensor = capsules.tensor(capsule)
    if name != "dltensor":
        assert tuple(managed.version) == (1, 0)
        assert managed.flags == (capsules.IS_COPIED if copy else 0)
    assert (tuple(tensor.device), tensor.ndim, tensor.byte_offset) == ((1, 0), 3, 0)
    assert (tensor.code, tensor.bits, tensor.lanes) == (1, 8, 1)
    assert tensor.shape[:3] == [7, 6, 3]
    assert tensor.strides[:3] == ([18, 3, 1] if copy else [24, 4, 1])
    if copy:
        assert tensor.data != address(v)
        assert tensor.data % 64 == 0
    else:
        assert tensor.data == address(v)


def test_strides_count_values_not_bytes() -> None:
    for mode, (code, bits) in {"I": (0, 32), "F": (2, 32), "I;16": (1, 16)}.items():
        v = pilview.view(make(mode, (6, 7)))[::2, ::-1]
        _, tensor = capsules.tensor(capsule := v.__dlpack__())
        assert (tensor.code, tensor.bits) == (code, bits)
        assert tensor.strides[:2] == [12, -1]
        del capsule


def test_read_only_stays_read_only_or_is_refused() -> None:
    v = pilview.view(make("L"), writable=False)
    managed, _ = capsules.tensor(capsule := v.__dlpack__(max_version=(1, 0)))
    assert managed.flags == capsules.READ_ONLY
    assert not np.from_dlpack(v).flags.writeable
    for version in (None, (0, 8)):
        with pytest.raises(pilview.ReadOnlyError, match=r"copy=True"):
            v.__dlpack__(max_version=version)
        assert capsules.name(v.__dlpack__(max_version=version, copy=True)) == "dltensor"
    del capsule


def test_streams_and_other_devices_are_buffer_errors() -> None:
    v = pilview.view(make("L"))
    assert v.__dlpack_device__() == (1, 0)
    for bad in ({"dl_device": (2, 0)}, {"dl_device": (1, 1)}, {"stream": 1}, {"stream": -1}):
        options: dict[str, Any] = bad
        with pytest.raises(BufferError, match="CPU"):
            v.__dlpack__(**options)
    assert np.from_dlpack(v, device="cpu").tolist() == v.tolist()
    wrong: list[dict[str, Any]] = [{"max_version": "1"}, {"max_version": (1,)}, {"copy": 2}, {"dl_device": 1}]
    for options in wrong:
        with pytest.raises((TypeError, ValueError)):
            v.__dlpack__(**options)
    v.release()


def test_a_capsule_that_nobody_takes_lets_go_with_its_end() -> None:
    v = pilview.view(make("L"))
    made = [v.__dlpack__(max_version=version) for version in (None, (1, 0)) for _ in range(100)]
    with pytest.raises(BufferError, match="200 exported"):
        v.release()
    del made
    v.release()


def test_a_taken_capsule_leaves_the_tensor_to_its_consumer() -> None:
    v = pilview.view(make("L"))
    for version in (None, (1, 0)):
        capsule: Any = v.__dlpack__(max_version=version)
        taken = capsules.take(capsule)
        del capsule
        gc.collect()
        with pytest.raises(BufferError):
            v.release()
        capsules.release(taken)
    v.release()
    with pytest.raises(pilview.ReleasedError):
        v.__dlpack__()
    with pytest.raises(pilview.ReleasedError):
        v.__dlpack_device__()


def test_any_thread_may_delete_a_tensor_without_the_gil() -> None:
    img = make("RGB", (64, 64))
    v = pilview.view(img)
    for copy in (False, True):
        taken = [capsules.take(v.__dlpack__(max_version=(1, 0), copy=copy)) for _ in range(40)]
        threads = [threading.Thread(target=capsules.release, args=(one,)) for one in taken]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    v.release()


def test_a_thread_may_delete_a_tensor_while_the_interpreter_waits_for_it() -> None:
    # As JAX does at exit: whoever holds the GIL joins the thread of a library that Python does not know.
    out = run(
        """
        import ctypes, gc, weakref
        import pilview
        from tests import capsules
        from tests.images import make

        img = make("L")
        v, ref = pilview.view(img), weakref.ref(img)
        tensor = capsules.take(v.__dlpack__(max_version=(1, 0)))
        libc, thread = ctypes.PyDLL(None), ctypes.c_ulong()
        entry, argument = ctypes.c_void_p(tensor.deleter), ctypes.c_void_p(ctypes.addressof(tensor))
        assert libc.pthread_create(ctypes.byref(thread), None, entry, argument) == 0
        assert libc.pthread_join(thread, None) == 0
        v.release()
        del img, v
        pilview.info()
        gc.collect()
        print(ref() is None)
        """
    )
    assert out == "True"


def test_a_tensor_may_be_deleted_after_the_interpreters_end() -> None:
    out = run(
        """
        import ctypes, sys
        import numpy as np
        from PIL import Image
        import pilview
        from tests import capsules

        at_exit = ctypes.CDLL(None).__cxa_atexit  # C's: runs when there is no interpreter any more
        at_exit.argtypes = [ctypes.c_void_p] * 3
        for copy in (False, True):
            v = pilview.view(Image.new("RGB", (640, 480), "red"))
            taken = capsules.take(v.__dlpack__(max_version=(1, 0), copy=copy))
            assert at_exit(taken.deleter, ctypes.addressof(taken), None) == 0
        sys.keep = [np.from_dlpack(v), v.__dlpack__(), v.__arrow_c_stream__(), v.strided.__array_interface__]
        v.image.info["cycle"] = np.from_dlpack(v)
        print("done")
        """
    )
    assert out == "done"


def test_a_stale_view_exports_the_memory_it_keeps() -> None:
    img = make("L")
    expected = memory.values(img)
    v = pilview.view(img)
    img.close()
    assert np.from_dlpack(v).tolist() == expected


def test_a_copy_without_memory_is_a_memory_error() -> None:
    out = run(
        """
        import resource
        from PIL import Image
        import pilview
        v = pilview.view(Image.new("L", (20000, 10000)))
        resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))
        try:
            v.__dlpack__(copy=True)
        except MemoryError as error:
            print("MemoryError", error)
        v.release()
        """
    )
    assert out.startswith("MemoryError there is no memory")


def test_pillows_images_are_left_as_they_are() -> None:
    assert not hasattr(Image.new("L", (1, 1)), "__dlpack__")
