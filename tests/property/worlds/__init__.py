"""Worlds for the engine's property tests: documents, profiles and items, and ways to run them in pieces."""

from tests.property.worlds.machine import NOTHING, Machine, outcome
from tests.property.worlds.search import mostly, search
from tests.property.worlds.shop import COMMON, PEOPLE, START, TICK, Row
from tests.property.worlds.world import World, worlds

__all__ = [
    "COMMON", "NOTHING", "PEOPLE", "START", "TICK", "Machine", "Row", "World", "mostly", "outcome", "search", "worlds",
]  # fmt: skip
