"""Alerts of campaigns on their way to people: as e-mail, over the workspace's default e-mail channel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import duckdb

from sojourn.channels.port import Outgoing, Provider, Retry, Surroundings
from sojourn.channels.registry import make_provider
from sojourn.model.channels import ChannelType
from sojourn.model.documents import Channel

UNTOLD: Final = """
SELECT a.no, a.doc, r.id, a.run, a.activity, a."at", a.title, a.message, a.recipients, a."rows"
FROM alert a JOIN campaign_run r USING (doc, run) WHERE a.told_at IS NULL ORDER BY a.no LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """A notification that nobody has got yet."""

    no: int
    doc: int
    campaign: str
    run: int
    activity: int
    at: datetime
    title: str
    message: str | None
    recipients: list[str]
    rows: int


class Alerts:
    """Tells people of what campaigns notify them of.

    Parameters
    ----------
    channel : callable
        Returns the e-mail channel of the workspace now; None: the provider `log` takes them.
    key : callable
        Gives the same text for every attempt at a number.
    surroundings : callable
        What a provider may use, by the id and the type of its channel.
    """

    def __init__(
        self, channel: Callable[[], Channel | None], key: Callable[[int], str],
        surroundings: Callable[[str, ChannelType], Surroundings],
    ) -> None:  # fmt: skip
        self._channel = channel
        self._key = key
        self._surroundings = surroundings

    def untold(self, cursor: duckdb.DuckDBPyConnection) -> list[Alert]:
        """Return the alerts that nobody was told of, oldest first."""
        return [Alert(*row) for row in cursor.execute(UNTOLD).fetchall()]

    def tell(self, alerts: list[Alert]) -> list[int]:
        """Send alerts; return the numbers of those that are over: the others are to be tried again."""
        return asyncio.run(self._tell(alerts))

    async def _tell(self, alerts: list[Alert]) -> list[int]:
        provider = self._provider()
        try:
            return [alert.no for alert in alerts if await self._is_over(provider, alert)]
        finally:
            await provider.close()

    async def _is_over(self, provider: Provider, alert: Alert) -> bool:
        letters = [self._letter(alert, place, to) for place, to in enumerate(alert.recipients)]
        receipts = await provider.send(letters) if letters else []
        return not any(isinstance(receipt, Retry) for receipt in receipts)

    def _provider(self) -> Provider:
        channel = self._channel()
        surroundings = self._surroundings("email" if channel is None else channel.id, "email")
        if channel is None:
            return make_provider("log", {}, surroundings)
        return make_provider(channel.provider, channel.settings, surroundings)

    def _letter(self, alert: Alert, place: int, to: str) -> Outgoing:
        about = f"Campaign {alert.campaign}, run {alert.run}: {alert.rows:,} rows."
        text = f"{alert.message}\n\n{about}\n" if alert.message else f"{about}\n"
        fields = {"subject": alert.title, "text": text}
        key = f"alert.{place}.{self._key(alert.no)}"
        return Outgoing(alert.no, key, "", f"{alert.campaign}/alert", to, fields, alert.at)
