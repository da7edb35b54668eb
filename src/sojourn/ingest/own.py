"""Calls that the Segment specification does not have: ours, most of them for servers.

They are the items of the simulator (`docs/guide`), in the same shape.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from sojourn.ingest.call import ABSENT, Call, Meaning, json_text, object_text
from sojourn.ingest.reject import Refused
from sojourn.model.channels import ChannelType
from sojourn.model.reasons import ConsentStatus, FeedbackKind


class ServerCall(Call):
    """A call about a profile that only a server may make."""

    server_only = True


class WorkspaceCall(ServerCall):
    """A call that is not about a profile."""

    without_profile = True

    def profile(self) -> None:
        """Return None, whatever the call names."""


class Feedback(ServerCall, tag="feedback"):
    """What became of a message: about the newest one of the origin `of` to the profile."""

    kind: FeedbackKind
    of: str
    link: str | None = None

    def meaning(self) -> Meaning:
        """Return an item of kind `feedback`."""
        data = {"of": self.of} if self.link is None else {"of": self.of, "link": self.link}
        return Meaning("feedback", self.kind, json_text(data), None)


class Subscription(ServerCall, tag="subscription"):
    """A change of consent, for a channel or a subscription group."""

    status: ConsentStatus
    channel: ChannelType | None = None
    group: str | None = None

    def meaning(self) -> Meaning:
        """Return an item of kind `subscription`."""
        if (self.channel is None) == (self.group is None):
            raise Refused("bad_item", "a subscription needs either `channel` or `group`")
        topic = f"group:{self.group}" if self.channel is None else f"channel:{self.channel}"
        return Meaning("subscription", topic, json_text({"status": self.status}), None)


class Trigger(ServerCall, tag="trigger"):
    """Start a journey or triggered campaign whose entry is `api`."""

    id: str
    properties: msgspec.Raw = ABSENT

    def meaning(self) -> Meaning:
        """Return an item of kind `trigger`."""
        return Meaning("trigger", self.id, object_text("properties", self.properties) or "{}", None)


class Inbound(ServerCall, tag="inbound"):
    """A text that a profile sent us."""

    channel: ChannelType
    text: str

    def meaning(self) -> Meaning:
        """Return an item of kind `inbound`."""
        return Meaning("inbound", self.channel, json_text({"text": self.text}), None)


class Location(Call, tag="location"):
    """Where a profile is, in degrees; also from browsers, after the visitor allowed it."""

    lat: float
    lon: float

    def meaning(self) -> Meaning:
        """Return an item of kind `location`."""
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise Refused("bad_item", "`lat` must be within -90 and 90, `lon` within -180 and 180")
        return Meaning("location", None, json_text({"lat": self.lat, "lon": self.lon}), None)


class Session(Call, tag="session"):
    """The start of a session; also from browsers."""

    def meaning(self) -> Meaning:
        """Return an item of kind `session`."""
        return Meaning("session", None, None, None)


class Signal(WorkspaceCall, tag="signal"):
    """Start a campaign that waits for a signal."""

    id: str
    parameters: msgspec.Raw = ABSENT

    def meaning(self) -> Meaning:
        """Return an item of kind `signal`."""
        return Meaning("signal", self.id, object_text("parameters", self.parameters) or "{}", None)


class Suppress(WorkspaceCall, tag="suppress"):
    """Put an address on the suppression list."""

    channel: ChannelType
    address: str

    def meaning(self) -> Meaning:
        """Return an item of kind `suppress`."""
        return Meaning("suppress", self.channel, json_text({"address": self.address}), None)


class Row(WorkspaceCall, tag="row"):
    """A change of a table: `u` writes a row, `d` deletes it."""

    entity: str
    row: dict[str, msgspec.Raw]
    op: Literal["u", "d"] = "u"

    def meaning(self) -> Meaning:
        """Return an item of kind `row`."""
        return Meaning("row", self.entity, json_text({"op": self.op, "row": self.row}), None)


OWN_CALLS = (Feedback, Subscription, Trigger, Inbound, Location, Session, Signal, Suppress, Row)
