"""Letters of a text message that make it longer than it looks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sojourn.model.errors import Problem
from sojourn.model.segments import segments_of
from sojourn.model.template import Template

TWINS: Final = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ",
    "\u2009": " ", "\u202f": " ", "•": "-", "´": "'", "`": "'",
})  # fmt: skip
"""Letters that word processors put in, and those of GSM-7 that mean the same."""
_LIQUID: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", flags=re.DOTALL)


def warn_of_text(template: Template) -> Iterable[Problem]:
    """Yield the texts that only typographic signs keep out of GSM-7: a segment has 70 letters then, not 160."""
    if template.channel != "sms":
        return
    for path, text in template.every_text():
        fixed = _LIQUID.sub("", text)
        dear, cheap = segments_of(fixed), segments_of(fixed.translate(TWINS))
        if dear.forced_by is not None and cheap.forced_by is None:
            more = f": {dear.count} segments instead of {cheap.count}" if dear.count > cheap.count else ""
            message = f"`{dear.forced_by}` is not in the alphabet of text messages, so a segment has 70 letters{more}"
            twin = dear.forced_by.translate(TWINS)
            yield Problem("WARN-022", message, path, hint=f"write `{twin}`; with it a segment has 160 letters")
