"""What providers say later: what became of a message, and texts that people send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from sojourn.model.reasons import FeedbackKind
from sojourn.model.secrets import Vault


@dataclass(frozen=True, slots=True)
class Callback:
    """A request of a provider.

    Attributes
    ----------
    url : str
        The address as the provider knows it, with its query.
    headers : mapping
        Names in lower case.
    body : bytes
        As it came.
    vault : Vault
        Reveals the secrets of the channel's settings.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    vault: Vault = field(default_factory=Vault)


@dataclass(frozen=True, slots=True)
class Status:
    """What became of the message that the address of the callback is about.

    Attributes
    ----------
    kind : str
        A kind of feedback.
    detail : mapping
        ``code`` and ``reason`` of what went wrong.
    """

    kind: FeedbackKind
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that a person has sent.

    Attributes
    ----------
    sender : str
        The person's address on the channel.
    text : str
        What it says.
    id : str
        The provider's id of it, the same when it is told again.
    """

    sender: str
    text: str
    id: str


class Forged(Exception):
    """A callback that the provider has not signed; the message has no secrets."""


class Unreadable(Exception):
    """A callback that is signed, but is not what the provider describes."""


@runtime_checkable
class ReadsCallbacks(Protocol):
    """A class of provider whose service calls back."""

    @classmethod
    def read_callback(cls, settings: Any, callback: Callback) -> Status | Inbound | None:
        """Return what a callback says; None where that changes nothing.

        Raises
        ------
        Forged
            Its signature is not the provider's.
        Unreadable
            It is not what the provider describes.
        """
        ...
