"""All that is known of one profile now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sojourn.expr import Condition, Evaluator
from sojourn.expr.directory import Directory
from sojourn.journeys.program import Program
from sojourn.messages.addresses import ATTRIBUTE
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant
from sojourn.reports.reading import Cursor, Row, one_moment
from sojourn.reports.runs import plain
from sojourn.reports.subject import Subject, find_profile, load_subject
from sojourn.store.duckdb.reader import StoreReader

CONSENT = 'SELECT topic, status, c."at" AS said_at FROM consent c WHERE pno = $pno'
IDENTITIES = 'SELECT alias, i."at" AS since FROM identity i WHERE pno = $pno AND alias <> $id ORDER BY since, alias'
SUPPRESSED = 'SELECT channel, reason, s."at" AS since FROM suppression s WHERE lower(address) = lower($address)'


class NoSuchProfile(SojournError):
    """There is no profile of this id."""

    code = "REPORT-005"

    def __init__(self, id: str) -> None:
        super().__init__(f"no profile `{id:.200}`", hint="a profile is there from its first item on; ids are exact")


def profile(
    cursor: Cursor, program: Program, evaluator: Evaluator, id: str, now: datetime, directory: Directory,
    audiences: Mapping[str, Condition],
) -> Row:  # fmt: skip
    """Return attributes, addresses, consent and audiences of a profile.

    Parameters
    ----------
    evaluator : Evaluator
        Of the caller's thread.
    audiences : mapping of id to Condition
        Membership in each audience that is asked for.

    Returns
    -------
    dict
        `id`, `created_at`, `attributes`; `identities`: its other ids (`id`, `since`); `addresses`: for each `channel`
        its `attribute`, `address` and `suppressed` (`reason`, `at`) or None; `consent`: for each channel and group
        (`topic`) its `channel`, `status`, `at`, `said` (False: nothing was said, the status is the default);
        `audiences`: the ids of those that it is in.

    Raises
    ------
    NoSuchProfile
        There is none.
    """
    reader = StoreReader(cursor)
    with one_moment(cursor):
        known = find_profile(reader, id)
        if known is None:
            raise NoSuchProfile(id)
        id = known["profile_id"]
        subject = load_subject(reader, program, evaluator, id, known["_pno"], now, directory)
        attributes = subject.attributes
        return {
            "id": id,
            "created_at": format_instant(known["_created_at"]) if known["_created_at"] is not None else None,
            "attributes": _attributes(attributes, program),
            "identities": [
                {"id": row["alias"], "since": format_instant(row["since"])} for row in subject.read(IDENTITIES, id=id)
            ],
            "addresses": list(_addresses(subject, attributes)),
            "consent": list(_consent(subject, directory)),
            "audiences": _audiences(subject, audiences),
        }


def _attributes(row: Row, program: Program) -> Row:
    shown = plain({name: value for name, value in row.items() if name not in ("_pno", "_created_at", "profile_id")})
    texts = [name for name, kind in program.attributes.items() if kind == "json"]
    return {name: json.loads(value) if name in texts and value else value for name, value in shown.items()}


def _addresses(subject: Subject, attributes: Row) -> Iterable[Row]:
    for channel, attribute in ATTRIBUTE.items():
        address = attributes.get(attribute)
        if address is None:
            continue
        found = subject.reader.read(SUPPRESSED, {"address": str(address)}).to_dicts()
        mine = next((row for row in found if CHANNEL_TYPES[row["channel"]] == channel), None)
        since = {"reason": mine["reason"], "at": format_instant(mine["since"])} if mine is not None else None
        yield {"channel": channel, "attribute": attribute, "address": str(address), "suppressed": since}


def _consent(subject: Subject, directory: Directory) -> Iterable[Row]:
    said = {row["topic"]: row for row in subject.read(CONSENT)}
    topics = {f"channel:{channel}": (str(channel), "subscribed") for channel in CHANNEL_TYPES}
    topics |= {f"group:{id}": (group.channel, str(group.default)) for id, group in directory.groups.items()}
    for topic, (channel, default) in topics.items():
        row = said.get(topic)
        at = format_instant(row["said_at"]) if row is not None else None
        status = row["status"] if row is not None else default
        yield {"topic": topic, "channel": channel, "status": status, "at": at, "said": row is not None}


def _audiences(subject: Subject, audiences: Mapping[str, Condition]) -> list[str]:
    row = subject.candidate(subject.now)
    met = subject.values(row, audiences)
    return [id for id in audiences if met.get(id)]
