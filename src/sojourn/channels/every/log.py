"""The provider ``log``: writes each message as a line of JSON to a file, and so is never refused.

For developing, for test mode, and for channels whose messages another program picks up.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from sojourn.channels.port import Outgoing, Receipt, Retry, Sent, Settings, Surroundings


class LogSettings(Settings):
    """Settings of the provider ``log``."""

    file: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$",
        description="Name of the file in `data/outbox`; the default is the channel type with `.ndjson`.",
    )


class LogProvider:
    """Append messages to ``DIR/data/outbox/<channel type>.ndjson``.

    A line has ``no``, ``key``, ``profile``, ``of``, ``to``, ``at`` and the rendered fields of the template. It is
    on the disk (``fsync``) before the message counts as sent. A message that was in flight at a crash may stand
    there twice, with the same ``key``.
    """

    settings_model = LogSettings
    parallel = 1

    def __init__(self, settings: LogSettings, surroundings: Surroundings) -> None:
        name = settings.file or f"{surroundings.channel_type}.ndjson"
        self.path = surroundings.data_dir / "outbox" / name

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Append the batch and sync it once; a full disk is a reason to try later."""
        lines = "".join(_line(message) for message in batch).encode()
        try:
            await asyncio.to_thread(_append, self.path, lines)
        except OSError as error:
            return [Retry(f"{self.path}: {error.strerror or error}") for _ in batch]
        return [Sent() for _ in batch]

    async def close(self) -> None:
        """Nothing is held open."""


def _line(message: Outgoing) -> str:
    known = {"no": message.no, "key": message.key, "profile": message.profile_id, "of": message.of, "to": message.to}
    at = message.at.isoformat().replace("+00:00", "Z")
    return json.dumps(known | {"at": at} | dict(message.fields), ensure_ascii=False, default=str) + "\n"


def _append(path: Path, lines: bytes) -> None:
    """Append whole lines; what a failed write left of a line is cut off again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        before = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, lines)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


PROVIDER = LogProvider
