"""Template documents compiled: Liquid parsed, MJML made HTML, a text part made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liquid.context import RenderContext
from liquid.exceptions import LiquidError

from sojourn.messages import liquid
from sojourn.messages.analysis import may_refuse, names_read
from sojourn.messages.content import PLAIN, Part, Template, Text
from sojourn.messages.documents import Document, fields_of, parse
from sojourn.messages.mjml import html_of
from sojourn.messages.plaintext import text_source
from sojourn.model.channels import CHANNELS


def compile_template(document: Document) -> Template:
    """Compile a template document that `check_template` found no error in.

    Parameters
    ----------
    document : mapping or model
        A document of ``kind: template`` (`spec` section 3).

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
    fields = fields_of(document)
    names = CHANNELS[fields["channel"]].fields
    parts = _compile_parts({name: fields[name] for name in names if name in fields})
    locales = {tag: _compile_parts(own) for tag, own in (fields.get("locales") or {}).items()}
    return Template(fields["id"], fields["channel"], parts, locales)


def _compile_parts(fields: Mapping[str, Any]) -> dict[str, Part]:
    """Compile the fields that are there; MJML becomes HTML."""
    given = {name: value for name, value in fields.items() if value is not None}
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
        names_read(template),
        may_refuse(template, source),
        1 + liquid.count_nodes(template.nodes, RenderContext(template)),
    )
