"""The demo's stages, in the order in which they are shown."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from rich.console import Console

from demo.accounts import check_accounts
from demo.browsing import Browsing
from demo.clock import ShopClock
from demo.customers import Habits
from demo.ending import DOCUMENTS, figures, said, tell
from demo.layout import Layout, free_port
from demo.live import USUAL_SPEED, Show
from demo.prepare import Prepared, Slice, prepare
from demo.rejects import why_rejected
from demo.replay import Call, read_calls
from demo.screen import picture
from demo.server import CommandFailed, Server, command, start_server, written
from demo.sink import Sink
from demo.status import ask


@dataclass(frozen=True)
class Standing:
    """A server with the past in it.

    Attributes
    ----------
    server
        It goes on running to the end.
    key
        May do everything: send calls, read counts, set the clock.
    imported
        Rows and seconds of each import.
    """

    server: Server
    key: str
    imported: dict[str, tuple[int, float]] = field(default_factory=dict)


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

    @contextmanager
    def serving(self, port: int) -> Iterator[Standing]:
        """Run the server, whose clock starts with the replay and runs at the usual speed for now."""
        start = f"{self.chosen.replay_from:%Y-%m-%dT%H:%M:%SZ}"
        self._head(f"A server whose clock starts at {self.chosen.replay_from:%d %B %Y}")
        options = ["--port", str(free_port(port)), "--clock-start", start]
        self._typed("serve", self.layout.workspace, *options)
        server = start_server(self.layout.workspace, self.layout.log, options)
        try:
            self.console.print(f"It listens on {server.url}.", highlight=False)
            yield Standing(server, command("key", "create", "--role", "admin", self.layout.workspace).split()[-1])
        finally:
            server.stop()

    def set_up(self, prepared: Prepared, standing: Standing) -> None:
        """Import the past, and publish."""
        self._head("The past is imported, dirty as it is, and two documents are published")
        for name, path in (
            ("profiles", prepared.profiles),
            ("product", prepared.products),
            ("events", prepared.events),
        ):
            began_s = time.monotonic()
            said(self.console, "import", name, path, "--workspace", self.layout.workspace)
            standing.imported[name] = (prepared.rows[path.stem], time.monotonic() - began_s)
            for sentence in why_rejected(path):
                self.console.print(sentence, markup=False, highlight=False, soft_wrap=True)
        said(self.console, "publish", *DOCUMENTS, "--workspace", self.layout.workspace)

    def replay(self, prepared: Prepared, standing: Standing, seconds: float) -> Show:
        """Replay the weeks on a fast clock, and print the counts as they stand at the end."""
        speed = round(self.chosen.seconds / seconds)
        self._head(
            f"{self.chosen.seconds / 86400:.0f} days in {seconds:.0f} s: the clock now runs {speed:,} times as fast, "
            "and slowly while much is waiting"
        )
        show = asyncio.run(self._live(standing, speed, read_calls(prepared.replay)))
        self.console.print(picture(show.status, show.browsing.counts, show.sent.calls))
        for what, count in show.browsing.failures.most_common():
            self.console.print(f"[red]failed {count:,} times[/red] {what}", highlight=False)
        return show

    def finish(self, prepared: Prepared, standing: Standing, show: Show) -> None:
        """Report, explain, and say how fast it was, with the clock at its usual speed again."""
        self._head("The clock runs at the usual speed again: what happened, and why")
        with httpx.Client(base_url=standing.server.url, auth=(standing.key, ""), timeout=30) as api:
            tell(self.console, self.layout.workspace, prepared.profiles, show, read_calls(prepared.replay), api)
            self.console.print()
            self.console.print(check_accounts(api, DOCUMENTS, show.browsing.counts))
        self.console.print()
        self.console.print(figures(show, standing.imported))

    def wait(self, server: Server) -> None:
        """Let the server go on until Ctrl-C."""
        self.console.print(
            f"\nThe server goes on at [bold]{server.url}[/bold]; try in another terminal:\n"
            f"  .venv/bin/{written(('status', '--workspace', self.layout.workspace))}\nCtrl-C stops it.",
            highlight=False,
            soft_wrap=True,
        )
        with suppress(KeyboardInterrupt):
            raise CommandFailed(f"`sojourn serve` ended by itself with code {server.process.wait()}")
        self.console.print("\nStopped; the data stays in the folder until the next run.")

    async def _live(self, standing: Standing, speed: float, calls: list[Call]) -> Show:
        async with (
            httpx.AsyncClient(base_url=standing.server.url, auth=(standing.key, ""), timeout=30) as api,
            httpx.AsyncClient(timeout=30) as web,
        ):
            status = await ask(api)
            clock = ShopClock(status.now, time.monotonic(), USUAL_SPEED)
            browsing = Browsing(web, clock, self.habits)
            show = Show(api, browsing, clock, self.chosen.first_mails, self.chosen.replay_until, speed, status)
            await show.run(calls, self.sink, self.console)
        return show

    def _typed(self, *words: str | Path) -> None:
        self.console.print(
            f"\n[bold green]$[/bold green] [bold]{written(words)}[/bold]", highlight=False, soft_wrap=True
        )

    def _head(self, text: str) -> None:
        self.console.print(f"\n[bold cyan]{text}[/bold cyan]", highlight=False)
