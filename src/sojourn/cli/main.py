"""The command `sojourn`."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import tempfile
import traceback
from importlib import import_module
from importlib.metadata import version as installed

import typer

from sojourn.cli.logs import configure_logs
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


COMMANDS = {
    "init": "init:init",
    "validate": "validate:validate",
    "schema": "schema:schema",
    "simulate": "simulate:simulate",
    "serve": "serve:serve",
    "import": "imports:import_file",
    "mapping": "mapping:app",
    "bounces": "bounces:bounces",
    "publish": "publish:publish",
    "pause": "publish:pause",
    "resume": "publish:resume",
    "close": "publish:close",
    "stop": "publish:stop",
    "status": "status:status",
    "report": "report:report",
    "explain": "explain:explain",
    "preview": "runs:preview",
    "runs": "runs:runs",
    "confirm": "runs:confirm",
    "retry": "runs:retry",
    "signal": "runs:signal",
    "backtest": "backtest:backtest",
    "channels": "channels:app",
    "dead-letters": "letters:app",
    "key": "key:app",
    "registry": "registry:app",
    "housekeeping": "housekeeping:housekeeping",
    "person": "person:app",
    "suppression": "suppression:app",
    "seal": "seal:seal",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "vapid": "vapid:vapid",
    "sdk-key": "sdk_key:sdk_key",
    "user": "user:app",
}
"""Each command's module and function (or group of commands), imported when it is called for."""


def make(called: str | None = None) -> typer.Typer:
    """Return the command with all its parts, or with the one that is called: the others need not be imported."""
    app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
    for name in [called] if called in COMMANDS else COMMANDS:
        module, _, function = COMMANDS[name].partition(":")
        command = getattr(import_module(f"sojourn.cli.{module}"), function)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    app.command()(version)
    return app


def main() -> None:
    """Run the command line; errors are told in one line, without a traceback."""
    try:
        configure_logs()
        called = sys.argv[1] if len(sys.argv) > 1 else None
        if called in ("version", "--version", "-V"):
            version()
            return
        gc.disable()  # what is imported is no garbage: looking for some takes a quarter of the time
        command = make(called)
        gc.freeze()
        gc.enable()
        atexit.register(gc.unfreeze)  # else DuckDB finds at the end that it was not torn down
        command()
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
