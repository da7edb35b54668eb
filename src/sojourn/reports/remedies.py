"""What would have had to differ for a refusal not to be: a clause for every reason of the closed list."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from sojourn.expr import Condition
from sojourn.messages.addresses import ATTRIBUTE
from sojourn.messages.gate import PERIODS
from sojourn.model.instants import format_duration
from sojourn.model.wallclock import from_local, to_local
from sojourn.reports.blame import Blame, blamed
from sojourn.reports.case import Case
from sojourn.reports.culprit import begun_at, names_of
from sojourn.reports.leaves import leaves_of
from sojourn.reports.refused_entry import Say, due_at, duration_of, last_time
from sojourn.reports.refused_message import full_caps
from sojourn.reports.wording import Phrase, listed, phrase, when

FORMS = {
    "email": phrase("an address with one @, a domain with a dot and no spaces"),
    "sms": phrase("a number as +14155550123, or a national one of `profile.country`"),
    "whatsapp": phrase("a number as +14155550123, or a national one of `profile.country`"),
}


def would_differ(reason: str, case: Case) -> Phrase:
    """Say it as a sentence, such as ``It would have been sent if `profile.email` had been set``."""
    enters = case.channel is None and case.node < 0 and case.line.steps
    return phrase("It would have entered {}." if enters else "It would have been sent {}.", REMEDIES[reason](case))


def clause_of(said: Phrase) -> str:
    """Return what follows after "It would have entered" in such a sentence.

    >>> clause_of(phrase("It would have entered {}.", "if it had come earlier"))
    'if it had come earlier'
    """
    return said.parts[-1]


def would_go_on(reason: str, case: Case) -> Phrase:
    """Say what would have had to differ for a passage not to end: ``It would have gone on if …``."""
    return phrase("It would have gone on {}.", REMEDIES[reason](case))


# ---- chance and consent ----------------------------------------------------------------------------------------------


def _holdout(case: Case) -> str:
    below = case.subject.program.gate.holdout_below
    return phrase(
        "if its bucket had been {} or more, which is chance and stays so, or if the message were transactional", below
    )


def _control_group(case: Case) -> str:
    below = getattr(case.line.operators[-1], "control_below", 0)
    return phrase("if its bucket had been {} or more, which is chance and stays so", below)


def _no_consent(case: Case) -> str:
    slot = case.slot()
    group = phrase(" and to the group {}", slot.spec.group) if slot is not None and slot.spec.group else ""
    return phrase(
        "if {} had been subscribed to {}{}, or if the message were transactional", case.subject.id, case.channel, group
    )


# ---- addresses -------------------------------------------------------------------------------------------------------


def _address_of(case: Case) -> str:
    slot = case.slot()
    if slot is not None and slot.to is not None:
        return phrase("`{}`", slot.to.text)
    return phrase("`profile.{}`", ATTRIBUTE.get(case.channel or "", "email"))


def _no_address(case: Case) -> str:
    return phrase("if {} had been set", _address_of(case))


def _bad_address(case: Case) -> str:
    return phrase("if {} had been {}", _address_of(case), FORMS.get(case.channel or "", phrase("well formed")))


def _suppressed(case: Case) -> str:
    return phrase("if {} had been another address, one that has not bounced or complained", _address_of(case))


# ---- times -----------------------------------------------------------------------------------------------------------


def _quiet_hours(case: Case) -> str:
    quiet = case.subject.program.gate.quiet
    if quiet is None:
        return phrase("if it had come outside the quiet hours, or if these held messages")
    zone = case.subject.zone(quiet.zone)
    span = phrase("from {} on and before {} in {}", f"{quiet.until:%H:%M}", f"{quiet.start:%H:%M}", zone)
    return phrase("{}, if the quiet hours held messages instead of discarding them, or if it were transactional", span)


def _capped(case: Case) -> str:
    free = [_next_period(case, cap.per) for cap in full_caps(case)]
    since = phrase("from {} on, ", when(max(free))) if free else ""
    return phrase("{}with a higher cap, or if the message were transactional or exempt", since)


def _next_period(case: Case, per: str) -> datetime:
    zones = pl.Series([case.subject.zone()])
    local = to_local(pl.Series([case.at], dtype=pl.Datetime("us", "UTC")), zones)
    end: datetime = from_local(local.dt.truncate(PERIODS[per]).dt.offset_by(PERIODS[per]), zones)[0]
    return end


def _outside_duration(case: Case) -> str:
    due = due_at(case, case.line.timing)
    what = phrase("it had come") if due is None else phrase("the send instant had been")
    return phrase("if {} inside the duration, {}", what, duration_of(case.line))


def _outside_window(case: Case) -> str:
    timing = case.line.timing
    if timing is None or timing.window is None:
        return phrase("if the send instant had been inside the window")
    zone = case.subject.zone(timing.window.timezone or timing.zone)
    span = phrase("between {} and {} in {}", f"{timing.window.start:%H:%M}", f"{timing.window.until:%H:%M}", zone)
    trigger = phrase(", the trigger came at {}", f"{case.at.astimezone(ZoneInfo(zone)):%H:%M}")
    return phrase("if the send instant had been {}{}", span, trigger if timing.delay is None else "")


def _timed_out(case: Case) -> str:
    stay = case.line.max_duration
    return (
        phrase("with a `max_duration` longer than {}", format_duration(stay))
        if stay
        else phrase("with a longer `max_duration`")
    )


def _bad_wait(case: Case) -> str:
    text = case.awaited()
    return (
        phrase("if `{}` had been an instant", text)
        if text is not None
        else phrase("if the instant to wait for had been known")
    )


# ---- who and what ----------------------------------------------------------------------------------------------------


def _condition(case: Case, condition: Condition | None) -> str:
    wrong = blamed(leaves_of(case.subject, condition, case.row())) if condition is not None else Blame()
    if not wrong:
        return (
            phrase("if `{}` had been met", condition.text)
            if condition is not None
            else phrase("if its condition had been met")
        )
    return wrong.clause()


def _not_in_audience(case: Case) -> str:
    return _condition(case, case.line.entry.audience)


def _left_audience(case: Case) -> str:
    return _condition(case, getattr(case.line.operators[-1], "recheck", None) or case.line.entry.audience)


def _validation_failed(case: Case) -> str:
    return _condition(case, getattr(case.line.operators[case.node], "only_if", None) if case.node >= 0 else None)


def _no_key(case: Case) -> str:
    return phrase("if `{}` had not been null", case.line.entry.key.text if case.line.entry.key else "key")


def _already_inside(case: Case) -> str:
    since = begun_at(case)
    entered = phrase(", which it entered at {},", when(since)) if since else ""
    return phrase("if {} had left `{}`{} before {}", case.subject.id, case.line.id, entered, when(case.at))


def _already_pending(case: Case) -> str:
    return phrase("if the pending message had left or been cancelled before, or with `reeligible: always`")


def _not_eligible_again(case: Case) -> str:
    field = "reeligible" if case.line.receipts else "reentry"
    if case.line.reentry.mode == "never":
        return phrase("with another `{}` than `never`", field)
    last = last_time(case)
    return phrase("from {} on", when(last + case.line.reentry.after)) if last else phrase("with a shorter `{}`", field)


def _exception_event(case: Case) -> str:
    return phrase("if none of {} had come before the message left", names_of(case.line.exits))


def _exit_criteria(case: Case) -> str:
    members = [phrase("`{} {}`", exit_.on, exit_.audience) for exit_ in case.line.member_exits]
    what = listed([part for part in (names_of(case.line.exits), *members) if part], "or")
    return phrase("if no exit criterion ({}) had been met before", what)


# ---- the document and the message itself -----------------------------------------------------------------------------


def _closed(case: Case) -> str:
    if case.detail:
        return phrase("if `{}` had been open", case.detail)
    return phrase("if `{}` had been open; publish it again to let profiles in", case.line.id)


def _paused(case: Case) -> str:
    return phrase("if `{}` had been resumed before {}", case.line.id, when(case.at))


def _stopped(case: Case) -> str:
    return phrase("if `{}` had not been stopped; publish it again to let profiles in", case.line.id)


def _loop(case: Case) -> str:
    return phrase(
        "if one item had set off fewer others; see which documents emit or update what `{}` listens to", case.line.id
    )


def _aborted_by_template(case: Case) -> str:
    return phrase("if the template had not come to `abort_message`")


def _render_error(case: Case) -> str:
    return phrase("if the template could be rendered with the values of this profile")


def _failed(case: Case) -> str:
    return phrase("if the provider had taken the message")


REMEDIES: dict[str, Say] = {
    "holdout": _holdout, "no_address": _no_address, "bad_address": _bad_address, "suppressed": _suppressed,
    "no_consent": _no_consent, "quiet_hours": _quiet_hours, "capped": _capped,
    "aborted_by_template": _aborted_by_template, "render_error": _render_error, "failed": _failed, "no_key": _no_key,
    "loop": _loop, "already_inside": _already_inside, "already_pending": _already_pending,
    "not_eligible_again": _not_eligible_again, "not_in_audience": _not_in_audience, "left_audience": _left_audience,
    "outside_duration": _outside_duration, "outside_window": _outside_window, "exception_event": _exception_event,
    "exit_criteria": _exit_criteria, "validation_failed": _validation_failed, "control_group": _control_group,
    "closed": _closed, "paused": _paused, "stopped": _stopped, "timed_out": _timed_out, "bad_wait": _bad_wait,
}  # fmt: skip
