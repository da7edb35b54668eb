"""Channels as operators see them: how each does, and letting one pause."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sojourn.channels.callbacks import ReadsCallbacks
from sojourn.channels.registry import providers
from sojourn.model.channels import CHANNEL_TYPES, ChannelType
from sojourn.model.document import Catalog
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.service.access.caller import MACHINE, Caller
from sojourn.service.runtime import Runtime

Row = dict[str, Any]
IDLE: Row = {"resting_s": 0.0, "trouble": None, "paused": False, "providers": []}


class NoSuchChannel(SojournError):
    """The workspace has no channel of that id."""

    code = "SEND-002"


class Channeling:
    """The channels of a workspace that this process has open.

    Parameters
    ----------
    runtime : Runtime
        Started, or only opened: then nothing is sent, and a pause holds from the next start on.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def all(self) -> dict[str, Row]:
        """Return how each channel does, by id: of the documents, and the types without one that are in use."""
        used, paused = self._runtime.channel_status(), self._runtime.book.paused()
        types = self._types()
        shown = [id for id, kind in types.items() if id != kind or id in used or id in paused]
        return {
            id: {
                **IDLE, **used.get(id, {}), "type": types[id], "paused": id in paused, "paused_since": paused.get(id),
                "callback": self._callback(id), "mailboxes": self._mailboxes(id),
            }
            for id in shown
        }  # fmt: skip

    def _callback(self, id: str) -> str | None:
        """Return the address that a channel's provider calls, where it has one that calls."""
        channel = self._runtime.channel(id)
        if channel is None or not any(calls_back(channel.type, way.provider) for way in channel.ways):
            return None
        return f"{self._runtime.base_url.rstrip('/')}/callbacks/{id}"

    def _mailboxes(self, id: str) -> list[Row]:
        looks = self._runtime.mail_pickup.looks()
        return [asdict(look) for name, look in sorted(looks.items()) if name.partition("/")[0] == id]

    def pause(self, id: str, caller: Caller = MACHINE) -> Row:
        """Keep a channel's messages where they are until it goes on; return `id` and `paused`."""
        self._check(id)
        before = self._runtime.book.paused()
        self._runtime.book.pause(id, self._runtime.clock.now())
        return self._told(id, "channel.pause", caller, was_paused=id in before)

    def resume(self, id: str, caller: Caller = MACHINE) -> Row:
        """Let a channel go on; return `id` and `paused`."""
        self._check(id)
        before = self._runtime.book.paused()
        self._runtime.book.resume(id)
        return self._told(id, "channel.resume", caller, was_paused=id in before)

    def _told(self, id: str, action: str, caller: Caller, *, was_paused: bool) -> Row:
        self._runtime.heed_pauses()
        paused = id in self._runtime.book.paused()
        self._runtime.audit.record(caller, action, f"channel/{id}", {"paused": was_paused}, {"paused": paused})
        return {"id": id, "paused": paused}

    def _check(self, id: str) -> None:
        known = self._types()
        if id not in known:
            near = did_you_mean(id, known)
            raise NoSuchChannel(f"there is no channel `{id}`{near}", hint=f"there are {', '.join(known)}")

    def _types(self) -> dict[str, str]:
        """Return the type of each channel: of the documents, and the types that have none."""
        catalog: Catalog = self._runtime.engine.processor.audiences.catalog
        found = {id: str(channel.type) for id, channel in catalog.all("channel").items()}
        return found | {kind: kind for kind in CHANNEL_TYPES if kind not in found.values()}


def calls_back(kind: ChannelType, provider: str) -> bool:
    """Tell whether a provider tells by calls what became of messages, or passes texts on that come in."""
    found = providers(kind).get(provider)
    return isinstance(found, type) and issubclass(found, ReadsCallbacks)
