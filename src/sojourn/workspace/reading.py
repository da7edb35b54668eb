"""From a folder, or from maps, to a workspace; all problems are collected and reported together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sojourn.campaigns.document
import sojourn.journeys.triggered_document  # noqa: F401  (these fill the registry of kinds)
from sojourn.expr import WorkspaceNames
from sojourn.model.document import Catalog, Document
from sojourn.model.documents import Entity
from sojourn.model.entity import PROFILE
from sojourn.model.errors import DocumentError, Problem
from sojourn.model.parse import Parsed, parse
from sojourn.model.reader import SIZE_LIMIT, RawDocument, read_bytes, read_dicts
from sojourn.workspace.checks import (
    check_content,
    check_files,
    check_ids,
    check_references,
    check_sql,
    compile_places,
)
from sojourn.workspace.names import directory_of
from sojourn.workspace.salvage import salvage
from sojourn.workspace.workspace import Compiled, Workspace, order, place, settings_of

SUFFIXES = (".yaml", ".yml", ".json")
NO_DOCUMENTS = "DOC-014"
_SKIPPED = ("data", "node_modules")


def load_workspace(directory: Path) -> Workspace:
    """Read the YAML and JSON files of a folder, any layout; hidden folders and `data` are left out.

    Raises
    ------
    DocumentError
        With every problem, each with file, line and column.
    """
    raws, problems = read_folder(directory)
    if not raws and not problems:
        problems.append(no_documents(directory))
    return read_raws(raws, problems, FolderFiles(directory))


def read_folder(directory: Path) -> tuple[list[RawDocument], list[Problem]]:
    """Return the documents of a folder, and what its files have wrong as texts."""
    raws: list[RawDocument] = []
    problems: list[Problem] = []
    for path in document_files(directory):
        found, wrong = read_file(path, path.relative_to(directory).as_posix())
        raws += found
        problems += wrong
    return raws, problems


def no_documents(directory: Path) -> Problem:
    """Return the problem of a folder that has no documents."""
    message = f"no documents in `{directory}`: no file ends in {', '.join(SUFFIXES)}"
    return Problem(NO_DOCUMENTS, message, hint="name the workspace's folder; `sojourn init DIR` makes a new one")


def read_raws(
    raws: Sequence[RawDocument], problems: Sequence[Problem] = (), files: Mapping[str, str] | None = None
) -> Workspace:
    """Parse, check and compile documents that were read from text.

    Parameters
    ----------
    problems : sequence of Problem
        What their texts have wrong.
    files : mapping of name to text, optional
        Files that documents name; without it they are not looked up.

    Raises
    ------
    DocumentError
        With every problem.
    """
    return _Reading(raws, list(problems), files).finish()


def read_workspace(documents: Iterable[Mapping[str, Any]], files: Mapping[str, str] | None = None) -> Workspace:
    """Read documents that are maps already.

    Parameters
    ----------
    documents : iterable of dict
        Each with `kind` and `id`.
    files : mapping of name to text, optional
        Files that documents name; without it they are not looked up.

    Raises
    ------
    DocumentError
        With every problem.
    """
    raws, problems = read_dicts(documents)
    return read_raws(raws, problems, files)


def read_catalog(raws: Sequence[RawDocument]) -> Catalog:
    """Return what can be known of documents, those that have errors included as far as they can be read."""
    reading = _Reading(raws, [], None)
    reading.parse()
    return reading.catalog()


def document_files(directory: Path) -> list[Path]:
    """Return the files of a workspace's folder that have documents, in order of their names."""
    found = []
    for path in sorted(directory.rglob("*")):
        inside = path.relative_to(directory).parts
        skipped = any(part.startswith(".") for part in inside) or any(part in _SKIPPED for part in inside[:-1])
        if path.suffix in SUFFIXES and not skipped and path.is_file():
            found.append(path)
    return found


def read_file(path: Path, name: str) -> tuple[list[RawDocument], list[Problem]]:
    """Read the documents of one file of a folder, which has this name there."""
    try:
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        return [], [Problem("DOC-015", f"the file cannot be read: {error.strerror}", file=name)]
    return read_bytes(data, name)


class FolderFiles(Mapping[str, str]):
    """The files of a folder by name, read when asked for; `others` stand in for those that are not there."""

    def __init__(self, directory: Path, others: Mapping[str, str] | None = None) -> None:
        self._directory = directory.resolve()
        self._others = others or {}

    def __getitem__(self, name: str) -> str:
        path = (self._directory / name).resolve()
        if not path.is_relative_to(self._directory) or not path.is_file():
            return self._others[name]
        return path.read_text("utf-8-sig", errors="replace")

    def __iter__(self) -> Any:
        return (path.relative_to(self._directory).as_posix() for path in self._directory.rglob("*.csv"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class _Reading:
    """One reading of a workspace: what is known so far."""

    raws: Sequence[RawDocument]
    problems: list[Problem]
    files: Mapping[str, str] | None
    parsed: list[tuple[RawDocument, Parsed, Document]] = field(default_factory=list)
    unread: list[RawDocument] = field(default_factory=list)
    compiled: dict[tuple[str, str], dict[str, Compiled]] = field(default_factory=dict)

    def finish(self) -> Workspace:
        """Parse, check and compile all; raise all errors together."""
        self.parse()
        for raw, problem in check_ids(self.raws):
            self._report(raw, problem)
        catalog = self.catalog()
        directory = directory_of(catalog, settings_of(catalog).timezone)
        for raw, parsed, document in self.parsed:
            compiled, problems = compile_places(document, catalog, directory)
            self.compiled.setdefault((document.kind, document.id), compiled)
            for problem in (*self._check(document, catalog, directory), *problems):
                if not parsed.follows(problem):
                    self._report(raw, problem)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors:
            raise DocumentError(sorted(self.problems, key=order))
        raw_by_key = {(raw.kind, raw.id): raw for raw in self.raws}
        return Workspace(catalog, directory, self.compiled, raw_by_key, self.files or {}, self.problems)

    def parse(self) -> None:
        """Turn the texts into models."""
        for raw in self.raws:
            parsed = parse(raw)
            if parsed.document is not None:
                self.parsed.append((raw, parsed, parsed.document))
            else:
                self.unread.append(raw)
            for problem in parsed.problems:
                self._report(raw, problem)

    def catalog(self) -> Catalog:
        """Return the models, and what is left of those with errors."""
        known: dict[str, dict[str, Document]] = {"entity": {}}
        for raw, parsed, document in self.parsed:
            rest = salvage(raw, document) if parsed.problems else document
            known.setdefault(document.kind, {}).setdefault(document.id, rest or document)
        for raw in self.unread:
            rest = salvage(raw, None)
            if rest is not None:
                known.setdefault(rest.kind, {}).setdefault(rest.id, rest)
        known["entity"].setdefault(PROFILE, Entity(kind="entity", id=PROFILE))
        return Catalog(known, frozenset((raw.kind, raw.id) for raw in self.unread))

    def _check(self, document: Document, catalog: Catalog, directory: WorkspaceNames) -> Iterable[Problem]:
        yield from check_references(document, catalog)
        yield from document.check(catalog)
        yield from check_files(document, self.files)
        yield from check_content(document, catalog)
        yield from check_sql(document, directory)

    def _report(self, raw: RawDocument, problem: Problem) -> None:
        self.problems.append(place(problem, raw))
