"""The counts as a table that lives, or as lines where there is no terminal."""

from collections import Counter
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from demo.status import Document, Node, Status

LONDON: Final = ZoneInfo("Europe/London")
KINDS: Final = {
    "sent": "sent",
    "pending": "pending",
    "held": "held",
    "failed": "failed",
    "bounced": "bounced",
    "opened": "opened",
    "machine_opened": "by machine",
    "clicked": "clicked",
    "unsubscribed": "unsubscribed",
}


def picture(status: Status, customers: Counter[str], calls: int) -> RenderableType:
    """Draw all counts.

    Parameters
    ----------
    status
        What the server last said.
    customers
        What the model's customers did, by act.
    calls
        How many calls the replay had accepted.
    """
    return Group(
        Text(headline(status), style="bold"),
        _nodes(status.documents),
        _messages(status.documents),
        _refused(status.documents),
        Text(_outside(customers, calls), style="dim"),
    )


def headline(status: Status) -> str:
    """Say what time it is in the shop, and how far the engine is."""
    return (
        f"Shop's clock {status.now.astimezone(LONDON):%a %d %b %Y %H:%M} · "
        f"{status.items.processed:,} items worked off, {status.behind:,} to do"
    )


def line(status: Status) -> str:
    """Say the most important counts in one line."""
    parts = [f"{status.now.astimezone(LONDON):%d %b %H:%M}", f"items {status.items.processed:,}"]
    parts += [f"{document.id}: {document.inside:,} inside of {document.entered:,}" for document in status.documents]
    parts += [f"{word} {status.messages(kind):,}" for kind, word in KINDS.items() if status.messages(kind)]
    return " · ".join(parts)


def _nodes(documents: list[Document]) -> Table:
    table = Table("document", "node", "type", title="Passages, by node", title_justify="left", expand=False)
    for heading in ("entered", "here now"):
        table.add_column(heading, justify="right")
    table.add_column("left by")
    for document in documents:
        table.add_row(f"[bold]{document.id}[/bold]", _state(document), document.kind, *_people(document), style="cyan")
        for node in document.nodes:
            table.add_row("", *_row(node))
    return table


def _people(document: Document) -> tuple[str, str, str]:
    left = {
        "completed": document.completed,
        "exited": document.exited,
        "timed out": document.timed_out,
        "failed": document.failed,
    }
    return f"{document.entered:,}", f"{document.inside:,}", counted(left)


def _state(document: Document) -> str:
    return f"({document.state})" if document.state else ""


def _row(node: Node) -> tuple[str, str, str, str, str]:
    return node.id, node.type, f"{node.entered:,}", f"{node.waiting:,}" if node.waiting else "", counted(node.left)


def _messages(documents: list[Document]) -> Table:
    table = Table("document", title="Messages", title_justify="left")
    for word in KINDS.values():
        table.add_column(word, justify="right")
    for document in documents:
        table.add_row(document.id, *(f"{document.messages.get(kind, 0):,}" for kind in KINDS))
    return table


def _refused(documents: list[Document]) -> Text:
    lines = (f"{document.id}, not sent or not let in: {counted(document.discards)}" for document in documents)
    return Text("\n".join(lines))


def counted(counts: dict[str, int]) -> str:
    """Write counts after their names, the largest first, those of zero left out."""
    ordered = sorted((item for item in counts.items() if item[1]), key=lambda item: (-item[1], item[0]))
    return " · ".join(f"{name} {count:,}" for name, count in ordered)


def _outside(customers: Counter[str], calls: int) -> str:
    return f"Outside the server: {calls:,} calls sent over HTTP · mail server and customer model: {counted(customers)}"
