"""Rendering messages while they are decided."""

from __future__ import annotations

from typing import Any

import polars as pl

from sojourn.journeys.fold import Fold
from sojourn.journeys.program import Line, Program
from sojourn.journeys.sending import Slot
from sojourn.messages.batches import render_many
from sojourn.messages.content import Aborted, Outcome, Rendered, RenderError, Template
from sojourn.messages.context import template_context

Row = dict[str, Any]


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
        about = {"of": line.origin(node), "channel": spec.spec.channel}
        json_names = [name for name, kind in fold.program.attributes.items() if kind == "json"]
        outcomes = _outcomes(spec, messages.to_dicts(), _profiles(fold, messages), about, json_names)
        self.addresses.update(zip(messages["message"].to_list(), messages["address"].to_list(), strict=True))
        for number, outcome in zip(messages["message"].to_list(), outcomes, strict=True):
            if isinstance(outcome, Rendered):
                self.rendered[number] = outcome
        verdicts = [verdict_of(outcome) for outcome in outcomes]
        return pl.DataFrame(verdicts, schema={"reason": pl.String, "detail": pl.String}, orient="row")


def _outcomes(
    slot: Slot, messages: list[Row], profiles: list[Row], about: Row, json_names: list[str]
) -> list[Outcome]:  # fmt: skip
    found: dict[int, Outcome] = {}
    for variant in {message["variant"] for message in messages}:
        template = slot.choice(variant).template
        places = [i for i, message in enumerate(messages) if message["variant"] == variant]
        contexts = [_context(template, messages[i], profiles[i], about, json_names) for i in places]
        locales = [profiles[i].get("locale") for i in places]
        found.update(zip(places, render_many(template, contexts, locales), strict=True))
    return [found[i] for i in range(len(messages))]


def _context(template: Template, message: Row, profile: Row, about: Row, json_names: list[str]) -> Row:
    told = {"no": message["message"], "at": message["at"], "to": message["address"], **about}
    return template_context(template, profile, message["entry"], message["vars"], told, json_names)


def _profiles(fold: Fold, rows: pl.DataFrame) -> list[Row]:
    """Return each row's profile."""
    known = fold.state.need()
    found = rows.select("pno").join(known, left_on="pno", right_on="_pno", how="left", maintain_order="left")
    return found.drop("pno").to_dicts()


def verdict_of(outcome: Outcome) -> tuple[str | None, str | None]:
    """Return the reason of a discard and its detail."""
    match outcome:
        case Rendered():
            return None, None
        case Aborted():
            return "aborted_by_template", outcome.detail
        case RenderError():
            return "render_error", outcome.detail
