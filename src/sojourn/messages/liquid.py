"""Liquid, locked down: no files, no endless work, and time as an argument."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from typing import Any, TextIO

from liquid import Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Nil
from liquid.builtin.tags.for_tag import ForLoop
from liquid.builtin.tags.tablerow_tag import TableRow
from liquid.expression import Expression
from liquid.extra.filters._json import JSON
from liquid.filter import liquid_filter
from liquid.output import LimitedStringIO
from liquid.stream import TokenStream
from liquid.stringify import to_liquid_string
from liquid.tag import Tag
from liquid.template import BoundTemplate
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token

from sojourn.messages.filters import EXTRA
from sojourn.model.liquid_meter import MeteredContext, check_extent, metered

MAX_SOURCE = 1_000_000
"""Characters that one text of a template may have."""
MAX_OUTPUT = 2_000_000
"""Bytes that one rendered text may have, unless it is made of plain outputs only."""
MAX_LOCALS = 250_000
"""Bytes that the variables of ``assign`` and ``capture`` may hold together."""


class AbortedError(Exception):
    """The template decided that nothing is sent (``abort_message``)."""

    def __init__(self, detail: str | None) -> None:
        super().__init__(detail)
        self.detail = detail


class Context(MeteredContext):
    """A context that knows what time it is, and lets loops pay for the nodes in them."""

    __slots__ = ("node_count", "now")

    def __init__(
        self, template: BoundTemplate, variables: Mapping[str, object], node_count: int, now: object = None
    ) -> None:
        super().__init__(template, globals=variables)
        self.node_count = node_count
        self.now = now

    @contextmanager
    def loop(self, namespace: Mapping[str, object], forloop: ForLoop | TableRow) -> Iterator[RenderContext]:
        """Enter a loop after paying for all its turns."""
        self.charge(forloop.length * self.node_count)
        with super().loop(namespace, forloop) as context:
            yield context


class OutputStringIO(LimitedStringIO):
    """An output that is refused before it becomes large."""

    def __init__(self) -> None:
        super().__init__(MAX_OUTPUT)


class AbortNode(Node):
    """``{% abort_message %}``: send nothing, with an optional reason."""

    __slots__ = ("reason",)

    def __init__(self, token: Token, reason: Expression) -> None:
        super().__init__(token)
        self.reason = reason
        self.blank = False

    def __str__(self) -> str:
        return f"{{% abort_message {self.reason} %}}"

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Raise `AbortedError` with the reason as text."""
        text = to_liquid_string(self.reason.evaluate(context), autoescape=False)
        raise AbortedError(str(text) or None)

    def expressions(self) -> Iterable[Expression]:
        """Return the reason, so that static analysis sees what it reads."""
        yield self.reason


_BRACKETED = re.compile(r"\s*\(([^()]*)\)\s*")
"""The reason as other engines write it: ``abort_message('why')``."""


class AbortTag(Tag):
    """The tag ``abort_message``."""

    name = "abort_message"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Parse the tag and its optional reason."""
        if stream.peek.kind != TOKEN_EXPRESSION:
            token = stream.expect(TOKEN_TAG)
            return AbortNode(token, Nil(token))
        token = stream.eat(TOKEN_TAG)
        inner = stream.current
        bare = _BRACKETED.fullmatch(inner.value)
        if bare is not None:
            reason = Token(inner.kind, bare[1], inner.start_index + bare.start(1), inner.source)
            stream = TokenStream(iter([reason]))
        return AbortNode(token, FilteredExpression.parse(self.env, stream.into_inner(tag=token, eat=False)))


class Json(JSON):
    """The filter ``json``; what JSON does not know is written as text."""

    _encode = staticmethod(json.JSONEncoder(default=str).encode)

    @liquid_filter
    def __call__(self, obj: object, indent: object | None = None) -> str:
        """Write a value as JSON; `json.dumps` makes an encoder each time, which takes longer than most values."""
        return super().__call__(obj, indent) if indent else self._encode(obj)


class LockedEnvironment(Environment):
    """Liquid without files, with bounded nesting, variables and output."""

    block_nesting_limit = 30
    context_depth_limit = 40
    local_namespace_limit = MAX_LOCALS
    output_stream_limit = MAX_OUTPUT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Register the standard tags and filters, without those that read files, all filters metered."""
        super().setup_tags_and_filters(extra=extra)
        self.add_filter("json", Json(default=str))
        for name in ("include", "render"):
            del self.tags[name]
        self.add_tag(AbortTag)
        self.filters |= EXTRA
        for name, filter_ in list(self.filters.items()):
            passes_context = name in EXTRA and getattr(filter_, "with_context", False)
            self.filters[name] = metered(name, filter_, passes_context=passes_context)

    def from_string(self, source: str, *args: Any, **kwargs: Any) -> BoundTemplate:
        """Parse a text; one that would take long is refused before."""
        check_extent(source)
        return super().from_string(source, *args, **kwargs)


TEXT = LockedEnvironment()
"""For subjects, text parts and everything else that is not HTML."""
HTML = LockedEnvironment(autoescape=True)
"""For HTML: what comes from data is escaped unless the filter ``safe`` says otherwise."""


def render(
    template: BoundTemplate, variables: Mapping[str, object], *, node_count: int, bounded: bool, tells_time: bool
) -> str:
    """Render a parsed template.

    Parameters
    ----------
    template
        Parsed by one of this module's environments.
    variables
        Objects by name: ``profile``, ``event``, ``entry``, node ids, ``message``, ``row``.
    node_count
        Nodes in the template; a loop pays this much for each turn.
    bounded
        Whether the output is limited to `MAX_OUTPUT`; false for templates of plain outputs.
    tells_time
        Whether ``now`` is the message's instant; otherwise it is a word as any other.

    Raises
    ------
    AbortedError
        The template aborted.
    liquid.exceptions.LiquidError
        It failed or exceeded a limit. Filters may let other exceptions through.
    """
    message = variables.get("message") if tells_time else None
    now = message.get("at") if isinstance(message, Mapping) else None
    context = Context(template, variables, node_count, now)
    buffer = OutputStringIO() if bounded else StringIO()
    for node in template.nodes:
        node.render(context, buffer)
    return buffer.getvalue()


def count_nodes(nodes: Iterable[Node], context: RenderContext) -> int:
    """Count the nodes of a tree."""
    return sum(1 + count_nodes(node.children(context), context) for node in nodes)
