"""What a provider is: a class that takes rendered messages and says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol

import msgspec
from pydantic import BaseModel, ConfigDict

from sojourn.channels.http import OpenHttp
from sojourn.model.channels import ChannelType
from sojourn.model.display import Display
from sojourn.model.secrets import Vault


class Settings(BaseModel):
    """Settings of a provider, as in ``settings`` of a channel document; unknown ones are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outgoing(msgspec.Struct, frozen=True):
    """A rendered message on its way out.

    Attributes
    ----------
    no : int
        The message's number.
    key : str
        The same for every attempt at this message, in this workspace only; letters, digits and dots.
    profile_id : str
        Whose message it is.
    of : str
        Its origin, ``journey/node`` or a campaign's id.
    to : str or None
        The address; None for channels that need none.
    fields : mapping
        The rendered fields of the template (``subject``, ``html``, ``text``, ``title``, …).
    at : datetime
        The instant of the message.
    unsubscribe_url : str or None
        Where one click unsubscribes; None where the message has no such link.
    status_url : str or None
        Where the provider may say what becomes of the message; None where it has no channel document.
    display : Display or None
        When and how it is shown, where that is said.
    ticket : str or None
        What a page reports about it with; None where it is shown on none.
    """

    no: int
    key: str
    profile_id: str
    of: str
    to: str | None
    fields: Mapping[str, Any]
    at: datetime
    unsubscribe_url: str | None = None
    status_url: str | None = None
    display: Display | None = None
    ticket: str | None = None


class Sent(msgspec.Struct, frozen=True):
    """The provider has taken the message over.

    Attributes
    ----------
    detail : mapping
        What the provider says of it (its id there, segments); stands in the feedback item.
    """

    detail: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Failed(msgspec.Struct, frozen=True):
    """The provider refuses this message for good."""

    reason: str


class Bounced(msgspec.Struct, frozen=True):
    """The address does not exist or takes no mail; sending to it again harms (a hard bounce)."""

    code: int
    reason: str


class SoftBounced(msgspec.Struct, frozen=True):
    """The address takes no message now (a full mailbox, greylisting); a later try may succeed."""

    code: int
    reason: str


class Retry(msgspec.Struct, frozen=True):
    """The provider cannot be reached or asks to wait; nothing is wrong with the message.

    Attributes
    ----------
    reason : str
        What happened.
    after_s : float or None
        Seconds that the provider asks to wait; None: the usual back-off.
    attempted : bool
        Whether only this message waits: it may have been handed over (the connection broke after its end), or what is
        wrong is its own address. Otherwise the whole channel rests.
    """

    reason: str
    after_s: float | None = None
    attempted: bool = False


Receipt = Sent | Failed | Bounced | SoftBounced | Retry


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a provider may use of its workspace.

    Attributes
    ----------
    data_dir : Path
        ``DIR/data``.
    channel_type : str
        Type of the channel document that the provider serves.
    channel : str
        Its id; the type where there is no document.
    open_http : callable
        Opens connections of the provider's own, which it closes.
    now : callable
        Returns the instant of this machine, which signatures and tokens are made for.
    vault : Vault
        Reveals the secrets of the settings.
    """

    data_dir: Path
    channel_type: ChannelType
    channel: str
    open_http: OpenHttp
    now: Callable[[], datetime]
    vault: Vault = field(default_factory=Vault)


class Provider(Protocol):
    """A way out of one channel document; made once, used from one event loop.

    Attributes
    ----------
    settings_model : type of Settings
        Describes ``settings`` of the channel document; the studio makes its form from it.
    parallel : int
        How many calls of `send` may run at once.
    """

    settings_model: ClassVar[type[Settings]]
    parallel: int

    def __init__(self, settings: Any, surroundings: Surroundings) -> None: ...

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Hand messages over, in order.

        Returns
        -------
        list of Receipt
            One per message, in order. A provider does not raise for what the outside world does.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...
