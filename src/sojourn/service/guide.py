"""The guide's pages have a few scripts inside: each page may run its own, told by their hashes, and no other."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from sojourn.service.access.headers import PAGE

FOLDER: Final = "docs/"
SELF: Final = b"script-src 'self'"
_SCRIPT: Final = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL | re.IGNORECASE)


def policy_of(page: Path) -> str:
    """Return the Content Security Policy of a page of the guide."""
    return _policy(page, page.stat().st_mtime_ns)


@lru_cache(maxsize=500)
def _policy(page: Path, _changed: int) -> str:
    hashes = b" ".join(b"'%s'" % each for each in script_hashes(page.read_bytes()))
    return PAGE.replace(SELF, SELF + b" " + hashes if hashes else SELF).decode()


def script_hashes(html: bytes) -> list[bytes]:
    """Return the hashes of the scripts that stand in a page, as policies have them; what is only data has none.

    Examples
    --------
    >>> script_hashes(b'<script src="a.js"></script><script type="application/json">{}</script><script>a()</script>')
    [b'sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4=']
    """
    found = [
        match["text"] for match in _SCRIPT.finditer(html)
        if b"src=" not in match["attributes"] and b"json" not in match["attributes"]
    ]  # fmt: skip
    return [b"sha256-" + base64.b64encode(hashlib.sha256(text).digest()) for text in dict.fromkeys(found)]
