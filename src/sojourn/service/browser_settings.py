"""What the browser clients of Segment and RudderStack ask for before they send anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

SETTINGS: Final = re.compile(r"/v1/projects/([^/]+)/settings/?")
SOURCE_CONFIG: Final = ("/sourceConfig", "/sourceConfig/")
HOST: Final = re.compile(rb"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
NEVER: Final = "1970-01-01T00:00:00.000Z"


def is_asked(path: str) -> bool:
    """Tell whether a path is that of one of these documents."""
    return path in SOURCE_CONFIG or SETTINGS.fullmatch(path) is not None


def key_of(path: str, query: bytes) -> str | None:
    """Return the write key that an address names, None when it names none."""
    found = SETTINGS.fullmatch(path)
    if found is not None:
        return found[1]
    return next(iter(parse_qs(query.decode("latin-1")).get("writeKey", [])), None)


def document(path: str, key: str, scheme: str, headers: Mapping[bytes, bytes], mount: str = "") -> bytes:
    """Return the document, as JSON.

    Parameters
    ----------
    path : str
        Of one of them; see `is_asked`.
    key : str
        A write key that is known.
    scheme, headers
        Of the request: where the client reaches this server, it shall send to.
    mount : str
        What stands before `/v1` there.

    References
    ----------
    What the clients `@segment/analytics-next` 1.84 and `@rudderstack/analytics-js` 3.34 read.
    """
    if path in SOURCE_CONFIG:
        return msgspec.json.encode(source_config(key))
    proto = headers.get(b"x-forwarded-proto", b"").decode("latin-1")
    scheme = proto if proto in ("http", "https") else scheme
    host = headers.get(b"host", b"")
    return msgspec.json.encode(settings(key, scheme, host.decode() + mount if HOST.fullmatch(host) else None))


def settings(key: str, scheme: str, host: str | None) -> dict[str, Any]:
    """Return the settings that Segment's browser client loads: send everything here, measure nothing of its own."""
    sender: dict[str, Any] = {
        "apiKey": key, "unbundledIntegrations": [], "addBundledMetadata": True, "maybeBundledConfigIds": {},
        "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
    }  # fmt: skip
    if host is not None:
        sender |= {"apiHost": f"{host}/v1", "protocol": scheme}
    everything = {"__default": {"enabled": True, "integrations": {}}}
    return {
        "integrations": {"Segment.io": sender},
        "plan": {"track": everything, "identify": {"__default": {"enabled": True}},
                 "group": {"__default": {"enabled": True}}},
        "edgeFunction": {}, "analyticsNextEnabled": True, "middlewareSettings": {}, "enabledMiddleware": {},
        "metrics": {"sampleRate": 0}, "legacyVideoPluginsEnabled": False, "remotePlugins": [],
    }  # fmt: skip


def source_config(key: str) -> dict[str, Any]:
    """Return the configuration that RudderStack's browser client loads; it names no destination but this server."""
    off = {"enabled": False}
    return {
        "source": {
            "id": "sojourn", "name": "Sojourn", "writeKey": key, "enabled": True, "workspaceId": "sojourn",
            "config": {"statsCollection": {"errors": off, "metrics": off}},
            "connections": [], "destinations": [], "dataplanes": {}, "updatedAt": NEVER,
        },
        "updatedAt": NEVER,
    }  # fmt: skip
