"""Calls of the Segment specification."""

from __future__ import annotations

import msgspec

from sojourn.ingest.call import ABSENT, Call, Meaning, identifier, json_text, object_text
from sojourn.ingest.reject import Refused
from sojourn.model.identity import anonymous, is_anonymous

PAGE_EVENT = "Page Viewed"
SCREEN_EVENT = "Screen Viewed"


class Identify(Call, tag="identify"):
    """Attributes of a profile, in `traits`, else in `context.traits` (as some server clients send them)."""

    traits: msgspec.Raw = ABSENT

    def meaning(self) -> Meaning:
        """Return an item of kind `identify`."""
        return Meaning("identify", None, None, object_text("traits", self.traits) or context_traits(self) or "{}")


class Track(Call, tag="track"):
    """An event; from a server and without a profile a business event."""

    without_profile = True

    event: str = ""
    properties: msgspec.Raw = ABSENT

    def meaning(self) -> Meaning:
        """Return an item of kind `track`."""
        if not self.event:
            raise Refused("no_event", "a track call needs the event's name in `event`")
        name = identifier("event", self.event)
        return Meaning("track", name, object_text("properties", self.properties) or "{}", context_traits(self))


class Page(Call, tag="page"):
    """A page view: the event `Page Viewed`, with `name` and `category` among its properties."""

    name: str | None = None
    category: str | None = None
    properties: msgspec.Raw = ABSENT

    def meaning(self) -> Meaning:
        """Return an item of kind `track`."""
        return Meaning("track", PAGE_EVENT, named_properties(self), context_traits(self))


class Screen(Page, tag="screen"):
    """A screen view: the event `Screen Viewed`, with `name` and `category` among its properties."""

    def meaning(self) -> Meaning:
        """Return an item of kind `track`."""
        return Meaning("track", SCREEN_EVENT, named_properties(self), context_traits(self))


class Group(Call, tag="group"):
    """A group, such as a company, with its traits, and that the profile belongs to it; a server may name no profile."""

    without_profile = True

    groupId: str | int | None = None
    traits: msgspec.Raw = ABSENT

    def meaning(self) -> Meaning:
        """Return an item of kind `group`."""
        if self.groupId in (None, ""):
            raise Refused("no_group", "a group call needs the group's id in `groupId`")
        group = identifier("groupId", self.groupId)
        return Meaning("group", group, object_text("traits", self.traits) or "{}", context_traits(self))


class Alias(Call, tag="alias"):
    """Two ids are one person: `previousId`, of a visitor or a user, and `userId`.

    Two users are joined by a server only: a browser's key is public.
    """

    joins_only = True

    previousId: str | int | None = None

    def meaning(self) -> Meaning:
        """Return an item of kind `alias`."""
        return Meaning("alias", self._previous(), None, None)

    def others(self) -> list[str]:
        """Return the visitor's id; that of a user is what the item itself names."""
        if self.userId in (None, ""):
            raise Refused("no_profile", "an alias call needs the id that stays in `userId`")
        previous = self._previous()
        visitor = previous if is_anonymous(previous) else anonymous(previous)
        return list(dict.fromkeys([*super().others(), visitor]))

    def _previous(self) -> str:
        if self.previousId in (None, ""):
            raise Refused("no_previous", "an alias call needs the other id in `previousId`")
        return identifier("previousId", self.previousId)


def context_traits(call: Call) -> str | None:
    """Return the attributes that came with a call."""
    return None if call.context is None else object_text("context.traits", call.context.traits)


def named_properties(page: Page) -> str:
    """Return the properties with `name` and `category`, where they are not properties already."""
    given = {key: value for key, value in (("name", page.name), ("category", page.category)) if value}
    text = object_text("properties", page.properties) or "{}"
    if not given:
        return text
    return json_text(given | msgspec.json.decode(text, type=dict[str, msgspec.Raw]))


SEGMENT_CALLS = (Identify, Track, Page, Screen, Group, Alias)
