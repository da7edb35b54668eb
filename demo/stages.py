"""The demo's stages, in the order in which they are shown."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import msgspec
from rich.console import Console

from demo.browsing import Browsing
from demo.clock import ShopClock
from demo.customers import Habits
from demo.ending import DOCUMENTS, figures, said, tell
from demo.layout import Layout, free_port
from demo.live import Show, meet
from demo.prepare import Prepared, Slice, prepare
from demo.replay import Call, read_calls
from demo.screen import picture
from demo.server import CommandFailed, Server, command, start_server
from demo.sink import Sink
from demo.status import Status

USUAL_SPEED: Final = 1


@dataclass(frozen=True)
class Standing:
    """What stands after the import.

    Attributes
    ----------
    port, key
        The server's port, and the key to write with.
    at
        The shop's instant: a later start of the server goes on from here.
    imported
        Rows and seconds of each import.
    """

    port: int
    key: str
    at: datetime
    imported: dict[str, tuple[int, float]]


@dataclass(frozen=True)
class Stages:
    """One run of the demo."""

    console: Console
    layout: Layout
    chosen: Slice
    sink: Sink
    habits: Habits

    def introduce(self) -> None:
        """Say what is real here and what is not."""
        self.console.rule("[bold]Sojourn: weeks of a real shop[/bold]")
        self.console.print(
            "[bold]Real:[/bold] every invoice of a British gift shop (Online Retail, D. Chen, UCI Machine Learning "
            "Repository, CC BY 4.0), the server, the calls, the mails over SMTP, the requests that open and click.\n"
            "[bold]Made by a model:[/bold] the e-mail addresses (…@demo.example), the devices, and what customers do "
            f"with a mail. {self.habits}.",
            highlight=False,
        )

    def prepare(self) -> Prepared:
        """Make the files to import and to replay."""
        self._head("The shop's transactions become files")
        prepared = prepare(self.chosen, self.layout.folder)
        self.console.print(" · ".join(f"{name} {rows:,}" for name, rows in prepared.rows.items()), highlight=False)
        return prepared

    def set_up(self, prepared: Prepared, port: int) -> Standing:
        """Import and publish, on a server whose clock starts with the replay and runs at the usual speed."""
        start = self.chosen.replay_from
        self._head(f"A server whose clock starts at {start:%d %B %Y}: import, publish")
        port = free_port(port)
        with self._serving(port, start, USUAL_SPEED) as server:
            imported = {
                name: self._import(name, path, prepared.rows[path.stem])
                for name, path in (
                    ("profiles", prepared.profiles),
                    ("product", prepared.products),
                    ("events", prepared.events),
                )
            }
            for document in DOCUMENTS:
                said(self.console, "publish", document, "--workspace", self.layout.workspace)
            key = command("key", "create", "--role", "ingest", self.layout.workspace).split()[-1]
            return Standing(port, key, _now(server.url, key), imported)

    def replay(self, prepared: Prepared, standing: Standing, seconds: float) -> Show:
        """Replay the weeks on a fast clock, and print the counts as they stand at the end."""
        speed = round(self.chosen.seconds / seconds)
        self._head(
            f"{self.chosen.seconds / 86400:.0f} days in {seconds:.0f} s: the clock now runs {speed:,} times as fast"
        )
        calls = read_calls(prepared.replay)
        with self._serving(standing.port, standing.at, speed) as server:
            show = asyncio.run(self._live(server, standing.key, speed, calls))
        show.ended = show.clock.now()
        self.console.print(picture(show.status, show.browsing.counts, show.sent.calls))
        for what, count in show.browsing.failures.most_common():
            self.console.print(f"[red]failed {count:,} times[/red] {what}", highlight=False)
        return show

    def finish(self, prepared: Prepared, standing: Standing, show: Show, *, once: bool) -> None:
        """Report and explain from a server on its usual clock again, which then goes on until Ctrl-C."""
        self._head("The clock runs at the usual speed again: what happened, and why")
        with self._serving(standing.port, show.ended, USUAL_SPEED) as server:
            tell(self.console, self.layout.workspace, prepared.profiles, show, read_calls(prepared.replay))
            self.console.print()
            self.console.print(figures(show, standing.imported))
            if not once:
                self._wait(server)

    def _wait(self, server: Server) -> None:
        self.console.print(
            f"\nThe server goes on at [bold]{server.url}[/bold]; try in another terminal:\n"
            f"  sojourn status --workspace {self.layout.workspace}\nCtrl-C stops it.",
            highlight=False,
            soft_wrap=True,
        )
        with suppress(KeyboardInterrupt):
            raise CommandFailed(f"`sojourn serve` ended by itself with code {server.process.wait()}")
        self.console.print("\nStopped; the data stays in the folder until the next run.")

    @contextmanager
    def _serving(self, port: int, at: datetime, speed: float) -> Iterator[Server]:
        start = (at + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        options = ["--port", str(port), "--clock-start", start, "--clock-speed", str(speed)]
        server = start_server(self.layout.workspace, self.layout.log, options)
        try:
            yield server
        finally:
            server.stop()

    async def _live(self, server: Server, key: str, speed: float, calls: list[Call]) -> Show:
        clock = ShopClock(self.chosen.replay_from, time.monotonic(), speed)
        async with (
            httpx.AsyncClient(base_url=server.url, auth=(key, ""), timeout=30) as api,
            httpx.AsyncClient(timeout=30) as web,
        ):
            show = await meet(api, Browsing(web, clock, self.habits), self.chosen.replay_until)
            await show.run(calls, self.sink, self.console)
        return show

    def _import(self, name: str, path: Path, rows: int) -> tuple[int, float]:
        began_s = time.monotonic()
        said(self.console, "import", name, path, "--workspace", self.layout.workspace)
        return rows, time.monotonic() - began_s

    def _head(self, text: str) -> None:
        self.console.print(f"\n[bold cyan]{text}[/bold cyan]", highlight=False)


def _now(url: str, key: str) -> datetime:
    answer = httpx.get(f"{url}/api/status", auth=(key, "")).raise_for_status()
    return msgspec.json.decode(answer.content, type=Status).now
