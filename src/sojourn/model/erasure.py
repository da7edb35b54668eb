"""How people who were erased are known again, without being named."""

from __future__ import annotations

import hashlib


def digest_of(salt: str, id: str) -> str:
    """Return what stands for an id that must be known again and not be read.

    Examples
    --------
    >>> digest_of("salt", "ann") == digest_of("salt", "ann"), len(digest_of("salt", "ann"))
    (True, 64)
    """
    return hashlib.sha256(f"{salt}/{id}".encode()).hexdigest()
