"""`sojourn status`: live counts of every document, per node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.cli.tables import console, counted, number, print_json, table
from sojourn.service.remote import connect

Row = Mapping[str, Any]
KINDS = ("sent", "pending", "held", "failed", "opened", "machine_opened", "clicked", "bounced", "unsubscribed")
ENDS = ("completed", "exited", "timed_out", "failed", "stopped")


def status(
    workspace: WorkspaceOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how many are where: passages per node, messages and discards of each document.

    \b
    Examples:
      sojourn status --workspace shop
      sojourn status --json
    """  # noqa: D301
    with connect(workspace) as backend:
        found = backend.status()
    if as_json:
        print_json(found)
        return
    screen = console()
    screen.print(headline(found))
    if not found["documents"]:
        screen.print("Nothing is published; `sojourn publish --all` makes the folder's documents live.")
        return
    batches = [document for document in found["documents"] if document["kind"] == "campaign"]
    people = [document for document in found["documents"] if document["kind"] != "campaign"]
    if people:
        screen.print(passages(people))
    if batches:
        screen.print(newest_runs(batches))
    screen.print(messages(found["documents"]))


def headline(found: Row) -> str:
    """Say the engine's instant and how far it is behind the log."""
    items = found["items"]
    behind = items["appended"] - items["processed"]
    return f"{found['now']} · {items['processed']:,} items taken, {behind:,} to do"


def passages(documents: Iterable[Row]) -> Table:
    """Lay out who is where."""
    made = table("Passages", ("document", "node", "type"), ("entered", "here now"), "left by")
    for document in documents:
        ends = counted({end: document[end] for end in ENDS})
        state = f"{document['state']}, version {document['version']}"
        people = (number(document["entered"]), number(document["inside"]), ends)
        made.add_row(document["id"], state, document["kind"], *people, style="bold")
        add_nodes(made, document["nodes"], "")
    return made


def add_nodes(made: Table, nodes: Iterable[Row], *before: str) -> None:
    """Add a row for each node, behind the columns `before`."""
    for node in nodes:
        people = (number(node["entered"]), number(node["waiting"]), counted(node["left"]))
        made.add_row(*before, node["id"], node["type"], *people)


def newest_runs(campaigns: Iterable[Row]) -> Table:
    """Lay out the newest run of each campaign, with the exact counts of its transitions."""
    made = table("Campaigns", ("campaign", "state", "run", "since"), last="rows")
    for campaign in campaigns:
        state = f"{campaign['state']}, version {campaign['version']}"
        for run in campaign["runs"] or [None]:
            about = ("", "", "") if run is None else (f"{run['run']}: {run['state']}", run["started_at"], _counts(run))
            made.add_row(campaign["id"], state, *about)
    return made


def _counts(run: Row) -> str:
    return " · ".join(f"{row['from']} {row['rows']:,}" for row in run["transitions"])


def messages(documents: Iterable[Row]) -> Table:
    """Lay out what became of the messages, and what was refused."""
    made = table("Messages", ("document",), KINDS, "not sent or not let in, and why")
    for document in documents:
        counts = (number(document["messages"][kind]) for kind in KINDS)
        made.add_row(document["id"], *counts, counted(document["discards"]))
    return made
