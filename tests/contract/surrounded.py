"""Surroundings of a provider in a test."""

from datetime import UTC, datetime
from pathlib import Path

from sojourn.channels.port import Surroundings
from sojourn.engine.web import opener
from sojourn.model.channels import ChannelType
from sojourn.sources.addresses import AddressRules

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def surroundings(folder: Path, kind: ChannelType, *allowed: str) -> Surroundings:
    """Return what a provider may use; only these private hosts are open to it."""
    rules = AddressRules(allowed)
    return Surroundings(folder, kind, kind, opener(lambda: rules), lambda: NOW)
