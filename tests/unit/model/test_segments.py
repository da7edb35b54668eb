"""Segments of text messages, at their edges."""

import pytest

from sojourn.model.segments import EXTENSION, GSM, segments_of


@pytest.mark.parametrize(
    ("text", "count", "encoding", "units"),
    [
        ("", 1, "GSM-7", 0),
        ("a" * 160, 1, "GSM-7", 160),
        ("a" * 161, 2, "GSM-7", 161),
        ("a" * 306, 2, "GSM-7", 306),
        ("a" * 307, 3, "GSM-7", 307),
        ("a" * 158 + "€", 1, "GSM-7", 160),
        ("a" * 159 + "€", 2, "GSM-7", 161),
        ("a" * 152 + "€" + "a" * 152, 3, "GSM-7", 306),  # the euro sign is not cut in two
        ("가" * 70, 1, "UCS-2", 70),
        ("가" * 71, 2, "UCS-2", 71),
        ("가" * 134, 2, "UCS-2", 134),
        ("가" * 135, 3, "UCS-2", 135),
        ("😀" * 35, 1, "UCS-2", 70),
        ("a" * 66 + "😀" + "a" * 66, 3, "UCS-2", 134),  # nor is a pair of code units
        ("It’s here", 1, "UCS-2", 9),
    ],
)
def test_segments(text: str, count: int, encoding: str, units: int) -> None:
    found = segments_of(text)
    assert (found.count, found.encoding, found.units) == (count, encoding, units)


def test_the_tables_have_their_sizes() -> None:
    assert len(GSM) == 127  # 128 places, one of which leads to the extension
    assert len(EXTENSION) == 10
    assert GSM.isdisjoint(EXTENSION)


def test_what_forced_the_wider_encoding_is_named() -> None:
    assert segments_of("It’s 5 €").forced_by == "’"
    assert segments_of("Its 5 €").forced_by is None
