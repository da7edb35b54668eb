"""Why an entry, or a pending send, was refused: a sentence with the values that the test saw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sojourn.expr import Condition, Expression
from sojourn.journeys.fold import CHAIN_LIMIT, HOLDOUT
from sojourn.journeys.program import Line
from sojourn.journeys.timing import Timing
from sojourn.journeys.triggered_document import LocalDuring
from sojourn.model.instants import format_duration
from sojourn.reports.blame import blamed
from sojourn.reports.case import Case
from sojourn.reports.culprit import begun_at, came, names_of
from sojourn.reports.leaves import leaves_of, values_read
from sojourn.reports.matchers import describe
from sojourn.reports.wording import joined, listed, phrase, shown, when

Say = Callable[[Case], str]

RECEIVED = """
SELECT max(first_at) AS last FROM (
    SELECT min(m."at") AS first_at FROM message m ANTI JOIN unsent USING (no)
    WHERE doc IN ({docs}) AND pno = $pno AND m."at" <= $at GROUP BY passage
)
"""
LEFT = """
SELECT max(left_at) AS last FROM passage_end
WHERE doc IN ({docs}) AND pno = $pno AND left_at <= $at AND key IS NOT DISTINCT FROM $key
"""


def holdout(case: Case) -> str:
    """Tell the profile's bucket of the global control group."""
    below = case.subject.program.gate.holdout_below
    bucket = case.subject.values(case.row(), {"bucket": HOLDOUT})["bucket"]
    return phrase(
        "{} is in the global holdout of {} %: its bucket is {}, and those below {} get no promotional messages",
        case.subject.id,
        f"{below / 100:g}",
        bucket,
        below,
    )


def not_in_audience(case: Case) -> str:
    """Tell which test of the audience fails."""
    condition = case.line.entry.audience
    return (
        phrase("it has no audience")
        if condition is None
        else _membership(case, condition, phrase("was not in the audience"))
    )


def left_audience(case: Case) -> str:
    """Tell which test of the audience failed when it was tested again."""
    recheck = getattr(case.line.operators[-1], "recheck", None) or case.line.entry.audience
    if recheck is None:
        return phrase("it was not in the audience any more at the send instant")
    return _membership(case, recheck, phrase("was not in the audience any more at the send instant"))


def last_time(case: Case) -> datetime | None:
    """Return when the profile last received a message of the document, or left it with the same key."""
    if case.line.receipts:
        found = case.subject.read(RECEIVED.format(docs=case.versions), at=case.at)
    else:
        found = case.subject.read(LEFT.format(docs=case.versions), at=case.at, key=case.key())
    last: datetime | None = found[0]["last"]
    return last


def _membership(case: Case, condition: Condition, was: str) -> str:
    wrong = blamed(leaves_of(case.subject, condition, case.row()))
    if not wrong:
        return phrase(
            "{} {} at {}; what it was then is no longer known (`{}`)",
            case.subject.id,
            was,
            when(case.at),
            condition.text,
        )
    return phrase("{} {}: {}", case.subject.id, was, wrong.say())


def validation_failed(case: Case) -> str:
    """Tell which test of `only_if` fails."""
    condition = getattr(case.line.operators[case.node], "only_if", None) if case.node >= 0 else None
    if condition is None:
        return phrase("its `only_if` was not met")
    wrong = blamed(leaves_of(case.subject, condition, case.row()))
    seen = (
        wrong.say()
        if wrong
        else phrase("`{}` was not met at {}; what it saw is no longer known", condition.text, when(case.at))
    )
    return phrase("the `only_if` of the node was not met: {}", seen)


def no_key(case: Case) -> str:
    """Tell the expression that gave no key."""
    key: Expression | None = case.line.entry.key
    return phrase("the key `{}` is null, and without one nobody enters", key.text if key else "")


def already_inside(case: Case) -> str:
    """Tell since when the profile was inside."""
    entered = begun_at(case)
    since = phrase(" since {}", when(entered)) if entered else ""
    return phrase("{} was inside already{}; one profile (and key) is in one place at a time", case.subject.id, since)


def already_pending(case: Case) -> str:
    """Tell that a send was on its way."""
    return phrase("a message of `{}` for {} was on its way already at {}", case.line.id, case.subject.id, when(case.at))


def not_eligible_again(case: Case) -> str:
    """Tell when it left, or received a message, and what is asked for."""
    mode, after = case.line.reentry.mode, format_duration(case.line.reentry.after)
    rule = phrase("may never come again") if mode == "never" else phrase("may come again only {} after", after)
    what, last = phrase("received a message of it") if case.line.receipts else phrase("left it"), last_time(case)
    return phrase(
        "{} {} {} and {}", case.subject.id, what, phrase("at {}", when(last)) if last else phrase("before"), rule
    )


def outside_duration(case: Case) -> str:
    """Tell the duration of the document."""
    came = phrase("the trigger came at {}{}", when(case.at), _due(case, case.line.timing))
    return phrase("`{}` runs {}, and {}", case.line.id, duration_of(case.line), came)


def duration_of(line: Line) -> str:
    """Say from when until when a document runs."""
    during = line.timing.during if line.timing else None
    if isinstance(during, LocalDuring):
        return phrase("from {} until {} local time", during.local.start, during.local.until)
    start, end = (during.start, during.until) if during else (line.starts_at, line.ends_at)
    bounds = [
        phrase("{} {}", word, when(at))
        for word, at in ((phrase("from"), start), (phrase("until"), end))
        if at is not None
    ]
    return joined(bounds, " ") or phrase("without end")


def outside_window(case: Case) -> str:
    """Tell the window and the send instant."""
    timing = case.line.timing
    if timing is None or timing.window is None:
        return phrase("the send instant is outside the window")
    window = timing.window
    zone = case.subject.zone(window.timezone or timing.zone)
    local = case.at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    return phrase(
        "the window is open from {} until {} ({}), and the trigger came at {} there{}",
        f"{window.start:%H:%M}",
        f"{window.until:%H:%M}",
        zone,
        local,
        _due(case, timing),
    )


def due_at(case: Case, timing: Timing | None) -> datetime | None:
    """Return the send instant of a trigger, None where that is the trigger's own."""
    if timing is None or timing.delay is None:
        return None
    due: datetime = timing.delayed(case.subject.fold, case.row())[0]
    return due if due != case.at else None


def _due(case: Case, timing: Timing | None) -> str:
    due = due_at(case, timing)
    return phrase("; it would have been sent at {}", when(due)) if due is not None else ""


def exception_event(case: Case) -> str:
    """Tell the exceptions."""
    return phrase(
        "the exception came before the message left: {}{}", names_of(case.line.exits), came(case, case.line.exits)
    )


def exit_criteria(case: Case) -> str:
    """Tell the exit criteria."""
    events = [phrase("`{}`", describe(matcher)) for matcher in case.line.exits]
    members = [phrase("`{} {}`", exit_.on, exit_.audience) for exit_ in case.line.member_exits]
    criteria = listed([*events, *members], "or")
    return phrase(
        "{} met an exit criterion ({}) while the message waited{}",
        case.subject.id,
        criteria,
        came(case, case.line.exits),
    )


def control_group(case: Case) -> str:
    """Tell the bucket of the control group."""
    below = getattr(case.line.operators[-1], "control_below", 0)
    bucket = getattr(case.line.operators[-1], "bucket", None)
    if not below or bucket is None:
        return phrase("{} was in the control group of that time, which is never sent anything", case.subject.id)
    value = case.subject.values(case.row(), {"bucket": bucket})["bucket"]
    return phrase(
        "{} is in the control group of {} %, which is never sent anything: its bucket is {}, "
        "and those below {} are in it",
        case.subject.id,
        f"{below / 100:g}",
        value,
        below,
    )


def closed(case: Case) -> str:
    """Tell that nobody enters any more."""
    return phrase("`{}` is closed: those inside go on, and nobody enters", case.line.id)


def paused(case: Case) -> str:
    """Tell that nobody enters now."""
    return phrase("`{}` was paused at {}: nobody enters until it is resumed", case.line.id, when(case.at))


def stopped(case: Case) -> str:
    """Tell that all have left."""
    return phrase("`{}` was stopped at {}: everybody left, and nothing is sent any more", case.line.id, when(case.at))


def timed_out(case: Case) -> str:
    """Tell the longest stay."""
    stay = phrase(" of {}", format_duration(case.line.max_duration)) if case.line.max_duration else ""
    return phrase("the longest stay{} in `{}` was over at {}", stay, case.line.id, when(case.at))


def bad_wait(case: Case) -> str:
    """Tell the expression that gave no instant."""
    text = case.awaited()
    if text is None:
        return phrase("the instant to wait for was null, so the passage ended and what waited to be sent was dropped")
    seen = [phrase("{} is {}", name, shown(value)) for name, value in values_read(case.subject, text, case.row())]
    return phrase(
        "`{}` gave no instant to wait for{}, so the passage ended", text, phrase(" ({})", listed(seen)) if seen else ""
    )


def loop(case: Case) -> str:
    """Tell the limit."""
    return phrase(
        "one item set off more than {} others for {} at {}; the rest were dropped, or they would never end",
        CHAIN_LIMIT,
        case.subject.id,
        when(case.at),
    )


ENTRY_SENTENCES: dict[str, Say] = {
    "holdout": holdout, "no_key": no_key, "loop": loop, "already_inside": already_inside,
    "already_pending": already_pending, "not_eligible_again": not_eligible_again, "not_in_audience": not_in_audience,
    "left_audience": left_audience, "outside_duration": outside_duration, "outside_window": outside_window,
    "exception_event": exception_event, "exit_criteria": exit_criteria, "validation_failed": validation_failed,
    "control_group": control_group, "closed": closed, "paused": paused, "stopped": stopped, "timed_out": timed_out,
    "bad_wait": bad_wait,
}  # fmt: skip
