"""One real call of a source or action, for somebody who sets it up; what is shown of it has no secrets."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, Final

from sojourn.model.entity import types
from sojourn.model.errors import Problem, SojournError, did_you_mean
from sojourn.model.external import External
from sojourn.model.secrets import Vault
from sojourn.service.access.redaction import HIDDEN, is_secret, masked
from sojourn.sources.addresses import AddressRules
from sojourn.sources.answer import as_type
from sojourn.sources.exchange import Reply
from sojourn.sources.outside import Outside, Trial
from sojourn.sources.request import Request

SHOWN: Final = 20_000
"""Letters of a body that are shown."""
Row = dict[str, Any]


class BadParameters(SojournError):
    """The parameters are not those that the document declares."""

    code = "TRY-002"

    def __init__(self, wrong: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in wrong))


async def try_call(
    called: External, given: Mapping[str, Any], rules: Callable[[], AddressRules], key: str, vault: Vault
) -> Row:
    """Make one call, and tell all of it that may be seen.

    Parameters
    ----------
    given : mapping
        Parameters by name.
    rules : callable
        Which addresses may be reached.
    key : str
        In the header ``Idempotency-Key``.
    vault : Vault
        Reveals the secrets of its credentials.

    Returns
    -------
    dict
        `status`, `detail`, `fields` as a node would get them; `request` (`method`, `url`, `headers`, `body`) and
        `reply` (`code`, `content_type`, `body`, `cut`), or None; `took_ms`.

    Raises
    ------
    BadParameters
        A parameter is not declared, or is of another type.
    """
    params = parameters(called, given)
    outside = Outside(rules, f"Sojourn/{version('sojourn')}", vault=vault)
    began = time.perf_counter()
    try:
        trial = await outside.trial(called, params, key)
    finally:
        await outside.close()
    return {**shown(trial), "took_ms": round((time.perf_counter() - began) * 1_000, 1)}


def parameters(called: External, given: Mapping[str, Any]) -> Row:
    """Return parameters as their types have them."""
    declared, wrong = types(called.parameters), []
    for name, value in given.items():
        if name not in declared:
            wrong.append(Problem("TRY-002", f"`{name}` is no parameter{did_you_mean(name, declared)}", name))
        elif value is not None and as_type(value, declared[name]) is None:
            wrong.append(Problem("TRY-002", f"`{name}` is not of the type `{declared[name]}`", name))
    if wrong:
        raise BadParameters(wrong)
    return {name: as_type(given.get(name), kind) for name, kind in declared.items()}


def shown(trial: Trial) -> Row:
    """Return what may be seen of a trial."""
    secrets = [*trial.secrets, *_secret_headers(trial.request)]
    detail, fields = trial.outcome.detail, trial.outcome.fields
    return {
        "status": trial.outcome.status, "detail": masked(detail, secrets) if detail is not None else None,
        "fields": {name: _masked(value, secrets) for name, value in fields.items()},
        "request": _request(trial.request, secrets) if trial.request is not None else None,
        "reply": _reply(trial.reply, secrets) if trial.reply is not None else None,
    }  # fmt: skip


def _secret_headers(request: Request | None) -> list[str]:
    return [text for name, text in request.headers.items() if is_secret(name)] if request is not None else []


def _request(request: Request, secrets: list[str]) -> Row:
    headers = {
        name: HIDDEN if is_secret(name) else masked(text, secrets) for name, text in request.headers.items()
    }  # fmt: skip
    return {
        "method": request.method, "url": masked(str(request.url), secrets), "headers": headers,
        "body": _text(request.body, secrets)[0] if request.body is not None else None,
    }  # fmt: skip


def _reply(reply: Reply, secrets: list[str]) -> Row:
    body, cut = _text(reply.body, secrets)
    return {"code": reply.code, "content_type": reply.headers.get("content-type"), "body": body, "cut": cut}


def _text(body: bytes, secrets: list[str]) -> tuple[str, bool]:
    text = masked(body.decode("utf-8", "replace"), secrets)
    return text[:SHOWN], len(text) > SHOWN


def _masked(value: Any, secrets: list[str]) -> Any:
    if isinstance(value, str):
        return masked(value, secrets)
    if isinstance(value, dict):
        return {masked(str(name), secrets): _masked(inner, secrets) for name, inner in value.items()}
    return [_masked(inner, secrets) for inner in value] if isinstance(value, list) else value
