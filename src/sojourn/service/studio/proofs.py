"""Proofs: a template rendered for one person and really sent, to those who want to see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sojourn.model.channels import CHANNELS, ChannelType
from sojourn.model.document import Catalog
from sojourn.model.documents import Channel
from sojourn.model.errors import did_you_mean
from sojourn.service.access.errors import AccessError, TooOften
from sojourn.service.studio.allowance import MOST

MARK: Final = "[Proof] "
"""What everybody can read in front of a proof's subject, title or text."""
_MARKED: Final = ("subject", "title", "text", "body")


class TooManyProofs(TooOften):
    """The caller has sent as many proofs as may leave in an hour."""

    code = "PROOF-001"

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"{MOST} proofs may leave in an hour", wait_s)


class NoChannel(AccessError):
    """There is no channel that could send the proof."""

    code = "PROOF-002"
    status = 422


class NotRendered(AccessError):
    """The template gives no message for this person."""

    code = "PROOF-003"
    status = 422


class NoAddress(AccessError):
    """The proof has nobody to go to."""

    code = "PROOF-004"
    status = 422


def channel_for(catalog: Catalog, kind: ChannelType, id: str | None) -> Channel:
    """Return the channel document that sends proofs of a type: the one that is named, else the default one.

    Raises
    ------
    NoChannel
        There is none.
    """
    known: Mapping[str, Channel] = {k: c for k, c in catalog.all("channel").items() if c.type == kind}
    if id is not None:
        if id not in known:
            raise NoChannel(f"no channel `{id:.60}` for `{kind}`{did_you_mean(id, known)}")
        return known[id]
    chosen = next((channel for channel in known.values() if channel.default), next(iter(known.values()), None))
    if chosen is None:
        raise NoChannel(f"nothing sends `{kind}` here", hint=f"set up a channel of type `{kind}`")
    return chosen


def addresses_of(kind: ChannelType, to: list[str]) -> list[str | None]:
    """Return whom proofs go to; channels without addresses take one.

    Raises
    ------
    NoAddress
        The channel needs addresses, and none is given.
    """
    given = list(dict.fromkeys(address.strip() for address in to if address.strip()))
    if CHANNELS[kind].address is None:
        return [None]
    if not given:
        raise NoAddress(f"a proof over `{kind}` needs an address", hint="give `to`")
    return [*given]


def marked_as_proof(kind: ChannelType, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message that says that it is a proof: to people in its first line, to systems in a header."""
    marked = {name: value for name, value in fields.items() if value is not None}
    if kind == "webhook":
        return {**marked, "headers": {**(marked.get("headers") or {}), "X-Sojourn-Proof": "1"}}
    if kind == "email":
        return {**marked, "subject": f"{MARK}{marked.get('subject') or ''}".strip()}
    if kind == "direct_mail":
        return {**marked, "columns": _with_mark(marked["columns"], next(iter(marked["columns"]), None))}
    return _with_mark(marked)


def _with_mark(fields: Mapping[str, Any], otherwise: str | None = None) -> dict[str, Any]:
    name = next((name for name in _MARKED if isinstance(fields.get(name), str)), otherwise)
    return dict(fields) if name is None else {**fields, name: f"{MARK}{fields[name]}"}


def hidden(address: str | None) -> str | None:
    """Return what the record keeps of an address.

    Examples
    --------
    >>> hidden("ann@shop.example"), hidden("+821012345678")
    ('a…@shop.example', '+…78')
    """
    if address is None:
        return None
    name, at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}" if at else f"{address[:1]}…{address[-2:]}"
