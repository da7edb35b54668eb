"""Sojourn: a self-hosted customer engagement engine."""

from sojourn.engine.simulator import Simulation, simulate
from sojourn.model.errors import DocumentError
from sojourn.workspace import load_workspace

__all__ = ["DocumentError", "Simulation", "load_workspace", "simulate"]
