"""What a template sees: the objects by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sojourn.messages.content import Template

_OURS = frozenset({"profile", "event", "entry", "message"})


def template_context(
    template: Template,
    profile: Mapping[str, Any],
    entry: str | None,
    vars: str | None,
    message: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the objects that a template reads; JSON that it does not read is not parsed.

    Parameters
    ----------
    template : Template
        The compiled template.
    profile : mapping
        Attributes by name, ``profile_id`` among them.
    entry, vars : str or None
        JSON objects of the passage or message; `vars` by node id, with ``row`` in a campaign. In templates ``event``
        means ``entry``.
    message : mapping
        ``no``, ``at``, ``of``, ``channel`` and, for e-mail, ``unsubscribe_url``.
    """
    read = template.variables.keys()
    context: dict[str, Any] = json.loads(vars) if vars and read - _OURS else {}
    if entry and not read.isdisjoint(("entry", "event")):
        context["entry"] = context["event"] = json.loads(entry)
    context["profile"] = profile
    context["message"] = message
    return context
