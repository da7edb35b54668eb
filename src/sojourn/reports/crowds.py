"""The rows behind each number of a document, as SQL: what is counted, not how it is narrowed down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sojourn.journeys.conversions import CONTROL
from sojourn.journeys.program import Line
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS, PASSAGE_STATES

Behind = Literal[
    "inside", "edge", "ended", "sent", "discard", "feedback",
    "entered", "arrived", "targeted", "pending", "held", "failed", "refused", "converted", "received",
]  # fmt: skip
BEHINDS: tuple[Behind, ...] = get_args(Behind)
Name = Callable[[Line, int], str | None]

# What is of another table stands in a band of places of its own.
_BAND: Final = 2**50
_REFUSED_BY_PROVIDER: Final = DISCARD_REASONS.index("failed")
_CONTROL_GROUP: Final = DISCARD_REASONS.index("control_group")
_COMPLETED: Final = PASSAGE_STATES.index("completed")

_PASSAGE = """
SELECT no AS place, doc, node, pno, key, entered_at AS happened_at, wake_at AS until, 0 AS code, NULL AS detail
FROM passage WHERE {test}
"""
_ENDED = """
SELECT {place} AS place, doc, node, pno, key, {at} AS happened_at, NULL AS until, state AS code, NULL AS detail
FROM passage_end WHERE {test}
"""
_STEP = """
SELECT rowid AS place, doc, node, pno, NULL AS key, s."at" AS happened_at, NULL AS until, outcome AS code,
    NULL AS detail
FROM step s WHERE {test}
"""
_MESSAGE = """
SELECT no AS place, doc, node, pno, NULL AS key, m."at" AS happened_at, NULL AS until, channel AS code,
    "to" AS detail, no AS message
FROM message m WHERE {test}
"""
_HELD = """
SELECT {band} + no AS place, doc, node, pno, NULL AS key, due_at AS happened_at, NULL AS until, NULL AS code,
    "to" AS detail, NULL AS message
FROM {held} h WHERE {test}
"""
_DISCARD = """
SELECT {band} + rowid AS place, doc, node, pno, NULL AS key, d."at" AS happened_at, NULL AS until,
    {code} AS code, detail, NULL AS message
FROM discard d WHERE {test}
"""
# Counts tell of each message once for each kind, so each is here once.
_FEEDBACK = """
SELECT message AS place, any_value(doc) AS doc, any_value(node) AS node, any_value(pno) AS pno, NULL AS key,
    min(f."at") AS happened_at, NULL AS until, arg_min(kind, f."at") AS code, arg_min(link, f."at") AS detail, message
FROM feedback f WHERE {test} GROUP BY message
"""
_CONVERSION = """
SELECT rowid AS place, doc, -1 AS node, pno, NULL AS key, c."at" AS happened_at, NULL AS until, goal AS code,
    NULL AS detail
FROM conversion c WHERE {test}
"""
_RECEIPT = f"""
SELECT * EXCLUDE (variant) FROM (
    SELECT {_BAND} + t.no AS place, t.* EXCLUDE (no, passage) FROM (
        SELECT min(no) AS no, passage, arg_min(doc, no) AS doc, arg_min(node, no) AS node, pno, NULL AS key,
            min(m."at") AS happened_at, NULL AS until, arg_min(channel, no) AS code, arg_min("to", no) AS detail,
            arg_min(variant, no) AS variant
        FROM message m ANTI JOIN unsent USING (no) WHERE doc IN ({{docs}}) GROUP BY pno, passage
    ) t
    UNION ALL
    SELECT rowid, doc, node, pno, NULL, d."at", NULL, NULL, detail, {CONTROL}
    FROM discard d WHERE doc IN ({{docs}}) AND reason = {_CONTROL_GROUP}
) r WHERE {{test}}
"""


def _of(query: str, **words: object) -> str:
    """Fill in what is known of a query; the tests are filled in by who asks."""
    for name, value in words.items():
        query = query.replace("{" + name + "}", str(value))
    return query


def _where(query: str, more: str) -> str:
    return query.replace("{test}", "{test} AND " + more)


_OF_PROVIDER = f"channel >= 0 AND reason <> {_REFUSED_BY_PROVIDER}"
_SENT = "no NOT IN (SELECT no FROM outbox) AND no NOT IN (SELECT no FROM unsent)"
_PENDING = "no IN (SELECT no FROM outbox) AND no NOT IN (SELECT no FROM unsent)"
_FAILED = "no IN (SELECT no FROM unsent)"
# The steps of a triggered campaign do not tell of a send that was cancelled.
_CANCELLED = _where(_of(_ENDED, place=f"{_BAND} + rowid", at="left_at"), f"{{unstepped}} AND state <> {_COMPLETED}")
_CANCELLED = _CANCELLED.replace("state AS code", "NULL AS code")


@dataclass(frozen=True)
class Crowd:
    """What is behind one kind of number.

    Attributes
    ----------
    rows : str
        SQL with the columns `place doc node pno key happened_at until code detail` (of messages also `message`);
        to be filled in: `{test}`, `{docs}`, `{unstepped}` (a test of versions), `{held}` (the table with `channel`).
    name : callable
        What a row's code stands for.
    rising : bool
        Whether the first ones come first; else the newest do.
    """

    rows: str
    name: Name
    rising: bool = False


def _state(_: Line, code: int) -> str:
    return PASSAGE_STATES[code]


def _channel(_: Line, code: int) -> str:
    return CHANNEL_TYPES[code]


def _reason(_: Line, code: int) -> str:
    return DISCARD_REASONS[code]


def _kind(_: Line, code: int) -> str:
    return FEEDBACK_KINDS[code]


def _goal(line: Line, code: int) -> str:
    return str(line.goals[code].matcher.value)


def _outcome(line: Line, code: int) -> str:
    return line.outcome_name(code)


def _nothing(_: Line, __: int) -> None:
    return None


_DISCARDED = _of(_DISCARD, band=0, code="reason")
_WAITING = _PASSAGE.replace("no AS place", f"{2 * _BAND} + no AS place").replace("0 AS code", "NULL AS code")
CROWDS: dict[Behind, Crowd] = {
    "inside": Crowd(_PASSAGE, _nothing, rising=True),
    "entered": Crowd(f"{_PASSAGE} UNION ALL {_of(_ENDED, place='no', at='entered_at')}", _state),
    "ended": Crowd(_of(_ENDED, place="rowid", at="left_at"), _state),
    "edge": Crowd(_STEP, _outcome),
    "arrived": Crowd(
        f"{_where(_STEP, 'outcome > 0')} UNION ALL {_WAITING} UNION ALL {_CANCELLED}", _outcome
    ),
    "targeted": Crowd(
        f"{_MESSAGE.replace('no AS place', f'{2 * _BAND} + no AS place')} UNION ALL {_of(_HELD, band=_BAND)} UNION ALL "
        f"{_where(_of(_DISCARD, band=0, code='channel'), _OF_PROVIDER)}", _channel,
    ),
    "sent": Crowd(_where(_MESSAGE, _SENT), _channel),
    "pending": Crowd(_where(_MESSAGE, _PENDING), _channel),
    "failed": Crowd(_where(_MESSAGE, _FAILED), _channel),
    "held": Crowd(_of(_HELD, band=0), _nothing),
    "discard": Crowd(_where(_DISCARDED, "channel >= 0"), _reason),
    "refused": Crowd(_where(_DISCARDED, "channel < 0"), _reason),
    "feedback": Crowd(_FEEDBACK, _kind),
    "converted": Crowd(_CONVERSION, _goal),
    "received": Crowd(_RECEIPT, _channel),
}  # fmt: skip
