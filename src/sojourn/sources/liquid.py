"""Liquid in requests: every value is written so that it stays a value where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TextIO
from urllib.parse import quote, quote_plus

from liquid import Environment, RenderContext
from liquid.builtin.output import Output, OutputNode
from liquid.stringify import to_liquid_string
from liquid.template import BoundTemplate

from sojourn.model.items import compact_json
from sojourn.model.liquid_meter import MeteredContext, check_extent, metered


class UnfitValue(ValueError):
    """A value cannot stand where a request wants it."""


class Written(str):
    """Text that a filter has written for its place already."""

    __slots__ = ()


class _EscapedOutput(OutputNode):
    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value as its place needs it."""
        value = self.expression.evaluate(context)
        env = context.env
        assert isinstance(env, RequestEnvironment)
        return buffer.write(value if isinstance(value, Written) else env.write(value))


class _EscapingTag(Output):
    node_class = _EscapedOutput


class _Metered(BoundTemplate):
    context_class = MeteredContext


class RequestEnvironment(Environment):
    """Liquid without files, whose outputs are written by a function.

    Parameters
    ----------
    write : callable
        Returns the text of a value at its place.
    """

    template_class = _Metered
    block_nesting_limit = 30
    context_depth_limit = 40
    loop_iteration_limit = 10_000
    local_namespace_limit = 250_000
    output_stream_limit = 2_000_000

    def __init__(self, write: Callable[[object], str]) -> None:
        super().__init__()
        self.write = write

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Register what requests may use."""
        super().setup_tags_and_filters(extra=extra)
        for name in ("include", "render"):
            del self.tags[name]
        self.add_tag(_EscapingTag)
        self.add_filter("json", lambda value: Written(compact_json(plain(value))))
        self.add_filter("url_encode", lambda value: Written(quote_plus(as_text(value))))
        self.add_filter("safe", lambda value: Written(as_text(value)))
        for name, filter_ in list(self.filters.items()):
            self.filters[name] = metered(name, filter_)

    def from_string(self, source: str, *args: Any, **kwargs: Any) -> BoundTemplate:
        """Parse a text; one that would take long is refused before."""
        check_extent(source)
        return super().from_string(source, *args, **kwargs)


def plain(value: object) -> Any:
    """Return a value as JSON knows it; a name that is not there is null."""
    return value if isinstance(value, str | int | float | bool | list | Mapping | None) else None


def as_text(value: object) -> str:
    """Return the text that Liquid prints for a value; JSON for lists and objects."""
    if isinstance(value, list | dict):
        return compact_json(value)
    return str(to_liquid_string(value, autoescape=False))


def in_url(value: object) -> str:
    """Write a value as one part of a URL, whatever it holds.

    >>> in_url("a/b?c=d&é")
    'a%2Fb%3Fc%3Dd%26%C3%A9'
    """
    text = as_text(value)
    if text in (".", ".."):
        raise UnfitValue("a part of a URL cannot be dots alone")
    return quote(text, safe="")


def in_header(value: object) -> str:
    """Write a value into a header; line breaks and other control characters are refused."""
    text = as_text(value)
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise UnfitValue("a header cannot have line breaks or control characters")
    return text


def in_json(value: object) -> str:
    r"""Write a value into JSON: text as the inside of a JSON text, everything else as JSON has it.

    >>> in_json('say "hi"'), in_json(4), in_json(True)
    ('say \\"hi\\"', '4', 'true')
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    return as_text(value)


def in_form(value: object) -> str:
    """Write a value into a form."""
    return quote_plus(as_text(value))


URL = RequestEnvironment(in_url)
HEADER = RequestEnvironment(in_header)
JSON = RequestEnvironment(in_json)
FORM = RequestEnvironment(in_form)
PLAIN = RequestEnvironment(as_text)
