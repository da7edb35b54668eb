"""Threads of a workspace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context


def background(run: Callable[[], None], name: str) -> threading.Thread:
    """Return a thread, not begun yet, that does not keep the process alive.

    It has the context of whoever makes it, so that what it logs tells of which workspace it is.
    """
    return threading.Thread(target=copy_context().run, args=(run,), name=name, daemon=True)
