"""What was made of texts before: an editor asks again and again, and little has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar, cast

from sojourn.expr.directory import Directory
from sojourn.expr.scope import Scope

Made = TypeVar("Made")

MOST: Final = 50_000
"""Results that are kept, those that were asked for last: those of ten thousand documents, some four of each.

Where fewer are kept than a check asks for, each check makes all of them anew.
"""

_known: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


def remembered(
    what: str, value: object, scope: Scope, directory: Directory, make: Callable[[], Made], more: str = ""
) -> Made:
    """Return what is made of a value among names; the same names and the same value give the same.

    Parameters
    ----------
    what : str
        Which function makes it.
    make : callable
        Depends on nothing else; what it raises is not kept.
    more : str
        What else it depends on.
    """
    tell = getattr(directory, "fingerprint", None)
    if tell is None:
        return make()
    try:
        said = repr(value)
        key = (what, said, repr(scope), tell(said), more)
    except RecursionError:  # it is nested deeper than a condition may be, which `make` tells
        return make()
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return cast(Made, _known[key])
    made = make()
    with _lock:
        _known[key] = made
        if len(_known) > MOST:
            _known.popitem(last=False)
    return made
