"""Providers that send messages one by one over HTTP: so many at once, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sojourn.channels.answers import not_sent
from sojourn.channels.http import Http, HttpFailed, HttpRefused
from sojourn.channels.port import Outgoing, Receipt


class Singly:
    """What providers share that make a request for each message.

    Parameters
    ----------
    http : Http
        Closed with the provider.
    parallel : int
        Requests at once.

    Attributes
    ----------
    alone : bool
        Whether each message has a server of its own, whose trouble says nothing about the others.
    """

    alone = False

    def __init__(self, http: Http, parallel: int) -> None:
        self.http = http
        self.parallel = parallel
        self._free = asyncio.Semaphore(parallel)

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Send all messages of a batch, as many at once as may be."""
        return list(await asyncio.gather(*map(self._send, batch)))

    async def close(self) -> None:
        """Close all connections."""
        await self.http.close()

    async def send_one(self, message: Outgoing) -> Receipt:
        """Send one message.

        Raises
        ------
        HttpRefused, HttpFailed
            There was no answer; `send` makes the receipt.
        """
        raise NotImplementedError

    async def _send(self, message: Outgoing) -> Receipt:
        async with self._free:
            try:
                return await self.send_one(message)
            except (HttpRefused, HttpFailed) as error:
                return not_sent(error, alone=self.alone)
