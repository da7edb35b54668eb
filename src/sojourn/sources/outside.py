"""Calls of systems outside, from the document and the parameters to the status and the declared fields."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx
import stamina
from liquid.exceptions import LiquidError

from sojourn.model.entity import types
from sojourn.model.errors import SojournError
from sojourn.model.external import External
from sojourn.model.items import compact_json
from sojourn.model.secrets import Vault
from sojourn.model.statuses import is_success
from sojourn.sources.addresses import AddressRules
from sojourn.sources.answer import fields_of
from sojourn.sources.credentials import Credentials, NoCredentials
from sojourn.sources.exchange import ExchangeFailed, ExchangeTimedOut, Reply, exchange
from sojourn.sources.request import BadRequest, Request, RequestTemplate
from sojourn.sources.transport import GuardedBackend, GuardedTransport, Resolve, resolve

ATTEMPTS: Final = 3
AGAIN: Final = (408, 425, 429, 500, 502, 503, 504)
"""Codes after which another attempt may go better."""
LONGEST_ASKED_S: Final = 10.0
"""A server that asks to wait longer than this is not asked again in this call."""
HOST_CALLS: Final = 20
"""Calls at once of one host."""
MAX_FIELDS: Final = 65_536
"""Bytes of the declared fields together: they travel with the passage."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended; `detail` says more about a failure, for people."""

    status: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One attempt at a call.

    Attributes
    ----------
    outcome : Outcome
        What a node would get.
    request : Request or None
        What was asked, before it was signed; None: no request could be written.
    reply : Reply or None
        What came back.
    secrets : sequence of str
        Texts that nobody may see, in whatever of it is shown.
    """

    outcome: Outcome
    request: Request | None = None
    reply: Reply | None = None
    secrets: Sequence[str] = ()


class _Again(Exception):
    """An attempt that may be made again, and what it would be without."""

    def __init__(self, outcome: Outcome, after_s: float | None = None) -> None:
        super().__init__(outcome.status)
        self.outcome = outcome
        self.after_s = after_s


async def _at_once() -> None:
    """Wait for nothing."""


class Outside:
    """Makes calls.

    Parameters
    ----------
    rules : callable
        Gives the rules for addresses that apply now.
    user_agent : str
        How it introduces itself.
    first_wait_s : float
        Between the first and the second attempt; doubled after that.
    vault : Vault, optional
        Reveals the secrets of credentials.
    """

    def __init__(
        self, rules: Callable[[], AddressRules], user_agent: str = "Sojourn", *, resolve: Resolve = resolve,
        first_wait_s: float = 0.25, vault: Vault | None = None,
    ) -> None:  # fmt: skip
        transport = GuardedTransport(GuardedBackend(rules, resolve))
        self._client = httpx.AsyncClient(
            transport=transport, trust_env=False, timeout=None, headers={"User-Agent": user_agent}
        )
        self._credentials = Credentials(self._client, vault=vault)
        self._templates: dict[str, tuple[External, RequestTemplate]] = {}
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._first_wait_s = first_wait_s

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def call(
        self, called: External, params: Mapping[str, Any], key: str, may_go: Callable[[], Awaitable[None]] = _at_once
    ) -> Outcome:
        """Make a call, again where that may help; it always ends with an outcome.

        Parameters
        ----------
        key : str
            The same for every attempt at this call, in the header ``Idempotency-Key``.
        may_go : callable
            Awaited before each attempt.
        """
        try:
            request = self._request(called, params, key)
        except (BadRequest, LiquidError) as error:
            return Outcome("failed", detail=str(error))
        async with self._hosts.setdefault(request.url.host, asyncio.Semaphore(HOST_CALLS)):
            return await self._attempts(called, request, may_go)

    async def trial(self, called: External, params: Mapping[str, Any], key: str) -> Trial:
        """Make one attempt at a call, for somebody who looks at all of it."""
        try:
            request = self._request(called, params, key)
        except (BadRequest, LiquidError) as error:
            return Trial(Outcome("failed", detail=str(error)))
        reply: Reply | None = None
        try:
            reply = await self._signed(called, request)
            outcome = _outcome(called, reply)
        except ExchangeTimedOut as error:
            outcome = Outcome("timed_out", detail=str(error))
        except (ExchangeFailed, SojournError) as error:
            outcome = Outcome("failed", detail=str(error))
        return Trial(outcome, request, reply, self._credentials.texts(called.auth))

    def _request(self, called: External, params: Mapping[str, Any], key: str) -> Request:
        request = self._template(called).write(params)
        if called.request.method in ("GET", "HEAD"):
            return request
        return Request(request.method, request.url, {"Idempotency-Key": key, **request.headers}, request.body)

    async def _attempts(
        self, called: External, request: Request, may_go: Callable[[], Awaitable[None]]
    ) -> Outcome:  # fmt: skip
        tries = stamina.retry_context(
            on=_hook, attempts=ATTEMPTS, timeout=None, wait_initial=self._first_wait_s, wait_jitter=0
        )
        try:
            async for attempt in tries:
                with attempt:
                    await may_go()
                    return await self._attempt(called, request)
        except _Again as given_up:
            return given_up.outcome
        raise AssertionError("the attempts ended without an outcome")

    async def _attempt(self, called: External, request: Request) -> Outcome:
        try:
            reply = await self._signed(called, request)
        except ExchangeTimedOut as error:
            raise _Again(Outcome("timed_out", detail=str(error))) from error
        except (NoCredentials, SojournError) as error:
            return Outcome("failed", detail=str(error))
        except ExchangeFailed as error:
            raise _Again(Outcome("failed", detail=str(error))) from error
        outcome = _outcome(called, reply)
        if reply.code in AGAIN and (after_s := _asked_s(reply)) <= LONGEST_ASKED_S:
            raise _Again(outcome, after_s or None)
        return outcome

    async def _signed(self, called: External, request: Request) -> Reply:
        """Send with credentials; a token that is refused is asked for once more."""
        timeout_s = called.request.timeout.total_seconds()
        signed, secret = await self._credentials.sign(called.auth, request)
        reply = await exchange(self._client, signed, secret, timeout_s)
        if reply.code == 401 and self._credentials.forget(called.auth):
            signed, secret = await self._credentials.sign(called.auth, request)
            return await exchange(self._client, signed, secret, timeout_s)
        return reply

    def _template(self, called: External) -> RequestTemplate:
        target = f"{called.kind}/{called.id}"
        known = self._templates.get(target)
        if known is None or known[0] != called:
            known = self._templates[target] = (called, RequestTemplate(called))
        return known[1]


def _hook(error: Exception) -> bool | timedelta:
    if not isinstance(error, _Again):
        return False
    return timedelta(seconds=error.after_s) if error.after_s else True


def _asked_s(reply: Reply) -> float:
    """Return the seconds that a server asks to wait, 0 where it does not say."""
    try:
        return max(float(reply.headers.get("retry-after", 0)), 0.0)
    except ValueError:
        return 0.0


def _outcome(called: External, reply: Reply) -> Outcome:
    declared = types(called.response)
    try:
        answer = json.loads(reply.body) if declared and reply.body.strip() else None
        fields = fields_of(answer, declared)
        if len(compact_json(fields).encode()) > MAX_FIELDS:
            return Outcome("failed", detail=f"the declared fields have more than {MAX_FIELDS:,} bytes")
    except (ValueError, RecursionError):
        fields = fields_of(None, declared)
        return Outcome(str(reply.code), fields, "the answer is no JSON")
    return Outcome(str(reply.code), fields, None if is_success(str(reply.code)) else f"answered {reply.code}")
