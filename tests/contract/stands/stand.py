"""What the contract suite needs of the outside of a provider."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

from sojourn.channels.port import Outgoing, Provider, Surroundings
from sojourn.channels.registry import make_provider
from sojourn.engine.web import opener
from sojourn.model.channels import ChannelType
from sojourn.sources.addresses import AddressRules
from sojourn.sources.trust import trusted

AT = datetime(2026, 3, 2, tzinfo=UTC)
Mood = Literal["takes", "refuses", "bounces", "busy", "asks", "breaks", "silent"]
"""How the outside answers: all is well; this message never; this address never; not now; not for 7 s; the connection
ends without an answer; nothing comes."""


class Stand:
    """The outside of one provider.

    Attributes
    ----------
    moods : tuple of str
        How it can answer.
    alone : bool
        Whether what is wrong with one message's address says nothing about the channel.
    secrets : tuple of str
        Texts of the settings that nobody may see.
    mood : str
        How it answers from now on.
    """

    moods: ClassVar[tuple[Mood, ...]] = ("takes",)
    alone: ClassVar[bool] = False
    secrets: ClassVar[tuple[str, ...]] = ()
    private: ClassVar[bool] = False
    """Whether it is reached over the guarded HTTP, at a private address."""
    told: ClassVar[tuple[str, ...]] = ()
    """What the provider says about a message that it took: names of the receipt's detail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mood: Mood = "takes"
        self.now = AT

    @property
    def patience(self) -> str:
        """Return how long the provider waits: short only where nothing comes."""
        return "1s" if self.mood == "silent" else "20s"

    async def start(self) -> None:
        """Begin to listen."""

    async def stop(self) -> None:
        """Listen no more."""

    def settings(self) -> dict[str, Any]:
        """Return the settings of the channel document."""
        return {}

    def address(self, no: int) -> str | None:
        """Return an address that is good."""
        return f"p{no}@a.example"

    def hostile(self) -> list[Outgoing]:
        """Return messages whose values would do harm if they were believed."""
        return []

    def fields(self, no: int) -> dict[str, Any]:
        """Return the rendered fields of a message."""
        return {"subject": f"s{no}", "text": f"t{no}", "title": "t", "body": "b"}

    def taken(self) -> int:
        """Return how many messages have arrived."""
        raise NotImplementedError

    def outgoing(self, no: int, to: str | None = None, **fields: Any) -> Outgoing:
        """Return a message."""
        address = to or self.address(no)
        return Outgoing(no, f"{no}.key", f"p{no}", "j/n", address, self.fields(no) | fields, AT)

    def provider(self, kind: ChannelType, name: str, *allowed: str) -> Provider:
        """Return the provider, for which only these private hosts are open."""
        rules = AddressRules(allowed)
        surroundings = Surroundings(
            self.folder, kind, "here", opener(lambda: rules, trust=self.trust), lambda: self.now
        )
        return make_provider(name, self.settings(), surroundings)

    def trust(self) -> Any:
        """Return whom TLS trusts."""
        return trusted()
