"""The gallery of the documentation: every kernel is in it, and its code runs."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from .test_every_kernel import KERNELS

TOOLS = Path(__file__).parents[1] / "tools/docs"


def imported(name: str) -> ModuleType:
    """A module of the documentation's tools, which stand in a folder of their own."""
    sys.path.insert(0, str(TOOLS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(TOOLS))


CARDS = imported("cards").CARDS
gallery = imported("gallery")
stub = imported("stub")


def test_every_kernel_is_in_the_gallery_once() -> None:
    assert sorted(card.kernel for card in CARDS) == KERNELS, "add a Card to tools/docs/cards.py"


def test_every_kernel_is_in_a_family_of_the_stub() -> None:
    assert sorted(name for names in stub.kernels().values() for name in names) == KERNELS


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.kernel)
def test_its_code_calls_the_kernel_and_shows_something(card: gallery.Card) -> None:  # type: ignore[name-defined]
    assert f".{card.kernel}(" in card.code
    before = gallery.start(card.start)
    result = gallery.run(card, before.copy())
    if isinstance(result, Image.Image):
        assert (result.size, result.tobytes()) != (before.size, before.tobytes()), (
            "before and after are the same"
        )
    else:
        assert gallery.words(result) not in ("None", "[]")
