"""Valid inputs to begin with: those of the conformance cases."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import yaml

from tests.conformance.comparison import BASES, CASES, Yaml12, case_paths, plain
from tests.fuzz.mutations import places

SMALL = 20_000


@cache
def cases() -> list[dict[str, Any]]:
    """Return the conformance cases whose documents are right."""
    read = [plain(yaml.load(path.read_text(encoding="utf-8"), Yaml12)) for path in case_paths()]
    return [case for case in read if "error" not in case.get("expect", {})]


@cache
def bases() -> dict[str, list[dict[str, Any]]]:
    """Return the documents that cases share."""
    return {
        path.stem: [plain(d) for d in yaml.load_all(path.read_text(encoding="utf-8"), Yaml12) if d]
        for path in BASES.glob("*.yaml")
    }


def documents(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all documents of a case."""
    return [*(d for name in case.get("use", []) for d in _base(name)), *case["documents"]]


def _base(name: str) -> list[dict[str, Any]]:
    found = bases()[name]
    return [d for each in found for d in each.get("documents", [each])]


@cache
def files() -> list[bytes]:
    """Return files of documents: YAML in two styles, and JSON."""
    found = [path.read_bytes() for path in sorted(CASES.rglob("*.yaml"))]
    for case in cases():
        found.append(yaml.safe_dump_all(case["documents"], default_flow_style=False, allow_unicode=True).encode())
        found.append(json.dumps(case["documents"][0]).encode())
    return [data for data in found if len(data) < SMALL]


@cache
def items() -> list[list[dict[str, Any]]]:
    """Return lists of items."""
    return [case["items"] for case in cases() if case.get("items")]


def _strings() -> set[str]:
    found: set[str] = set()
    for case in cases():
        for document in documents(case):
            found |= {str(value) for path in places(document) if isinstance(value := _at(document, path), str)}
    return found


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


@cache
def words() -> list[str]:
    """Return the ids and other short texts of all documents."""
    return sorted(text for text in _strings() if len(text) < 30)


@cache
def expressions() -> list[str]:
    """Return the expressions of all documents."""
    return sorted(
        text
        for text in _strings()
        if any(sign in text for sign in ("profile.", "event.", "entry.", " = ", "(")) and "{{" not in text
    )


@cache
def liquids() -> list[str]:
    """Return the Liquid texts of all documents."""
    return sorted(text for text in _strings() if "{{" in text or "{%" in text)
