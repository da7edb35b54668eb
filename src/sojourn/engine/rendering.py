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
from sojourn.messages.content import Aborted, Outcome, Rendered, RenderError, Template, render_many
from sojourn.messages.context import template_context

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
        outcomes = _outcomes(spec, messages.to_dicts(), profiles)
        self.addresses.update(zip(messages["message"].to_list(), messages["address"].to_list(), strict=True))
        for number, outcome in zip(messages["message"].to_list(), outcomes, strict=True):
            if isinstance(outcome, Rendered):
                self.rendered[number] = outcome
        verdicts = [verdict_of(outcome) for outcome in outcomes]
        return pl.DataFrame(verdicts, schema={"reason": pl.String, "detail": pl.String}, orient="row")


def _outcomes(slot: Slot, messages: list[dict[str, Any]], profiles: list[dict[str, Any]]) -> list[Outcome]:
    found: dict[int, Outcome] = {}
    for variant in {message["variant"] for message in messages}:
        template = slot.choice(variant).template
        places = [i for i, message in enumerate(messages) if message["variant"] == variant]
        contexts = [_context(template, messages[i], profiles[i]) for i in places]
        locales = [profiles[i].get("locale") for i in places]
        found.update(zip(places, render_many(template, contexts, locales), strict=True))
    return [found[i] for i in range(len(messages))]


def _context(template: Template, message: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    about = {"no": message["message"], "at": _plain(message["at"]), "to": message["address"]}
    return template_context(template, profile, message["entry"], message["vars"], about)


def profile_objects(fold: Fold, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return each row's profile as templates see it."""
    profiles = (
        rows.select("pno")
        .join(fold.state.need(), left_on="pno", right_on="_pno", how="left", maintain_order="left")
        .drop("pno")
    )
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


def verdict_of(outcome: Outcome) -> tuple[str | None, str | None]:
    """Return the reason of a discard and its detail."""
    match outcome:
        case Rendered():
            return None, None
        case Aborted():
            return "aborted_by_template", outcome.detail
        case RenderError():
            return "render_error", outcome.detail
