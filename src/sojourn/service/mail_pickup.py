"""Bounces and complaints out of mailboxes: read over IMAP, taken, and only then marked as read."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from pydantic import ValidationError

from sojourn.channels.email.mailbox import BounceMailbox, MailboxFailed, OpenMailbox, open_mailbox
from sojourn.engine.clock import elapsed_s
from sojourn.ingest.bounces.report import Report, read_reports
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant
from sojourn.service.bounces import Told, take_reports

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

LOOK_S: Final = 1.0
"""How often it is seen whether a mailbox is due."""
BATCH: Final = 50
"""Mails whose reports are taken at once."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Look:
    """What came of looking into a mailbox.

    Attributes
    ----------
    at : str
        When.
    trouble : str or None
        Why it could not be read.
    mails : dict of str to int
        Mails that were read, and what they reported (see `service.bounces.Taken`).
    """

    at: str
    trouble: str | None
    mails: dict[str, int]


class MailPickup:
    """Looks into the mailboxes of the channels that run.

    A mail is marked as read when what it reports is durable: after a crash it is read again, and counts once, as a
    message bounces once. Mails that report nothing are marked, too, and never deleted: they may be people's answers.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._due_s: dict[str, float] = {}
        self._looks: dict[str, Look] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sojourn-mailboxes", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the mails that are being taken."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def looks(self) -> dict[str, Look]:
        """Return what came of the last look into each channel's mailbox."""
        return dict(self._looks)

    def mailboxes(self) -> dict[str, BounceMailbox]:
        """Return the mailboxes of the channels that run."""
        found: dict[str, BounceMailbox] = {}
        for channel in self._runtime.engine.processor.audiences.catalog.all("channel").values():
            for number, way in enumerate(channel.ways):
                given = dict(way.settings).get("bounces") if channel.type == "email" else None
                if given is not None:
                    name = channel.id if number == 0 else f"{channel.id}/{way.provider}-{number}"
                    found[name] = BounceMailbox.model_validate(given)
        return found

    def _run(self) -> None:
        while not self._end.wait(LOOK_S):
            try:
                self.look()
            except Exception as error:  # whatever it is, the next look must have its chance
                _log.error("mailboxes cannot be read", reason=str(error))

    def look(self) -> None:
        """Look into the mailboxes that are due."""
        found = self.mailboxes()
        self._looks = {name: look for name, look in self._looks.items() if name in found}
        for name, mailbox in found.items():
            if self._end.is_set() or elapsed_s() < self._due_s.get(name, 0.0):
                continue
            counts: Counter[str] = Counter()
            trouble = self._read(mailbox, counts)
            self._due_s[name] = elapsed_s() + mailbox.every.total_seconds()
            self._looks[name] = Look(format_instant(self._runtime.clock.now()), trouble, dict(counts))
            if trouble is not None:
                _log.warning("a mailbox cannot be read", channel=name, reason=trouble)
            elif counts:
                _log.info("mails of a mailbox were read", channel=name, **counts)

    def _read(self, mailbox: BounceMailbox, counts: Counter[str]) -> str | None:
        """Take all unread mails; return why not, if so."""
        try:
            with open_mailbox(mailbox, self._runtime.vault) as box:
                unread = box.unread()
                while unread and not self._end.is_set():
                    batch, unread = unread[:BATCH], unread[BATCH:]
                    self._take(box, mailbox, batch, counts)
        except MailboxFailed as error:
            return str(error)
        except SojournError as error:  # nothing of the batch was marked: it comes again
            return str(error)
        return None

    def _take(self, box: OpenMailbox, mailbox: BounceMailbox, batch: list[str], counts: Counter[str]) -> None:
        reports: dict[str, list[Report]] = {}
        for uid in batch:
            mail = box.mail(uid)
            if mail is not None:
                reports[uid] = _reports(mail)
        told = [row for found in reports.values() for report in found if (row := _told(report)) is not None]
        counts += Counter(mails=len(reports))
        if told:
            for first in range(0, len(told), 1_000):
                taken = take_reports(self._runtime, told[first : first + 1_000])
                counts += Counter(taken.model_dump())
        reporting = [uid for uid, found in reports.items() if found]
        box.mark([uid for uid in reports if uid not in reporting], r"\Seen")
        if mailbox.afterwards == "delete":
            box.delete(reporting)
        else:
            box.mark(reporting, r"\Seen")


def _reports(mail: bytes) -> list[Report]:
    try:
        return read_reports(mail)
    except Exception as error:  # somebody's mail: it must not keep the others out
        _log.warning("a mail cannot be read", reason=repr(error)[:200])
        return []


def _told(report: Report) -> Told | None:
    row: dict[str, Any] = {name: value for name, value in asdict(report).items() if name != "recipient"}
    row["status"] = (row["status"] or "")[:20] or None
    row["keys"] = list(row["keys"])[:50]
    try:
        return Told.model_validate(row)
    except ValidationError:
        return None
