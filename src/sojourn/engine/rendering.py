"""Rendering messages while they are decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from sojourn.journeys.fold import Fold
from sojourn.journeys.program import Line, Program
from sojourn.journeys.sending import Slot
from sojourn.messages.content import Aborted, Outcome, Rendered, RenderError, render_many

JSON_TYPES = ("json",)


class EagerRenderer:
    """Renders every message as it is decided, and keeps the texts."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.rendered: dict[int, Rendered] = {}
        self.addresses: dict[int, str | None] = {}

    def render(self, line: Line, node: int, slot: int, messages: pl.DataFrame, fold: Fold) -> pl.DataFrame:
        """Render messages (`message`, `pno`, `at`, `entry`, `vars`, `variant`); return `reason` and `detail`."""
        operator = line.operators[node]
        spec: Slot = operator.slots[slot]  # type: ignore[attr-defined]
        profiles = profile_objects(fold, messages)
        contexts = [context_of(row, profile) for row, profile in zip(messages.iter_rows(named=True), profiles, strict=True)]
        outcomes = _outcomes(spec, messages["variant"].to_list(), contexts)
        self.addresses.update(zip(messages["message"].to_list(), messages["address"].to_list(), strict=True))
        for number, outcome in zip(messages["message"].to_list(), outcomes, strict=True):
            if isinstance(outcome, Rendered):
                self.rendered[number] = outcome
        verdicts = [verdict_of(outcome) for outcome in outcomes]
        return pl.DataFrame(verdicts, schema={"reason": pl.String, "detail": pl.String}, orient="row")


def _outcomes(slot: Slot, variants: list[int], contexts: list[dict[str, Any]]) -> list[Outcome]:
    found: list[Outcome | None] = [None] * len(contexts)
    for variant in set(variants):
        places = [i for i, own in enumerate(variants) if own == variant]
        chosen = [contexts[i] for i in places]
        locales = [context["profile"].get("locale") for context in chosen]
        for i, outcome in zip(places, render_many(slot.choice(variant).template, chosen, locales), strict=True):
            found[i] = outcome
    return [outcome for outcome in found if outcome is not None]


def profile_objects(fold: Fold, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return each row's profile as templates see it."""
    profiles = rows.select("pno").join(fold.state.profile, left_on="pno", right_on="_pno", how="left", maintain_order="left").drop("pno")
    json_columns = [name for name, kind in fold.program.attributes.items() if kind in JSON_TYPES]
    return [plain_object(row, json_columns) for row in profiles.iter_rows(named=True)]


def plain_object(row: Mapping[str, Any], json_columns: list[str]) -> dict[str, Any]:
    """Return a row with its JSON read and its instants as text."""
    made = {name: _plain(value) for name, value in row.items()}
    for name in json_columns:
        made[name] = json.loads(made[name]) if made.get(name) else None
    return made


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime | date) else value


def context_of(row: Mapping[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    """Return the objects of a template: `profile`, `event`, `entry`, what nodes kept, `message`."""
    entry = json.loads(row["entry"]) if row.get("entry") else {}
    kept = json.loads(row["vars"]) if row.get("vars") else {}
    message = {"id": row.get("message", row.get("no")), "to": row.get("address", row.get("to"))}
    return {**kept, "profile": profile, "event": entry, "entry": entry, "message": message}


def verdict_of(outcome: Outcome) -> tuple[str | None, str | None]:
    """Return the reason of a discard and its detail."""
    match outcome:
        case Rendered():
            return None, None
        case Aborted():
            return "aborted_by_template", outcome.detail
        case RenderError():
            return "render_error", outcome.detail
