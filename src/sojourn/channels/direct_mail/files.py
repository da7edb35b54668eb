"""The provider ``files``: letters in CSV, fixed width or PDF files, for those who print and post them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

import structlog

from sojourn.channels.direct_mail.layout import Letter, Misfit, check, written
from sojourn.channels.direct_mail.places import (
    MANIFEST,
    Place,
    Reach,
    Unreachable,
    own_folder,
    reach_folder,
)
from sojourn.channels.direct_mail.settings import FilesSettings
from sojourn.channels.direct_mail.spool import FOLDER, Batch, Kept, Spool
from sojourn.channels.port import Failed, Outgoing, Receipt, Retry, Sent, Settings, Surroundings
from sojourn.model.instants import format_instant

LOOK_S: Final = 5.0
"""Seconds between two looks whether a file is to be closed, at most."""
ENDINGS: Final = {"csv": "csv", "fixed": "txt", "pdf": "pdf"}
_log = structlog.get_logger(__name__)


class FilesProvider:
    """Collect letters, and put a file with a manifest of it to its place when a run or a day is over.

    A letter counts as sent when it is kept durably. A file appears at once and complete under its name, and its
    manifest after it; none appears twice, wherever the process dies: a file waits beside its name until that is noted,
    and is then only renamed.
    """

    settings_model: ClassVar[type[Settings]] = FilesSettings
    parallel = 1
    works_on: ClassVar[bool] = True

    def __init__(self, settings: FilesSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._channel = surroundings.channel
        self._now = surroundings.now
        self._home = surroundings.data_dir / FOLDER
        self._vault = surroundings.vault
        self._reach = self._reached(settings)
        self._spool: Spool | None = None
        self._trouble: str | None = None
        self._pressing = asyncio.Lock()
        self._press = asyncio.create_task(self._run())

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Keep letters; while files cannot be put to their place, letters wait outside."""
        if self._trouble is not None:
            return [Retry(self._trouble) for _ in batch]
        receipts: list[Receipt] = [self._fault(message) or Sent() for message in batch]
        try:
            for of in dict.fromkeys(message.of for message in batch):
                mine = [
                    Kept(message.no, message.profile_id, _letter(message))
                    for message, receipt in zip(batch, receipts, strict=True)
                    if message.of == of and receipt == Sent()
                ]
                if mine:
                    await asyncio.to_thread(self._put, "" if self._settings.batch == "day" else of, mine)
        except (OSError, sqlite3.Error) as error:
            return [Retry(f"{self._home}: {error}") if receipt == Sent() else receipt for receipt in receipts]
        return receipts

    async def close(self) -> None:
        """Stop closing files; what is open is closed by the next one of this channel."""
        self._press.cancel()
        await asyncio.gather(self._press, return_exceptions=True)
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _put(self, of: str, letters: Sequence[Kept]) -> None:
        self._opened().put(of, letters, self._now())

    def _opened(self) -> Spool:
        if self._spool is None:
            self._spool = Spool(self._home / f"{self._channel}.sqlite")
        return self._spool

    def _fault(self, message: Outgoing) -> Failed | None:
        try:
            check(_letter(message), self._settings)
        except Misfit as error:
            return Failed(str(error))
        return None

    # ---- files ---------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        pause_s = min(LOOK_S, self._settings.settle.total_seconds() / 4)
        while True:
            await self.look()
            await asyncio.sleep(pause_s if self._trouble is None else LOOK_S)

    async def look(self) -> None:
        """Close and place the files of which it is time."""
        if self._spool is None and not (self._home / f"{self._channel}.sqlite").exists():
            return
        try:
            async with self._pressing:
                spool = await asyncio.to_thread(self._opened)
                due = [batch for batch in await asyncio.to_thread(spool.batches) if self._is_due(batch)]
                if due:
                    async with self._reach() as place:
                        for batch in due:
                            await self._place(spool, batch, place)
            self._trouble = None
        except (Unreachable, OSError, sqlite3.Error, Misfit) as error:
            self._trouble = f"files cannot be put to their place: {error}"
            _log.error("direct mail waits", channel=self._channel, reason=str(error))

    def _is_due(self, batch: Batch) -> bool:
        now = self._now()
        if batch.state != "open":
            return True
        if self._settings.batch == "run":
            return now - batch.last_at >= self._settings.settle
        end = datetime.combine(batch.opened_at.date(), self._settings.closes, batch.opened_at.tzinfo)
        return now >= (end if end > batch.opened_at else end + timedelta(days=1))

    async def _place(self, spool: Spool, batch: Batch, place: Place) -> None:
        """Write a file and its manifest beside their names, note that, and only then let them have their names."""
        name = batch.name or self._name(batch)
        file = f"{name}.{ENDINGS[self._settings.format]}"
        if batch.state == "open":
            await asyncio.to_thread(spool.name, batch.id, name)
        is_ready = batch.state == "ready"
        while not is_ready:  # once, but for letters that are erased meanwhile
            letters = await asyncio.to_thread(spool.letters, batch.id)
            printed = written([*letters.values(), *self._settings.seeds], self._settings, batch.opened_at)
            await place.lay(file, printed.content)
            await place.lay(name + MANIFEST, self._manifest(batch, file, len(letters), printed.content))
            is_ready = await asyncio.to_thread(spool.ready, batch.id, letters, place.path(file), printed)
        await place.settle(file)
        await place.settle(name + MANIFEST)
        await asyncio.to_thread(spool.placed, batch.id)
        _log.info("direct mail is placed", channel=self._channel, file=file)

    def _name(self, batch: Batch) -> str:
        origin = f"-{batch.of.replace('/', '.')}" if batch.of else ""
        return f"{self._channel}{origin}-{batch.opened_at:%Y%m%dT%H%M%S}-{batch.id:04d}"

    def _manifest(self, batch: Batch, file: str, rows: int, content: bytes) -> bytes:
        told = {
            "file": file, "format": self._settings.format, "channel": self._channel, "of": batch.of or None,
            "batch": batch.id, "opened_at": format_instant(batch.opened_at), "letters": rows,
            "seeds": len(self._settings.seeds), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
        }  # fmt: skip
        return json.dumps(told, indent=2).encode() + b"\n"

    def _reached(self, settings: FilesSettings) -> Reach:
        if settings.sftp is not None:
            # Its library takes a tenth of the time in which a server starts; few workspaces have such a place.
            from sojourn.channels.direct_mail.sftp import reach_sftp

            return reach_sftp(settings.sftp, self._vault)
        folder, own = own_folder(self._home, settings)
        return reach_folder(folder, own=own)


def _letter(message: Outgoing) -> Letter:
    columns = message.fields.get("columns") or {}
    return {str(name): "" if text is None else str(text) for name, text in columns.items()}


PROVIDER = FilesProvider
