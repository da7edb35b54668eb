"""Content of messages: template documents checked, compiled and rendered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from liquid.context import RenderContext
from liquid.exceptions import LiquidError
from liquid.template import BoundTemplate

from sojourn.messages import liquid
from sojourn.messages.analysis import WHOLE, filters_used, may_refuse, names_read, places_read
from sojourn.messages.mjml import MjmlError, html_of
from sojourn.messages.plaintext import text_of, text_source, tidied
from sojourn.model.channels import CHANNELS
from sojourn.model.errors import Problem, nearest


class Dumps(Protocol):
    """A document model that can give itself as a mapping (a Pydantic model)."""

    def model_dump(self, *, mode: str, exclude_none: bool) -> dict[str, Any]:
        """Return the fields as plain values."""


Document = Mapping[str, Any] | Dumps

_SUBJECT = ("subject", "title")
_BODY = ("text", "body", "html", "columns")
PLAIN = "plain"
"""Among the parts of a template: the text part that is made of its HTML."""
MARKUP = ("html", "mjml")
"""Fields in which what comes from data is escaped."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it leaves: its fields by name, as in the template document."""

    fields: Mapping[str, Any]

    @property
    def subject(self) -> str | None:
        """Subject of an e-mail, title of a push, in-app message or card."""
        return self._first(_SUBJECT)

    @property
    def body(self) -> str | None:
        """The text, else the HTML; a webhook's body; direct mail's columns as JSON."""
        return self._first(_BODY)

    @property
    def text(self) -> str | None:
        """The plain text part of an e-mail, or the text of an SMS."""
        return self._first(("text",))

    @property
    def html(self) -> str | None:
        """The HTML part of an e-mail."""
        return self._first(("html",))

    def _first(self, names: tuple[str, ...]) -> str | None:
        for name in names:
            value = self.fields.get(name)
            if value is not None:
                return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return None


@dataclass(frozen=True, slots=True)
class Aborted:
    """The template said ``abort_message``; `detail` is its text, if any (reason ``aborted_by_template``)."""

    detail: str | None = None


@dataclass(frozen=True, slots=True)
class RenderError:
    """The template failed (reason ``render_error``); `detail` says how."""

    detail: str


Outcome = Rendered | Aborted | RenderError


@dataclass(frozen=True, slots=True)
class Text:
    """One compiled Liquid text of a template."""

    template: BoundTemplate
    reads: Mapping[str, frozenset[str]]
    may_refuse: bool
    node_count: int

    def render(self, variables: Mapping[str, object]) -> str:
        """Render with these objects; see `sojourn.messages.liquid.render` for what it raises."""
        return liquid.render(self.template, variables, node_count=self.node_count, bounded=self.may_refuse)


Part = Text | str | bool | int | float | None | list["Part"] | dict[str, "Part"]
"""A field of a template: compiled texts in the field's own shape; texts without Liquid stay as they are."""


class Template:
    """A compiled template document.

    Attributes
    ----------
    id : str
        The document's id.
    channel : str
        The channel type.
    variables : dict of str to frozenset of str
        The names that it reads, by object, over all locales; `WHOLE` (``*``) for an object read as a whole.
    may_refuse : bool
        False only if no rendering can abort or fail.
    """

    def __init__(self, id: str, channel: str, parts: dict[str, Part], locales: dict[str, dict[str, Part]]) -> None:
        self.id = id
        self.channel = channel
        self._by_locale: dict[str | None, dict[str, Part]] = {None: parts}
        self._by_locale |= {tag.lower().replace("_", "-"): {**parts, **own} for tag, own in locales.items()}
        texts = [text for fields in self._by_locale.values() for text in _texts(fields)]
        self.variables = _merge(text.reads for text in texts)
        self.may_refuse = any(text.may_refuse for text in texts)
        self._key = _key_of(self.variables)

    def render(self, context: Mapping[str, object], locale: str | None = None) -> Outcome:
        """Render for one profile.

        Parameters
        ----------
        context : mapping
            Objects by name: ``profile``, ``event``, ``entry``, node ids, ``message``, ``row``.
        locale : str, optional
            The profile's ``locale``: its exact tag is tried first, then its language, then the document itself.
        """
        try:
            parts = self._parts(locale).items()
            return Rendered({name: _render(part, context) for name, part in parts if name != PLAIN})
        except liquid.AbortedError as aborted:
            return Aborted(aborted.detail)
        except LiquidError as error:
            return RenderError(str(error.message))
        except Exception as error:  # a filter of the library may let any exception through; one message pays for it
            return RenderError(f"{type(error).__name__}: {error}"[:300])

    def text_of(self, rendered: Rendered, context: Mapping[str, object], locale: str | None = None) -> str | None:
        """Return the text of a rendered mail: its own, else what its HTML says."""
        if rendered.text is not None or rendered.html is None:
            return rendered.text
        part = self._parts(locale).get(PLAIN)
        return text_of(rendered.html) if part is None else tidied(str(_render(part, context)))

    def _parts(self, locale: str | None) -> dict[str, Part]:
        if not locale or len(self._by_locale) == 1:
            return self._by_locale[None]
        tag = str(locale).lower().replace("_", "-")
        language = tag.split("-")[0]
        return self._by_locale.get(tag) or self._by_locale.get(language) or self._by_locale[None]


def _texts(part: Part) -> Iterator[Text]:
    if isinstance(part, Text):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


def _merge(reads: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    merged: dict[str, frozenset[str]] = {}
    for read in reads:
        for root, names in read.items():
            merged[root] = merged.get(root, frozenset()) | names
    return merged


def _render(part: Part, context: Mapping[str, object]) -> Any:
    if isinstance(part, Text):
        return part.render(context)
    if isinstance(part, dict):
        return {name: _render(value, context) for name, value in part.items()}
    if isinstance(part, list):
        return [_render(value, context) for value in part]
    return part


def _key_of(variables: Mapping[str, frozenset[str]]) -> Callable[[Mapping[str, Any]], object]:
    roots = [(root, None if WHOLE in names else sorted(names)) for root, names in sorted(variables.items())]

    def key(context: Mapping[str, Any]) -> object:
        found: list[object] = []
        for root, names in roots:
            value = context.get(root)
            if names is None or not isinstance(value, Mapping):
                found.append(value)
            else:
                found.extend([value.get(name) for name in names])
        return repr(found)

    return key


def render_many(
    template: Template, contexts: Sequence[Mapping[str, Any]], locales: Sequence[str | None] | None = None
) -> list[Outcome]:
    """Render a batch, once per distinct set of the values that the template reads.

    Parameters
    ----------
    template : Template
        A compiled template.
    contexts : sequence of mapping
        One context per message.
    locales : sequence of str or None, optional
        The profiles' locales, as long as `contexts`.

    Returns
    -------
    list
        One outcome per context, in order.
    """
    chosen = locales if locales is not None else [None] * len(contexts)
    done: dict[object, Outcome] = {}
    outcomes: list[Outcome] = []
    for context, locale in zip(contexts, chosen, strict=True):
        key = (locale, template._key(context))
        if key not in done:
            done[key] = template.render(context, locale)
        outcomes.append(done[key])
    return outcomes


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
    fields = _fields_of(document)
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


def _fields_of(document: Document) -> Mapping[str, Any]:
    if isinstance(document, Mapping):
        return document
    return document.model_dump(mode="json", exclude_none=True)


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
    template = _parse(name, source)
    return Text(
        template,
        names_read(template),
        may_refuse(template, source),
        1 + liquid.count_nodes(template.nodes, RenderContext(template)),
    )


@lru_cache(maxsize=256)
def _parse(name: str, source: str) -> BoundTemplate:
    return (liquid.HTML if name in MARKUP else liquid.TEXT).from_string(source)


def check_template(document: Document) -> list[Problem]:
    """Check the texts of a template document: Liquid syntax, filters, size.

    Parameters
    ----------
    document : mapping or model
        A document of ``kind: template``.

    Returns
    -------
    list of Problem
        Empty if `compile_template` will succeed. `path` is the field (``locales.ko.subject``), the line and column
        inside the text are in the message.
    """
    fields = _fields_of(document)
    facts = CHANNELS.get(fields.get("channel"))  # type: ignore[arg-type]  # an unknown one is the document's problem
    names = facts.fields if facts else ()
    problems = [p for name in names for p in _check(name, fields.get(name), name)]
    for tag, own in (fields.get("locales") or {}).items():
        problems += [p for name in names for p in _check(name, (own or {}).get(name), f"locales.{tag}.{name}")]
    return problems


def _check(name: str, value: Any, path: str) -> list[Problem]:
    if isinstance(value, str):
        return _check_text(name, value, path) or (_check_mjml(value, path) if name == "mjml" else [])
    if isinstance(value, Mapping):
        return [p for key, inner in value.items() for p in _check(name, inner, f"{path}.{key}")]
    if isinstance(value, list):
        return [p for i, inner in enumerate(value) for p in _check(name, inner, f"{path}[{i}]")]
    return []


def variables_of(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str, int]]:
    """Yield what Liquid texts read from outside.

    Parameters
    ----------
    texts : iterable of (path, source)
        Texts of a template without errors, as its `every_text` gives them.

    Yields
    ------
    path, object, name, index
        The text; what it reads (`WHOLE` for a name that is not fixed); where in the text.
    """
    for path, source in texts:
        if "{{" in source or "{%" in source:
            yield from ((path, *found) for found in places_read(_parse(path.rpartition(".")[2], source)))


def _check_text(name: str, source: str, path: str) -> list[Problem]:
    if len(source) > liquid.MAX_SOURCE:
        message = f"the text has {len(source):,} characters, more than the limit of {liquid.MAX_SOURCE:,}"
        return [Problem("LIQUID-003", message, path, hint="shorten it, and link to images instead of embedding them")]
    try:
        template = _parse(name, source)
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
    hint = "see https://shopify.github.io/liquid/ for the syntax; files cannot be included"
    span = (index, index + len(error.token.value)) if error.token is not None and index >= 0 else None
    return Problem("LIQUID-001", f"not Liquid: {error.message}{where}", path, span=span, hint=hint)


def _filter_problem(name: str, index: int, source: str, path: str) -> Problem:
    near = nearest(name, liquid.TEXT.filters)
    hint = f"did you mean `{near}`?" if near else "use a filter of standard Liquid, or `json`"
    message = f"no filter `{name}` ({_position(source, index)} of the text)"
    return Problem("LIQUID-002", message, path, span=(index, index + len(name)), hint=hint)
