"""What all calls have in common: who, when, and the sender's id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar, NamedTuple

import msgspec

from sojourn.ingest.reject import Refused
from sojourn.model.identity import anonymous

ABSENT = msgspec.Raw(b"")
ID_LENGTH = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ABSURD_US = 10 * 365 * 86_400_000_000


class Meaning(NamedTuple):
    """What a call says, as columns of an item."""

    kind: str
    name: str | None
    data: str | None
    traits: str | None


class Context(msgspec.Struct):
    """The part of a call's `context` that is read."""

    traits: msgspec.Raw = ABSENT


class Call(msgspec.Struct, tag_field="type", kw_only=True):
    """A call of the Segment specification, or one of ours; fields that are not named here are not kept."""

    server_only: ClassVar[bool] = False
    """Whether it takes a server key: a browser's key is public."""
    joins_only: ClassVar[bool] = False
    """Whether of a browser's call only the ids that it joins (`others`) are taken."""
    without_profile: ClassVar[bool] = False
    """Whether a server may leave the profile out."""

    userId: str | int | None = None
    anonymousId: str | int | None = None
    messageId: str | int | None = None
    timestamp: datetime | None = None
    originalTimestamp: datetime | None = None
    sentAt: datetime | None = None
    context: Context | None = None
    writeKey: str | None = None

    def meaning(self) -> Meaning:
        """Return what the call says.

        Raises
        ------
        Refused
            When it cannot be an item.
        """
        raise Refused("unsupported", f"calls of type `{self.__struct_config__.tag}` are not taken; leave them out")

    def profile(self) -> str | None:
        """Return the profile's id: the user's, or `anon:` with the anonymous one; None when the call has neither."""
        if self.userId is not None and self.userId != "":
            return identifier("userId", self.userId)
        if self.anonymousId is not None and self.anonymousId != "":
            return anonymous(identifier("anonymousId", self.anonymousId))
        return None

    def others(self) -> list[str]:
        """Return other ids of the same profile that the call names: the anonymous one beside the user's."""
        if self.userId in (None, "") or self.anonymousId in (None, ""):
            return []
        return [anonymous(identifier("anonymousId", self.anonymousId))]

    def message(self) -> str | None:
        """Return the sender's id of the call, None when it has none."""
        if self.messageId is None or self.messageId == "":
            return None
        return identifier("messageId", self.messageId)

    def occurred(self, received: int, sent: datetime | None) -> int | None:
        """Return when it happened, by the server's clock.

        The sender's clock may be wrong: what passed between `timestamp` and `sentAt` is taken from it, the rest from
        ours. More than ten years from now is absurd, and counts as not said.

        Parameters
        ----------
        received : int
            When the call arrived, in microseconds since 1970.
        sent : datetime, optional
            `sentAt` of the batch; the call's own goes before it.

        References
        ----------
        Segment, "Timestamps in Segment": timestamp = receivedAt - (sentAt - originalTimestamp).
        """
        said = self.timestamp or self.originalTimestamp
        if said is None:
            return None
        sent = self.sentAt or sent
        at = micros(said) if sent is None else received - micros(sent) + micros(said)
        return at if abs(at - received) < ABSURD_US else None


def identifier(field: str, value: str | int) -> str:
    """Return an id as text; refuse one that is too long."""
    text = value if isinstance(value, str) else str(value)
    if len(text) > ID_LENGTH:
        raise Refused("too_long", f"`{field}` has {len(text)} characters; the limit is {ID_LENGTH}")
    return text


def micros(instant: datetime) -> int:
    """Return microseconds since 1970; an instant without a zone is in UTC."""
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def object_text(field: str, raw: msgspec.Raw) -> str | None:
    """Return the text of a JSON object, None when it is absent, null or empty; refuse anything else."""
    text = str(raw, "utf-8")  # a Raw is a buffer
    if text.startswith("{"):
        return text if len(text) > 2 else None
    if text in ("", "null"):
        return None
    raise Refused("not_an_object", f"`{field}` must be a JSON object, not `{text[:40]}`")


def json_text(value: object) -> str:
    """Return JSON text."""
    return msgspec.json.encode(value).decode()
