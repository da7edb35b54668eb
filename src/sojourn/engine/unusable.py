"""Stands in for a provider that cannot be made; its messages wait until the channel document is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sojourn.channels.port import Outgoing, Receipt, Retry, Settings


class UnusableProvider:
    """Take nothing, and say why."""

    settings_model: ClassVar[type[Settings]] = Settings
    parallel = 1

    def __init__(self, settings: Any, surroundings: Any = None) -> None:
        self.reason = str(settings)

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Put everything off."""
        return [Retry(self.reason) for _ in batch]

    async def close(self) -> None:
        """Nothing is open."""
