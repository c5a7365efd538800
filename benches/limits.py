"""What memory allows: the module's own plain passes, spread over the same threads."""

from collections.abc import Callable

from PIL import Image

import pilview
from kernels.kernel import Run, pixels_of
from pilview import _pilview

PLAIN_PASS = "memory limit"  # among the kernels whose growth is measured
NAMES = {
    "inplace": "a parallel read, change and write of each byte in place",
    "read": "a parallel read of each byte",
    "copy": "a parallel copy of each byte",
    "pair": "a parallel change of each byte in place by the bytes of a second image",
}


def limit(kind: str) -> Callable[..., object] | None:
    """No part of the module's interface, so not in its stubs."""
    found: Callable[..., object] | None = vars(_pilview).get(f"_memory_limit_{kind}")
    return found


def flat(img: Image.Image) -> memoryview:
    """An image as flat bytes. The limits want whole 16 KiB: at most 0.1 % less than asked for."""
    v = pixels_of(pilview.view(img)).strided
    return memoryview(v).cast("B")[: v.nbytes // 16384 * 16384]


def plain_pass(kind: str) -> Run | None:
    """The limit on the bytes that a kernel has to touch. None where this build has no such pass."""
    plain = limit(kind)
    if plain is None:
        return None
    match kind:
        case "copy":
            return lambda s: plain(flat(s.same), flat(s.img))
        case "pair":
            return lambda s: plain(flat(s.img), flat(s.other))
    return lambda s: plain(flat(s.img))
