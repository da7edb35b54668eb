"""The work that a Liquid text may do, wherever one is rendered: steps are counted before they are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, Protocol

from liquid import RenderContext
from liquid.exceptions import FilterArgumentError, LiquidSyntaxError, LoopIterationLimitError
from liquid.template import BoundTemplate

MAX_WORK: Final = 1_000_000
"""Steps of one rendering: one per node in a loop and turn, one per filter and 64 characters it takes."""
MAX_NUMBER: Final = 10**40
"""Integers beyond it are refused: a square of a square costs more than a mail is worth."""
MAX_MARKS: Final = 10_000
"""Tags and outputs that one text may have."""
MAX_MARK: Final = 20_000
"""Characters that one tag or output may have."""
_OPENS: Final = re.compile(r"\{[{%]")
_GROWING: Final = frozenset({"replace", "join"})


def check_extent(source: str) -> None:
    """Refuse a text that would take long to parse.

    Raises
    ------
    liquid.exceptions.LiquidSyntaxError
        It has more than `MAX_MARKS` tags and outputs, or one of more than `MAX_MARK` characters.
    """
    if source.count("{{") + source.count("{%") > MAX_MARKS:
        raise LiquidSyntaxError(f"it has more than {MAX_MARKS:,} tags and outputs", token=None)
    if len(source) > MAX_MARK and any(_extent(part) > MAX_MARK for part in _OPENS.split(source)[1:]):
        raise LiquidSyntaxError(f"a tag or output has more than {MAX_MARK:,} characters", token=None)


def _extent(part: str) -> int:
    """Return how far what was opened before a text goes into it."""
    ends = [end for end in (part.find("}}"), part.find("%}")) if end >= 0]
    return min(ends, default=len(part))


class Meter(Protocol):
    """What filters charge their work to."""

    env: Any

    def charge(self, work: int) -> None:
        """Take `work` steps off what is left."""
        ...


class MeteredContext(RenderContext):
    """A render context that counts the work done and refuses more than `MAX_WORK`."""

    __slots__ = ("work_left",)

    def __init__(self, template: BoundTemplate, *, globals: Mapping[str, object] | None = None) -> None:
        super().__init__(template, globals=globals)
        self.work_left = MAX_WORK

    def charge(self, work: int) -> None:
        """Take `work` steps off what is left; raise when nothing is."""
        self.work_left -= work
        if self.work_left < 0:
            raise LoopIterationLimitError(f"the template does more than {MAX_WORK:,} steps", token=None)

    def stopindex(self, key: str, index: int | None = None) -> int:
        """Note where a loop ends, which the library does before it walks there: it is paid for first."""
        if index is not None:
            self.charge(index)
        return super().stopindex(key, index)


def size_of(value: object) -> int:
    """Estimate the characters that `value` prints as."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, range):
        return value.stop - value.start if value else 0
    if isinstance(value, list | tuple):
        return sum(map(size_of, value)) + len(value)
    if isinstance(value, Mapping):
        return sum(map(size_of, value.values())) + len(value)
    return 8


def metered(name: str, filter_: Callable[..., Any], *, passes_context: bool = False) -> Callable[..., Any]:
    """Wrap a filter: pay for its input first, and refuse giant numbers."""
    passes_environment = getattr(filter_, "with_environment", False)

    @wraps(filter_)
    def wrapped(value: object, *args: Any, context: Meter, **kwargs: Any) -> Any:
        context.charge(1 + _cost(name, value, args) // 64)
        if passes_environment:
            kwargs["environment"] = context.env
        if passes_context:
            kwargs["context"] = context
        result = filter_(value, *args, **kwargs)
        _refuse_number(result)
        return result

    wrapped.with_environment = False  # type: ignore[attr-defined]
    wrapped.with_context = True  # type: ignore[attr-defined]
    return wrapped


def _refuse_number(result: object) -> None:
    if isinstance(result, int) and abs(result) > MAX_NUMBER:
        raise FilterArgumentError("a number with more than 40 digits", token=None)


def _cost(name: str, value: object, args: tuple[Any, ...]) -> int:
    size = size_of(value)
    if name in _GROWING and args:
        found = value.count(str(args[0])) if name == "replace" and isinstance(value, str) else size
        return size + (found + 1) * (size_of(args[-1]) + 1)
    if name == "strip_html" and isinstance(value, str):
        return size + value.count("<") * size
    return size + sum(map(size_of, args))
