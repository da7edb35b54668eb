"""What a template sees: the objects by name."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sojourn.messages.analysis import WHOLE
from sojourn.messages.content import Template

_OURS = frozenset({"profile", "event", "entry", "message"})


def template_context(
    template: Template,
    profile: Mapping[str, Any],
    entry: str | None,
    vars: str | None,
    message: Mapping[str, Any],
    json_names: Collection[str] = (),
) -> dict[str, Any]:
    """Return the objects that a template reads; JSON that it does not read is not parsed.

    Parameters
    ----------
    template : Template
        The compiled template.
    profile : mapping
        Attributes by name as they are stored, ``profile_id`` among them.
    entry, vars : str or None
        JSON objects of the passage or message; `vars` by node id, with ``row`` in a campaign. In templates ``event``
        means ``entry``.
    message : mapping
        ``no``, ``at``, ``of``, ``channel``, ``to``, where it is sent by e-mail ``unsubscribe_url``, and where they are
        read ``preferences_url`` and ``confirm_url``.
    json_names : collection of str
        Attributes that are stored as JSON.

    Notes
    -----
    Dates and instants are text as in documents (``2026-03-02T10:00:00Z``).
    """
    read = template.variables.keys()
    context: dict[str, Any] = json.loads(vars) if vars and read - _OURS else {}
    if entry and not read.isdisjoint(("entry", "event")):
        context["entry"] = context["event"] = json.loads(entry)
    context["profile"] = _read(profile, template.variables.get("profile", frozenset()), json_names)
    context["message"] = _read(message, template.variables.get("message", frozenset()))
    return context


def _read(stored: Mapping[str, Any], read: frozenset[str], json_names: Collection[str] = ()) -> dict[str, Any]:
    names = stored.keys() if WHOLE in read else [name for name in read if name in stored]
    made = {name: _plain(stored[name]) for name in names}
    for name in json_names:
        if name in made:
            made[name] = json.loads(made[name]) if made[name] else None
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, date) else value
