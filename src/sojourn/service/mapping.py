"""Suggested mappings of files, kept as rules in the workspace document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sojourn.ingest.files import Options, open_source
from sojourn.ingest.mapping import samples_of, suggest
from sojourn.model.document import Catalog
from sojourn.model.inbox import ImportRule
from sojourn.service.file_import import attributes_of
from sojourn.workspace.draft_changes import DraftChanges
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.trash import Trash

Row = dict[str, Any]


def suggest_for_file(catalog: Catalog, target: str, file: Path, encoding: str = "utf-8") -> list[Row]:
    """Return what each column of a file may be (`column`, `attribute`, `why`)."""
    return suggest_for(catalog, target, samples_of(open_source(file, Options(encoding=encoding))))


def suggest_for(catalog: Catalog, target: str, columns: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Return what each column may be, given some of its values."""
    return [vars(match) for match in suggest(columns, attributes_of(target, catalog))]


def columns_of(matches: Sequence[Row]) -> dict[str, str]:
    """Return the mapping that a suggestion is: what has its own name already need not be named."""
    return {row["column"]: row["attribute"] or "" for row in matches if row["column"] != row["attribute"]}


def kept_rules(directory: Path) -> list[ImportRule]:
    """Return the rules of the workspace document of a folder; what is no rule yet is left out."""
    found = next((raw for _, raw in Drafting(directory).documents() if raw.kind == "workspace"), None)
    inbox = {} if found is None else Drafting(directory).draft("workspace", found.id).document.get("inbox")
    rules = inbox.get("rules") if isinstance(inbox, dict) else None
    made = []
    for rule in rules if isinstance(rules, list) else []:
        with suppress(ValidationError):
            made.append(ImportRule.model_validate(rule))
    return made


def keep_rule(directory: Path, trash: Path, rule: Row) -> tuple[Row, Row, str]:
    """Put a rule into the workspace document, in place of one of the same id; return it before and after, and its file.

    Comments and order of the document stay.
    """
    changes = DraftChanges(Drafting(directory), Trash(trash))
    found = next((raw for _, raw in changes.drafting.documents() if raw.kind == "workspace"), None)
    if found is None:
        body: Row = {"kind": "workspace", "id": "workspace", "inbox": {"rules": [rule]}}
        made = changes.create("workspace", "workspace", body)
        return {}, dict(made.document), made.file
    draft = changes.drafting.draft("workspace", found.id)
    inbox = dict(draft.document.get("inbox") or {})
    rules = list(inbox.get("rules") or [])
    places = [n for n, each in enumerate(rules) if each.get("id") == rule["id"]]
    if places:
        rules[places[0]] = rule
    else:
        rules.append(rule)
    before, after = changes.save(
        "workspace", draft.id, draft.etag, {**draft.document, "inbox": {**inbox, "rules": rules}}
    )
    return dict(before.document), dict(after.document), after.file
