"""What a profile can choose of, and what it has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

import duckdb

from sojourn.messages.addresses import ATTRIBUTE
from sojourn.model.brand import Brand
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.document import Catalog
from sojourn.model.documents import Group
from sojourn.model.reasons import REFUSING
from sojourn.reports.subject import find_profile
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.reader import StoreReader

SAID: Final = "SELECT topic, status FROM consent WHERE pno = $pno"
LISTED: Final = "SELECT channel FROM suppression WHERE lower(address) = lower($address)"
PROMOTES: Final = ("email", "sms", "push", "whatsapp", "in_app", "content_card", "direct_mail")
"""Channels that a person can have an opinion of."""


@dataclass(frozen=True)
class Reader:
    """A profile as its preference centre shows it.

    Attributes
    ----------
    id : str
        The id under which it is kept.
    locale : str or None
        Its own language.
    addresses : mapping of channel to address
        Those that it has.
    suppressed : frozenset of str
        Channels whose address is on the suppression list.
    said : mapping of topic to status
        What it has said.
    """

    id: str
    locale: str | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    suppressed: frozenset[str] = frozenset()
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """A channel or a group that may be chosen.

    Attributes
    ----------
    topic : str
        `channel:email` or `group:news`.
    channel : str
        Channel type.
    status : str
        As it is.
    group : Group or None
        None for a channel.
    """

    topic: str
    channel: str
    status: str
    group: Group | None = None

    @property
    def stands(self) -> bool:
        """Whether it is subscribed to."""
        return self.status not in REFUSING

    @property
    def chosen(self) -> str:
        """The status that choosing it here gives: whoever has the signed link has got a message at the address."""
        return "opted_in" if self.group is not None and self.group.double_opt_in else "subscribed"


class Readers:
    """Reads profiles of the live store.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @property
    def catalog(self) -> Catalog:
        """The documents that run now."""
        return self._runtime.engine.processor.audiences.catalog

    def find(self, profile_id: str) -> Reader | None:
        """Return a profile by any of its ids; None when it is not there any more."""
        with closing(self._runtime.cursor()) as cursor:
            store = StoreReader(cursor)
            known = find_profile(store, profile_id)
            if known is None:
                return None
            row = store.read("SELECT * FROM profile WHERE _pno = $pno", {"pno": known["_pno"]}).row(0, named=True)
            addresses = {channel: str(row[name]) for channel, name in ATTRIBUTE.items() if row.get(name)}
            listed = frozenset(
                channel for channel, address in addresses.items()
                if CHANNEL_TYPES.index(channel) in store.read(LISTED, {"address": address})["channel"]
            )  # fmt: skip
            said = dict(store.read(SAID, {"pno": known["_pno"]}).iter_rows())
            locale = row.get("locale") or row.get("language")
            return Reader(known["profile_id"], locale, addresses, listed, said)

    def locale(self, profile_id: str) -> str | None:
        """Return the language tag of a profile, None where it has none or cannot be read now."""
        try:
            reader = self.find(profile_id)
        except duckdb.Error:
            return None
        return None if reader is None else reader.locale


def brand_of(catalog: Catalog) -> Brand:
    """Return how pages look."""
    settings = next(iter(catalog.all("workspace").values()), None)
    return Brand() if settings is None else settings.brand


def choices_of(reader: Reader, catalog: Catalog, channel: str) -> list[Choice]:
    """Return what a profile may choose of: each channel in use, followed by its groups.

    Parameters
    ----------
    channel : str
        Channel of the message that led here; it is always among them.
    """
    groups: list[Group] = [group for group in catalog.all("group").values() if not group.hidden]
    used = {channel, *(group.channel for group in groups), *(c.type for c in catalog.all("channel").values())}
    found: list[Choice] = []
    for each in [each for each in PROMOTES if each in used]:
        if each in ATTRIBUTE and each not in reader.addresses and each != channel:
            continue
        topic = f"channel:{each}"
        found.append(Choice(topic, each, reader.said.get(topic, "subscribed")))
        for group in groups:
            if group.channel == each:
                topic = f"group:{group.id}"
                found.append(Choice(topic, each, reader.said.get(topic, group.default), group))
    return found


def masked(address: str) -> str:
    """Return an address that its owner knows again, and others learn little from.

    Examples
    --------
    >>> masked("ann.smith@example.com"), masked("+821012345678")
    ('a•••@example.com', '•••5678')
    """
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}" if at else f"•••{address[-4:]}"
