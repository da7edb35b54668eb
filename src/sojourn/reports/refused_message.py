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
from sojourn.reports.wording import listed, plural, shown, when


def no_address(case: Case) -> str:
    """Tell which address is missing."""
    return f"{case.subject.id} has no address for {case.channel}: {_address(case)}"


def bad_address(case: Case) -> str:
    """Tell the address that is malformed."""
    return f"the address for {case.channel} is malformed: {_address(case)}"


def _address(case: Case) -> str:
    slot = case.slot()
    if slot is not None and slot.to is not None:
        value = case.subject.values(case.row(), {"to": slot.to})["to"]
        return f"`to` ({slot.to.text}) is {shown(value)}"
    name = ATTRIBUTE.get(case.channel or "", "")
    if name not in case.subject.attributes:
        return f"`profile.{name}` is not declared" if name else "it needs none"
    if name in case.subject.unknown:
        return f"what `profile.{name}` was then is no longer known"
    return f"profile.{name} is {shown(case.subject.attributes[name])}"


def suppressed(case: Case) -> str:
    """Tell why and since when the address is on the suppression list."""
    code = CHANNEL_TYPES.index(case.channel) if case.channel else -1
    own = pl.Series([str(value) for value in _addresses(case) if value], dtype=pl.String)
    since = (pl.col("channel") == code) & (pl.col("at") <= case.at)
    listed_ = case.subject.fold.state.about("suppression", own).filter(since)
    if not listed_.height:
        return "the address was on the suppression list; that has changed since"
    row = listed_.row(0, named=True)
    reason = row["reason"].replace("_", " ")
    return f"the address {row['address']} is on the suppression list ({reason}, {when(row['at'])})"


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
        return f"{case.subject.id} {listed(map(_refusal, said))}"
    if group and slot is not None and slot.spec.group_default == "unsubscribed":
        return f"{case.subject.id} has not subscribed to the group {group}, which nobody is in without asking"
    about = f"{case.channel} or the group {group}" if group else case.channel
    return f"{case.subject.id} was unsubscribed from {about} at {when(case.at)}; that has changed since"


def _refusal(row: Row) -> str:
    topic = f"the {row['topic'].replace(':', ' ')}"
    if row["status"] == "pending":
        return f"has not confirmed {topic}, asked for at {when(row['at'])}"
    return f"unsubscribed from {topic} at {when(row['at'])}"


def quiet_hours(case: Case) -> str:
    """Tell the local time and the quiet hours."""
    quiet = case.subject.program.gate.quiet
    if quiet is None:
        return "it fell into the quiet hours that were in force then"
    zone = case.subject.zone(quiet.zone)
    local = case.at.astimezone(ZoneInfo(zone))
    return f"it was {local:%H:%M} in {zone}, inside the quiet hours from {quiet.start:%H:%M} until {quiet.until:%H:%M}"


def capped(case: Case) -> str:
    """Tell the caps that were full and the messages that filled them."""
    full = [text for cap in full_caps(case) if (text := _full(case, cap))]
    return " and ".join(full) if full else "a frequency cap that was in force then was full"


def full_caps(case: Case) -> list[Cap]:
    """Return the caps that were full at that instant."""
    caps = [cap for cap in case.subject.program.gate.caps if cap.covers(case.channel or "")]
    return [cap for cap in caps if _full(case, cap)]


def _full(case: Case, cap: Cap) -> str | None:
    counted = [row for row in _counted(case, cap) if row["at_"] >= _period_start(case, cap)]
    if len(counted) < cap.at_most:
        return None
    first, last = counted[0]["at_"], counted[-1]["at_"]
    days = f"{first:%Y-%m-%d}" + (f" … {last:%Y-%m-%d}" if last.date() != first.date() else "")
    if cap.per == "hour":
        days = when(last)
    word = "e-mail" if cap.channels == {"email"} else "message"
    by = f" by {listed(sorted(cap.channels), 'or')}" if cap.channels and cap.channels != {"email"} else ""
    span = {"hour": "this hour", "day": "this day", "week": "this week", "month": "this month"}[cap.per]
    return f"{plural(len(counted), word)}{by} {span} already ({days}), cap is {cap.at_most} per {cap.per}"


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
    return "the template aborted the message" + (f": {case.detail}" if case.detail else "")


def render_error(case: Case) -> str:
    """Tell why the template could not be rendered."""
    return "the template could not be rendered" + (f": {case.detail}" if case.detail else "")


def failed(case: Case) -> str:
    """Tell what the provider said."""
    return "the provider refused it for good" + (f": {case.detail}" if case.detail else "")


SENTENCES: dict[str, Say] = {
    **ENTRY_SENTENCES, "no_address": no_address, "bad_address": bad_address, "suppressed": suppressed,
    "no_consent": no_consent, "quiet_hours": quiet_hours, "capped": capped,
    "aborted_by_template": aborted_by_template, "render_error": render_error, "failed": failed,
}  # fmt: skip
"""For every reason of the closed list what says it in a sentence."""


def say(reason: str, case: Case) -> str:
    """Say why something was refused: ``capped: 2 e-mails this week already (…), cap is 2 per week``."""
    return f"{reason}: {SENTENCES[reason](case)}"
