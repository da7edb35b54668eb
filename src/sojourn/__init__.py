"""Sojourn: a self-hosted customer engagement engine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sojourn.engine.simulator import Simulation, simulate
    from sojourn.model.errors import DocumentError
    from sojourn.workspace import load_workspace

__all__ = ["DocumentError", "Simulation", "load_workspace", "simulate"]

_HOMES = {
    "DocumentError": "sojourn.model.errors",
    "Simulation": "sojourn.engine.simulator",
    "load_workspace": "sojourn.workspace",
    "simulate": "sojourn.engine.simulator",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that a small command starts quickly."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sojourn' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
