"""Why a profile never entered: the tests in their order, and the first that fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import polars as pl

from sojourn.engine.schedule import next_run
from sojourn.expr import Scope, compile_condition
from sojourn.journeys.entry import tests_of
from sojourn.journeys.program import EventRule, Line, Matcher
from sojourn.model.instants import format_instant
from sojourn.reports.blame import Blame, blamed, together
from sojourn.reports.case import Case
from sojourn.reports.leaves import Leaf, leaves_of
from sojourn.reports.matchers import describe
from sojourn.reports.reading import Row
from sojourn.reports.refused_message import say
from sojourn.reports.remedies import REMEDIES
from sojourn.reports.subject import Subject
from sojourn.reports.wording import joined, listed, phrase, plural, when

SHOWN = 5
"""Events that are looked at one by one, the newest."""


def tested(name: str, passed: bool, text: str, *, leaves: list[Leaf] | None = None, differ: str | None = None) -> Row:
    """Return one test: what it saw, and what would have had to differ for it to pass."""
    return {
        "test": name, "passed": passed, "text": text, "leaves": [leaf.as_dict() for leaf in leaves or []],
        "would_differ": None if passed else differ,
    }  # fmt: skip


def entry_tests(subject: Subject, line: Line, created_at: datetime) -> Iterator[Row]:
    """Yield the tests on the way into a document, in their order, as they stand."""
    if line.entry.run is not None:
        yield from _of_audience_run(subject, line, created_at)
    else:
        yield _of_matchers(subject, line)
    yield from _of_entry(subject, line)


# ---- audiences that are read in --------------------------------------------------------------------------------------


def _of_audience_run(subject: Subject, line: Line, created_at: datetime) -> Iterator[Row]:
    last = _last_run(subject, line)
    yield _schedule(subject, line, last)
    if last is not None and created_at > last:
        text = phrase(
            "{} came into being at {}, after the audience had been read at {}", subject.id, when(created_at), when(last)
        )
        yield tested(
            phrase("profile was there"),
            False,
            text,
            differ=phrase("if {} had been there at {}", subject.id, when(last)),
        )
    yield _membership(subject, line, last or subject.now)


def _last_run(subject: Subject, line: Line) -> datetime | None:
    if line.entry.business_event:
        sent = subject.reader.connection.execute("SELECT count(*) FROM passage WHERE doc = ?", [line.doc]).fetchone()
        return line.published_at if sent and sent[0] else None
    rows = subject.read("SELECT last_run_at FROM document WHERE doc = $doc AND $pno IS NOT NULL", doc=line.doc)
    found: datetime | None = rows[0]["last_run_at"] if rows else None
    return found


def _schedule(subject: Subject, line: Line, last: datetime | None) -> Row:
    run, event = line.entry.run, line.entry.business_event
    assert run is not None
    if event is not None:
        text = phrase("its audience `{}` enters whenever the business event `{}` comes", run.audience, event)
        return tested(phrase("business event"), True, text)
    if last is not None:
        return tested(
            phrase("schedule"), True, phrase("the audience `{}` was last read at {}", run.audience, when(last))
        )
    due = next_run(line, None)
    text = phrase("the audience `{}` has not been read yet; ", run.audience) + (
        phrase("that is due at {}, and it is {}", when(due), when(subject.now))
        if due
        else phrase("no instant is left for it")
    )
    return tested(
        phrase("schedule"),
        False,
        text,
        differ=phrase("after the audience is read at {}", when(due)) if due else phrase("with another schedule"),
    )


def _membership(subject: Subject, line: Line, at: datetime) -> Row:
    run = line.entry.run
    assert run is not None
    name = phrase("in audience {}", run.audience)
    if subject.directory is None:
        return tested(name, True, phrase("its members are not known here"))
    condition = compile_condition({"in": run.audience}, _scope(subject), subject.directory)
    then = subject.then(at)
    leaves = leaves_of(then, condition, then.candidate(at))
    wrong = blamed(leaves)
    if not wrong:
        return tested(name, True, phrase("{} is in the audience `{}`", subject.id, run.audience), leaves=leaves)
    text = phrase("{} is not in the audience `{}`: {}", subject.id, run.audience, wrong.say())
    return tested(name, False, text, leaves=leaves, differ=wrong.clause())


def _scope(subject: Subject) -> Scope:
    assert subject.directory is not None
    zone = subject.directory.zone
    return Scope(profile=subject.directory.entities["profile"].attributes, zone=zone, fallback_zone=zone)


# ---- items that start a passage --------------------------------------------------------------------------------------


def _of_matchers(subject: Subject, line: Line) -> Row:
    """Tell whether any item matched; the nearest miss is told with its values."""
    found = [_of_matcher(subject, line, matcher) for matcher in line.entry.matchers]
    matched = next((row for row in found if row["passed"]), None)
    return matched or (found[0] if len(found) == 1 else _together(found))


def _together(found: list[Row]) -> Row:
    text = joined((row["text"] for row in found), "; ")
    return tested(
        phrase("an item matched the entry"), False, text, differ=listed((row["would_differ"] for row in found), "or")
    )


def _of_matcher(subject: Subject, line: Line, matcher: Matcher) -> Row:
    name = phrase("an item matched the entry")
    rule = next((rule for rules in subject.program.events.values() for rule in rules if rule.id == matcher.value), None)
    if matcher.form != "event" or rule is None:
        what = describe(matcher)
        none = phrase("since its publication{} none has come for {}", _since(line), subject.id)
        text = phrase("`{}` is entered by `{}`, and {}", line.id, what, none)
        return tested(name, False, text, differ=phrase("if `{}` had come for {}", what, subject.id))
    return _of_event(subject, line, matcher, rule, name)


def _since(line: Line) -> str:
    return phrase(" at {}", when(line.published_at)) if line.published_at else ""


def _of_event(subject: Subject, line: Line, matcher: Matcher, rule: EventRule, name: str) -> Row:
    events = subject.events(rule.match)
    live = [event for event in events if line.published_at is None or event["at"] >= line.published_at]
    called = phrase("`{}`", rule.match) + (phrase(" (the event `{}`)", rule.id) if rule.id != rule.match else "")
    if not events:
        text = phrase("{} has no {} at all{}", subject.id, called, _others(subject))
        return tested(name, False, text, differ=phrase("if {} had come for {}", called, subject.id))
    if not live:
        text = phrase(
            "{} has {} {}, the last at {}, and all came before the publication{}",
            subject.id,
            plural(len(events), "event"),
            called,
            when(events[-1]["at"]),
            _since(line),
        )
        return tested(name, False, text, differ=phrase("if one had come after the publication"))
    return _of_live_events(
        subject, live, [test_ for test_ in (rule.where, matcher.where) if test_ is not None], called, name
    )


def _others(subject: Subject) -> str:
    counts = subject.read(
        "SELECT name, count(*) AS n FROM event WHERE pno = $pno GROUP BY ALL ORDER BY n DESC, name LIMIT 6"
    )
    return (
        phrase("; it has {}", listed([phrase("{} `{}`", f"{row['n']:,}", row["name"]) for row in counts]))
        if counts
        else phrase("; it has no event of any name")
    )


def _of_live_events(subject: Subject, live: list[Row], wheres: list[Any], called: str, name: str) -> Row:
    wrong = Blame()
    told = []
    for event in reversed(live[-SHOWN:]):
        row = subject.candidate(event["at"], event=event["data"], entry=event["data"], own=event["offset"])
        failing = together(blamed(leaves_of(subject, where, row)) for where in wheres)
        if not failing:
            return tested(name, True, phrase("{} came at {} and matched", called, when(event["at"])))
        wrong = wrong or failing
        told.append(phrase("at {} {}", when(event["at"]), failing.say()))
    count = phrase("{} has {} {} since the publication", subject.id, plural(len(live), "event"), called)
    text = phrase("{}, and none matched: {}", count, joined(told, "; "))
    return tested(name, False, text, leaves=wrong.leaves, differ=wrong.clause())


# ---- the tests of entry ----------------------------------------------------------------------------------------------


def _of_entry(subject: Subject, line: Line) -> Iterator[Row]:
    """Yield the engine's own tests for an item that comes now."""
    row = _newest(subject, line)
    for reason, failing in tests_of(line):
        refused = bool(failing(subject.fold, line, row)[0])
        if reason == "not_in_audience":
            yield _of_audience(subject, line, row, refused)
        elif refused:
            case = Case.of(subject, line, subject.now)
            yield tested(reason, False, say(reason, case), differ=REMEDIES[reason](case))
        else:
            yield tested(reason, True, PASSED.get(reason, phrase("not {}", reason.replace("_", " "))))


def _of_audience(subject: Subject, line: Line, row: pl.DataFrame, refused: bool) -> Row:
    assert line.entry.audience is not None
    leaves = leaves_of(subject, line.entry.audience, row)
    if not refused:
        return tested("not_in_audience", True, PASSED["not_in_audience"], leaves=leaves)
    wrong = blamed(leaves)
    return tested(
        "not_in_audience", False, phrase("not_in_audience: {}", wrong.say()), leaves=leaves, differ=wrong.clause()
    )


def _newest(subject: Subject, line: Line) -> pl.DataFrame:
    """Return a candidate of now, with the profile's newest event that could start a passage."""
    wanted = {matcher.value for matcher in line.entry.matchers}
    names = {rule.match for rules in subject.program.events.values() for rule in rules if rule.id in wanted}
    events = sorted((event for name in names for event in subject.events(name)), key=lambda event: event["at"])
    newest = events[-1] if events else {}
    row = subject.candidate(subject.now, event=newest.get("data"), entry=newest.get("data"), own=newest.get("offset"))
    value = subject.values(row, {"key": line.entry.key})["key"] if line.entry.key is not None else None
    return row.with_columns(pl.lit(None if value is None else str(value), pl.String).alias("key"))


PASSED = {
    "holdout": phrase("it is not in the global holdout"),
    "closed": phrase("the document is open"),
    "outside_duration": phrase("the document runs now"),
    "outside_window": phrase("the send instant is inside the window"),
    "no_key": phrase("it has a key"),
    "already_inside": phrase("it is not inside"),
    "already_pending": phrase("no send is on its way"),
    "not_eligible_again": phrase("it may come"),
    "not_in_audience": phrase("it is in the audience"),
}
"""What holds where a test does not refuse, by reason."""


def unknown(profile_id: str, *, may_be_erased: bool = False) -> Row:
    """Return the test that a profile exists, which fails; of whom was erased nobody can tell that he was there."""
    text = phrase("there is no profile `{}`: nothing has been received about it", profile_id)
    if may_be_erased:
        text = phrase("there is no profile `{}`: nothing has been received about it, or it has been erased", profile_id)
    return tested(
        phrase("the profile exists"),
        False,
        text,
        differ=phrase("if an identify or track call had come with the id `{}`", profile_id),
    )


def exists(profile_id: str, created_at: datetime) -> Row:
    """Return the test that a profile exists."""
    return tested(
        phrase("the profile exists"),
        True,
        phrase("`{}` has been there since {}", profile_id, format_instant(created_at)),
    )
