"""Values without their secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

HIDDEN: Final = "•••"
_SECRET: Final = re.compile(
    r"pass(word|phrase|wd)?$|pwd|secret|token|api[_-]?key|private[_-]?key|authorization|credential|cookie",
    flags=re.IGNORECASE,
)
_LINE: Final = re.compile(r"^(?P<indent>\s*(?:- +)*)(?P<key>[\"']?[\w-]+[\"']?)(?P<colon>\s*:)(?P<value>.*)$")
_FLOW: Final = re.compile(r"([\"']?([\w-]+)[\"']?\s*:\s*)(\"[^\"]*\"|'[^']*'|[^,{}\[\]\s][^,{}\[\]]*)")


def is_secret(name: str) -> bool:
    """Tell whether what has this name must not be shown.

    Examples
    --------
    >>> is_secret("smtp_password"), is_secret("client_secret"), is_secret("template")
    (True, True, False)
    """
    return _SECRET.search(name) is not None


def redacted(value: Any) -> Any:
    """Return a JSON value in which the values of secrets are hidden, however deep they are."""
    if isinstance(value, dict):
        return {str(name): _hidden(inner) if is_secret(str(name)) else redacted(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _hidden(value: Any) -> Any:
    """Hide every plain value; the names inside of a map are kept."""
    if isinstance(value, dict):
        return {str(name): _hidden(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner) for inner in value]
    return HIDDEN if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which secrets are hidden wherever they stand.

    Examples
    --------
    >>> masked("Bearer hunter2, hunter2!", ["hunter2"])
    'Bearer •••, •••!'
    """
    for secret in sorted({each for each in secrets if each}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def redacted_text(text: str) -> str:
    r"""Return YAML text in which the values of secrets are hidden, line by line; what is inside of one goes, too.

    Examples
    --------
    >>> redacted_text("user: ann\npassword: hunter2")
    'user: ann\npassword: •••'
    """
    lines, inside = [], -1
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if inside >= 0 and (not line.strip() or depth > inside):
            continue
        inside = -1
        found = _LINE.match(line)
        if found is not None and is_secret(found["key"].strip("\"'")):
            inside = len(found["indent"])
            line = f"{found['indent']}{found['key']}{found['colon']} {HIDDEN}"
        elif found is None or "{" in line:
            line = _FLOW.sub(lambda match: f"{match[1]}{HIDDEN}" if is_secret(match[2]) else match[0], line)
        lines.append(line)
    return "\n".join(lines)
