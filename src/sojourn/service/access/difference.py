"""What is different between two values, without secrets."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import Any, Final

from sojourn.service.access.redaction import redacted, redacted_text

CHANGES_AT_MOST: Final = 500
TEXT_AT_MOST: Final = 100_000
"""Characters of a difference between texts."""
VALUE_AT_MOST: Final = 20_000
"""Characters of a text inside a value."""
_NOTHING: Final = object()


def difference(before: Any, after: Any) -> dict[str, Any]:
    """Return what is different, as JSON values; secrets are hidden.

    Parameters
    ----------
    before, after : JSON value, text or None
        None: it was not there, is not there any more.

    Returns
    -------
    dict
        ``changes``: a list of ``{"path", "before", "after"}``, where the path is that of a problem
        (``nodes[mail].template``) and a side that was not there is left out; or ``text``: a unified difference, of
        two texts of several lines. ``truncated`` is true when it is too long to be kept as a whole.

    Examples
    --------
    >>> difference({"role": "viewer"}, {"role": "admin"})
    {'changes': [{'path': 'role', 'before': 'viewer', 'after': 'admin'}]}
    >>> difference(None, {"label": "shop", "secret": "s3cr3t"})["changes"][0]["after"]
    {'label': 'shop', 'secret': '•••'}
    """
    if _is_text(before) or _is_text(after):
        return _of_texts(before or "", after or "")
    before, after = _plain(before), _plain(after)
    found = list(_changes("", _shown(before), _shown(after), before, after))
    told: dict[str, Any] = {"changes": found[:CHANGES_AT_MOST]}
    return told if len(found) <= CHANGES_AT_MOST else {**told, "truncated": True}


def _plain(value: Any) -> Any:
    """Return what JSON makes of a value: names are texts, instants too."""
    return json.loads(json.dumps(value, default=str))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _of_texts(before: str, after: str) -> dict[str, Any]:
    old, new = (redacted_text(text).splitlines() for text in (before, after))
    text = "\n".join(list(difflib.unified_diff(old, new, lineterm="", n=2))[2:])
    told: dict[str, Any] = {"text": text[:TEXT_AT_MOST]}
    return told if len(text) <= TEXT_AT_MOST else {**told, "truncated": True}


def _shown(value: Any) -> Any:
    return _NOTHING if value is None else redacted(value)


def _changes(path: str, before: Any, after: Any, raw_before: Any, raw_after: Any) -> Iterator[dict[str, Any]]:
    """Yield the changes; the raw values tell of a secret that changed, which is not shown."""
    if raw_before == raw_after:
        return
    if (keyed := _keyed(before, after)) is None:
        sides = {"before": before, "after": after}
        yield {"path": path, **{name: _short(side) for name, side in sides.items() if side is not _NOTHING}}
        return
    olds, news, form = keyed
    raw_olds, raw_news = _entries(raw_before), _entries(raw_after)
    for key in dict.fromkeys([*olds, *news]):
        here = form.format(path=path, key=key).removeprefix(".")
        yield from _changes(
            here, olds.get(key, _NOTHING), news.get(key, _NOTHING),
            raw_olds.get(key, _NOTHING), raw_news.get(key, _NOTHING),
        )  # fmt: skip


def _keyed(before: Any, after: Any) -> tuple[dict[Any, Any], dict[Any, Any], str] | None:
    """Return the entries of both sides by key, and how a path goes on; None where there is nothing to go into."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before, after, "{path}.{key}"
    if _has_ids(before) and _has_ids(after):
        return _entries(before), _entries(after), "{path}[{key}]"
    return None


def _has_ids(value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in value)
        and len({entry["id"] for entry in value}) == len(value)
    )


def _entries(value: Any) -> dict[Any, Any]:
    if isinstance(value, dict):
        return value
    return {entry["id"]: entry for entry in value} if isinstance(value, list) else {}


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > VALUE_AT_MOST:
        return value[:VALUE_AT_MOST] + "…"
    return value
