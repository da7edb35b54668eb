"""Secrets of documents: never in an answer, and still there after an edit of what the answer showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sojourn.model.document import KINDS
from sojourn.model.paths import child, read_path
from sojourn.service.access.redaction import HIDDEN, is_secret
from sojourn.workspace.editing.alignment import same
from sojourn.workspace.editing.document import rewrite

Body = dict[str, Any]
OPEN: Final = ("env", "sealed")
"""The name of a variable, and what only the server can open."""
NAMES: Final = ("name", "provider", "domain", "selector")
"""What tells the entries of a list of secrets' owners apart."""


def hide(document: Mapping[str, Any]) -> Body:
    """Return a document with its secrets hidden; the names of environment variables are not secret."""
    model = KINDS.get(str(document.get("kind")))
    shown = dict(document)
    for part in model.secret_parts if model is not None else ():
        shown = _at(shown, read_path(part))
    return shown


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    if not path:
        return _hidden(value)
    if isinstance(value, dict) and path[0] in value:
        return {**value, path[0]: _at(value[path[0]], path[1:])}
    return value


def _hidden(value: Any, *, named: bool = False) -> Any:
    if isinstance(value, list):
        return [_hidden(inner, named=named) for inner in value]
    if not isinstance(value, dict):
        return value
    return {name: _hidden_part(str(name), inner, named=named) for name, inner in value.items()}


def _hidden_part(name: str, value: Any, *, named: bool) -> Any:
    """Hide a text that has a secret's name, or stands under one (`secret_headers`)."""
    is_named = named or is_secret(name) or name == "value"
    if isinstance(value, str):
        return HIDDEN if is_named and name not in OPEN else value
    return _hidden(value, named=is_named)


def hide_text(text: str, document: Mapping[str, Any], *, as_json: bool = False) -> str:
    """Return a document's text with its secrets hidden."""
    shown = hide(document)
    return text if same(shown, dict(document)) else rewrite(text, shown, as_json=as_json)


def reveal(document: Any, saved: Any) -> Any:
    """Return an edited document with what was hidden in it as it is saved."""
    if document == HIDDEN and isinstance(saved, str):
        return saved
    if isinstance(document, dict) and isinstance(saved, dict):
        return {name: reveal(inner, child(saved, name)) for name, inner in document.items()}
    if isinstance(document, list) and isinstance(saved, list):
        return [reveal(inner, _before(inner, i, saved)) for i, inner in enumerate(document)]
    return document


def _before(shown: Any, place: int, saved: list[Any]) -> Any:
    """Return what an entry of a list was: the one that looks like it, else the one in its place if it has its name.

    A list may have been sorted anew: the secret of one provider must not come to another.
    """
    alike = next((before for before in saved if _hidden(before) == shown), None)
    if alike is not None or place >= len(saved):
        return alike
    before = saved[place]
    if not isinstance(shown, dict) or not isinstance(before, dict):
        return before
    return before if all(shown.get(name) == before.get(name) for name in NAMES) else None
