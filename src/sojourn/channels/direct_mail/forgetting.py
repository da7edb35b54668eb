"""Taking the letters to people who are erased out of files: those that wait, and those that lie at their place here."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from sojourn.channels.direct_mail.places import MANIFEST, PART
from sojourn.channels.direct_mail.spool import FOLDER, Laid, Spool
from sojourn.model.erasure import Mentions

PAGE: Final = re.compile(rb"/Type /Page\n.*?/Length (\d+)\n>>\nstream\n", flags=re.DOTALL)
"""Up to the text of a page, in the PDF files that we write."""
BLOCK: Final = 65_535
"""Bytes of a stored block of Deflate, at most (RFC 1951, 3.2.4)."""


def erase_letters(data_dir: Path, profiles: Collection[str], addresses: Collection[str]) -> None:
    """Erase the letters to profiles from what a workspace keeps, and from its files that are on this machine.

    A file becomes shorter by their rows, a PDF has empty pages instead; its manifest says so. Where letters to others
    name them there are stars, but in a PDF. A crash at any point is carried on by doing it again.
    """
    mentions = Mentions(profiles, addresses)
    for path in sorted((data_dir / FOLDER).glob("*.sqlite")):
        spool = Spool(path)
        try:
            for laid in spool.laid(profiles):
                is_pdf = laid.path.suffix == ".pdf"
                left = laid.bytes if is_pdf else laid.bytes - sum(laid.sizes[place] for place in laid.gone)
                part = laid.path.with_name(laid.path.name + PART)
                for file in (part, laid.path):
                    _cut(file, laid, left, is_pdf=is_pdf)
                if laid.path.exists():  # it got its name just now
                    part.unlink(missing_ok=True)
                spool.cut(laid.batch, left, profiles, pages_stay=is_pdf)
            spool.erase(profiles, mentions.without)
            for file, size in spool.files():
                _star(file, size, mentions)
            spool.scrub()
        finally:
            spool.close()


def _cut(file: Path, laid: Laid, left: int, *, is_pdf: bool) -> None:
    """Take letters out of a file, if it is there and as it was written; else they are out already, or it is another."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:  # taken away by who prints it
        return
    if len(content) == laid.bytes:
        content = without_pages(content, laid) if is_pdf else without_rows(content, laid)
        _replace(file, content)
    if len(content) == left:
        _tell(file, content, {"letters": laid.left})


def _star(file: Path, size: int, mentions: Mentions) -> None:
    with suppress(FileNotFoundError):
        content = file.read_bytes() if file.stat().st_size == size and file.suffix != ".pdf" else b""
        fresh = mentions.starred(content)
        if fresh != content:
            _replace(file, fresh)
            _tell(file, fresh, {})


def without_rows(content: bytes, laid: Laid) -> bytes:
    """Return a file without the letters that are to go."""
    ends = list(accumulate(laid.sizes, initial=laid.head))
    gone = [(ends[place], ends[place + 1]) for place in laid.gone]
    starts, stops = [0, *(end for _, end in gone)], [*(begin for begin, _ in gone), len(content)]
    return b"".join(content[start:stop] for start, stop in zip(starts, stops, strict=True))


def without_pages(content: bytes, laid: Laid) -> bytes:
    """Return a PDF in which the pages of the letters that are to go are empty; nothing else of it moves."""
    ends = list(accumulate(laid.sizes, initial=0))
    gone = {page for place in laid.gone for page in range(ends[place], ends[place + 1])}
    made = bytearray(content)
    for number, (begin, size) in enumerate(_pages(content)):
        if number in gone:
            made[begin : begin + size] = empty_stream(size)
    return bytes(made)


def _pages(content: bytes) -> Iterator[tuple[int, int]]:
    place = 0
    while (found := PAGE.search(content, place)) is not None:
        place = found.end() + int(found[1])
        yield found.end(), int(found[1])


def empty_stream(size: int) -> bytes:
    """Return so many bytes that Deflate (RFC 1950) unpacks to spaces.

    Examples
    --------
    >>> zlib.decompress(empty_stream(20))
    b'         '
    """
    left, blocks, text = size - 6, b"", b""
    while left:
        body = min(left - 5, BLOCK) if left - 5 <= BLOCK else BLOCK - 10  # a last block must have room for its head
        left -= body + 5
        blocks += bytes([not left]) + body.to_bytes(2, "little") + (body ^ 0xFFFF).to_bytes(2, "little") + b" " * body
        text += b" " * body
    return b"\x78\x01" + blocks + zlib.adler32(text).to_bytes(4, "big")


def _tell(file: Path, content: bytes, more: dict[str, Any]) -> None:
    """Let the manifest say what is in the file now."""
    name = file.name.removesuffix(PART)
    for path in (file.with_name(Path(name).stem + MANIFEST), file.with_name(Path(name).stem + MANIFEST + PART)):
        with suppress(FileNotFoundError, ValueError):
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            told |= more | {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            _replace(path, json.dumps(told, indent=2).encode() + b"\n")


def _replace(path: Path, content: bytes) -> None:
    """Write a file anew, at once and durably."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
