"""Which versions of which documents run: kept in the store, compiled from there."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl
import structlog

from sojourn.engine.audiences import Audiences
from sojourn.engine.campaigns.line import compile_lines
from sojourn.engine.live_rendering import LiveRenderer
from sojourn.engine.older import Older, leave, look_at, move
from sojourn.engine.processor import Processor
from sojourn.engine.watching import watch_anew
from sojourn.journeys.compile import Published
from sojourn.journeys.moving import Edition
from sojourn.journeys.program import Program
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.parse import parse
from sojourn.model.policy import DELIVERIES
from sojourn.model.reader import RawDocument
from sojourn.model.reasons import Inside
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import Workspace, read_workspace
from sojourn.workspace.reading import FolderFiles

Verdict = Literal["published", "already live"]
Refuse = Callable[[pl.DataFrame, str, str], None]
_log = structlog.get_logger(__name__)


class NotPublishable(SojournError):
    """A document cannot be published, or a live one cannot go on with the new data documents."""

    code = "RUN-001"


class UnknownDocument(SojournError):
    """There is no such document."""

    code = "RUN-003"

    def __init__(self, id: str, where: str, known: Iterable[str]) -> None:
        near = did_you_mean(id, known)
        super().__init__(f"no journey or campaign `{id}` {where}{near}", hint="`sojourn status` lists what is live")


@dataclass(frozen=True)
class Version:
    """One published version of a document, as the store has it."""

    doc: int
    kind: str
    id: str
    version: int
    body: str
    state: str
    published_at: datetime
    last_run_at: datetime | None


@dataclass(frozen=True)
class Publishing:
    """What became of the wish to publish a document.

    Attributes
    ----------
    older : tuple of Older
        Of the versions that those inside were in before: who can go on in this one, or has.
    left : int
        Profiles that were made to leave.
    """

    id: str
    version: int
    verdict: Verdict
    older: tuple[Older, ...] = ()
    left: int = 0


class Publication:
    """The published documents of a store.

    All methods run on the thread that writes to the store.

    Parameters
    ----------
    store : DuckStore
        Has every version (`document`), and under the kind `workspace` all documents as of the last publication or
        start, with the files that they name.
    refuse : callable
        Takes items that cannot be processed (see `Processor`).
    folder : path, optional
        The workspace's folder: campaigns load its files as they then are.
    """

    def __init__(self, store: DuckStore, refuse: Refuse, folder: Path | None = None) -> None:
        self.store = store
        self.refuse = refuse
        self.folder = folder
        self._workspace: Workspace | None = None

    # ---- the documents -------------------------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        """Return the documents as of the last publication or start; without any, an empty workspace."""
        if self._workspace is None:
            self._workspace = self._read_snapshot()
        return self._workspace

    def _read_snapshot(self) -> Workspace:
        rows = self.store.connection.execute("SELECT body FROM document WHERE kind = 'workspace'").fetchall()
        kept = json.loads(rows[0][0]) if rows else {"documents": [], "files": {}}
        return read_workspace(kept["documents"], kept["files"])

    def keep(self, workspace: Workspace) -> None:
        """Make these the documents that run: data documents take effect at once, others when they are published."""
        body = json.dumps({"documents": [raw.body for raw in workspace.raw.values()], "files": named_files(workspace)})
        connection = self.store.connection
        connection.execute("DELETE FROM document WHERE kind = 'workspace'")
        connection.execute(
            "INSERT INTO document (doc, kind, id, version, body) VALUES (0, 'workspace', 'workspace', 0, ?)", [body]
        )
        self._declare(workspace)

    def _declare(self, workspace: Workspace) -> None:
        entities = workspace.directory.entities
        others = {id: entity.attributes for id, entity in entities.items() if id != "profile"}
        self.store.declare(entities["profile"].attributes, others)

    def versions(self) -> list[Version]:
        """Return every version ever published, oldest first."""
        rows = self.store.connection.execute(
            "SELECT doc, kind, id, version, body, state, published_at, last_run_at FROM document "
            "WHERE kind <> 'workspace' ORDER BY doc"
        )
        return [Version(*row) for row in rows.fetchall()]

    # ---- running -------------------------------------------------------------------------------------------------

    def start(self, workspace: Workspace | None, at: datetime) -> Processor:
        """Compile what is published, with the workspace's data documents or, without one, those kept before."""
        with self.store.transaction():
            if workspace is not None:
                self.keep(workspace)
            processor = self._compile(workspace or self.workspace)
            watch_anew(processor, at)
        self._workspace = workspace or self._workspace
        return processor

    def processor(self) -> Processor:
        """Return a processor that goes on where the store is."""
        return self._compile(self.workspace)

    def _compile(self, workspace: Workspace) -> Processor:
        program = self._program(workspace)
        self.store.refill("origin", program.origins)
        kept = named_files(workspace)
        audiences = Audiences(self.store, workspace.catalog, workspace.directory, kept)
        made = Processor(
            self.store, program, audiences, renderer=LiveRenderer(program), refuse=self.refuse,
            files=FolderFiles(self.folder, kept) if self.folder else kept,
        )  # fmt: skip
        made.runs = {v.doc: v.last_run_at for v in self.versions() if v.last_run_at is not None}
        made.caps = self._caps()
        return made

    def _caps(self) -> dict[tuple[int, int], int]:
        rows = self.store.connection.execute("SELECT name, value FROM meta WHERE name LIKE 'cap:%'").fetchall()
        return {(int(name.split(":")[1]), int(name.split(":")[2])): int(value) for name, value in rows}

    def _program(self, workspace: Workspace, superseded: Collection[str] = ()) -> Program:
        """Compile the versions that run; older ones without passages only lend their names and templates.

        Of the documents in `superseded` all versions are older ones.
        """
        versions = self.versions()
        newest = {version.id: version.doc for version in versions if version.id not in superseded}
        inside = self._in_use()
        running = [v for v in versions if newest.get(v.id) == v.doc or v.doc in inside]
        try:
            program = compile_lines(
                workspace.catalog, workspace.directory, [self._published(v, newest.get(v.id) == v.doc) for v in running]
            )
        except (SojournError, LookupError) as error:
            raise self._misfit(workspace, running, error) from error
        for version in versions:
            if version.doc not in program.by_doc:
                program.former.setdefault(version.id, []).append(version.doc)
                _lend(program, workspace, self._published(version, newest=False))
        return program

    def _in_use(self) -> set[int]:
        """Return the versions that profiles are inside of, whose run goes on, or that have messages to hand over."""
        rows = self.store.connection.execute(
            "SELECT doc FROM passage UNION SELECT doc FROM held UNION SELECT doc FROM queued "
            "UNION SELECT doc FROM message SEMI JOIN outbox USING (no) "
            "UNION SELECT doc FROM campaign_run WHERE state IN ('running', 'waiting')"
        )
        return {int(row[0]) for row in rows.fetchall()}

    def _published(self, version: Version, newest: bool) -> Published:
        document = parse(RawDocument(json.loads(version.body))).document
        assert document is not None
        return Published(version.doc, document, version.state, version.published_at, newest)

    def _misfit(self, workspace: Workspace, running: list[Version], error: Exception) -> NotPublishable:
        """Name the version that does not compile with the workspace's data documents."""
        for version in running:
            try:
                compile_lines(workspace.catalog, workspace.directory, [self._published(version, newest=True)])
            except (SojournError, LookupError) as own:
                return NotPublishable(
                    f"`{version.id}`, version {version.version} ({version.state}), does not fit the documents: {own}",
                    hint="give back what it uses, or publish it anew, or stop it first",
                )
        return NotPublishable(f"the documents do not fit together: {error}")

    # ---- publishing ----------------------------------------------------------------------------------------------

    def publish(
        self, workspace: Workspace, ids: Sequence[str], at: datetime, inside: Inside = "finish"
    ) -> tuple[Processor, list[Publishing]]:
        """Publish documents of a workspace at an instant, all or none.

        Parameters
        ----------
        ids : sequence of str
            Documents (see `choose`); none means all.
        inside : str
            What becomes of those inside older versions of these documents.

        Raises
        ------
        UnknownDocument, NotPublishable
            Nothing has changed.
        """
        chosen = choose(workspace, ids)
        with self.store.transaction():
            self.keep(workspace)
            made = [self._bump(raw, at) for raw in chosen]
            processor = self._compile(workspace)
            if inside != "finish":
                versions = self.versions()
                made = [self._settle(processor, versions, each, at, inside) for each in made]
            watch_anew(processor, at)
        self._workspace = workspace
        return processor, made

    def _settle(
        self, processor: Processor, versions: Sequence[Version], made: Publishing, at: datetime, inside: Inside
    ) -> Publishing:
        """Let those inside older versions of a document move or leave."""
        newest, *older = self._editions(processor.program, versions, made.id)
        if inside == "leave":
            return replace(made, left=sum(leave(processor, each.line, at) for each in older))
        return replace(made, older=tuple(move(processor, each, newest, at) for each in older))

    def _editions(self, program: Program, versions: Sequence[Version], id: str) -> list[Edition]:
        """Return the versions of a document that run, the newest first."""
        lines = {line.doc: line for line in program.versions(id)}
        mine = [version for version in reversed(versions) if version.doc in lines]
        return [Edition(self._published(version, newest=False).document, lines[version.doc]) for version in mine]

    def rehearse(self, workspace: Workspace, ids: Sequence[str]) -> list[Publishing]:
        """Return what `publish` would do, and do nothing; on any thread, over a reader of the store.

        Raises
        ------
        UnknownDocument, NotPublishable
            So would `publish`.
        """
        chosen = choose(workspace, ids)
        versions = self.versions()
        found = [_verdict(raw, versions) for raw in chosen]
        anew = {each.id for each in found if each.verdict == "published"}
        program = self._program(workspace, superseded=anew)
        return [
            self._look(program, versions, each, self._draft(workspace, raw))
            for each, raw in zip(found, chosen, strict=True)
        ]

    def _draft(self, workspace: Workspace, raw: RawDocument) -> Edition:
        document = parse(raw).document
        assert document is not None
        try:
            [line] = compile_lines(workspace.catalog, workspace.directory, [Published(0, document)]).lines
        except (SojournError, LookupError) as error:
            raise NotPublishable(f"`{raw.id}` cannot be published: {error}") from error
        return Edition(document, line)

    def _look(self, program: Program, versions: Sequence[Version], made: Publishing, draft: Edition) -> Publishing:
        """Add who of those inside older versions could go on in the new one."""
        older = self._editions(program, versions, made.id)[0 if made.verdict == "published" else 1 :]
        return replace(made, older=tuple(look_at(self.store.read, each, draft) for each in older))

    def _bump(self, raw: RawDocument, at: datetime) -> Publishing:
        body = json.dumps(raw.body, ensure_ascii=False)
        made = _verdict(raw, self.versions())
        if made.verdict == "already live":
            return made
        connection = self.store.connection
        [(doc,)] = connection.execute("SELECT coalesce(max(doc), 0) + 1 FROM document").fetchall()
        connection.execute(
            "INSERT INTO document (doc, kind, id, version, body, state, published_at) "
            "VALUES (?, ?, ?, ?, ?, 'live', ?)",
            [doc, raw.kind, raw.id, made.version, body, at],
        )
        self._go_on(raw, doc)
        return made

    def _go_on(self, raw: RawDocument, doc: int) -> None:
        """Let an incremental audience go on where the version before was: only who was not a member then enters."""
        before = [version for version in self.versions() if version.id == raw.id and version.doc < doc]
        audience = _audience_of(raw.body)
        if before and audience is not None and audience == _audience_of(json.loads(before[-1].body)):
            query = "INSERT INTO taken SELECT ?, pno FROM taken WHERE doc = ?"
            self.store.connection.execute(query, [doc, before[-1].doc])


def _verdict(raw: RawDocument, versions: Sequence[Version]) -> Publishing:
    """Return which version a document would be: the live one, when nothing has changed."""
    mine = [version for version in versions if version.id == raw.id]
    if mine and mine[-1].state == "live" and json.loads(mine[-1].body) == json.loads(json.dumps(raw.body)):
        return Publishing(raw.id, mine[-1].version, "already live")
    return Publishing(raw.id, mine[-1].version + 1 if mine else 1, "published")


def _audience_of(body: Mapping[str, Any]) -> str | None:
    """Return the audience of which a journey takes only new members at each run; None: it is no such journey."""
    entry = body.get("entry")
    taken = entry.get("audience") if isinstance(entry, Mapping) and entry.get("incremental") else None
    return taken if isinstance(taken, str) else None


def choose(workspace: Workspace, ids: Sequence[str]) -> list[RawDocument]:
    """Return the documents that get a version; no ids mean all that can have one.

    A channel, an entity or another document without versions may be named, too: it takes effect with every publication,
    so that this is a publication of such documents alone.

    Raises
    ------
    UnknownDocument
        For an id that no document has.
    """
    by_id = {raw.id: raw for (kind, _), raw in workspace.raw.items() if kind in DELIVERIES}
    others = {raw.id for (kind, _), raw in workspace.raw.items() if kind not in DELIVERIES}
    for id in ids:
        if id not in by_id and id not in others:
            raise UnknownDocument(id, "in the workspace's folder", by_id)
    if not ids:
        return list(by_id.values())
    return [by_id[id] for id in dict.fromkeys(ids) if id in by_id]


def named_files(workspace: Workspace) -> dict[str, str]:
    """Return the files that documents name, by name."""
    listed = [audience.members for audience in workspace.audiences.values() if audience.members is not None]
    loaded = [path for campaign in workspace.campaigns.values() for path in campaign.files()]
    return {name: workspace.files[name] for name in (*listed, *loaded) if name in workspace.files}


def _lend(program: Program, workspace: Workspace, version: Published) -> None:
    """Let a version that is over be known: feedback and unsubscribing are still about its messages."""
    try:
        own = compile_lines(workspace.catalog, workspace.directory, [version])
    except (SojournError, LookupError) as error:
        _log.warning("an old version cannot be read any more", document=version.document.id, reason=str(error))
        return
    program.by_doc.update(own.by_doc)
    program.origins = pl.concat([program.origins, own.origins])


def as_row(publishing: Publishing) -> dict[str, Any]:
    """Return what became of a document as JSON values."""
    return {
        "id": publishing.id, "version": publishing.version, "verdict": publishing.verdict,
        "moved": sum(older.moving for older in publishing.older), "left": publishing.left,
        "stayed": sum(staying.passages for older in publishing.older for staying in older.staying),
    }  # fmt: skip
