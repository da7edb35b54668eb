"""What a publication would change, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sojourn.model.reasons import Inside

Row = dict[str, Any]
WHY: Final[Mapping[str, str]] = {
    "kind": "only passages of journeys move",
    "entry": "the new version lets people in differently",
    "timezone": "the new version has another timezone",
    "removed": "the new version does not have `{step}`",
    "changed": "the new version waits otherwise at `{step}`",
    "bound": "they wait for what their version asked for",
    "repeats": "`{later}`, which they may have passed, comes again",
    "looks_back": "{reader} looks back at `{source}`",
    "held": "quiet hours or a pause hold something of theirs",
}


def rehearsed(found: Row, inside: Inside) -> Iterator[str]:
    """Yield what publishing documents would change (see `Backend.rehearse`)."""
    for document in found["documents"]:
        live = "is already live" if document["verdict"] == "already live" else "would be live"
        yield f"{document['id']}: version {document['version']} {live}"
        for version in document["inside"]:
            if version["then"] == "finish":
                yield from _older(version, inside)
    for row in found["data"]:
        yield f"{row['kind']} {row['id']}: would be {row['verdict']}"
    if not found["documents"] and not found["data"]:
        yield "nothing would change"


def _older(version: Row, inside: Inside) -> Iterator[str]:
    number = version["version"]
    if inside != "move":
        verb = "leave" if inside == "leave" else "finish on"
        yield f"  {version['profiles']} inside would {verb} version {number}"
        return
    yield f"  {version['moving']} would move from version {number}"
    for staying in version["staying"]:
        reader = f"`{staying['later']}`" if staying["later"] else "an exit"
        why = WHY[staying["reason"]].format(**staying, reader=reader)
        yield f"  {staying['passages']} at `{staying['step']}` would finish on version {number}: {why}"
