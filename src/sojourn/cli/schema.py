"""`sojourn schema`: the JSON Schema of all kinds of document, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic.json_schema import models_json_schema

import sojourn.workspace  # noqa: F401  (fills the registry of kinds)
from sojourn.model.document import KINDS


def schema(
    out: Annotated[Path | None, typer.Argument(help="File to write; without it the schema is printed.")] = None,
) -> None:
    """Write the JSON Schema of all kinds of document, for completion and checks in editors."""
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")


def json_schema() -> dict[str, Any]:
    """Return one schema that every document meets, chosen by its `kind`.

    References
    ----------
    JSON Schema, draft 2020-12.
    """
    keys, definitions = models_json_schema(
        [(model, "validation") for model in KINDS.values()], title="Sojourn documents"
    )
    cases = [
        {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": keys[model, "validation"]}
        for kind, model in sorted(KINDS.items())
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sojourn document",
        "type": "object",
        "required": ["kind", "id"],
        "properties": {"kind": {"enum": sorted(KINDS)}},
        "allOf": cases,
        "$defs": definitions["$defs"],
    }
