"""Why a message was not sent: a sentence with the values that the gate saw."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from sojourn.messages.addresses import ATTRIBUTE
from sojourn.messages.gate import PERIODS
from sojourn.messages.rules import Cap
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import REFUSING
from sojourn.model.wallclock import from_local, to_local
from sojourn.reports.case import Case
from sojourn.reports.reading import Row
from sojourn.reports.refused_entry import ENTRY_SENTENCES, Say
from sojourn.reports.wording import listed, phrase, plural, shown, when


def no_address(case: Case) -> str:
    """Tell which address is missing."""
    return phrase("{} has no address for {}: {}", case.subject.id, case.channel, _address(case))


def bad_address(case: Case) -> str:
    """Tell the address that is malformed."""
    return phrase("the address for {} is malformed: {}", case.channel, _address(case))


def _address(case: Case) -> str:
    slot = case.slot()
    if slot is not None and slot.to is not None:
        value = case.subject.values(case.row(), {"to": slot.to})["to"]
        return phrase("`to` ({}) is {}", slot.to.text, shown(value))
    name = ATTRIBUTE.get(case.channel or "", "")
    if name not in case.subject.attributes:
        return phrase("`profile.{}` is not declared", name) if name else phrase("it needs none")
    if name in case.subject.unknown:
        return phrase("what `profile.{}` was then is no longer known", name)
    return phrase("profile.{} is {}", name, shown(case.subject.attributes[name]))


def suppressed(case: Case) -> str:
    """Tell why and since when the address is on the suppression list."""
    code = CHANNEL_TYPES.index(case.channel) if case.channel else -1
    own = pl.Series([str(value) for value in _addresses(case) if value], dtype=pl.String)
    since = (pl.col("channel") == code) & (pl.col("at") <= case.at)
    listed_ = case.subject.fold.state.about("suppression", own).filter(since)
    if not listed_.height:
        return phrase("the address was on the suppression list; that has changed since")
    row = listed_.row(0, named=True)
    reason = row["reason"].replace("_", " ")
    return phrase("the address {} is on the suppression list ({}, {})", row["address"], reason, when(row["at"]))


def _addresses(case: Case) -> list[object]:
    slot = case.slot()
    if slot is not None and slot.to is not None:
        return [case.subject.values(case.row(), {"to": slot.to})["to"]]
    return [case.subject.attributes.get(ATTRIBUTE.get(case.channel or "", ""))]


def no_consent(case: Case) -> str:
    """Tell what was unsubscribed, and when."""
    slot = case.slot()
    group = slot.spec.group if slot is not None else None
    said = [
        row for row in case.subject.consent(f"channel:{case.channel}", f"group:{group}") if row["status"] in REFUSING
    ]
    if said:
        return phrase("{} {}", case.subject.id, listed(map(_refusal, said)))
    if group and slot is not None and slot.spec.group_default == "unsubscribed":
        return phrase(
            "{} has not subscribed to the group {}, which nobody is in without asking", case.subject.id, group
        )
    about = phrase("{} or the group {}", case.channel, group) if group else case.channel
    return phrase("{} was unsubscribed from {} at {}; that has changed since", case.subject.id, about, when(case.at))


def _refusal(row: Row) -> str:
    topic = phrase("the {}", row["topic"].replace(":", " "))
    if row["status"] == "pending":
        return phrase("has not confirmed {}, asked for at {}", topic, when(row["at"]))
    return phrase("unsubscribed from {} at {}", topic, when(row["at"]))


def quiet_hours(case: Case) -> str:
    """Tell the local time and the quiet hours."""
    quiet = case.subject.program.gate.quiet
    if quiet is None:
        return phrase("it fell into the quiet hours that were in force then")
    zone = case.subject.zone(quiet.zone)
    local = case.at.astimezone(ZoneInfo(zone))
    return phrase(
        "it was {} in {}, inside the quiet hours from {} until {}",
        f"{local:%H:%M}",
        zone,
        f"{quiet.start:%H:%M}",
        f"{quiet.until:%H:%M}",
    )


def capped(case: Case) -> str:
    """Tell the caps that were full and the messages that filled them."""
    full = [text for cap in full_caps(case) if (text := _full(case, cap))]
    return listed(full) if full else phrase("a frequency cap that was in force then was full")


def full_caps(case: Case) -> list[Cap]:
    """Return the caps that were full at that instant."""
    caps = [cap for cap in case.subject.program.gate.caps if cap.covers(case.channel or "")]
    return [cap for cap in caps if _full(case, cap)]


def _full(case: Case, cap: Cap) -> str | None:
    counted = [row for row in _counted(case, cap) if row["at_"] >= _period_start(case, cap)]
    if len(counted) < cap.at_most:
        return None
    first, last = counted[0]["at_"], counted[-1]["at_"]
    days = f"{first:%Y-%m-%d}" + (phrase(" … {}", f"{last:%Y-%m-%d}") if last.date() != first.date() else "")
    if cap.per == "hour":
        days = when(last)
    word = "e-mail" if cap.channels == {"email"} else "message"
    by = phrase(" by {}", listed(sorted(cap.channels), "or")) if cap.channels and cap.channels != {"email"} else ""
    span = {
        "hour": phrase("this hour"),
        "day": phrase("this day"),
        "week": phrase("this week"),
        "month": phrase("this month"),
    }[cap.per]
    return phrase(
        "{}{} {} already ({}), cap is {} per {}",
        plural(len(counted), word),
        by,
        span,
        days,
        cap.at_most,
        phrase(cap.per),
    )


def _counted(case: Case, cap: Cap) -> list[Row]:
    codes = ", ".join(str(CHANNEL_TYPES.index(name)) for name in cap.channels or CHANNEL_TYPES)
    query = f"""
        SELECT m."at" AS at_ FROM message m ANTI JOIN unsent USING (no)
        WHERE pno = $pno AND counted AND m."at" <= $at AND channel IN ({codes}) ORDER BY m."at"
    """
    return case.subject.read(query, at=case.at)


def _period_start(case: Case, cap: Cap) -> datetime:
    zones = pl.Series([case.subject.zone()])
    local = to_local(pl.Series([case.at], dtype=pl.Datetime("us", "UTC")), zones)
    start: datetime = from_local(local.dt.truncate(PERIODS[cap.per]), zones)[0]
    return start


def aborted_by_template(case: Case) -> str:
    """Tell what the template said."""
    return phrase("the template aborted the message") + (phrase(": {}", case.detail) if case.detail else "")


def render_error(case: Case) -> str:
    """Tell why the template could not be rendered."""
    return phrase("the template could not be rendered") + (phrase(": {}", case.detail) if case.detail else "")


def failed(case: Case) -> str:
    """Tell what the provider said."""
    return phrase("the provider refused it for good") + (phrase(": {}", case.detail) if case.detail else "")


SENTENCES: dict[str, Say] = {
    **ENTRY_SENTENCES, "no_address": no_address, "bad_address": bad_address, "suppressed": suppressed,
    "no_consent": no_consent, "quiet_hours": quiet_hours, "capped": capped,
    "aborted_by_template": aborted_by_template, "render_error": render_error, "failed": failed,
}  # fmt: skip
"""For every reason of the closed list what says it in a sentence."""


def say(reason: str, case: Case) -> str:
    """Say why something was refused: ``capped: 2 e-mails this week already (…), cap is 2 per week``."""
    return phrase("{}: {}", reason, SENTENCES[reason](case))
