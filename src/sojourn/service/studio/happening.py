"""Events that somebody lets happen from the studio: one at a time, for one profile, taken like any other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any, Final

from sojourn.ingest.body import batch_body, to_items
from sojourn.ingest.call import micros
from sojourn.ingest.columns import Columns
from sojourn.model.errors import did_you_mean
from sojourn.reports.profile import NoSuchProfile
from sojourn.service.access.errors import AccessError, TooOften
from sojourn.service.runtime import Runtime
from sojourn.service.studio.allowance import MOST
from sojourn.service.studio.people import People

Row = dict[str, Any]
CHANNEL: Final = "email"


class TooManyEvents(TooOften):
    """The caller has let as many events happen as may in an hour."""

    code = "TRY-003"

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"{MOST} events may be sent from the studio in an hour", wait_s)


class UnknownEvent(AccessError):
    """No event of this id runs here."""

    code = "TRY-004"
    status = 404


class OtherAddress(AccessError):
    """The profile has an address already, and a test must not send a person's mail elsewhere."""

    code = "TRY-005"
    status = 409


class NotTaken(AccessError):
    """The event does not fit what is declared of it."""

    code = "TRY-006"
    status = 422


class Happening:
    """Makes items of events that somebody wants to happen; methods may be called from any thread.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._people = People(runtime)

    def items(self, event: str, profile: str, properties: Mapping[str, Any], address: str) -> Columns:
        """Return the items of an event, and before it the address of a profile that has none.

        Parameters
        ----------
        event : str
            Id of an event document that has taken effect.
        properties : mapping
            Such as a server would send.
        address : str
            An e-mail address; empty: none is set.

        Raises
        ------
        UnknownEvent, OtherAddress, NotTaken
            It cannot happen.
        """
        running = self._runtime.engine.processor.audiences.catalog.all("event")
        if event not in running:
            raise UnknownEvent(
                f"no event `{event:.60}` has taken effect{did_you_mean(event, running)}",
                hint="events take effect with the next publication",
            )
        calls: list[Row] = []
        if address and self._is_new(profile, address):
            calls.append({"type": "identify", "userId": profile, "traits": {CHANNEL: address}})
        name = running[event].incoming_name
        calls.append({"type": "track", "userId": profile, "event": name, "properties": dict(properties)})
        body = batch_body(json.dumps({"batch": calls}))
        intake = to_items(body, "server", micros(self._runtime.clock.now()), self._runtime.survey.door())
        if intake.rejects:
            raise NotTaken(intake.rejects[0].reason, hint="look at the event under Data")
        return intake.columns

    def _is_new(self, profile: str, address: str) -> bool:
        """Tell whether a profile still has to get the address."""
        try:
            with closing(self._people.cursor()) as cursor:
                known = self._people.profile(cursor, profile)
        except NoSuchProfile:
            return True
        mine = next((row["address"] for row in known["addresses"] if row["channel"] == CHANNEL), None)
        if mine is not None and mine.casefold() != address.casefold():
            raise OtherAddress(
                f"`{profile:.200}` has another e-mail address", hint="leave the address out, or take another profile"
            )
        return mine is None
