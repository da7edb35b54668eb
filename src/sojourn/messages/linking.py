"""Parameters behind the addresses of links, such as those of UTM."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from sojourn.messages.anchors import ANCHOR, HREF, alias_of, is_web, value_of
from sojourn.model.channels import ChannelType
from sojourn.model.links import Links

_URL: Final = re.compile(r"https?://[^\s<>\"')]+", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_ADDRESSES: Final = ("url",)
"""Fields of other channels than e-mail that are an address themselves."""
WORKSPACE_CHANNELS: Final[frozenset[ChannelType]] = frozenset({"email", "push", "in_app", "content_card"})
"""Channels whose links get the workspace's parameters; longer texts cost money on others, and systems are strict."""


@dataclass(frozen=True)
class Decoration:
    """What is put behind the addresses of one message's links.

    Parameters
    ----------
    parameters : tuple of (name, value)
        Values may have placeholders.
    hosts : tuple of str or None
        Only addresses of these hosts, and of hosts below them, are changed; None: all.
    about : tuple of (name, value)
        What the placeholders stand for, but ``link``.
    """

    parameters: tuple[tuple[str, str], ...]
    hosts: tuple[str, ...] | None = None
    about: tuple[tuple[str, str], ...] = ()

    def url(self, url: str, alias: str = "", own: str = "") -> str:
        """Return an address with its parameters; one that it has already stays, as does what is no web address.

        Addresses below `own`, those of this server, stay as they are.

        Examples
        --------
        >>> decoration = Decoration((("utm_source", "mail"), ("utm_content", "{link}")))
        >>> decoration.url("https://a.example/x?y=1#top", "buy now")
        'https://a.example/x?y=1&utm_source=mail&utm_content=buy%20now#top'
        """
        if not is_web(url) or (own and url.startswith(own)):
            return url
        try:
            parts = urlsplit(url)
        except ValueError:
            return url
        if not self._covers((parts.hostname or "").lower()):
            return url
        has = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        more = [f"{name}={value}" for name, value in self._values(alias) if name not in has]
        return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, *more]))))

    def _covers(self, host: str) -> bool:
        return self.hosts is None or any(host == known or host.endswith(f".{known}") for known in self.hosts)

    def _values(self, alias: str) -> tuple[tuple[str, str], ...]:
        return _values(self, alias)

    def html(self, html: str, own: str = "") -> str:
        """Return HTML whose links have the parameters; ``{link}`` is a link's alias, else its place from 1."""
        place = 0

        def rewrite(anchor: re.Match[str]) -> str:
            nonlocal place
            tag = anchor.group()
            href = HREF.search(tag)
            url = unescape(value_of(href)).strip() if href else ""
            if href is None or not is_web(url):
                return tag
            place += 1
            changed = self.url(url, alias_of(tag) or str(place), own)
            return f'{tag[: href.start()]}href="{escape(changed)}"{tag[href.end() :]}'

        return ANCHOR.sub(rewrite, html)

    def text(self, text: str, own: str = "") -> str:
        """Return text whose addresses have the parameters."""
        place = 0

        def rewrite(found: re.Match[str]) -> str:
            nonlocal place
            place += 1
            url = found[0].rstrip(".,;:!?")
            return self.url(url, str(place), own) + found[0][len(url) :]

        return _URL.sub(rewrite, text)

    def fields(self, fields: Mapping[str, Any], own: str = "") -> dict[str, Any]:
        """Return the fields of a rendered message, of whatever channel, with the parameters."""
        changed = dict(fields)
        for name in _ADDRESSES:
            if isinstance(changed.get(name), str):
                changed[name] = self.url(changed[name], name)
        if isinstance(changed.get("html"), str):
            changed["html"] = self.html(changed["html"], own)
        if isinstance(changed.get("text"), str):
            changed["text"] = self.text(changed["text"], own)
        if isinstance(changed.get("buttons"), list):
            changed["buttons"] = [self._button(button, i) for i, button in enumerate(changed["buttons"], 1)]
        return changed

    def _button(self, button: Any, place: int) -> Any:
        url = button.get("url") if isinstance(button, Mapping) else None
        return button if not url else {**button, "url": self.url(url, f"button-{place}")}


@lru_cache(maxsize=2_000)
def _values(decoration: Decoration, alias: str) -> tuple[tuple[str, str], ...]:
    known = {**dict(decoration.about), "link": alias}
    filled = ((name, _PLACEHOLDER.sub(lambda m: known.get(m[1], ""), text)) for name, text in decoration.parameters)
    return tuple((quote(name, safe="[]"), quote(text, safe="")) for name, text in filled if text)


@lru_cache(maxsize=1_000)
def decoration_of(
    about: tuple[tuple[str, str], ...], workspace: Frozen | None, channel: Frozen | None, template: Frozen | None
) -> Decoration | None:
    """Return what the settings come to: the nearest says what a parameter is, and which hosts; None: nothing."""
    layers = [layer for layer in (workspace, channel, template) if layer is not None]
    parameters: dict[str, str] = {}
    hosts: tuple[str, ...] | None = None
    for layer in layers:
        parameters |= dict(layer.parameters)
        hosts = layer.hosts if layer.hosts is not None else hosts
    given = tuple((name, value) for name, value in parameters.items() if value)
    return Decoration(given, hosts, about) if given else None


@dataclass(frozen=True, slots=True)
class Frozen:
    """Settings of links that can be compared and remembered."""

    parameters: tuple[tuple[str, str], ...]
    hosts: tuple[str, ...] | None

    @classmethod
    def of(cls, links: Links | Mapping[str, Any] | None) -> Frozen | None:
        """Return settings of a document, read or as it is written."""
        if links is None:
            return None
        given = links if isinstance(links, Mapping) else links.model_dump()
        hosts = given.get("hosts")
        return cls(tuple((given.get("parameters") or {}).items()), None if hosts is None else tuple(hosts))


def decorated(
    channel_type: ChannelType,
    about: Mapping[str, str],
    workspace: Links | None,
    channel: Links | None,
    template: Frozen | None,
) -> Decoration | None:
    """Return what is put behind the links of messages.

    Parameters
    ----------
    about : mapping
        ``document``, ``node``, ``template``: what the placeholders stand for.
    workspace, channel, template
        The settings of each; the workspace's are for `WORKSPACE_CHANNELS` only.
    """
    widest = Frozen.of(workspace) if channel_type in WORKSPACE_CHANNELS else None
    named = {**about, "channel": channel_type}
    return decoration_of(tuple(sorted(named.items())), widest, Frozen.of(channel), template)
