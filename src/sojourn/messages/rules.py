"""The workspace's rules for every message: caps, quiet hours, holdout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal


@dataclass(frozen=True)
class Cap:
    """At most so many messages of these channels (none named: all) per local calendar period."""

    channels: frozenset[str]
    at_most: int
    per: Literal["hour", "day", "week", "month"]

    def covers(self, channel: str) -> bool:
        """Tell whether messages of a channel are counted."""
        return not self.channels or channel in self.channels


@dataclass(frozen=True)
class QuietHours:
    """From inside, until outside; over midnight when `from` is the later one."""

    start: time
    until: time
    zone: str
    then: Literal["hold", "discard"] = "hold"


@dataclass(frozen=True)
class GateRules:
    """All policies of a workspace, joined by AND.

    Attributes
    ----------
    holdout_below : int
        Profiles whose holdout bucket (0 … 9999) is below are in the global control group.
    exempt : frozenset of str
        Document ids that neither count for caps nor are capped.
    """

    caps: tuple[Cap, ...] = ()
    quiet: QuietHours | None = None
    holdout_below: int = 0
    exempt: frozenset[str] = frozenset()
    timezone: str = "UTC"


@dataclass(frozen=True)
class MessageSpec:
    """What the gate must know about one message of a document.

    Attributes
    ----------
    channel : str
        Channel type.
    document : str
        Id of the document that sends it.
    group : str or None
        Subscription group.
    group_default : str
        The group's status for who never said anything.
    zone : str
        The document's zone, for profiles without one.
    """

    channel: str
    document: str
    transactional: bool = False
    group: str | None = None
    group_default: str = "subscribed"
    zone: str = "UTC"
