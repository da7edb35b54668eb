"""The texts of template documents checked: Liquid, filters, MJML, size; and what they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from liquid.exceptions import LiquidError

from sojourn.messages import liquid
from sojourn.messages.analysis import filters_used, places_read
from sojourn.messages.blocks import Blocks, TooMuch, masked
from sojourn.messages.documents import Document, fields_of, given, in_locale, normal, parse, texts_of
from sojourn.messages.mjml import MjmlError, html_of
from sojourn.model.block import BlockContent
from sojourn.model.channels import CHANNELS
from sojourn.model.errors import Problem, nearest

BLOCK_FIELDS = tuple(BlockContent.model_fields)


def check_template(document: Document, blocks: Mapping[str, Document] | None = None) -> list[Problem]:
    """Check the texts of a template document: Liquid syntax, filters, MJML, size.

    Parameters
    ----------
    document : mapping or model
        A document of ``kind: template``.
    blocks : mapping of id to mapping or model, optional
        The documents of ``kind: block`` that it may name; their own Liquid is checked by `check_block`.

    Returns
    -------
    list of Problem
        Empty if `compile_template` will succeed. `path` is the field (``locales.ko.subject``), the line and column
        inside the text are in the message.
    """
    fields, pieces = fields_of(document), Blocks(blocks or {})
    facts = CHANNELS.get(fields.get("channel"))  # type: ignore[arg-type]  # an unknown one is the document's problem
    names = facts.fields if facts else ()
    own = {normal(tag): translated or {} for tag, translated in (fields.get("locales") or {}).items()}
    written = {normal(tag): tag for tag in fields.get("locales") or {}}
    problems = [p for name in names for p in _check(name, fields.get(name), name)]
    for tag, translated in (fields.get("locales") or {}).items():
        problems += [p for name in names for p in _check(name, (translated or {}).get(name), f"locales.{tag}.{name}")]
    if problems:
        return problems
    tags = own.keys() | pieces.locales_of(texts_of([fields, *own.values()], names))
    for tag in (None, *sorted(tags)):
        shown = given(fields, names) if tag is None else in_locale(fields, own, tag, names)
        for name, value in shown.items():
            path = f"locales.{written[tag]}.{name}" if tag in written and name in own[tag] else name
            problems += _check_whole(name, value, tag, path, pieces)
    return list(dict.fromkeys(problems))


def _check_whole(name: str, value: Any, tag: str | None, path: str, blocks: Blocks) -> Iterator[Problem]:
    """Check a field with the blocks in it: its size, and that its MJML can be converted."""
    try:
        whole = blocks.expanded(name, value, tag)
    except TooMuch as error:
        yield Problem("LIQUID-003", str(error), path, hint="name fewer blocks, or shorter ones")
        return
    if name == "mjml":
        yield from _check_mjml(whole, path)


def check_block(document: Document) -> list[Problem]:
    """Check the texts of a block document: Liquid syntax, filters, size."""
    fields = fields_of(document)
    problems = [p for name in BLOCK_FIELDS for p in _check(name, fields.get(name), name)]
    for tag, translated in (fields.get("locales") or {}).items():
        problems += [
            p for name in BLOCK_FIELDS for p in _check(name, (translated or {}).get(name), f"locales.{tag}.{name}")
        ]
    return problems


def _check(name: str, value: Any, path: str) -> list[Problem]:
    if isinstance(value, str):
        return _check_text(name, masked(value), path)
    if isinstance(value, Mapping):
        return [p for key, inner in value.items() for p in _check(name, inner, f"{path}.{key}")]
    if isinstance(value, list):
        return [p for i, inner in enumerate(value) for p in _check(name, inner, f"{path}[{i}]")]
    return []


def _check_text(name: str, source: str, path: str) -> list[Problem]:
    if len(source) > liquid.MAX_SOURCE:
        message = f"the text has {len(source):,} characters, more than the limit of {liquid.MAX_SOURCE:,}"
        return [Problem("LIQUID-003", message, path, hint="shorten it, and link to images instead of embedding them")]
    try:
        template = parse(name, source)
        used = filters_used(template)
    except LiquidError as error:
        return [_syntax_problem(error, source, path)]
    except RecursionError:
        return [Problem("LIQUID-001", "an expression nests too deeply", path, hint="split it with `assign`")]
    return [_filter_problem(f, index, source, path) for f, index in used.items() if f not in template.env.filters]


def _check_mjml(source: str, path: str) -> list[Problem]:
    try:
        html_of(source)
    except MjmlError as error:
        hint = "see https://documentation.mjml.io for its elements"
        return [Problem("LIQUID-004", f"not MJML: {error}", path, hint=hint)]
    return []


def _position(source: str, index: int) -> str:
    before = source[: max(index, 0)]
    return f"line {before.count(chr(10)) + 1}, column {len(before) - (before.rfind(chr(10)) + 1) + 1}"


def _syntax_problem(error: LiquidError, source: str, path: str) -> Problem:
    index = error.token.start_index if error.token is not None else -1
    where = f" ({_position(source, index)} of the text)" if index >= 0 else ""
    hint = "see https://shopify.github.io/liquid/ for the syntax; name a `block` instead: `{% render 'footer' %}`"
    span = (index, index + len(error.token.value)) if error.token is not None and index >= 0 else None
    return Problem("LIQUID-001", f"not Liquid: {error.message}{where}", path, span=span, hint=hint)


def _filter_problem(name: str, index: int, source: str, path: str) -> Problem:
    near = nearest(name, liquid.TEXT.filters)
    hint = f"did you mean `{near}`?" if near else "use a filter of standard Liquid, or `json`"
    message = f"no filter `{name}` ({_position(source, index)} of the text)"
    return Problem("LIQUID-002", message, path, span=(index, index + len(name)), hint=hint)


def variables_of(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str, int]]:
    """Yield what Liquid texts read from outside, without the blocks that they name.

    Parameters
    ----------
    texts : iterable of (path, source)
        Texts of a template or block without errors, as its `every_text` gives them.

    Yields
    ------
    path, object, name, index
        The text; what it reads (`WHOLE` for a name that is not fixed); where in the text.
    """
    for path, source in texts:
        if "{{" in source or "{%" in source:
            yield from ((path, *found) for found in places_read(parse(path.rpartition(".")[2], masked(source))))


def texts_with_blocks(document: Document, blocks: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a template without errors, by field, in all its languages, with the blocks in them."""
    fields, pieces = fields_of(document), Blocks(blocks)
    names = CHANNELS[fields["channel"]].fields
    own = {normal(tag): translated or {} for tag, translated in (fields.get("locales") or {}).items()}
    tags = own.keys() | pieces.locales_of(texts_of([fields, *own.values()], names))
    for tag in (None, *sorted(tags)):
        shown = given(fields, names) if tag is None else in_locale(fields, own, tag, names)
        for name, value in shown.items():
            yield from ((name, text) for text in texts_of([{name: pieces.expanded(name, value, tag)}], [name]))
