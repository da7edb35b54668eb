"""What is done for people's rights in a workspace that this process has open; every change is recorded."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sojourn.engine.clock import SystemClock
from sojourn.messages.links import Tracker
from sojourn.messages.tokens import Signer, Ticket
from sojourn.reports.profile import NoSuchProfile
from sojourn.service.access.caller import MACHINE, Caller
from sojourn.service.preferences.choices import Readers, masked
from sojourn.service.rights.erasure import Erasure
from sojourn.service.rights.export import export_person
from sojourn.service.rights.suppressions import Suppressions
from sojourn.service.runtime import Runtime

Row = dict[str, Any]


class Rights:
    """Exports, erasures and the suppression list.

    Parameters
    ----------
    runtime : Runtime
        Started or opened.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.erasure = Erasure(runtime)
        self.suppressions = Suppressions(runtime)

    def export(self, id: str, to: Path, caller: Caller = MACHINE) -> None:
        """Write all that is held about a person to a zip file.

        Raises
        ------
        NoSuchProfile
            There is none.
        """
        with tempfile.TemporaryDirectory(dir=to.parent) as folder:
            made = Path(folder) / "export.zip"
            export_person(self._runtime, id, made)
            self._runtime.audit.record(caller, "person.export", self._subject(id), None, None)
            shutil.move(made, to)

    def erase(self, ids: Sequence[str], caller: Caller = MACHINE, *, suppress: bool = False) -> Row:
        """Erase people; the record keeps that it was done, and not to whom.

        Raises
        ------
        NoSuchProfile
            For an id that is not known; nothing has happened.
        """
        clean = self.erasure.erase(ids, suppress=suppress)
        for id in ids:
            self._runtime.audit.record(caller, "person.erase", self._subject(id), None, {"suppress": suppress})
        return {"erased": len(ids), "scrubbed": clean}

    def preferences_url(self, id: str) -> str:
        """Return a signed link to a person's preference centre.

        Raises
        ------
        NoSuchProfile
            There is none.
        """
        found = Readers(self._runtime).find(id)
        if found is None:
            raise NoSuchProfile(id)
        now_s = int(self._runtime.clock.now().timestamp())
        channel = next(iter(found.addresses), "email")
        tracker = Tracker(self._runtime.base_url.rstrip("/"), Signer(self._runtime.secret))
        return tracker.preferences_url(Ticket(0, found.id, "", now_s, channel=channel))

    # ---- the suppression list ------------------------------------------------------------------------------------

    def suppressed(self, search: str = "", channel: str | None = None, after: int = 0, limit: int = 50) -> Row:
        """Return a page of the suppression list."""
        return self.suppressions.page(search, channel, after, limit)

    def suppression_list(self, *, raw: bool = False) -> Iterator[str]:
        """Yield the suppression list as CSV (see `Suppressions.text`)."""
        return self.suppressions.text(raw=raw)

    def suppress(self, channel: str, address: str, caller: Caller = MACHINE) -> Row:
        """Put an address on the list."""
        fresh = self.suppressions.add(channel, address)
        if fresh:
            self._runtime.audit.record(caller, "suppression.add", self._about(channel, address), None, {"listed": True})
        return {"changed": fresh}

    def unsuppress(self, channel: str, address: str, caller: Caller = MACHINE) -> Row:
        """Take an address off the list."""
        gone = self.suppressions.remove(channel, address)
        if gone:
            self._runtime.audit.record(
                caller, "suppression.remove", self._about(channel, address), {"listed": True}, None
            )
        return {"changed": gone}

    def take_suppressions(self, lines: Iterable[str], channel: str = "email", caller: Caller = MACHINE) -> Row:
        """Take a list of addresses in."""
        told = self.suppressions.take(lines, channel)
        counts = {"taken": told.taken, "known": told.known, "rejected": len(told.rejected)}
        self._runtime.audit.record(caller, "suppression.import", f"suppression/{channel}", None, counts)
        return {"taken": told.taken, "known": told.known, "rejected": [vars(row) for row in told.rejected]}

    def _subject(self, id: str) -> str:
        """Return what the record calls a person: nobody can read who it was, and who knows can check."""
        return f"person/{self.erasure.digest(id)}"

    def _about(self, channel: str, address: str) -> str:
        return f"suppression/{channel} {masked(address)}"


def spool() -> Path:
    """Return the path of a new file that the caller removes."""
    folder = tempfile.mkdtemp(prefix=f"sojourn-{SystemClock().now():%H%M%S}-")
    return Path(folder) / "export.zip"
