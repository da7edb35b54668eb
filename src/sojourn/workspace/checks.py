"""Checks over the whole set of documents; each collects, none stops another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sojourn.channels.registry import check_channel
from sojourn.expr import (
    ExpressionErrors,
    WorkspaceNames,
    check_audience_sql,
    compile_condition,
    compile_expression,
    require,
)
from sojourn.messages.checking import check_block, check_template
from sojourn.model.document import Catalog, Document
from sojourn.model.documents import Audience, Block, Channel, Template
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Place
from sojourn.model.external import External
from sojourn.model.policy import DELIVERIES
from sojourn.model.reader import RawDocument
from sojourn.sources.request import check_request
from sojourn.workspace.names import scope_of
from sojourn.workspace.workspace import Compiled


def check_ids(raws: Iterable[RawDocument]) -> Iterable[tuple[RawDocument, Problem]]:
    """Yield each document whose id is taken, and each `workspace` after the first."""
    seen: dict[tuple[str, str], RawDocument] = {}
    workspaces = 0
    for raw in raws:
        key = ("delivery" if raw.kind in DELIVERIES else raw.kind, raw.id)
        if raw.id and key in seen:
            message = f"the id `{raw.id}` is taken by another {seen[key].kind} already"
            yield raw, Problem("DOC-003", message, "id", hint=_other_place(seen[key]))
        seen.setdefault(key, raw)
        workspaces += raw.kind == "workspace"
        if raw.kind == "workspace" and workspaces > 1:
            yield raw, Problem("DOC-006", "there is one `workspace` document at most; this is another", "kind")


def _other_place(other: RawDocument) -> str:
    place = other.positions.get(("id",))
    if other.file is None or place is None:
        return "give one of them another id"
    return f"the other stands in {other.file}, line {place[0]}; give one of them another id"


def check_references(document: Document, catalog: Catalog) -> Iterable[Problem]:
    """Yield each id that names nothing, with the one that was probably meant."""
    for reference in document.references():
        known = [id for kind in reference.kinds for id in catalog.ids(kind)]
        if reference.id not in known:
            what = reference.kinds[0] if len(reference.kinds) == 1 else "document"
            near = did_you_mean(reference.id, known)
            yield Problem("DOC-020", f"no {what} `{reference.id}`{near}", reference.path)


def check_files(document: Document, files: Mapping[str, str] | None) -> Iterable[Problem]:
    """Yield an audience's members that are in no file; without files nothing is known about them."""
    if files is None or not isinstance(document, Audience) or document.members is None:
        return
    name = document.members
    if name not in files:
        yield Problem("DOC-023", f"no file `{name}`{did_you_mean(name, files)}", "members")
    elif "profile_id" not in files[name].partition("\n")[0].replace('"', "").strip().split(","):
        yield Problem("DOC-024", f"the file `{name}` has no column `profile_id` in its first line", "members")


def check_content(document: Document, catalog: Catalog) -> Iterable[Problem]:
    """Yield what is wrong with the texts of a template or of a request, or with the settings of a channel."""
    if isinstance(document, External):
        return check_request(document)
    if isinstance(document, Channel):
        return check_ways(document)
    if isinstance(document, Block):
        return check_block(document)
    return check_template(document, catalog.all("block")) if isinstance(document, Template) else ()


def check_ways(channel: Channel) -> Iterable[Problem]:
    """Yield what is wrong with the providers of a channel and their settings."""
    yield from check_channel(channel.type, channel.provider, channel.settings)
    for i, way in enumerate(channel.fallbacks):
        for problem in check_channel(channel.type, way.provider, way.settings):
            yield replace(problem, path=f"fallbacks[{i}].{problem.path}")


def check_sql(document: Document, directory: WorkspaceNames) -> Iterable[Problem]:
    """Yield what is wrong with the query of an audience."""
    if isinstance(document, Audience) and document.sql is not None:
        for problem in check_audience_sql(document.sql, directory.entities):
            yield replace(problem, path=_join("sql", problem.path))


def compile_places(
    document: Document, catalog: Catalog, directory: WorkspaceNames
) -> tuple[dict[str, Compiled], list[Problem]]:
    """Compile all expressions of a document.

    Returns
    -------
    compiled, problems
        By path; what is wrong with the others.
    """
    compiled: dict[str, Compiled] = {}
    problems: list[Problem] = []
    for place in document.places(catalog):
        try:
            compiled[place.path] = _compile(document, place, catalog, directory)
        except ExpressionErrors as error:
            problems += [replace(problem, path=_join(place.path, problem.path)) for problem in error.problems]
    return compiled, problems


def _compile(document: Document, place: Place, catalog: Catalog, directory: WorkspaceNames) -> Compiled:
    scope = scope_of(document, place, catalog, directory.zone)
    if place.condition:
        return compile_condition(place.value, scope, directory)
    return require(compile_expression(str(place.value), scope), place.gives)


def _join(path: str, inner: str) -> str:
    return f"{path}.{inner}" if inner and not inner.startswith("[") else path + inner
