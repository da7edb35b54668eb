"""`sojourn runs`, `confirm`, `retry`, `signal`, `preview`: orchestrated campaigns as they run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.cli.tables import console, print_json, table
from sojourn.service.remote import connect

Row = Mapping[str, Any]
Id = Annotated[str, typer.Argument(help="A campaign.", metavar="ID")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Parameters = Annotated[
    list[str] | None, typer.Option("--parameter", "-p", help="A parameter of the signal.", metavar="NAME=VALUE")
]


def runs(
    id: Id,
    run: Annotated[int | None, typer.Option(help="The run; by default the newest.")] = None,
    rows: Annotated[str | None, typer.Option(help="Show rows of a transition.", metavar="ACTIVITY[.OUTLET]")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Rows shown.")] = 20,
    workspace: WorkspaceOption = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what a campaign's run did: its activities, the exact count of every transition, its alerts.

    \b
    Examples:
      sojourn runs spring-sale --workspace shop
      sojourn runs spring-sale --run 3 --rows parts.top
    """  # noqa: D301
    with connect(workspace) as backend:
        found = backend.runs(id, 1_000 if run is not None else 1)
        chosen = next((row for row in found if run in (None, row["run"])), None)
        shown = backend.rows(id, chosen["run"], rows, limit) if rows and chosen else None
    if as_json:
        print_json(shown if rows else chosen)
        return
    screen = console()
    if chosen is None:
        screen.print(f"`{id}` has not run yet." if run is None else f"`{id}` has no run {run}.")
        return
    screen.print(headline(id, chosen))
    for made in [sample_table(shown)] if shown else [activity_table(chosen), transition_table(chosen["transitions"])]:
        screen.print(made)
    for alert in chosen["alerts"]:
        screen.print(f"alert at {alert['at']}: {alert['title']}{': ' + alert['message'] if alert['message'] else ''}")


def headline(id: str, run: Row) -> str:
    """Say which run it is and how it stands."""
    end = f" to {run['ended_at']}" if run["ended_at"] else ""
    return f"{id}, run {run['run']}: {run['state']} · {run['started_at']}{end}"


def activity_table(run: Row) -> Table:
    """Lay out what the activities did."""
    made = table("Activities", ("activity", "state", "began", "until"), last="what went wrong")
    for task in run["activities"]:
        until = task["ended_at"] or task["due_at"] or ""
        failed = f"{task['code']} {task['error']}" if task["error"] else ""
        made.add_row(task["id"], task["state"], task["began_at"], until, failed)
    return made


def transition_table(transitions: Sequence[Row]) -> Table:
    """Lay out the exact counts."""
    made = table("Transitions", ("from",), ("rows",))
    for row in transitions:
        made.add_row(row["from"], f"{row['rows']:,}" if row.get("error") is None else f"{row['code']} {row['error']}")
    return made


def sample_table(shown: Row) -> Table:
    """Lay out rows of a work table."""
    columns = list(shown["sample"][0]) if shown["sample"] else []
    made = table(f"{shown['from']}: {shown['rows']:,} rows", columns)
    for row in shown["sample"]:
        made.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
    return made


def preview(
    id: Id,
    parameters: Parameters = None,
    rows: Annotated[str | None, typer.Option(help="Show rows of a transition.", metavar="ACTIVITY[.OUTLET]")] = None,
    limit: Annotated[int, typer.Option(min=0, max=1_000, help="Rows shown.")] = 20,
    workspace: WorkspaceOption = HERE,
    as_json: AsJson = False,
) -> None:
    """Count, exactly, all that comes before the messages of the folder's campaign; nothing is sent or saved.

    \b
    Examples:
      sojourn preview spring-sale --workspace shop
      sojourn preview season-sale -p season=winter --rows when.winter
    """  # noqa: D301
    with connect(workspace) as backend:
        found = backend.preview(id, read_parameters(parameters), limit if rows or as_json else 0)
    if as_json:
        print_json(found)
        return
    shown = next((row for row in found if row["from"] == rows), None)
    if rows and shown is None:
        raise typer.BadParameter(f"no transition {rows}; there are {', '.join(row['from'] for row in found)}")
    console().print(sample_table(shown) if shown else transition_table(found))


def signal(id: Id, parameters: Parameters = None, workspace: WorkspaceOption = HERE) -> None:
    """Start a run of a campaign that starts by a signal.

    \b
    Example:
      sojourn signal season-sale -p season=winter --workspace shop
    """  # noqa: D301
    with connect(workspace) as backend:
        found = backend.signal(id, read_parameters(parameters))
    for run in found["runs"]:
        typer.echo(f"{id}: run {run['run']} is {run['state']}")


def confirm(id: Id, workspace: WorkspaceOption = HERE) -> None:
    """Let the messages of a campaign's run go; `sojourn runs` shows how many it will be."""
    _tell(id, "confirm", workspace)


def retry(id: Id, workspace: WorkspaceOption = HERE) -> None:
    """Go on with a campaign's failed run, from the activity that failed."""
    _tell(id, "retry", workspace)


def _tell(id: str, command: Any, workspace: Path) -> None:
    with connect(workspace) as backend:
        backend.command(id, command)
        for run in backend.runs(id, 1):
            typer.echo(f"{id}: run {run['run']} is {run['state']}")


def read_parameters(given: list[str] | None) -> dict[str, Any]:
    """Read `name=value` pairs; a value that is JSON is that value, others are text.

    >>> read_parameters(["season=winter", "limit=3"])
    {'season': 'winter', 'limit': 3}
    """
    found: dict[str, Any] = {}
    for pair in given or []:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise typer.BadParameter(f"`{pair}` is no parameter; write NAME=VALUE")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found
