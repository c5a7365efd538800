"""Names of files in messages."""

from __future__ import annotations


def shown(path: object) -> str:
    """A name in one line that every terminal can show."""
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in str(path)
    )
