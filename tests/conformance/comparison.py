"""Run one conformance case and say what differs: the comparison of the shared runner, unchanged in meaning."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

import sojourn

CASES = Path(__file__).parent / "cases"
BASES = CASES / "_base"


class Yaml12(yaml.SafeLoader):
    """YAML 1.2 scalars: `on` and `no` are text, `14:00` is text."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag.rsplit(":", 1)[1] not in ("bool", "int", "float")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
Yaml12.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
Yaml12.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$|^[-+]?[0-9]+[eE][-+]?[0-9]+$"),
    list("-+.0123456789"),
)


def case_paths() -> list[Path]:
    """List the case files, in order."""
    return sorted(path for path in CASES.rglob("*.yaml") if path.parent != BASES)


def case_name(path: Path) -> str:
    """Name a case by its area and id."""
    return path.relative_to(CASES).with_suffix("").as_posix()


def instant(value: Any) -> Any:
    """Read an instant from YAML or JSON, or return the value as it is."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == "-" and value[10:11] in "T ":
        try:
            read = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return value
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    return value


def plain(value: Any) -> Any:
    """Turn YAML's own instants back into RFC 3339 text, everywhere inside a value."""
    if isinstance(value, datetime):
        return instant(value).astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def agrees(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
    """Tell whether an actual row has all that an expected row names."""
    for key, want in expected.items():
        have = actual.get(key)
        if instant(want) == instant(have):
            continue
        if isinstance(want, dict) and isinstance(have, dict) and agrees(want, have):
            continue
        return False
    return True


def pair_up(expected: Sequence[Any], actual: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Match each expected row with a different actual row; return the rows left over on both sides."""
    edges = [[j for j, have in enumerate(actual) if agrees(want, have)] for want in expected]
    taken: dict[int, int] = {}

    def place(i: int, seen: set[int]) -> bool:
        for j in edges[i]:
            if j in seen:
                continue
            seen.add(j)
            if j not in taken or place(taken[j], seen):
                taken[j] = i
                return True
        return False

    lost = [want for i, want in enumerate(expected) if not place(i, set())]
    return lost, [have for j, have in enumerate(actual) if j not in taken]


def read_case(path: Path) -> dict[str, Any]:
    """Read a case, with the documents of its bases in front of its own."""
    case: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Yaml12)
    documents: list[Any] = []
    for base in case.get("use", []):
        text = (BASES / f"{base}.yaml").read_text(encoding="utf-8")
        documents += [plain(document) for document in yaml.load_all(text, Yaml12) if document]
    case["documents"] = documents + [plain(document) for document in case.get("documents", [])]
    return case


def refusal_differences(expect: Mapping[str, Any], refusal: Any) -> list[str]:
    """Compare the errors of refused documents with the one that a case names, if it names one."""
    found = "; ".join(f"{error.path}: {error.message}" for error in refusal.errors)
    if "error" not in expect:
        return [f"refused: {found}"]
    want = expect["error"]
    for error in refusal.errors:
        says_all = all(str(word).lower() in error.message.lower() for word in want.get("says", []))
        if says_all and str(error.path).endswith(want.get("path", "")):
            return []
    return [f"refused otherwise than {want}: {found}"]


def result_differences(expect: Mapping[str, Any], result: Any) -> list[str]:
    """Compare the lists of a result with those that a case names."""
    lines = []
    for name, rows in expect.items():
        lost, extra = pair_up(plain(rows), [dict(row) for row in getattr(result, name)])
        lines += [f"{name}: missing {row}" for row in lost] + [f"{name}: not expected {row}" for row in extra]
    return lines


def differences(case: Mapping[str, Any]) -> list[str]:
    """Run one case; return what differs, as lines."""
    call = {"documents": case["documents"], "items": plain(case.get("items", []))}
    call |= {name: plain(case[name]) for name in ("start", "until")}
    call |= {name: plain(case[name]) for name in ("tables", "responses", "files") if case.get(name)}
    expect = case["expect"]
    try:
        result = sojourn.simulate(**call)
    except sojourn.DocumentError as refusal:
        return refusal_differences(expect, refusal)
    if "error" in expect:
        return [f"accepted, but {expect['error']} was expected"]
    return result_differences(expect, result)
