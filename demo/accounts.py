"""Do the counts add up? What was decided against what became of it, and the store against the mail server."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx
import msgspec
from rich.console import Group, RenderableType


class Tally(msgspec.Struct, frozen=True):
    """The messages of one channel: each is in exactly one of these places."""

    channel: str
    targeted: int
    sent: int
    pending: int
    held: int
    failed: int
    bounced: int
    discarded: dict[str, int]

    @property
    def accounted(self) -> int:
        """How many messages are in some place."""
        return self.sent + self.pending + self.held + self.failed + sum(self.discarded.values())


class Report(msgspec.Struct, frozen=True):
    """What ``GET /api/documents/ID/report`` says, as far as it is counted here."""

    id: str
    channels: list[Tally]


class NotAddingUp(Exception):
    """Two counts that must be equal are not."""


def check_accounts(client: httpx.Client, documents: Sequence[str], seen: Counter[str]) -> RenderableType:
    """Check the counts against one another and against what the mail server saw.

    Parameters
    ----------
    client
        Knows the server's address and a key.
    documents
        Whose messages.
    seen
        What came to the mail server: ``received``, and ``refused``.

    Raises
    ------
    NotAddingUp
        A message was lost, or counted twice.
    """
    reports = [_report(client, document) for document in documents]
    lines = [_sum(report.id, tally) for report in reports for tally in report.channels]
    handed_over = sum(tally.sent for report in reports for tally in report.channels if tally.channel == "email")
    came = seen["received"] + seen["refused"]
    if handed_over != came:
        raise NotAddingUp(f"the store says that {handed_over:,} e-mails were handed over, the mail server saw {came:,}")
    last = (
        f"e-mails handed over, says the store: {handed_over:,} = {seen['received']:,} received + "
        f"{seen['refused']:,} refused, says the mail server"
    )
    return Group("The counts add up:", *(f"  {line}" for line in (*lines, last)))


def _report(client: httpx.Client, document: str) -> Report:
    answer: Any = client.get(f"/api/documents/{document}/report").raise_for_status()
    return msgspec.json.decode(answer.content, type=Report)


def _sum(document: str, tally: Tally) -> str:
    if tally.targeted != tally.accounted:
        raise NotAddingUp(f"{document}: {tally.targeted:,} {tally.channel} targeted, {tally.accounted:,} accounted for")
    reasons = " + ".join(f"{count:,} {reason}" for reason, count in tally.discarded.items())
    return (
        f"{document}, {tally.channel}: {tally.targeted:,} targeted = {tally.sent:,} sent + {tally.pending:,} pending + "
        f"{tally.held:,} held + {tally.failed:,} failed{f' + {reasons}' if reasons else ''}"
    )
