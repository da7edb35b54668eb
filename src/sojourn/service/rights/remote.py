"""What is done for people's rights through a running server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import httpx

Row = dict[str, Any]
Ask = Callable[..., httpx.Response]


class RightsBackend(Protocol):
    """What commands do, whether the server runs or not (`service.rights.rights.Rights`)."""

    def export(self, id: str, to: Path) -> None:
        """Write all that is held about a person to a zip file."""
        ...

    def erase(self, ids: Sequence[str], *, suppress: bool = False) -> Row:
        """Erase people."""
        ...

    def preferences_url(self, id: str) -> str:
        """Return a signed link to a person's preference centre."""
        ...

    def suppressed(self, search: str = "", channel: str | None = None, after: int = 0, limit: int = 50) -> Row:
        """Return a page of the suppression list."""
        ...

    def suppression_list(self, *, raw: bool = False) -> Iterator[str]:
        """Yield the suppression list as CSV."""
        ...

    def suppress(self, channel: str, address: str) -> Row:
        """Put an address on the list."""
        ...

    def unsuppress(self, channel: str, address: str) -> Row:
        """Take an address off the list."""
        ...

    def take_suppressions(self, lines: Iterable[str], channel: str = "email") -> Row:
        """Take a list of addresses in."""
        ...


class RemoteRights:
    """A `RightsBackend` over HTTP.

    Parameters
    ----------
    ask : callable
        Makes a call (`httpx.Client.request`) and raises what the server refuses.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def export(self, id: str, to: Path) -> None:
        """Write all that is held about a person to a zip file."""
        to.write_bytes(self._ask("POST", "/api/people/export", json={"profile": id}).content)

    def erase(self, ids: Sequence[str], *, suppress: bool = False) -> Row:
        """Erase people, for as long as it takes."""
        wish = {"profiles": list(ids), "suppress": suppress}
        return self._row("POST", "/api/people/erase", json=wish, timeout=httpx.Timeout(None, connect=5))

    def preferences_url(self, id: str) -> str:
        """Return a signed link to a person's preference centre."""
        return str(self._row("POST", "/api/people/preferences-link", json={"profile": id})["url"])

    def suppressed(self, search: str = "", channel: str | None = None, after: int = 0, limit: int = 50) -> Row:
        """Return a page of the suppression list."""
        asked: Row = {"search": search, "after": after, "limit": limit} | ({"channel": channel} if channel else {})
        return self._row("GET", "/api/suppressions", params=asked)

    def suppression_list(self, *, raw: bool = False) -> Iterator[str]:
        """Return the suppression list as CSV."""
        return iter([self._ask("GET", "/api/suppressions/export", params={"raw": raw}).text])

    def suppress(self, channel: str, address: str) -> Row:
        """Put an address on the list."""
        return self._row("POST", "/api/suppressions", json={"channel": channel, "address": address})

    def unsuppress(self, channel: str, address: str) -> Row:
        """Take an address off the list."""
        return self._row("POST", "/api/suppressions/remove", json={"channel": channel, "address": address})

    def take_suppressions(self, lines: Iterable[str], channel: str = "email") -> Row:
        """Take a list of addresses in."""
        text = "".join(lines).encode()
        return self._row(
            "POST", "/api/suppressions/import", content=text, params={"channel": channel},
            headers={"Content-Type": "text/csv"},
        )  # fmt: skip

    def _row(self, method: str, path: str, **more: Any) -> Row:
        return cast(Row, self._ask(method, path, **more).json())
