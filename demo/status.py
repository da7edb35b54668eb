"""What the server says of itself at ``GET /api/status``, in types."""

from datetime import datetime

import httpx
import msgspec


class Items(msgspec.Struct, frozen=True):
    """How many items are in the log, and how many of them the engine has worked off."""

    appended: int = 0
    processed: int = 0


class Node(msgspec.Struct, frozen=True):
    """The counts of one node: who came, who is there now, who left and by which way."""

    id: str
    type: str = ""
    entered: int = 0
    waiting: int = 0
    left: dict[str, int] = {}


class Document(msgspec.Struct, frozen=True):
    """The counts of one published document."""

    id: str
    kind: str
    state: str = ""
    entered: int = 0
    inside: int = 0
    completed: int = 0
    exited: int = 0
    timed_out: int = 0
    failed: int = 0
    nodes: list[Node] = []
    messages: dict[str, int] = {}
    discards: dict[str, int] = {}


class Status(msgspec.Struct, frozen=True):
    """The whole answer."""

    now: datetime
    items: Items = Items()
    documents: list[Document] = []

    def messages(self, kind: str) -> int:
        """Count the messages with a feedback of one kind, over all documents."""
        return sum(document.messages.get(kind, 0) for document in self.documents)

    @property
    def behind(self) -> int:
        """How many items are durable and not yet worked off."""
        return self.items.appended - self.items.processed

    @property
    def backlog(self) -> int:
        """How many items and messages wait for the server."""
        return self.behind + self.messages("pending")


async def ask(client: httpx.AsyncClient) -> Status:
    """Read the counts from the server.

    Raises
    ------
    httpx.HTTPError
        The server cannot be reached or answers with an error.
    msgspec.ValidationError
        The answer has another shape.
    """
    answer = await client.get("/api/status")
    return msgspec.json.decode(answer.raise_for_status().content, type=Status)
