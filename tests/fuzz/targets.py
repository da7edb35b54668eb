"""What is fuzzed: a seed to an input, and what must hold for any input; errors of the family are answers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import polars as pl

from sojourn import simulate
from sojourn.expr import (
    EntitySpec,
    Evaluator,
    EventSpec,
    Reasoner,
    Scope,
    WorkspaceNames,
    check_audience_sql,
    compile_condition,
    compile_expression,
)
from sojourn.ingest.body import ENDPOINTS, Unreadable, read_body, to_items
from sojourn.ingest.files import Events, read_file
from sojourn.messages.checking import check_template
from sojourn.messages.compiling import compile_template
from sojourn.messages.content import Aborted, Rendered, RenderError
from sojourn.model.entity import Entity
from sojourn.model.errors import DocumentError, SojournError
from sojourn.model.items import read_items
from sojourn.model.reader import read_bytes
from sojourn.workspace import load_workspace, read_workspace
from tests.fuzz import corpus
from tests.fuzz.grammar import expression
from tests.fuzz.mutations import change_bytes, change_values, change_words
from tests.fuzz.words import LIQUID_WORDS, SQL_WORDS


class Target(NamedTuple):
    """A fuzzer: makes an input from chance, takes it, and has so many inputs in `make test`."""

    make: Callable[[Random], Any]
    take: Callable[[Any], None]
    budget: int


def _file(rng: Random) -> bytes:
    files = corpus.files()
    return change_bytes(rng.choice(files), rng, files)


def _read_file(data: bytes) -> None:
    for name in ("x.yaml", "x.json"):
        found, problems = read_bytes(data, name)
        assert all(problem.message and problem.line != 0 for problem in problems)
        _load([raw.body for raw in found])


def _load(documents: list[Any]) -> None:
    try:
        workspace = read_workspace(documents)
    except DocumentError as refusal:
        assert all(problem.message and problem.code for problem in refusal.errors)
    else:
        assert all(problem.severity == "warning" for problem in workspace.warnings)


def _folder(rng: Random) -> list[bytes]:
    files = corpus.files()
    return [change_bytes(rng.choice(files), rng, files), rng.choice(files)]


def _load_folder(files: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        for i, data in enumerate(files):
            (Path(name) / f"{i}.yaml").write_bytes(data)
        try:
            assert load_workspace(Path(name)).warnings is not None
        except DocumentError as refusal:
            assert refusal.errors


def _documents(rng: Random) -> Any:
    case = rng.choice(corpus.cases())
    documents = corpus.documents(case)
    return change_values(documents, rng, corpus.words())


def _read_documents(documents: Any) -> None:
    if isinstance(documents, list):
        _load(documents)


def _run(rng: Random) -> Any:
    case = rng.choice(corpus.cases())
    items = case.get("items") or []
    documents = corpus.documents(case)
    if rng.random() < 0.6:
        documents = change_values(documents, rng, corpus.words())
    else:
        items = change_values(items, rng, corpus.words())
    return {
        **{name: case.get(name) for name in ("start", "until", "tables", "responses", "files")},
        "documents": documents,
        "items": items,
    }


def _simulate(run: Any) -> None:
    try:
        simulate(**{name: value for name, value in run.items() if value is not None})
    except SojournError as refusal:
        assert refusal.message


SCOPE = Scope(
    profile={
        "city": "string",
        "spend": "number",
        "vip": "boolean",
        "born": "date",
        "tags": "[string]",
        "seen": "timestamp",
    },
    event={"amount": "number", "sku": "string"},
    entry={"amount": "number", "list": "[integer]"},
    nodes={"look": {"status": "string", "temp": "number"}},
    document="d",
    zone="profile",
)
BOOKING = EntitySpec({"booking_id": "string", "profile_id": "string", "nights": "integer"}, "booking_id")
NAMES = WorkspaceNames(
    events={"purchase": EventSpec("purchase", None, {"amount": "number"})},
    entities={"profile": EntitySpec(SCOPE.profile, "profile_id"), "booking": BOOKING},
)
EVALUATOR = Evaluator(1)
FRAME = pl.DataFrame(
    {"pno": [1], "event": ['{"amount": 5, "sku": "x", "other": {"a": [1]}}'], "entry": ["{}"], "vars": ["{}"]}
)
PROFILES = pl.DataFrame(
    {"_pno": [1], "profile_id": ["ann"], "city": ["Seoul"], "spend": [1.5], "vip": [True], "tags": [["a"]]}
).with_columns(born=pl.lit(None, dtype=pl.Date), seen=pl.lit(None, dtype=pl.Datetime("us", "UTC")))


def _expression(rng: Random) -> str:
    if rng.random() < 0.7:
        text = expression(rng)
        return text if rng.random() < 0.9 else change_words(text, rng, SQL_WORDS)
    if rng.random() < 0.3:
        return " ".join(rng.choice(SQL_WORDS) for _ in range(rng.randrange(1, 25)))
    text = rng.choice(corpus.expressions())
    return change_words(text, rng, SQL_WORDS)


def _compile(text: str) -> None:
    try:
        compiled = compile_expression(text, SCOPE)
    except SojournError as refusal:
        assert refusal.message
        return
    assert EVALUATOR.values(FRAME, {"v": compiled}, PROFILES).height == 1
    if compiled.type == "BOOLEAN":
        Reasoner(SCOPE, NAMES).verdict(text)


def _query(text: str) -> None:
    for query in (text, f"select profile_id from profile where {text}", f"with a as ({text}) select profile_id from a"):
        assert isinstance(check_audience_sql(query, NAMES.entities), list)


MAP: dict[str, Any] = {
    "all": [
        {
            "any": [
                "profile.vip",
                {"not": {"did": "purchase", "where": "event.amount > 3", "count": {"at_least": 2}, "within": "3d"}},
            ]
        },
        {"did": "purchase", "sum": {"of": "event.amount", "at_most": 100}},
        {"subscribed": "email"},
        {"engaged": "opened", "within": "1d"},
    ]
}  # fmt: skip


def _condition(rng: Random) -> Any:
    return change_values([MAP], rng, [*corpus.expressions()[:60], *corpus.words()])


def _compile_map(values: Any) -> None:
    for value in values if isinstance(values, list) else [values]:
        try:
            compile_condition(value, SCOPE, NAMES)
        except SojournError as refusal:
            assert refusal.message
        else:
            Reasoner(SCOPE, NAMES).verdict(value)


def _liquid(rng: Random) -> str:
    if rng.random() < 0.3:
        return " ".join(rng.choice(LIQUID_WORDS) for _ in range(rng.randrange(1, 40)))
    return change_words(rng.choice([*corpus.liquids(), LOOPS]), rng, LIQUID_WORDS)


LOOPS = (
    "{% assign x = 'a' %} {% for i in (1..1000) %} {% for j in (1..1000) %} {% assign x = x | append: x %} {{ x }} "
    "{% endfor %} {% endfor %}"
)
OBJECTS = {
    "profile": {"name": "Ann", "n": 5, "list": ["a", {"b": [1]}], "text": "<p>" * 500},
    "entry": {"x": 1.5, "list": [1, None, {"a": "b"}]},
    "message": {"at": None, "no": 1},
}


def _render(text: str) -> None:
    document = {"id": "t", "channel": "email", "subject": text, "html": text, "text": text}
    letter = f"<mjml><mj-body><mj-section><mj-column>{text}</mj-column></mj-section></mj-body></mjml>"
    check_template({"id": "t", "channel": "email", "subject": "s", "mjml": letter})
    if check_template(document):
        return
    outcome = compile_template(document).render(OBJECTS)
    assert isinstance(outcome, Rendered | Aborted | RenderError)


def _body(rng: Random) -> bytes:
    calls = [{k: v for k, v in item.items() if k != "expect"} for item in rng.choice(corpus.items())]
    body: Any = {"batch": calls} if rng.random() < 0.6 else rng.choice(calls)
    if rng.random() < 0.5:
        body = change_values([body], rng, corpus.words())
        body = body[0] if body else None
    data = json.dumps(body).encode()
    return change_bytes(data, rng, [data]) if rng.random() < 0.5 else data


def _ingest(data: bytes) -> None:
    for endpoint in sorted(ENDPOINTS):
        try:
            body = read_body(data.decode("utf-8", errors="replace"), endpoint)
        except Unreadable:
            continue
        for role in ("ingest", "server"):
            intake = to_items(body, role, 1_772_000_000_000_000)  # type: ignore[arg-type]
            assert len(intake.columns) == intake.columns.frame().height
            assert len(intake.columns) + len(intake.rejects) >= len(body.raws)


def _items(rng: Random) -> Any:
    return change_values(rng.choice(corpus.items()), rng, corpus.words())


def _read_items(items: Any) -> None:
    try:
        frame = read_items(items if isinstance(items, list) else [items])
    except SojournError as refusal:
        assert refusal.message
    else:
        assert frame.height == len(items)


PERSON = Entity.model_validate(
    {
        "kind": "entity",
        "id": "profile",
        "attributes": {
            "email": "string",
            "age": "integer",
            "spend": "number",
            "vip": "boolean",
            "born": "date",
            "seen": "timestamp",
            "tags": ["string"],
            "more": "json",
        },
    }
)  # fmt: skip
CSV = b"""profile_id,email,age,spend,vip,born,seen,tags,more
ann,ann@example.com,31,1.5,true,1994-02-01,2026-03-02T00:00:00Z,"[""a"",""b""]","{""a"":1}"
"b o b","x ""y"" z",,,false,,2026-03-02 10:00:00,,
cho,"two
lines",-5,1e3,TRUE,2026-02-28,,[],null
"""
NDJSON = b"""{"profile_id":"ann","email":"a@b.co","age":31,"spend":1.5,"vip":true,"tags":["a"],"more":{"a":[1]}}
{"profile_id":"bob","age":null,"born":"1994-02-01","seen":"2026-03-02T00:00:00Z"}
{"profile_id":7,"age":"x","unknown":{}}
"""
EVENTS = b"""{"userId":"ann","event":"purchase","timestamp":"2026-03-02T00:00:00Z","properties":{"amount":5}}
{"userId":"bob","event":"visit","timestamp":"2026-03-02T00:00:01Z"}
"""


def _import(rng: Random) -> tuple[str, str, bytes]:
    ending, what, data = rng.choice(
        [("csv", "entity", CSV), ("ndjson", "entity", NDJSON), ("ndjson", "events", EVENTS), ("csv", "events", CSV)]
    )
    return ending, what, change_bytes(data, rng, [CSV, NDJSON, EVENTS])


def _import_file(given: tuple[str, str, bytes]) -> None:
    ending, what, data = given
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"x.{ending}"
        path.write_bytes(data)
        try:
            for chunk in read_file(path, PERSON if what == "entity" else Events()):
                assert chunk.good.height >= 0
                assert all(reject.reason for reject in chunk.rejects)
        except SojournError as refusal:
            assert refusal.message


TARGETS: dict[str, Target] = {
    "files": Target(_file, _read_file, 40),
    "folders": Target(_folder, _load_folder, 15),
    "documents": Target(_documents, _read_documents, 100),
    "runs": Target(_run, _simulate, 25),
    "expressions": Target(_expression, _compile, 300),
    "queries": Target(_expression, _query, 200),
    "conditions": Target(_condition, _compile_map, 150),
    "templates": Target(_liquid, _render, 300),
    "bodies": Target(_body, _ingest, 300),
    "items": Target(_items, _read_items, 300),
    "imports": Target(_import, _import_file, 60),
}
