"""Hours of the day that miss one another: the delay's, the window's, the quiet hours'."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from sojourn.journeys.triggered_document import DaysDelay, Triggered, WeekdayDelay, Window
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.policy import QuietHours

Hours = Window | QuietHours
MIDNIGHT = time()


def warn_of_window(campaign: Triggered, catalog: Catalog) -> Iterable[Problem]:
    """Warn of a delay that ends outside the window, and of quiet hours that leave nothing of it."""
    window = campaign.window
    if window is None:
        return
    zone = window.timezone or campaign.timezone
    if zone == campaign.timezone and window.if_missed == "skip" and _always_misses(campaign, window):
        message = "nothing is ever sent: the delay ends at a time of day that the window never holds (`outside_window`)"
        yield Problem("WARN-012", message, "delay.at", severity="warning", hint="move the window, or the delay's `at`")
    quiet = next((p.quiet_hours for p in catalog.all("policy").values() if p.quiet_hours is not None), None)
    promotional = not all(message.transactional for _, message in campaign.every_message())
    if quiet is not None and promotional and quiet.timezone == zone and _inside(window, quiet):
        fate = "discarded" if quiet.then == "discard" else f"held until {quiet.until:%H:%M}, when the window is closed"
        message = f"the whole window lies in the quiet hours: every message is {fate}"
        yield Problem("WARN-013", message, "window", severity="warning", hint="move the window")


def _always_misses(campaign: Triggered, window: Window) -> bool:
    match campaign.delay:
        case WeekdayDelay(at=at):
            return not _holds(window, at)
        case DaysDelay(days=days, at=at):
            # A trigger later on the same day sends at once, which the window may hold.
            return not _holds(window, at) and (days > 0 or _closes_before(window, at))
        case _:
            return False


def _holds(hours: Hours, at: time) -> bool:
    if hours.start < hours.until:
        return hours.start <= at < hours.until
    return at >= hours.start or at < hours.until


def _closes_before(window: Window, at: time) -> bool:
    return window.start < window.until <= at


def _inside(window: Window, quiet: QuietHours) -> bool:
    """Tell whether a window lies in the quiet hours: both its ends do, and no loud hour is between them."""
    ends = _holds(quiet, window.start) and (_holds(quiet, window.until) or window.until == quiet.until)
    return ends and not _holds(window, quiet.until)
