"""How the commands print tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

WIDTH = 150
"""Where the output goes into a file or a pipe, which has no width."""


def console() -> Console:
    """Return what prints to the screen, in its width."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False, markup=False)


def print_json(value: object) -> None:
    """Print a value as JSON, for other programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def table(title: str, texts: Iterable[str], numbers: Iterable[str] = (), last: str | None = None) -> Table:
    """Return an empty table: columns of text, columns of numbers at the right, and a last one of text."""
    made = Table(title=title, title_justify="left", title_style="bold")
    for heading in texts:
        made.add_column(heading, overflow="fold")
    for heading in numbers:
        made.add_column(heading.replace("_", " "), justify="right")
    if last is not None:
        made.add_column(last, overflow="fold")
    return made


def number(value: int) -> str:
    """Write a count; zero is left out.

    >>> number(1200), number(0)
    ('1,200', '')
    """
    return f"{value:,}" if value else ""


def counted(counts: Mapping[str, Any]) -> str:
    """Write counts after their names, the largest first.

    >>> counted({"next": 2, "otherwise": 1200, "end": 0})
    'otherwise 1,200 · next 2'
    """
    ordered = sorted(((name, n) for name, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0]))
    return " · ".join(f"{name} {n:,}" for name, n in ordered)
