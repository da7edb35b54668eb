"""What documents become before they run: lines of operators, and the rules of the gate.

A *line* is one published version of a document that sends. The engine knows no other kind of document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, Protocol

import polars as pl

from sojourn.expr import Condition, Expression
from sojourn.journeys.calls import CallRule
from sojourn.messages.rules import GateRules
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.state import Needs

if TYPE_CHECKING:
    from sojourn.journeys.flow import Flow
    from sojourn.journeys.timing import Timing

OUTCOMES: Final = (
    "waiting", "next", "on_timeout", "on_error", "otherwise", "end", "exit_criteria", "validation_failed", "bad_wait",
    "outside_duration", "failed", "timed_out", "stopped",
)  # fmt: skip
"""Outcomes that every line has; the names of its own paths come behind them."""

MOVED: Final = -1
"""Stands for the outcome of a passage that went on where it waited, in another version: none of the step's own."""

Facet = tuple[str, ...]
"""What an item is about, for routing: `("event", id)`, `("attribute", name)`, `("feedback", kind)`, …"""


class Operator(Protocol):
    """A node that runs."""

    index: int
    id: str

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Take passages that reach the node."""
        ...


@dataclass(frozen=True)
class Matcher:
    """A test of the current item.

    Attributes
    ----------
    form : str
        Which facet of the item it looks at: `event`, `attribute`, `subscription`, `feedback`, `session`, `api`, …
    value : str
        The event's id, the attribute's name, the topic, the kind of feedback, …
    where : Expression or None
        Over `event`, and `entry`, `vars` where a passage is tested.
    to : object
        For `attribute` and `subscription`: the value it must change to; None means any.
    origin : tuple
        For `feedback`: (document id, node id or None), empty for any.
    link : str or None
        For `feedback` of a click: the alias of the link.
    """

    form: str
    value: str = ""
    where: Expression | Condition | None = None
    to: object = None
    origin: tuple[str, str | None] | None = None
    link: str | None = None


@dataclass(frozen=True)
class MemberExit:
    """An exit because a profile entered or left an audience since its entry; `bit` is its place in `bits`."""

    audience: str
    on: Literal["entered", "left"]
    condition: Condition
    bit: int


@dataclass(frozen=True)
class AudienceRun:
    """When an audience is read into a line: its members enter in the order of `profile_id`."""

    audience: str
    once: datetime | None = None
    asap: bool = False
    rrule: str | None = None
    starts: datetime | None = None
    until: datetime | None = None
    timezone: str | None = None
    rate_per_s: float | None = None
    incremental: bool = False


@dataclass(frozen=True)
class Entry:
    """How profiles come in."""

    matchers: tuple[Matcher, ...] = ()
    audience: Condition | None = None
    key: Expression | None = None
    run: AudienceRun | None = None
    business_event: str | None = None


@dataclass(frozen=True)
class Reentry:
    """When a profile may come again: `mode` is `never`, `always` or `after`."""

    mode: Literal["never", "always", "after"] = "never"
    after: timedelta = timedelta()


@dataclass(frozen=True)
class Goal:
    """A conversion to count: the first match within a time after the receipt."""

    matcher: Matcher
    within: timedelta


@dataclass
class Line:
    """One published version of a document, compiled.

    Attributes
    ----------
    doc : int
        Number of the version.
    entries : bool
        Whether profiles may still enter (only the newest version of a document).
    order : tuple of int
        The operators in topological order.
    steps : bool
        Whether nodes have names of their own, and passages and steps are shown in results.
    spread : bool
        Whether messages may wait for their turn, before the gate has seen them.
    recalls : tuple of frozenset of str
        Of each node those whose kept values it reads.
    exits_recall : frozenset of str
        The same of the exits.
    """

    doc: int
    id: str
    kind: Literal["journey", "triggered", "campaign"]
    entry: Entry
    operators: list[Operator]
    order: tuple[int, ...]
    zone: str
    fallback_zone: str
    entries: bool = True
    state: str = "live"
    published_at: datetime | None = None
    reentry: Reentry = field(default_factory=Reentry)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    at_end: Literal["exit", "finish"] = "exit"
    max_duration: timedelta | None = timedelta(days=91)
    priority: int = 50
    exits: tuple[Matcher, ...] = ()
    member_exits: tuple[MemberExit, ...] = ()
    goals: tuple[Goal, ...] = ()
    promotional: bool = False
    receipts: bool = False
    steps: bool = True
    spread: bool = False
    names: tuple[str, ...] = OUTCOMES
    listens: frozenset[Facet] = frozenset()
    node_ids: tuple[str, ...] = ()
    timing: Timing | None = None
    delivered: dict[tuple[int, int], str] = field(default_factory=dict)
    recalls: tuple[frozenset[str], ...] = ()
    exits_recall: frozenset[str] = frozenset()

    def outcome(self, name: str) -> int:
        """Return the code of an outcome."""
        return self.names.index(name)

    def outcome_name(self, code: int) -> str:
        """Return the name of an outcome."""
        return "moved" if code == MOVED else self.names[code]

    def origin(self, node: int) -> str:
        """Return what results and feedback call the sender: ``journey/node``, or the id of a triggered campaign."""
        return self.id if node < 0 or not self.steps else f"{self.id}/{self.node_ids[node]}"

    @property
    def paused(self) -> bool:
        """Whether messages, actions and jumps hold their passages."""
        return self.state == "paused"


@dataclass(frozen=True)
class EventRule:
    """An event document: which incoming calls it is."""

    id: str
    match: str
    where: Expression | Condition | None


@dataclass(frozen=True)
class Fence:
    """A circle on the earth; `radius_m` in metres."""

    id: str
    lat: float
    lon: float
    radius_m: float


@dataclass
class Program:
    """All lines of a workspace, in the order in which one item concerns them.

    Attributes
    ----------
    attributes : dict
        The profile's attributes and their types.
    watched : dict
        Audiences whose changes are items (`entered`, `left`).
    turn : Expression or None
        The next instant at which a window of time may change membership in one of them.
    swept : tuple of str
        Those of them that may change with neither an item of the profile nor a window; every so often (`sweep_every`)
        they are asked of everybody.
    events : dict
        Incoming name to the event documents that may match.
    former : dict
        Document id to the numbers of its versions that do not run any more; re-entry and receipts are about all.
    origins : frame
        `doc`, `node`, `document` (id), `node_id` (null for a triggered campaign) of all that can send.
    """

    lines: list[Line]
    attributes: dict[str, str]
    events: dict[str, list[EventRule]]
    gate: GateRules
    needs: Needs
    timezone: str = "UTC"
    watched: dict[str, Condition] = field(default_factory=dict)
    turn: Expression | None = None
    swept: tuple[str, ...] = ()
    sweep_every: timedelta = timedelta(hours=1)
    fences: tuple[Fence, ...] = ()
    calls: dict[str, CallRule] = field(default_factory=dict)
    group_channels: dict[str, str] = field(default_factory=dict)
    group_defaults: dict[str, str] = field(default_factory=dict)
    double_opt_in: frozenset[str] = frozenset()
    former: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put the lines into the order of the spec and index them.

        An item advances those inside all versions of a journey before it lets somebody into the newest.
        """
        self.lines.sort(key=lambda line: (-line.priority, line.id, line.doc if line.kind == "journey" else -line.doc))
        self.by_doc = {line.doc: line for line in self.lines}
        self.origins = pl.DataFrame(
            [
                (line.doc, index, line.id, node or None)
                for line in self.lines
                for index, node in enumerate(line.node_ids or ("",))
            ],
            schema={"doc": pl.Int32, "node": pl.Int16, "document": pl.String, "node_id": pl.String},
            orient="row",
        )
        self.listens = frozenset().union(*(line.listens for line in self.lines)) if self.lines else frozenset()

    @cached_property
    def limits(self) -> dict[tuple[int, int], int]:
        """Return how many passages the nodes that count them let through, by document version and node."""
        return {
            (line.doc, operator.index): operator.limit  # type: ignore[attr-defined]
            for line in self.lines
            for operator in line.operators
            if getattr(operator, "counts_arrivals", False)
        }

    @property
    def shares_calls(self) -> bool:
        """Whether a limit or a cache is common to calls of different profiles."""
        return any(rule.is_shared for rule in self.calls.values())

    def topic(self, doc: int, node: int, slot: int, channel: int) -> str:
        """Return the consent topic of a message: its group, else its channel."""
        line = self.by_doc.get(doc)
        spec = line.operators[node].slots[slot].spec if line is not None else None  # type: ignore[attr-defined]
        return f"group:{spec.group}" if spec and spec.group else f"channel:{CHANNEL_TYPES[channel]}"

    def numbers(self, document_id: str) -> list[int]:
        """Return the numbers of all versions of a document, those that do not run any more included."""
        own = {line.doc for line in self.lines if line.id == document_id}
        return sorted(own.union(self.former.get(document_id, ())))

    def versions(self, document_id: str) -> list[Line]:
        """Return the versions of a document that run, the newest first."""
        return sorted((line for line in self.lines if line.id == document_id), key=lambda line: -line.doc)
