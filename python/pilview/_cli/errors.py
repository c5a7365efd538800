"""What a user did wrong, and how a command ends."""

from __future__ import annotations

FINE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


class UserError(Exception):
    """Told in one line on stderr, without a traceback."""
