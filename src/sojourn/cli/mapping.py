"""`sojourn mapping`: which column of a file is which attribute."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.service.mapping import columns_of, keep_rule, suggest_for_file
from sojourn.service.places import Places
from sojourn.workspace import load_workspace

app = typer.Typer(help="Which column of a file is which attribute: suggest it, keep it.", no_args_is_help=True)


@app.command()
def suggest(
    target: Annotated[str, typer.Argument(help="profiles, events, or the id of an entity.")],
    file: Annotated[Path, typer.Argument(help="CSV, NDJSON or Parquet.", exists=True, dir_okay=False)],
    workspace: WorkspaceOption = HERE,
    save: Annotated[str | None, typer.Option("--save", help="Keep it as a rule of this id.", metavar="ID")] = None,
    files: Annotated[
        str | None, typer.Option("--files", help="Files of the watched folder that the rule reads.", metavar="PATTERN")
    ] = None,
    encoding: Annotated[str, typer.Option(help="Encoding of a CSV file.")] = "utf-8",
) -> None:
    """Suggest a mapping by names and contents; with --save keep it in the workspace document.

    \b
    Examples:
      sojourn mapping suggest profiles people.csv --workspace shop
      sojourn mapping suggest profiles people.csv --save people --files "people-*.csv" --workspace shop
    """  # noqa: D301
    matches = suggest_for_file(load_workspace(workspace).catalog, target, file, encoding)
    table = Table("column", "attribute", "why")
    for row in matches:
        table.add_row(row["column"], row["attribute"] or "left out", row["why"])
    Console().print(table)
    if save is None:
        return
    rule = {"id": save, "target": target} | ({"files": files} if files else {}) | {"columns": columns_of(matches)}
    rule |= {} if encoding == "utf-8" else {"encoding": encoding}
    _, _, written = keep_rule(workspace, Places(workspace).trash, rule)
    typer.echo(f"{written}: rule {save} kept; publish to let it take effect")
