"""Template documents compiled: Liquid parsed, MJML made HTML, a text part made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liquid.context import RenderContext
from liquid.exceptions import LiquidError

from sojourn.messages import liquid
from sojourn.messages.analysis import may_refuse, names_read, tells_time
from sojourn.messages.blocks import Blocks
from sojourn.messages.content import PLAIN, Part, Template, Text
from sojourn.messages.documents import Document, fields_of, given, in_locale, normal, parse, texts_of
from sojourn.messages.linking import Frozen
from sojourn.messages.mjml import html_of
from sojourn.messages.plaintext import text_source
from sojourn.model.channels import CHANNELS


def compile_template(document: Document, blocks: Mapping[str, Document] | None = None) -> Template:
    """Compile a template document that `check_template` found no error in.

    Parameters
    ----------
    document : mapping or model
        A document of ``kind: template`` (`spec` section 3).
    blocks : mapping of id to mapping or model, optional
        The documents of ``kind: block`` that it may name.

    Raises
    ------
    liquid.exceptions.LiquidError
        If a text is not Liquid.

    Examples
    --------
    >>> template = compile_template({"id": "hi", "channel": "sms", "text": "Hi {{ profile.name | default: 'you' }}"})
    >>> template.render({"profile": {"name": "Ann"}}).body
    'Hi Ann'
    >>> template.variables, template.may_refuse
    ({'profile': frozenset({'name'})}, False)
    """
    fields, pieces = fields_of(document), Blocks(blocks or {})
    names = CHANNELS[fields["channel"]].fields
    translations: Mapping[str, Any] = fields.get("locales") or {}
    own = {normal(tag): translated or {} for tag, translated in translations.items()}
    tags = list(own.keys() | pieces.locales_of(texts_of([fields, *own.values()], names)))
    parts = _compile_parts(_expanded(given(fields, names), None, pieces))
    locales = {tag: _compile_parts(_expanded(in_locale(fields, own, tag, names), tag, pieces)) for tag in sorted(tags)}
    return Template(fields["id"], fields["channel"], parts, locales, Frozen.of(fields.get("links")))


def _expanded(fields: Mapping[str, Any], tag: str | None, blocks: Blocks) -> dict[str, Any]:
    return {name: blocks.expanded(name, value, tag) for name, value in fields.items()}


def _compile_parts(fields: Mapping[str, Any]) -> dict[str, Part]:
    """Compile the fields that are there; MJML becomes HTML."""
    given = dict(fields)
    if "mjml" in given:
        given["html"] = html_of(given.pop("mjml"))
    parts = {name: _compile(name, value) for name, value in given.items()}
    return parts | {PLAIN: _compile_plain(given["html"])} if "html" in given else parts


def _compile_plain(html: str) -> Part:
    source = text_source(html)
    try:
        return None if source is None else _compile_text("text", source)
    except LiquidError:  # what the markup closes the text does not
        return None


def _compile(name: str, value: Any) -> Part:
    if isinstance(value, str):
        return _compile_text(name, value)
    if isinstance(value, Mapping):
        return {str(key): _compile(name, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_compile(name, inner) for inner in value]
    return value  # type: ignore[no-any-return]  # a number or a boolean of YAML


def _compile_text(name: str, source: str) -> Text | str:
    if "{{" not in source and "{%" not in source:
        return source
    template = parse(name, source)
    return Text(
        template,
        names_read(template, source),
        may_refuse(template, source),
        1 + liquid.count_nodes(template.nodes, RenderContext(template)),
        tells_time(template, source),
        source,
    )
