"""`sojourn bounces`: what mail systems send back."""

from __future__ import annotations

import mailbox
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.ingest.bounces.report import MOST_BYTES, read_reports
from sojourn.service.management import Backend
from sojourn.service.remote import connect

BATCH: Final = 200
"""Mails whose reports are taken at once."""
Mail = tuple[Path | None, bytes]


def bounces(
    source: Annotated[Path, typer.Argument(help="A mail, an mbox, a folder of mails, a Maildir; - is standard input.")],
    workspace: WorkspaceOption = HERE,
    watch: Annotated[bool, typer.Option("--watch", help="Go on looking into a Maildir until interrupted.")] = False,
) -> None:
    """Read bounces and complaints, and tell the workspace; mails of a Maildir move from `new` to `cur`.

    \b
    Examples:
      sojourn bounces /var/mail/bounces --workspace shop
      sojourn bounces ~bounces/Maildir --watch --workspace shop
      sojourn bounces - --workspace shop < mail.eml
    """  # noqa: D301
    if source != Path("-") and not source.exists():
        raise typer.BadParameter(f"{source} does not exist")
    while True:
        with connect(workspace) as backend:
            counts = take(backend, mails(source))
        if counts["mails"] or not watch:
            typer.echo(told(counts))
        if not watch:
            return
        time.sleep(5)


def mails(source: Path) -> Iterator[Mail]:
    """Yield mails, each with the file that is to be moved when it was taken."""
    if source == Path("-"):
        yield None, sys.stdin.buffer.read(MOST_BYTES)
    elif (source / "new").is_dir():
        for path in sorted((source / "new").iterdir()):
            yield path, path.read_bytes()
    elif source.is_dir():
        for path in sorted(path for path in source.iterdir() if path.is_file()):
            yield None, path.read_bytes()
    elif source.read_bytes()[:5] == b"From ":
        for message in mailbox.mbox(source, create=False):
            yield None, message.as_bytes()
    else:
        yield None, source.read_bytes()


def take(backend: Backend, found: Iterator[Mail]) -> Counter[str]:
    """Tell a workspace what mails report; each moves on only when that is durable."""
    counts: Counter[str] = Counter()
    batch: list[Mail] = []
    for mail in found:
        batch.append(mail)
        if len(batch) == BATCH:
            counts += _take(backend, batch)
            batch = []
    return counts + _take(backend, batch)


def _take(backend: Backend, batch: list[Mail]) -> Counter[str]:
    reports = [report for _, mail in batch for report in read_reports(mail)]
    counts: Counter[str] = Counter(mails=len(batch))
    rows = [{name: value for name, value in asdict(report).items() if name != "recipient"} for report in reports]
    for first in range(0, len(rows), 1_000):
        counts += Counter(backend.bounces(rows[first : first + 1_000]))
    for path, _ in batch:
        if path is not None:
            path.rename(path.parent.parent / "cur" / f"{path.name.partition(':')[0]}:2,S")
    return counts


def told(counts: Counter[str]) -> str:
    """Return what came of mails, in one line."""
    return (
        f"{counts['mails']:,} mails: {counts['bounced']:,} bounced, {counts['soft_bounced']:,} bounced softly, "
        f"{counts['complained']:,} complained; {counts['known']:,} known before, {counts['foreign']:,} about other mail"
    )
