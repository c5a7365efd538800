"""JAX on the CPU, over DLPack. In processes of its own, as it starts threads and warns of forks then."""

from __future__ import annotations

from .scripts import run

START = """
import gc
import jax
import jax.numpy as jnp
import numpy as np
import mmap
import pilview
from tests.images import make, random_pixels
from tests.modes import MODES

def page(mode):
    # An image at the start of a page of memory.
    memory = mmap.mmap(-1, 64 * 48 * 4)
    memory.write(random_pixels(MODES[mode], (64, 48)))
    return pilview.from_buffer(mode, (64, 48), memory)

def address(array):
    return array.unsafe_buffer_pointer()
"""


def test_jax_shares_memory_at_addresses_that_suit_it() -> None:
    out = run(
        START
        + """
for mode in ("L", "RGBA", "CMYK", "I", "F", "I;16"):
    img = page(mode)
    v = pilview.view(img)
    array = jnp.from_dlpack(v)
    assert array.dtype == np.dtype(v.format) and array.shape == v.shape
    assert address(array) == v.strided.__array_interface__["data"][0]
    assert array.tolist() == v.tolist()
    v[3, 4] = 5 if array.ndim == 2 else (5, 6, 7, 8)
    assert np.asarray(array)[3, 4].tolist() == ([5, 6, 7, 8] if array.ndim == 3 else 5)
    try:
        v.release()
    except BufferError:
        pass
    else:
        raise AssertionError("released under JAX")
    expected = v.tolist()
    del img, v
    gc.collect()
    assert array.tolist() == expected
print("shared")
"""
    )
    assert out == "shared"


def test_jax_copies_or_refuses_what_does_not_suit_it() -> None:
    out = run(
        START
        + """
img = page("RGB")
v = pilview.view(img)
for part in (v, v["R"], v[::-1], v[:, ::2]):
    try:
        jnp.from_dlpack(part)
    except Exception as error:
        assert "strid" in str(error), error
    else:
        raise AssertionError("gaps were taken")
    assert jnp.asarray(np.from_dlpack(part)).tolist() == part.tolist()
packed = jnp.from_dlpack(v.packed)
assert address(packed) == v.strided.__array_interface__["data"][0]
assert packed.tolist() == v.packed.tolist()

crop = v.packed[1:9]
assert jnp.from_dlpack(crop).tolist() == crop.tolist()
unaligned = pilview.view(pilview.from_buffer("L", (64, 48), bytearray(64 * 48 + 1), offset=1))
assert jnp.from_dlpack(unaligned).tolist() == unaligned.tolist()
print("done")
"""
    )
    assert out == "done"


def test_jax_gets_its_own_memory_by_copy() -> None:
    out = run(
        START
        + """
img = make("RGB", (64, 48))
v = pilview.view(img, writable=False)

class Copied:
    def __dlpack__(self, **options):
        capsule = v.__dlpack__(**{**options, "copy": True})
        return capsule

    __dlpack_device__ = staticmethod(v.__dlpack_device__)

array = jnp.from_dlpack(Copied())
assert array.tolist() == v.tolist()
v.release()
img.close()
print(jnp.sum(array, dtype=int) > 0)
"""
    )
    assert out == "True"


def test_jax_arrays_are_read_only_to_from_buffer() -> None:
    out = run(
        START
        + """
try:
    pilview.from_buffer("L", (64, 48), jnp.zeros((48, 64), jnp.uint8))
except pilview.ReadOnlyError as error:
    print("refused")
"""
    )
    assert out == "refused"
