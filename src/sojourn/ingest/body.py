"""The body of a request to items: each call is read by itself, so that a bad one does not spoil its batch."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from sojourn.ingest.call import Call
from sojourn.ingest.columns import Columns
from sojourn.ingest.own import OWN_CALLS
from sojourn.ingest.reject import ITEM_LENGTH, Refused, Reject
from sojourn.ingest.segment import SEGMENT_CALLS

Role = Literal["ingest", "server"]
Check = Callable[[str, str | None, str | None, str | None], None]
"""Gets kind, name, data and traits of an item, and raises `Refused` for one that is not taken."""
CALLS: dict[str, type[Call]] = {str(call.__struct_config__.tag): call for call in (*SEGMENT_CALLS, *OWN_CALLS)}
SHORT = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias", "b": "batch"}
ENDPOINTS = frozenset(str(call.__struct_config__.tag) for call in SEGMENT_CALLS) | {"batch"}
CALL_BYTES = 32 * 1024
SOURCE = "http"
JOINS = "joins "
"""What the message id begins with of an item that joins two ids, so that each pair is told once in seven days."""

AnyCall: Any = functools.reduce(operator.or_, CALLS.values())


class Unreadable(Exception):
    """The body is no JSON, or not of the shape that its address asks for."""


class RawBatch(msgspec.Struct):
    """A batch whose calls are not looked at yet."""

    batch: list[msgspec.Raw]
    sentAt: msgspec.Raw = msgspec.Raw(b"null")
    writeKey: str | None = None


class Envelope(msgspec.Struct):
    """What a single call says about its sending."""

    writeKey: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A body before its calls are read.

    Attributes
    ----------
    raws : sequence of bytes
        The text of each call.
    decoder : msgspec.json.Decoder
        Reads one of them.
    sent : datetime, optional
        `sentAt` of the batch.
    write_key : str, optional
        The key, when it is in the body.
    """

    raws: Sequence[bytes | msgspec.Raw]
    decoder: msgspec.json.Decoder[Call]
    sent: datetime | None = None
    write_key: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """What a body comes to."""

    columns: Columns = field(default_factory=Columns)
    rejects: list[Reject] = field(default_factory=list)


ANY = msgspec.json.Decoder(AnyCall)
SINGLE = {name: msgspec.json.Decoder(call) for name, call in CALLS.items()}
BATCH = msgspec.json.Decoder(RawBatch)
ENVELOPE = msgspec.json.Decoder(Envelope)


def read_body(text: str, endpoint: str) -> Body:
    """Take a body apart.

    Parameters
    ----------
    text : str
        JSON: an object with `batch`, or one call.
    endpoint : str
        ``batch``, or the type of the one call.

    Raises
    ------
    Unreadable
        When no call at all can be read from it.
    """
    try:
        if endpoint == "batch":
            return batch_body(text)
        envelope = ENVELOPE.decode(text)
        return Body([text.encode()], SINGLE[endpoint], write_key=envelope.writeKey)
    except msgspec.ValidationError as error:
        raise Unreadable(f"the body is not what /v1/{endpoint} takes: {error}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"the body is not JSON: {error}") from error


def batch_body(text: str) -> Body:
    """Take a batch apart; where its JSON is only nearly right, the calls that are right are kept."""
    try:
        batch = BATCH.decode(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        batch = BATCH.decode(mended(text))
    sent = None
    with suppress(msgspec.MsgspecError):
        sent = msgspec.json.decode(batch.sentAt, type=datetime | None)
    return Body(batch.batch, ANY, sent, batch.writeKey)


def mended(text: str) -> str:
    """Return JSON without the halves of surrogate pairs that JavaScript clients send when they cut a text."""
    try:
        value = json.loads(text)
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    except (ValueError, RecursionError):
        return text


def to_items(body: Body, role: Role, received: int, check: Check | None = None) -> Intake:
    """Read the calls of a body.

    Parameters
    ----------
    body : Body
        Of `read_body`.
    role : {"ingest", "server"}
        What the key may do.
    received : int
        When the body arrived, in microseconds since 1970.
    check : callable, optional
        Gets kind, name, data and traits of an item; raises `Refused` for one that is not taken.

    Returns
    -------
    Intake
        The items as columns, and what was refused.
    """
    intake = Intake()
    for place, raw in enumerate(body.raws, 1):
        try:
            add(intake.columns, read_call(body.decoder, raw), role, received, body.sent, check)
        except Refused as refused:
            intake.rejects.append(rejected(place, refused.code, refused.reason, raw))
        except (msgspec.MsgspecError, RecursionError) as error:
            intake.rejects.append(rejected(place, "bad_item", str(error), raw))
    return intake


def read_call(decoder: msgspec.json.Decoder[Call], raw: bytes | msgspec.Raw) -> Call:
    """Read one call."""
    size = memoryview(raw).nbytes
    if size > CALL_BYTES:
        raise Refused("too_large", f"the call has {size} bytes; the limit is {CALL_BYTES}")
    return decoder.decode(raw)


def add(
    columns: Columns, call: Call, role: Role, received: int, sent: datetime | None, check: Check | None = None
) -> None:
    """Put one call behind the columns, all of it or nothing."""
    profile = call.profile()
    if role != "server":
        check_public(call)
    if profile is None and not (call.without_profile and role == "server"):
        raise Refused("no_profile", "a call needs `userId` or `anonymousId`; only a server may track without")
    kind, name, data, traits = call.meaning()
    if check is not None:
        check(kind, name, data, traits)
    message, occurred = call.message(), call.occurred(received, sent)
    for other in call.others():
        columns.put(kind="alias", profile_id=profile, name=other, message_id=JOINS + other)
    if not call.joins_only or role == "server":
        columns.put(kind, profile, name, data, traits, message, occurred)


def check_public(call: Call) -> None:
    """Refuse a call that only a server may make."""
    if call.server_only:
        kind = call.__struct_config__.tag
        raise Refused("not_allowed", f"calls of type `{kind}` take a server key; make one with --role server")


def rejected(place: int, code: str, reason: str, raw: bytes | msgspec.Raw) -> Reject:
    """Return the reject of the call at `place`."""
    text = str(memoryview(raw)[:ITEM_LENGTH], "utf-8", "replace")
    return Reject(SOURCE, place, code, reason, text)
