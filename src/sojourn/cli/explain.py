"""`sojourn explain`: what happened to one profile in one document, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.cli.tables import print_json
from sojourn.service.remote import connect

Row = Mapping[str, Any]
INDENT = " " * 6


def explain(
    profile: Annotated[str, typer.Option("--profile", "-p", help="The profile's id.", metavar="PROFILE")],
    document: Annotated[str, typer.Option("--document", "-d", help="A journey or a triggered campaign.", metavar="ID")],
    workspace: WorkspaceOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what happened to a profile at each point of a document and why, or why it never entered.

    \b
    Examples:
      sojourn explain --profile ann --document welcome --workspace shop
      sojourn explain -p ann -d welcome --json
    """  # noqa: D301
    with connect(workspace) as backend:
        found = backend.explain(profile, document)
    if as_json:
        print_json(found)
        return
    for line in timeline(found):
        typer.echo(line)


def timeline(found: Row) -> Iterator[str]:
    """Yield the lines to print."""
    yield f"{found['profile']} in {found['kind']} {found['document']} ({found['state']})"
    yield found["summary"]
    for number, passage in enumerate(found["passages"], 1):
        yield ""
        yield from _passage(number, passage)
    if found["refusals"]:
        yield ""
        yield "Refused:"
        for row in found["refusals"]:
            yield f"  {row['at']}  {row['text']}"
            yield f"{INDENT}{row['would_differ']}"
    if found["tests"] is not None:
        yield ""
        yield from _tests(found)


def _passage(number: int, passage: Row) -> Iterator[str]:
    key = f" with the key {passage['key']}" if passage["key"] is not None else ""
    yield f"Passage {number}{key}, entered {passage['entered_at']}:"
    for step in passage["steps"]:
        yield f"  {step['at']}  {step['node']} ({step['type']}) → {step['outcome']}: {step['text']}"
        yield from _decisions(step)
    yield from _decisions(passage)
    if passage["left_at"] is None:
        yield f"  now: at {passage['node']}"
    else:
        reason = f", {passage['reason']}" if passage["reason"] else ""
        yield f"  {passage['left_at']}  left at {passage['node']}: {passage['state']}{reason}"
    if passage["would_differ"]:
        yield f"{INDENT}{passage['would_differ']}"


def _decisions(place: Row) -> Iterator[str]:
    yield from (f"{INDENT}{row['status']}: {row['text']}" for row in place["messages"])
    for row in place["discards"]:
        yield f"{INDENT}not sent: {row['text']}"
        yield f"{INDENT}{row['would_differ']}"


def _tests(found: Row) -> Iterator[str]:
    yield "The tests on the way in:"
    for test in found["tests"]:
        yield f"  {'yes' if test['passed'] else 'NO '}  {test['test']}: {test['text']}"
        yield from _leaves(test["leaves"], INDENT + "  ")
    if found["would_differ"]:
        yield ""
        yield found["would_differ"]


def _leaves(leaves: list[Row], indent: str) -> Iterator[str]:
    for leaf in leaves:
        seen = f" ({leaf['text_of_values']})" if leaf["text_of_values"] else ""
        mark = "✓" if leaf["met"] == leaf["wanted"] else "✗"
        yield f"{indent}{mark} {leaf['text']}{' must not hold' if not leaf['wanted'] else ''}{seen}"
        yield from _leaves(leaf["inside"], indent + "  ")
