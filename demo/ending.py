"""What the demo says at its end: the report, two explained customers, the figures."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx
from rich.console import Console
from rich.table import Table

from demo.explained import Explained, first
from demo.live import Show
from demo.replay import Call
from demo.server import show_command, written

JOURNEY: Final = "first-message"
LAST_NODE: Final = "thanks"
DOCUMENTS: Final = (JOURNEY, "sorry")


def tell(console: Console, workspace: Path, profiles: Path, show: Show, calls: list[Call], api: httpx.Client) -> None:
    """Print the reports, one customer who went the whole way, and some to whom nothing was sent.

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
    api
        Knows the server's address and a key that may read.
    """
    for document in DOCUMENTS:
        said(console, "report", document, "--workspace", workspace)
    explained, silent = Explained(api, JOURNEY, LAST_NODE), _silent(profiles, show)
    for remark, person in (
        _written_to(explained, show, calls),
        ("One who got nothing, as a rule was in the way:", first(explained.held_back, silent)),
        ("And one who was never meant, with the first test that fails:", first(explained.not_chosen, silent)),
    ):
        if person is not None:
            console.print(f"\n{remark}", style="italic", highlight=False)
            said(console, "explain", "--profile", person, "--document", JOURNEY, "--workspace", workspace)


def _written_to(explained: Explained, show: Show, calls: list[Call]) -> tuple[str, str | None]:
    """Find a customer who went the whole way; where there is none, in a small slice, one who opened an e-mail."""
    thanked = first(explained.went_through, _buyers(show, calls))
    if thanked is not None:
        return "A customer who opened, bought and was thanked:", thanked
    openers = (address.removeprefix("customer-").partition("@")[0] for address in sorted(show.browsing.opened))
    return "A customer who opened:", next(openers, None)


def said(console: Console, *words: str | Path) -> None:
    """Run a command and show both what was typed and what it answered."""
    console.print(f"\n[bold green]$[/bold green] [bold]{written(words)}[/bold]", highlight=False, soft_wrap=True)
    show_command(*words)


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
    table.add_row("unsubscribed by one click", f"{acts['unsubscribe']:,}", "")
    table.add_row("the clock was slowed down", f"{show.waited_s:.0f} s", "for mails, reactions and calls to catch up")
    return table


def _buyers(show: Show, calls: list[Call]) -> Iterator[str]:
    """Find customers who opened an e-mail on a screen and bought afterwards."""
    opened = show.browsing.opened
    for call in calls:
        body = json.loads(call.body)
        if body.get("event") == "Order Completed" and _since(opened, body["userId"], call.at):
            yield str(body["userId"])


def _since(opened: dict[str, datetime], customer: str, at: datetime) -> bool:
    first_opened = opened.get(f"customer-{customer}@demo.example")
    return first_opened is not None and first_opened < at


def _silent(profiles: Path, show: Show) -> list[str]:
    """Find customers to whom no e-mail came, the best first."""
    with profiles.open(encoding="utf-8") as lines:
        people = [json.loads(line) for line in lines]
    silent = [person for person in people if person["email"] not in show.recipients]
    ordered = sorted(silent, key=lambda person: (-person["orders"], person["profile_id"]))
    return [str(person["profile_id"]) for person in ordered]
