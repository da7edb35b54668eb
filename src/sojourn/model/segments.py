"""How many parts a text message is sent in: GSM-7 where all its characters are there, else UCS-2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic table: one septet each."""
EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""The extension table: two septets each, which stay in one segment."""
Encoding = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text takes.

    Attributes
    ----------
    count : int
        Segments; each is paid for.
    encoding : str
        ``GSM-7`` or ``UCS-2``.
    units : int
        Septets (GSM-7) or UTF-16 code units (UCS-2).
    forced_by : str or None
        The first character that is in no GSM-7 table.
    """

    count: int
    encoding: Encoding
    units: int
    forced_by: str | None = None


def segments_of(text: str) -> Segments:
    """Count the segments of a text.

    References
    ----------
    3GPP TS 23.038 (alphabets), TS 23.040 (a joined segment gives six bytes to its header: 153 septets or 67 units).

    Examples
    --------
    >>> segments_of("a" * 160).count, segments_of("a" * 161).count, segments_of("가" * 70).count
    (1, 2, 1)
    >>> segments_of("10 €").units
    5
    """
    foreign = next((letter for letter in text if letter not in GSM and letter not in EXTENSION), None)
    if foreign is None:
        sizes = [2 if letter in EXTENSION else 1 for letter in text]
        return Segments(_count(sizes, 160, 153), "GSM-7", sum(sizes))
    sizes = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Segments(_count(sizes, 70, 67), "UCS-2", sum(sizes), foreign)


def _count(sizes: list[int], alone: int, joined: int) -> int:
    """Count segments that no character is cut by."""
    if sum(sizes) <= alone:
        return 1
    count, left = 1, joined
    for size in sizes:
        if size > left:
            count, left = count + 1, joined
        left -= size
    return count
