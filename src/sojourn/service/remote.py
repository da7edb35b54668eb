"""The workspace of a running server over HTTP, or opened here when none runs."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import httpx

from sojourn.engine.backtest.progress import Tell, nobody
from sojourn.log.errors import LogBusy
from sojourn.model.errors import DocumentError, Problem, SojournError
from sojourn.model.instants import format_instant
from sojourn.model.reasons import Inside
from sojourn.service.places import LOCAL
from sojourn.service.workspace_folder import require_workspace

if TYPE_CHECKING:  # what only an import or a workspace without a server needs is imported where it is used
    from sojourn.engine.importing import Load, Progress
    from sojourn.reports.dead_letters import Choice
    from sojourn.service.letters import Verb
    from sojourn.service.management import Backend, Command, Switch
    from sojourn.service.rights.remote import RemoteRights

Row = dict[str, Any]
STARTING_S = 10.0
"""How long a command waits for a server that is just starting."""


class ServerSilent(SojournError):
    """The server does not answer."""

    code = "RUN-009"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"the server at {url} does not answer: {reason}", hint="see its log", retryable=True)


class Remote:
    """A workspace through its running server (a `Backend`)."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, auth=(LOCAL, token), timeout=httpx.Timeout(330, connect=5))

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def status(self) -> Row:
        """Return the live counts."""
        return cast(Row, self._ask("GET", "/api/status"))

    def report(self, document: str) -> Row:
        """Return what a document did."""
        return cast(Row, self._ask("GET", f"/api/documents/{quote(document, safe='')}/report"))

    def explain(self, profile: str, document: str) -> Row:
        """Return what happened to a profile, and why."""
        path = f"/api/documents/{quote(document, safe='')}/explain/{quote(profile, safe='')}"
        return cast(Row, self._ask("GET", path))

    def backtest(self, document: str, since: datetime, until: datetime, tell: Tell = nobody) -> Row:
        """Run the folder's document over a period of the log, for as long as it takes."""
        wish = {"document": document, "from": format_instant(since), "until": format_instant(until)}
        slow = httpx.Timeout(None, connect=5)
        try:
            with self._client.stream(
                "POST", "/api/backtest", params={"progress": True}, json=wish, timeout=slow
            ) as answer:
                if not answer.is_success:
                    answer.read()
                    raise error_of(answer)
                return _last(answer.iter_lines(), tell)
        except httpx.HTTPError as error:
            raise ServerSilent(self.url, str(error) or type(error).__name__) from error

    def publish(self, ids: Sequence[str], inside: Inside = "finish") -> list[Row]:
        """Publish documents of the folder; those inside older versions finish, move or leave."""
        return cast(list[Row], self._ask("POST", "/api/publish", json={"ids": list(ids), "inside": inside}))

    def rehearse(self, ids: Sequence[str]) -> Row:
        """Return what publishing documents of the folder would change, and for whom."""
        return cast(Row, self._ask("POST", "/api/publish/preview", json={"ids": list(ids)}))

    def command(self, id: str, command: Command, *, older: bool = False) -> Row:
        """Change the lifecycle of a document, or of its older versions alone."""
        which = {"older": "true"} if older else {}
        return cast(Row, self._ask("POST", f"/api/documents/{quote(id, safe='')}/{command}", params=which))

    def runs(self, id: str, limit: int = 20) -> list[Row]:
        """Return a campaign's runs, the newest first."""
        return cast(list[Row], self._ask("GET", f"{_campaign(id)}/runs", params={"limit": limit}))

    def rows(self, id: str, run: int, transition: str, limit: int) -> Row:
        """Return rows of a transition of a run."""
        path = f"{_campaign(id)}/runs/{run}/transitions/{quote(transition, safe='')}"
        return cast(Row, self._ask("GET", path, params={"limit": limit}))

    def signal(self, id: str, parameters: Mapping[str, Any]) -> Row:
        """Start a run of a campaign by a signal."""
        return cast(Row, self._ask("POST", f"{_campaign(id)}/signal", json={"parameters": dict(parameters)}))

    def preview(self, id: str, parameters: Mapping[str, Any], sample: int) -> list[Row]:
        """Return the exact counts of the folder's campaign before its messages."""
        wish = {"id": id, "parameters": dict(parameters), "sample": sample}
        return cast(list[Row], self._ask("POST", "/api/campaigns/preview", json=wish))

    def import_progress(self, fingerprint: str, *, again: bool = False) -> Progress:
        """Return how far the import of a file is."""
        from sojourn.engine.importing import Progress

        return Progress(**self._ask("DELETE" if again else "GET", f"/api/import/{fingerprint}"))

    def import_chunk(self, chunk: Load) -> Progress:
        """Send a chunk of a file."""
        from sojourn.engine.importing import Progress
        from sojourn.service.chunks import to_bytes

        return Progress(**self._ask("POST", "/api/import", content=to_bytes(chunk)))

    def bounces(self, reports: Sequence[Row]) -> dict[str, int]:
        """Send what mails report."""
        return cast("dict[str, int]", self._ask("POST", "/api/bounces", json={"reports": list(reports)}))

    def channels(self) -> dict[str, Row]:
        """Return how each channel does, by id."""
        return cast("dict[str, Row]", self._ask("GET", "/api/channels"))

    def switch_channel(self, id: str, switch: Switch) -> Row:
        """Pause or resume a channel."""
        return cast(Row, self._ask("POST", f"/api/channels/{quote(id, safe='')}/{switch}"))

    def dead_letters(self, choice: Choice, before: int | None = None, limit: int = 100) -> Row:
        """Return a page of messages that failed for good."""
        params = {"channel": choice.channel, "document": choice.document, "before": before, "limit": limit}
        given = {name: value for name, value in params.items() if value is not None}
        return cast(Row, self._ask("GET", "/api/dead-letters", params=given))

    def act_on_letters(self, verb: Verb, choice: Choice, messages: Sequence[int] | None, *, every: bool) -> Row:
        """Send dead letters again, or drop them."""
        chosen = {"messages": messages, "channel": choice.channel, "document": choice.document, "all": every}
        return cast(Row, self._ask("POST", f"/api/dead-letters/{verb}", json=chosen))

    def undeclared(self) -> Row:
        """Return what arrives and is not declared."""
        return cast(Row, self._ask("GET", "/api/registry"))

    def adopt(self, chosen: Sequence[Row]) -> Row:
        """Declare what arrives in the documents."""
        return cast(Row, self._ask("POST", "/api/registry/adopt", json={"items": list(chosen)}))

    def forget_undeclared(self, chosen: Sequence[Row]) -> int:
        """Take what arrived off the list."""
        return int(self._ask("POST", "/api/registry/forget", json={"items": list(chosen)})["rows"])

    def housekeeping(self, *, now: bool = False) -> Row:
        """Return what the last daily run did; with `now` do it at once, for as long as it takes."""
        slow = httpx.Timeout(None, connect=5)
        return cast(Row, self._ask("POST" if now else "GET", "/api/housekeeping", timeout=slow))

    def backup(self, to: Path) -> Row:
        """Have the server make a backup in a folder of this machine, for as long as it takes."""
        slow = httpx.Timeout(None, connect=5)
        return cast(Row, self._ask("POST", "/api/backup", json={"to": str(to)}, timeout=slow))

    @property
    def rights(self) -> RemoteRights:
        """Exports and erasures of people, and the suppression list."""
        from sojourn.service.rights.remote import RemoteRights

        return RemoteRights(self._request)

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        return self._request(method, path, **more).json()

    def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **more)
        except httpx.HTTPError as error:
            raise ServerSilent(self.url, str(error) or type(error).__name__) from error
        if answer.is_success:
            return answer
        raise error_of(answer)


def _campaign(id: str) -> str:
    return f"/api/campaigns/{quote(id, safe='')}"


def _last(lines: Iterator[str], tell: Tell) -> Row:
    """Tell of the progress that an answer's lines report, and return the result in the last one."""
    row: Row = {}
    for line in lines:
        row = json.loads(line)
        if "doing" in row:
            tell(row["doing"], row["items"])
    if "error" in row:
        raise error_in(row["error"], "")
    return cast(Row, row["result"])


def error_of(answer: httpx.Response) -> SojournError:
    """Return the error that an answer tells of."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    return error_in({"code": f"HTTP-{answer.status_code}", **body}, answer.text[:300])


def error_in(body: Row, text: str) -> SojournError:
    """Return the error that a JSON object tells of; without a message it is the text."""
    if "errors" in body:
        return DocumentError([Problem(**row) for row in body["errors"]])
    message = body.get("message") or body.get("detail") or text
    return SojournError(
        str(message), code=str(body["code"]), hint=body.get("hint"), retryable=bool(body.get("retryable"))
    )


@contextmanager
def connect(directory: Path) -> Iterator[Backend]:
    """Give the workspace of a folder: its running server's, else opened in this process.

    Raises
    ------
    SojournError
        It is in use and does not answer, or cannot be opened.
    """
    with server_of(directory) as server:
        if server is not None:
            yield server
            return
    with opened_here(directory) as backend:
        yield backend


@contextmanager
def server_of(directory: Path) -> Iterator[Remote | None]:
    """Give the running server of a workspace, None when no process has it open.

    Raises
    ------
    SojournError
        It is in use and does not answer, or the folder is no workspace.
    """
    places = require_workspace(directory)
    end_s = time.monotonic() + STARTING_S
    while is_locked(places.log):
        found = read_server(places.server)
        if found is not None:
            remote = Remote(*found)
            try:
                yield remote
            finally:
                remote.close()
            return
        if time.monotonic() > end_s:
            raise LogBusy(str(places.log))
        time.sleep(0.1)
    yield None


@contextmanager
def opened_here(directory: Path) -> Iterator[Backend]:
    """Open a workspace in this process."""
    from sojourn.service.management import Management
    from sojourn.service.runtime import Runtime

    runtime = Runtime(directory)
    try:
        runtime.open()
        if runtime.problems is not None:
            raise runtime.problems
        yield Management(runtime)
    finally:
        runtime.close()


def is_locked(log: Path) -> bool:
    """Tell whether a process has the workspace open; its end, however it comes, frees the lock."""
    try:
        with log.with_name(log.name + ".lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def read_server(path: Path) -> tuple[str, str] | None:
    """Return address and token of the server that wrote the file, None when there is none."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return read["url"], read["token"]
