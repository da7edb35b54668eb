"""A real SMTP server in the test's process: it takes every mail and remembers its Message-ID and when it came."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.crash.standby import free_port

MESSAGE_ID = re.compile(rb"^Message-ID:\s*<((\d+)\.[^>]+)>", re.IGNORECASE | re.MULTILINE)


@dataclass
class Sink:
    """What came.

    Attributes
    ----------
    came : dict
        By number of the message: Message-ID and instant (monotonic) of each arrival.
    welcomed : list of str
        Recipients of the mails of `welcome`, in order of arrival.
    """

    came: dict[int, list[tuple[str, float]]] = field(default_factory=lambda: defaultdict(list))
    welcomed: list[str] = field(default_factory=list)
    delay_s: float = 0.002

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        found = MESSAGE_ID.search(content)
        assert found, content[:500]
        self.came[int(found[2])].append((found[1].decode(), time.monotonic()))
        if b"\nSubject: Hello signed-up/" in content:
            self.welcomed += envelope.rcpt_tos
        await asyncio.sleep(self.delay_s)
        return "250 OK"


@contextmanager
def listening() -> Iterator[tuple[Sink, int]]:
    """Run a sink; give it with its port."""
    sink, port = Sink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()
