"""What the demo says at its end: the report, two explained customers, the figures."""

import json
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from demo.live import Show
from demo.replay import Call
from demo.server import command, written

JOURNEY: Final = "first-message"
DOCUMENTS: Final = (JOURNEY, "sorry")


def tell(console: Console, workspace: Path, profiles: Path, show: Show, calls: list[Call]) -> None:
    """Print the report, one customer who was written to, and one who was not.

    Parameters
    ----------
    console
        Where to.
    workspace
        The folder that the server serves.
    profiles
        The imported profiles.
    show
        The replay that is over.
    calls
        What it replayed.
    """
    said(console, "report", JOURNEY, "--workspace", workspace)
    for person in (_thanked(show, calls), _not_written_to(profiles, show.recipients)):
        if person is not None:
            said(console, "explain", "--profile", person, "--document", JOURNEY, "--workspace", workspace)


def said(console: Console, *words: str | Path) -> None:
    """Run a command and show both what was typed and what it answered."""
    console.print(f"\n[bold green]$[/bold green] [bold]{written(words)}[/bold]", highlight=False, soft_wrap=True)
    console.print(command(*words).rstrip(), markup=False, highlight=False, soft_wrap=True)


def figures(show: Show, imported: dict[str, tuple[int, float]]) -> Table:
    """Lay out how fast it went.

    Parameters
    ----------
    show
        The replay that is over.
    imported
        Rows and seconds of each import command, the start of the command itself included.
    """
    table = Table("what", "how many", "how fast", title="On this machine, server, customers and mail server together")
    for name, (rows, seconds) in imported.items():
        table.add_row(f"{name} imported", f"{rows:,}", f"{rows / seconds:,.0f} /s")
    sent, best, acts = show.sent, show.pace.best, show.browsing.counts
    rate = sent.calls / sent.busy_s if sent.busy_s else 0
    table.add_row(
        "events accepted over HTTP, durable", f"{sent.calls:,}", f"{rate:,.0f} /s while sending, one at a time"
    )
    table.add_row("items worked off", f"{show.status.items.processed:,}", f"{best['worked off']:,} /s at the busiest")
    table.add_row("mails received", f"{acts['received']:,}", f"{best['received']:,} /s at the busiest")
    table.add_row("opened by people, by machines", f"{acts['open']:,}, {acts['machine_open']:,}", "")
    table.add_row("links followed", f"{acts['click']:,}", "")
    return table


def _thanked(show: Show, calls: list[Call]) -> str | None:
    """Find a customer who opened an e-mail on a screen and bought afterwards: the journey's whole way."""
    opened = show.browsing.opened
    for call in calls:
        body = json.loads(call.body)
        if body.get("event") == "Order Completed" and _since(opened, body["userId"], call.at):
            return str(body["userId"])
    return None


def _since(opened: dict[str, datetime], customer: str, at: datetime) -> bool:
    first = opened.get(f"customer-{customer}@demo.example")
    return first is not None and first < at


def _not_written_to(profiles: Path, recipients: set[str]) -> str | None:
    """Find a good customer to whom no e-mail came."""
    with profiles.open(encoding="utf-8") as lines:
        people = [json.loads(line) for line in lines]
    silent = [person for person in people if person["email"] not in recipients]
    best = max(silent, key=lambda person: (person["orders"], person["profile_id"]), default=None)
    return None if best is None else str(best["profile_id"])
