"""`sojourn user`: accounts of people who sign in to the studio."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sojourn.cli.options import FolderArgument, FolderOption, folder
from sojourn.service.access.accounts import Accounts
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import MACHINE
from sojourn.service.access.database import Database
from sojourn.service.access.passwords import Passwords
from sojourn.service.access.people import People
from sojourn.service.access.permissions import Role
from sojourn.service.workspace_folder import require_workspace

app = typer.Typer(
    help="""Make and change the accounts of people who sign in; with a running server or without.

    \b
    Roles, each with all that those before it may:
      viewer     sees documents, counts and reports
      marketer   sees profiles; builds, tests and publishes journeys and campaigns
      technical  configures entities, events, sources, actions and channels; approves publications
      admin      manages accounts and keys; sees who changed what

    \b
    Examples:
      sojourn user add ann --role marketer shop
      sojourn user role ann technical shop
      sojourn user list shop
    """,
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="As `list` shows it.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from the standard input.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What its user signs in with; an e-mail address is good.")],
    directory: FolderArgument = None,
    workspace: FolderOption = None,
    role: Annotated[Role, typer.Option(help="What it may do; see `sojourn user --help`.")] = "viewer",
    display_name: Annotated[str | None, typer.Option(help="What others see; by default the name.")] = None,
    password_stdin: FromStdin = False,
) -> None:
    """Make an account; the password is asked for.

    \b
    Examples:
      sojourn user add ann@example.com --role marketer --display-name "Ann Lee" shop
      sojourn user add ann --role admin --password-stdin shop < password.txt
    """  # noqa: D301
    with opened(folder(directory, workspace)) as (people, _):
        made = people.add(MACHINE, name, role, read_password(password_stdin), display_name)
    typer.echo(f"{made.name}: {made.role}")


@app.command("list")
def list_users(directory: FolderArgument = None, workspace: FolderOption = None) -> None:
    """List the accounts."""
    table = Table("name", "shown as", "role", "state", "signs in with", "made", "last sign-in")
    with opened(folder(directory, workspace)) as (_, accounts):
        for account in accounts.all():
            table.add_row(
                account.name, account.display_name, account.role, "disabled" if account.is_disabled else "active",
                account.issuer or "password", account.created_at, account.signed_in_at or "never",
            )  # fmt: skip
    Console().print(table)


@app.command("role")
def set_role(
    name: Name,
    role: Annotated[Role, typer.Argument(help="See `sojourn user --help`.")],
    directory: FolderArgument = None,
    workspace: FolderOption = None,
) -> None:
    """Give an account another role; its sessions end."""
    with opened(folder(directory, workspace)) as (people, _):
        changed = people.change(MACHINE, name, role=role)
    typer.echo(f"{changed.name}: {changed.role}")


@app.command()
def password(
    name: Name, directory: FolderArgument = None, workspace: FolderOption = None, password_stdin: FromStdin = False
) -> None:
    """Set an account's password; its sessions end."""
    with opened(folder(directory, workspace)) as (people, accounts):
        accounts.find(name)
        changed = people.change(MACHINE, name, password=read_password(password_stdin))
    typer.echo(f"{changed.name}: the password is set")


@app.command()
def disable(name: Name, directory: FolderArgument = None, workspace: FolderOption = None) -> None:
    """Let an account sign in no more; its sessions end, and nothing of it is forgotten."""
    with opened(folder(directory, workspace)) as (people, _):
        changed = people.change(MACHINE, name, is_disabled=True)
    typer.echo(f"{changed.name}: disabled")


@app.command()
def enable(name: Name, directory: FolderArgument = None, workspace: FolderOption = None) -> None:
    """Let a disabled account sign in again."""
    with opened(folder(directory, workspace)) as (people, _):
        changed = people.change(MACHINE, name, is_disabled=False)
    typer.echo(f"{changed.name}: active")


@contextmanager
def opened(directory: Path) -> Iterator[tuple[People, Accounts]]:
    """Give the accounts of a workspace; a server that runs sees what is changed at once."""
    places = require_workspace(directory)
    places.prepare()
    database = Database(places.access)
    try:
        accounts = Accounts(database)
        yield People(accounts, Passwords(), Audit(database)), accounts
    finally:
        database.close()


def read_password(from_stdin: bool) -> str:
    """Return the password that is typed, twice, or comes in by a pipe."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
