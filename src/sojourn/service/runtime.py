"""All parts of one workspace put together: log, store, engine, delivery."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import structlog

from sojourn.channels.port import Surroundings
from sojourn.engine.alerts import Alerts
from sojourn.engine.caller import Caller
from sojourn.engine.clock import AcceleratedClock, Clock, SystemClock
from sojourn.engine.delivery import Delivery
from sojourn.engine.pending_calls import DuckPendingCalls
from sojourn.engine.postman import Postman
from sojourn.engine.processor import Processor
from sojourn.engine.publication import Publication
from sojourn.engine.refusals import refuser
from sojourn.engine.runner import Engine
from sojourn.engine.threads import background
from sojourn.engine.web import opener
from sojourn.log.embedded import EmbeddedLog
from sojourn.messages.links import Tracker
from sojourn.messages.tokens import Signer, read_secret
from sojourn.model.channels import ChannelType
from sojourn.model.documents import Channel
from sojourn.model.errors import DocumentError, SojournError
from sojourn.model.instants import format_instant, parse_instant
from sojourn.model.sealing import Sealer
from sojourn.model.secrets import Vault
from sojourn.service.access.audit import Audit
from sojourn.service.access.database import Database
from sojourn.service.access.keyring import Keyring
from sojourn.service.alerting import Alerting
from sojourn.service.backup.backup import Backup
from sojourn.service.calling import address_rules_of, externals_of
from sojourn.service.dispatch import Dispatch, FreshOutbox
from sojourn.service.housekeeping import Housekeeping
from sojourn.service.inbox import Watcher
from sojourn.service.keys import KeyFile
from sojourn.service.mail_pickup import MailPickup
from sojourn.service.metrics.meters import Meters
from sojourn.service.monitoring import Monitoring
from sojourn.service.places import Places
from sojourn.service.registry.survey import Survey
from sojourn.service.rejects import StoredRejects
from sojourn.service.routing import busy_channels, channels_of, routes_of
from sojourn.service.standing import read_standing
from sojourn.service.uploads.imports import Imports
from sojourn.service.uploads.limit import SIZE_LIMIT
from sojourn.sources.outside import Outside
from sojourn.store.delivery_book import DeliveryBook
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import Workspace, load_workspace

_log = structlog.get_logger(__name__)


class StoreUnusable(SojournError):
    """The database cannot be opened."""

    code = "RUN-006"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be opened: {reason}", hint="check the disk and who else has it open")


@dataclass(frozen=True)
class ClockSettings:
    """Which clock the engine runs on.

    Attributes
    ----------
    start : datetime, optional
        Its instant at the start of the server; without one and at speed 1 it is this machine's clock.
    speed : float
        Its seconds in one real second.
    """

    start: datetime | None = None
    speed: float = 1.0

    def clock(self, not_before: datetime | None) -> Clock:
        """Return the clock; one that was set never goes back behind the log's newest item."""
        if self.start is None and self.speed == 1.0:
            return SystemClock()
        start = self.start or SystemClock().now()
        if not_before is not None and not_before > start:
            start = not_before
        return AcceleratedClock(start, self.speed)


class _Later:
    """The clock of a log that is open before its clock is known."""

    clock: Clock = SystemClock()

    def now(self) -> datetime:
        return self.clock.now()


class Runtime:
    """A workspace that runs in this process.

    Parameters
    ----------
    directory : Path
        The workspace's folder.
    clock : ClockSettings, optional
        Which clock it runs on; without it, on a virtual one if it was served on such last, at the usual speed.
    base_url : str, optional
        Where links in mails lead to.
    environment : mapping of str to str, optional
        The variables that its documents may name; by default those of the process.
    memory : str, optional
        How much memory the store may use, such as ``40%``; by default as much as DuckDB takes.
    max_upload : int
        Bytes that a file may have which is sent to be imported.

    Raises
    ------
    LogBusy
        Another process has it open.
    StoreUnusable
        The database cannot be opened.
    """

    def __init__(
        self, directory: Path, clock: ClockSettings | None = None, base_url: str = "http://127.0.0.1:8080",
        environment: Mapping[str, str] | None = None, memory: str | None = None,
        max_upload: int = SIZE_LIMIT,
    ) -> None:  # fmt: skip
        self.places = Places(directory)
        self.places.prepare()
        self.base_url = base_url
        self.problems: DocumentError | None = None
        self.keys = KeyFile(self.places.keys)
        self.secret = read_secret(self.places.secret)
        self.vault = Vault(Sealer(self.secret), environment)
        later = _Later()
        self.meters = Meters()
        self.log = EmbeddedLog(self.places.log, later)
        settings = clock or ClockSettings(start=self._virtual_start())
        self.clock = later.clock = settings.clock(newest(self.log))
        self._note_clock()
        self.store = self._open_store(memory)
        self.book = DeliveryBook(self.places.delivery)
        self.database = Database(self.places.access)
        self.audit = Audit(self.database)
        self.keyring = Keyring(self.keys, self.database, self.audit)
        self.telling = threading.Lock()  # one taking of bounces at a time: two that read one mail know of one another
        self._readers = self.store.cursor()
        self._reading = threading.Lock()
        self.closing: list[Callable[[], None]] = []  # what readers of the store do before it closes
        self.forgetting: list[Callable[[Sequence[str]], None]] = []  # what holds copies of people does with erased ids
        self._dispatch: Dispatch[Delivery] | None = None
        self._calling: Dispatch[Caller] | None = None
        self._alerting: Alerting | None = None
        self._replay_end = self.log.end()
        self.rejects = StoredRejects(self)
        self.housekeeping = Housekeeping(self)
        self.survey = Survey(self)
        self.watcher = Watcher(self)
        self.mail_pickup = MailPickup(self)
        self.imports = Imports(self, max_upload)
        self.monitoring = Monitoring(self)
        self.backup = Backup(self)
        publication = Publication(self.store, refuser(self.store), self.places.directory)
        self.engine = Engine(self.store, self.log, self.clock, publication, self._committed, self.meters)

    def _virtual_start(self) -> datetime | None:
        """Return where a virtual clock stood that the workspace was served on last, None when it was on a real one."""
        try:
            return parse_instant(self.places.clock.read_text(encoding="utf-8").strip())
        except FileNotFoundError:
            return None

    def _note_clock(self) -> None:
        """Let commands that open the workspace later know that its time is not this machine's."""
        if isinstance(self.clock, AcceleratedClock):
            self.places.clock.write_text(format_instant(self.clock.now()) + "\n", encoding="utf-8")
        else:
            self.places.clock.unlink(missing_ok=True)

    def _open_store(self, memory: str | None) -> DuckStore:
        try:
            return DuckStore(self.places.store, memory=memory)
        except (duckdb.Error, OSError) as error:
            self.log.close()
            raise StoreUnusable(self.places.store, str(error)) from error

    # ---- life ----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open for commands on this thread, without engine thread and delivery."""
        self.engine.open(self._folder())

    def start(self) -> None:
        """Run: the engine catches up with the log, then delivery begins."""
        self.engine.start(self._folder())
        self._dispatch = Dispatch(self._delivery())
        self._calling = Dispatch(self._caller(), "calls")
        self._alerting = Alerting(self, Alerts(self._mail_channel, self._postman().key, self.surroundings))
        self._alerting.start()
        self.rejects.start()
        self.housekeeping.start()
        self.survey.start()
        self.watcher.start()
        self.mail_pickup.start()
        self.imports.start()
        self.monitoring.start()
        end = self._replay_end = self.log.end()
        background(lambda: self._begin_delivery(end), "sojourn-begin").start()

    def _begin_delivery(self, end: int) -> None:
        """Deliver and call when what was done before a crash has been read back from the log, and is not done again."""
        while end > self.engine.offset:
            try:
                self.engine.wait_for(end - 1, 60)
            except SojournError as error:
                if error.code == "RUN-004":
                    return
        for dispatch in (self._dispatch, self._calling):
            if dispatch is not None:
                dispatch.start()

    def close(self) -> None:
        """Finish the batch and what is being sent, then close everything."""
        for act in self.closing:
            act()
        for dispatch in (self._dispatch, self._calling):
            if dispatch is not None:
                dispatch.stop()
        if self._alerting is not None:
            self._alerting.stop()
        self.rejects.stop()
        self.housekeeping.stop()
        self.survey.stop()
        self.watcher.stop()
        self.mail_pickup.stop()
        self.imports.stop()
        self.monitoring.stop()
        self.engine.stop()
        self._note_clock()
        self.log.close()
        self.store.close()
        self.backup.close()
        self.keyring.keep_uses()
        self.database.close()
        self.book.close()

    def _folder(self) -> Workspace | None:
        """Read the folder.

        With problems, and where publications must be approved, what was kept at the last start or publication goes on.
        """
        try:
            workspace = load_workspace(self.places.directory)
        except DocumentError as error:
            self.problems = error
            return None
        return None if read_standing(self.store.connection).needs_approval else workspace

    def _delivery(self) -> Delivery:
        postman = self._postman()
        return Delivery(
            FreshOutbox(self.cursor), self.log, self.clock, routes_of(self._processor), channels_of(self._processor),
            postman, self.surroundings, book=self.book, works_on=busy_channels(self._processor),
            measures=self.meters,
        )  # fmt: skip

    def _caller(self) -> Caller:
        return Caller(
            DuckPendingCalls(self.cursor), self.log, self.clock, externals_of(self._processor),
            self._outside, self.secret, self.meters,
        )  # fmt: skip

    def _outside(self) -> Outside:
        return Outside(address_rules_of(self._processor), f"Sojourn/{version('sojourn')}", vault=self.vault)

    def surroundings(self, channel: str, kind: ChannelType) -> Surroundings:
        """Return what the provider of a channel may use."""
        rules, agent = address_rules_of(self._processor), f"Sojourn/{version('sojourn')}"
        return Surroundings(self.places.data, kind, channel, opener(rules, agent), SystemClock().now, self.vault)

    def _postman(self) -> Postman:
        return Postman(Tracker(self.base_url.rstrip("/"), Signer(self.secret)), self.secret)

    def _mail_channel(self) -> Channel | None:
        mail = [c for c in self._processor().audiences.catalog.all("channel").values() if c.type == "email"]
        return next((channel for channel in mail if channel.default), mail[0] if mail else None)

    def message_number(self, key: str) -> int | None:
        """Return the number of the message that a key was made for; None if it was not made here."""
        return self._postman().number_of(key)

    def channel(self, id: str) -> Channel | None:
        """Return the channel document that runs now, by its id."""
        return channels_of(self._processor)(id)

    def _processor(self) -> Processor:
        return self.engine.processor

    def _committed(self) -> None:
        if self._dispatch is not None:
            self._dispatch.worker.wake()
        if self._calling is not None:
            self._calling.worker.wake()

    # ---- for readers ---------------------------------------------------------------------------------------------

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own for a reader, from any thread."""
        with self._reading:
            try:
                return self._readers.cursor()
            except duckdb.Error:
                self._readers = self.store.cursor()
                return self._readers.cursor()

    def refresh_delivery(self) -> None:
        """Let delivery read channel documents anew, after a publication."""
        if self._dispatch is not None:
            self._dispatch.worker.refresh()

    def heed_pauses(self) -> None:
        """Let delivery look which channels are paused."""
        if self._dispatch is not None:
            self._dispatch.worker.heed()

    @property
    def is_caught_up(self) -> bool:
        """Whether the engine has taken all that was in the log when the server began."""
        return self.engine.offset >= self._replay_end

    @property
    def delivery_has_died(self) -> bool:
        """Whether the thread of delivery, or of calls, has ended though nobody stopped it."""
        return any(each is not None and each.has_died for each in (self._dispatch, self._calling))

    def channel_status(self) -> dict[str, dict[str, Any]]:
        """Return the channels in use and what is wrong with them (see `Delivery.status`)."""
        return self._dispatch.worker.status() if self._dispatch is not None else {}


def newest(log: EmbeddedLog) -> datetime | None:
    """Return the instant of the log's newest item, None when it is empty."""
    end = log.end()
    if not end:
        return None
    at: datetime = log.read(end - 1, 1)["at"][0]
    return at
