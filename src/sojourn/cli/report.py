"""`sojourn report`: what one document did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.cli.status import ENDS, add_nodes
from sojourn.cli.tables import console, counted, number, print_json, table
from sojourn.service.remote import connect

Row = Mapping[str, Any]
DECIDED = ("targeted", "sent", "pending", "held", "failed")
HEARD = ("delivered", "opened", "opened_total", "machine_opened", "clicked", "clicked_total", "unsubscribed", "bounced")


def report(
    id: Annotated[str, typer.Argument(help="A journey or a campaign.", metavar="ID")],
    workspace: WorkspaceOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a document did: its funnel, its messages, what came back, its conversions.

    \b
    Examples:
      sojourn report welcome --workspace shop
      sojourn report welcome --json
    """  # noqa: D301
    with connect(workspace) as backend:
        found = backend.report(id)
    if as_json:
        print_json(found)
        return
    screen = console()
    screen.print(headline(found))
    for made in tables(found):
        screen.print(made)


def headline(found: Row) -> str:
    """Say what the document is, and when it did something."""
    span = f"{found['since']} … {found['until']}" if found["since"] else "nothing has happened yet"
    passages = found["passages"]
    ends = counted({end: passages[end] for end in ENDS})
    people = f"{passages['entered']:,} entered, {passages['inside']:,} inside{f', {ends}' if ends else ''}"
    refused = f"\nnot let in: {counted(found['refused'])}" if found["refused"] else ""
    return f"{found['kind']} {found['id']} ({found['state']}) · {span}\n{people}{refused}"


def tables(found: Row) -> list[Table]:
    """Lay out the funnel, the messages, the links and the conversions; what is empty is left out."""
    made = [_runs(found["runs"])] if found["runs"] else [_funnel(found)]
    if found["messages"]:
        made += [_decided(found), _heard(found)]
    if found["links"]:
        made.append(_links(found))
    if found["conversions"]:
        made.append(_conversions(found))
    return made


def _funnel(found: Row) -> Table:
    made = table("Funnel", ("node", "type"), ("entered", "here now"), "left by")
    add_nodes(made, found["nodes"])
    return made


def _runs(runs: list[Row]) -> Table:
    made = table("Runs", ("run", "state", "from", "to"), last="rows")
    for run in runs:
        counts = " · ".join(f"{row['from']} {row['rows']:,}" for row in run["transitions"])
        made.add_row(str(run["run"]), run["state"], run["started_at"], run["ended_at"] or "", counts)
    return made


def _parts(found: Row) -> list[tuple[str, Row]]:
    """Return each node's messages, and the sums by channel where there is more than one node."""
    nodes = [(row["node"], row) for row in found["messages"]]
    sums = [("all", row) for row in found["channels"]] if len(nodes) > len(found["channels"]) else []
    return [*nodes, *sums]


def _decided(found: Row) -> Table:
    made = table(
        "Messages: targeted = sent + pending + held + failed + discarded", ("from", "channel"), DECIDED, "discarded"
    )
    for name, row in _parts(found):
        made.add_row(name, row["channel"], *(number(row[kind]) for kind in DECIDED), counted(row["discarded"]))
    return made


def _heard(found: Row) -> Table:
    rates = ("open rate", "click rate")
    made = table("What came back (messages, and totals)", ("from", "channel"), ("sent", *HEARD, *rates))
    for name, row in _parts(found):
        counts = [number(row[kind]) for kind in ("sent", *HEARD)]
        made.add_row(
            name, row["channel"], *counts, *(percent(row[kind], row["sent"]) for kind in ("opened", "clicked"))
        )
    return made


def percent(part: int, whole: int) -> str:
    """Write a share.

    >>> percent(1, 8), percent(0, 0)
    ('12.5 %', '')
    """
    return f"{100 * part / whole:.1f} %" if whole else ""


def _links(found: Row) -> Table:
    made = table("Clicks by link", ("link",), ("messages", "clicks"))
    for row in found["links"]:
        made.add_row(row["link"], number(row["clicked"]), number(row["clicked_total"]))
    return made


def _conversions(found: Row) -> Table:
    made = table("Conversions", ("goal", "variant"), ("receipts", "converted", "rate"))
    for row in found["conversions"]:
        variant = "" if row["variant"] is None else str(row["variant"])
        made.add_row(
            row["goal"],
            variant,
            number(row["receipts"]),
            number(row["converted"]),
            percent(row["converted"], row["receipts"]),
        )
    return made
