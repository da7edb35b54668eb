"""Many messages of one template, rendered once per distinct set of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn.messages.content import Outcome, Template


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
        key = (locale, template.key(context))
        if key not in done:
            done[key] = template.render(context, locale)
        outcomes.append(done[key])
    return outcomes
