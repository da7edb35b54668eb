"""A provider whose messages are rather lost than sent twice: what may have been handed over is reported instead."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from sojourn.channels.port import Failed, Outgoing, Provider, Receipt, Retry, Settings, SoftBounced
from sojourn.store.delivery_book import DeliveryBook

UNKNOWN: Final = "it may have been handed over already, and its channel sends at most once"


class AtMostOnce:
    """Notes each message durably before its provider gets it, and refuses those that were noted before.

    A message that surely was not handed over is forgotten, and may be tried again; one of which nobody knows fails: it
    is in the list of dead letters, where a person decides.

    Parameters
    ----------
    provider : Provider
        Sends.
    book : DeliveryBook
        Outlives the process.
    """

    settings_model: ClassVar[type[Settings]] = Settings

    def __init__(self, provider: Provider, book: DeliveryBook, surroundings: Any = None) -> None:
        self.provider = provider
        self.parallel = provider.parallel
        self._book = book

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Send what was never begun."""
        known = await asyncio.to_thread(self._book.begin, [message.no for message in batch])
        fresh = [message for message in batch if message.no not in known]
        receipts = dict(zip([message.no for message in fresh], await self._attempt(fresh), strict=True))
        unsent = [no for no, receipt in receipts.items() if isinstance(receipt, Retry | SoftBounced)]
        if unsent:
            await asyncio.to_thread(self._book.end, unsent)
        return [receipts.get(message.no, Failed(UNKNOWN)) for message in batch]

    async def close(self) -> None:
        """Close the provider."""
        await self.provider.close()

    async def _attempt(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        if not batch:
            return []
        receipts = await self.provider.send(batch)
        return [
            Failed(f"{receipt.reason}; {UNKNOWN}") if isinstance(receipt, Retry) and receipt.attempted else receipt
            for receipt in receipts
        ]
