"""`sojourn serve`: HTTP API, engine and delivery of a workspace in one process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import structlog
import typer

from sojourn.cli.logs import LogFormat, configure_server_log
from sojourn.cli.options import HERE, FolderOption
from sojourn.model.errors import DocumentError
from sojourn.model.instants import parse_instant
from sojourn.service.request_body import BODY_BYTES
from sojourn.service.runtime import ClockSettings
from sojourn.service.server import serve as run
from sojourn.service.spaces.building import Opened
from sojourn.service.spaces.space import read_spaces
from sojourn.service.uploads.limit import SIZE_LIMIT
from sojourn.workspace.reading import NO_DOCUMENTS

_log = structlog.get_logger(__name__)


def serve(
    directories: Annotated[
        list[str] | None,
        typer.Argument(
            help="The workspaces' folders; the first is at the root of the server, others at /w/NAME.",
            metavar="[NAME=]DIR...",
            show_default=False,
        ),
    ] = None,
    workspace: FolderOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65_535)] = 8080,
    base_url: Annotated[
        str | None, typer.Option(help="Where links in mails lead to, when that is not this address.", metavar="URL")
    ] = None,
    clock_start: Annotated[
        str | None,
        typer.Option(help="Run on a virtual clock that starts at this instant (RFC 3339).", metavar="INSTANT"),
    ] = None,
    clock_speed: Annotated[
        float, typer.Option(help="Seconds of the virtual clock in one real second.", min=0.001, max=10_000_000)
    ] = 1.0,
    max_body: Annotated[
        int, typer.Option(help="Bytes that a request of ingestion may have, inflated.", metavar="BYTES", min=32_768)
    ] = BODY_BYTES,
    max_upload: Annotated[
        int, typer.Option(help="Bytes that a file may have which is sent to be imported.", metavar="BYTES", min=65_536)
    ] = SIZE_LIMIT,
    log_format: Annotated[
        LogFormat, typer.Option(help="How its log is written: a line of text or a JSON object for each event.")
    ] = "text",
) -> None:
    """Run a workspace, or several in one process: HTTP API, engine and delivery, with all data under DIR/data.

    \b
    Examples:
      sojourn serve shop
      sojourn serve shop --port 9000 --base-url https://mail.example.com
      sojourn serve shop eu=shops/eu us=shops/us
      sojourn serve shop --clock-start 2026-03-02T00:00:00Z --clock-speed 3600

    \b
    Environment:
      SOJOURN_OIDC_ISSUER, SOJOURN_OIDC_CLIENT_ID, SOJOURN_OIDC_CLIENT_SECRET, …: people sign in at an OpenID Connect
      provider; docs/guide/access.md has all of them
      NAME__VARIABLE: a VARIABLE of the workspace NAME only, where it is not the first of several
    """  # noqa: D301
    start = None if clock_start is None else read_instant(clock_start)
    if directories and workspace:
        raise typer.BadParameter("name the folders, or --workspace and one folder")
    spaces = read_spaces(directories or [str(workspace or HERE)], os.environ)
    for space in spaces:
        if not space.directory.is_dir():
            raise typer.BadParameter(
                f"there is no folder {space.directory}; `sojourn init {space.directory}` makes one"
            )
    configure_server_log(log_format)
    run(
        spaces,
        host,
        port,
        ClockSettings(start, clock_speed),
        base_url,
        announce if log_format == "text" else note,
        max_body,
        max_upload,
    )


def announce(url: str, opened: Sequence[Opened]) -> None:
    """Print where the server listens, where first accounts are made, and what is wrong with the documents."""
    for each in opened:
        of = f" of {each.space.name}" if len(opened) > 1 else ""
        if each.runtime.problems is not None:
            typer.echo(trouble(each.runtime.problems, each.space.directory, of), err=True)
        if each.setup is not None:
            typer.echo(f"There is no account{of} yet; make the first at {each.setup}")
    for each in opened[1:]:
        typer.echo(f"{each.space.name} is at {url}{each.space.door.mount}/")
    typer.echo(f"Sojourn is listening on {url}")


def note(url: str, opened: Sequence[Opened]) -> None:
    """Say the same in the log, for programs that read it."""
    for each in opened:
        name = each.space.name
        if each.runtime.problems is not None:
            problems = [str(problem) for problem in each.runtime.problems.errors]
            _log.warning("the documents have problems", workspace=name, problems=problems)
        if each.setup is not None:
            _log.info("there is no account yet; make the first", workspace=name, url=each.setup)
        _log.info("workspace", workspace=name, url=f"{url}{each.space.door.mount}/")
    _log.info("listening", url=url)


def trouble(problems: DocumentError, directory: Path, of: str) -> str:
    """Return what to print about the documents of a folder; one that has none yet is no trouble."""
    if {problem.code for problem in problems.errors} == {NO_DOCUMENTS}:
        return f"{directory} has no documents yet; the studio begins with the first ones."
    return f"The documents{of} have problems; those of the last start go on.\n{problems}"


def read_instant(text: str) -> datetime:
    """Return an instant of the command line."""
    try:
        return parse_instant(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write it as 2026-03-02T00:00:00Z") from error
