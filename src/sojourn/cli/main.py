"""The command `sojourn`."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from importlib.metadata import version as installed

import typer

from sojourn.cli import key
from sojourn.cli.explain import explain
from sojourn.cli.imports import import_file
from sojourn.cli.init import init
from sojourn.cli.publish import LIFECYCLE
from sojourn.cli.report import report
from sojourn.cli.schema import schema
from sojourn.cli.serve import serve
from sojourn.cli.simulate import simulate
from sojourn.cli.status import status
from sojourn.cli.validate import validate
from sojourn.model.errors import SojournError

HELP = """Sojourn: journeys and campaigns over profiles and events, in one process.

\b
Begin with:
  sojourn init shop
  sojourn serve shop
  sojourn publish --all --workspace shop
  sojourn status --workspace shop
"""


def version() -> None:
    """Print the version."""
    typer.echo(f"sojourn {installed('sojourn')}")


COMMANDS: tuple[Callable[..., None], ...] = (
    init, validate, schema, simulate, serve, *LIFECYCLE, status, report, explain, version,
)  # fmt: skip


def make() -> typer.Typer:
    """Return the command with all its parts."""
    app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command("import")(import_file)
    for command in COMMANDS:
        app.command()(command)
    app.add_typer(key.app, name="key")
    return app


def main() -> None:
    """Run the command line; errors are told in one line, without a traceback."""
    try:
        make()()
    except SojournError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # a bug: the details go to a file
        typer.echo(f"Error: {type(error).__name__}: {error}", err=True)
        typer.echo(f"This is a bug in Sojourn; the details are in {note(error)}", err=True)
        sys.exit(1)


def note(error: Exception) -> str:
    """Write an error's traceback into a file and return its name."""
    with tempfile.NamedTemporaryFile("w", prefix="sojourn-error-", suffix=".log", delete=False) as file:
        file.write("".join(traceback.format_exception(error)))
    return file.name
