"""How large a file may be that is sent in a browser."""

from __future__ import annotations

from typing import Final

SIZE_LIMIT: Final = 4 * 1024**3
"""Bytes, unless `sojourn serve --max-upload` says otherwise; larger files go into the watched folder, or are read by
`sojourn import`."""
