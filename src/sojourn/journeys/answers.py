"""Answers of systems outside, as items: written down, kept for others, and told to those who wait for the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from sojourn.journeys.calls import Answer, CallRule
from sojourn.journeys.fold import Fold, as_json
from sojourn.model.instants import parse_instant
from sojourn.model.state import SCHEMAS
from sojourn.model.statuses import is_success, status_code


def take_answers(fold: Fold, rows: pl.DataFrame) -> None:
    """Write down answers (items of kind `answer`), whether or not the passage still waits for them."""
    told = [(row, json.loads(row["data"])) for row in rows.iter_rows(named=True)]
    fold.changes.remove("call", pl.Series([said["call"] for _, said in told], dtype=pl.Int64))
    fold.changes.add("answer", pl.DataFrame([_record(row, said) for row, said in told], infer_schema_length=None))
    for row, said in told:
        fold.calls.settle(said["call"], row["at"])
        keep(fold, row["name"], said.get("params"), said["status"], as_json(said["fields"]), row["at"])


def _record(row: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "passage": said["passage"], "doc": said["doc"], "node": said["node"], "pno": row["pno"], "target": row["name"],
        "at": row["at"], "status": status_code(said["status"]), "called_at": parse_instant(said["called_at"]),
    }  # fmt: skip


def keep(fold: Fold, target: str, params: str | None, status: str, fields: str, at: datetime) -> None:
    """Keep a good answer of a source that has a cache; others are never used again."""
    rule = fold.program.calls.get(target)
    if rule is None or rule.cache is None or params is None or not is_success(status):
        return
    fold.calls.keep(rule, params, Answer(status, fields, at, at + rule.cache), (at, -1))
    _store(fold, rule, [(params, at, status, fields)])


def record_cached(fold: Fold, rule: CallRule, rows: pl.DataFrame) -> None:
    """Store answers that were given on the spot (`params`, `at`, `status`, `fields`), if they may be used again."""
    if rule.cache is None or not rows.height:
        return
    told = rows.select("params", "at", "status", "fields").iter_rows()
    good = {params: (params, at, status, fields) for params, at, status, fields in told if is_success(status)}
    _store(fold, rule, list(good.values()))


def _store(fold: Fold, rule: CallRule, answers: list[tuple[str, datetime, str, str]]) -> None:
    assert rule.cache is not None
    rows = [(rule.target, params, at, at + rule.cache, status, fields) for params, at, status, fields in answers]
    if rows:
        fold.replace("cached", pl.DataFrame(rows, schema=dict(SCHEMAS["cached"]), orient="row"))
