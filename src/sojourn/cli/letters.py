"""`sojourn dead-letters`: messages that failed for good."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.cli.tables import console, print_json, table
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.reports.dead_letters import Choice
from sojourn.service.letters import Verb
from sojourn.service.remote import connect

app = typer.Typer(help="List, replay and drop messages that failed for good.", no_args_is_help=True)
Messages = Annotated[list[int] | None, typer.Argument(help="Numbers of messages, as `list` shows them.")]
Channel = Annotated[str | None, typer.Option(help="Only those of a channel type.", metavar="TYPE")]
OfDocument = Annotated[str | None, typer.Option("--document", help="Only those of a document.", metavar="ID")]
Every = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.command("list")
def list_letters(
    channel: Channel = None,
    document: OfDocument = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Rows shown.")] = 20,
    workspace: WorkspaceOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how many failed and why, and the newest of them.

    \b
    Examples:
      sojourn dead-letters list --workspace shop
      sojourn dead-letters list --channel email --document welcome
    """  # noqa: D301
    with connect(workspace) as backend:
        found = backend.dead_letters(_choice(channel, document), None, limit)
    if as_json:
        print_json(found)
        return
    counts = table(f"{found['total']:,} dead letters", ("document", "channel"), ("messages",), last="reason")
    for row in found["counts"]:
        counts.add_row(row["document"], row["channel"], f"{row['messages']:,}", row["reason"])
    newest = table("The newest", ("message", "profile", "from", "failed at"), last="reason")
    for row in found["rows"]:
        newest.add_row(str(row["message"]), row["profile"], _origin(row), row["failed_at"], row["reason"])
    console().print(counts)
    if found["rows"]:
        console().print(newest)


@app.command()
def replay(
    messages: Messages = None, channel: Channel = None, document: OfDocument = None, every: Every = False,
    workspace: WorkspaceOption = HERE,
) -> None:  # fmt: skip
    """Let messages pass the gate and leave once more; consent, suppression and caps are asked again.

    \b
    Examples:
      sojourn dead-letters replay 1041 1043 --workspace shop
      sojourn dead-letters replay --channel email
      sojourn dead-letters replay --all
    """  # noqa: D301
    with connect(workspace) as backend:
        left = backend.act_on_letters("replay", _choice(channel, document), messages, every=every)
    _tell("replay", left)


@app.command()
def drop(
    messages: Messages = None, channel: Channel = None, document: OfDocument = None, every: Every = False,
    workspace: WorkspaceOption = HERE,
) -> None:  # fmt: skip
    """Take messages out of the list; they stay failed."""
    with connect(workspace) as backend:
        left = backend.act_on_letters("drop", _choice(channel, document), messages, every=every)
    _tell("drop", left)


def _tell(verb: Verb, left: dict[str, Any]) -> None:
    done = left["before"] - left["left"]
    typer.echo(f"{done:,} {'sent again' if verb == 'replay' else 'dropped'}, {left['left']:,} left")


def _choice(channel: str | None, document: str | None) -> Choice:
    if channel is not None and channel not in CHANNEL_TYPES:
        raise typer.BadParameter(f"no channel type `{channel}`; there are {', '.join(CHANNEL_TYPES)}")
    return Choice(channel, document)


def _origin(row: dict[str, Any]) -> str:
    return f"{row['document']}/{row['node']}" if row["node"] else str(row["document"])
