"""Changes of valid inputs, by a given source of chance: of bytes, of words, of values."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from random import Random
from typing import Any

BYTES = [b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r\n", b"\t", b'"', b"'", b"\\", b"{", b"[", b"}"]
BYTES += [
    b"- ",
    b": ",
    b"&a ",
    b"*a",
    b"!!python/object:os.system ",
    b"<<: ",
    b"---\n",
    b"|\n",
    b"# ",
    b"\xf0\x9f\x98\x80",
]
DEEP: Any = 0
for _ in range(300):
    DEEP = [DEEP]
LONG_KEY = "k" * 5_000
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**40, 1e308, -0.0, float("inf"), float("nan"), 0.1,
    "", " ", "\0", "\ud800", "é", "x" * 70_000, "1", "true", "null", "1d", "-1d", "999999999999d", "P1Y", "25:00",
    "14:00", "2026-03-02T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z",
    "profile", "Europe/Berlin", "Nowhere/Atall", "../../etc/passwd", "{{ profile", "{% for", "a.b.c", "a b", "*", "%s",
    "🦆", "profile.city = 'x'", "1; drop table profile", "FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "100/s", "0/s", [], {}, [[]], [None], {"": ""}, {"all": []}, {"not": {"not": {}}}, {"id": "x"},
    {"did": "purchase", "count": 3}, {"in": "vip"}, {LONG_KEY: 1}, DEEP,
]  # fmt: skip


DEEPEST = 60


def change_bytes(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Change some bytes: flip, delete, repeat, move, put in; or go on with another input."""
    found = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4, 8])):
        at, to = sorted(rng.randrange(len(found) + 1) for _ in range(2))
        to = min(to, at + rng.choice([1, 4, 60]))
        match rng.randrange(7):
            case 0 if found:
                found[min(at, len(found) - 1)] ^= 1 << rng.randrange(8)
            case 1:
                del found[at:to]
            case 2:
                found[at:at] = rng.choice(BYTES)
            case 3:
                found[at:at] = found[at:to] * rng.choice([1, 2, 50])
            case 4:
                other = rng.choice(others)
                found[at:] = other[rng.randrange(len(other) + 1) :]
            case 5:
                found[at:at] = rng.choice([b"[", b"(", b"{", b"not ", b"- "]) * rng.choice([20, 200, 3_000])
            case _:
                piece = bytes(found[at:to])
                del found[at:to]
                where = rng.randrange(len(found) + 1)
                found[where:where] = piece
    return bytes(found)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values inside a value, but of those that lie very deep in it."""
    if len(here) == DEEPEST:
        return [here]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, child in inner for path in places(child, (*here, key)))]


def at(value: Any, path: Sequence[Any]) -> Any:
    """Return the value at a path."""
    for part in path:
        value = value[part]
    return value


def change_values(value: Any, rng: Random, words: Sequence[Any]) -> Any:
    """Return a copy in which some values are gone, twice, others', of another type, or under another name."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        paths = [path for path in places(value) if path]
        if not paths:
            return value
        path = rng.choice(paths)
        owner, last = at(value, path[:-1]), path[-1]
        match rng.randrange(7):
            case 0:
                owner[last] = copy.deepcopy(rng.choice(VALUES))
            case 1:
                del owner[last]
            case 2:
                owner[last] = copy.deepcopy(at(value, rng.choice(paths)))
            case 3 if isinstance(owner, list):
                owner.insert(rng.randrange(len(owner) + 1), copy.deepcopy(owner[last]))
            case 3 | 4:
                owner[last] = copy.deepcopy(rng.choice(words))
            case 5 if isinstance(owner, dict):
                owner[rng.choice([*map(str, words[:40]), "zzz", "", "next", "of"])] = owner.pop(last)
            case _:
                owner[last] = [owner[last]] if rng.random() < 0.5 else {"not": owner[last]}
    return value


def change_words(text: str, rng: Random, words: Sequence[str]) -> str:
    """Change some words of a text: put in, take out, swap, repeat, nest."""
    parts = text.split(" ")
    for _ in range(rng.choice([1, 2, 3, 6])):
        where = rng.randrange(len(parts) + 1)
        match rng.randrange(6):
            case 0 | 1:
                parts.insert(where, rng.choice(words))
            case 2 if parts:
                parts.pop(min(where, len(parts) - 1))
            case 3 if parts:
                parts[min(where, len(parts) - 1)] = rng.choice(words)
            case 4:
                parts[where:where] = [rng.choice(words)] * rng.choice([3, 60, 600])
            case _:
                text = " ".join(parts)
                cut = rng.randrange(len(text) + 1)
                parts = (
                    text[:cut] + rng.choice(["(", ")", "'", '"', "%}", "{{", "\0", "é", "|", "--", "/*"]) + text[cut:]
                ).split(" ")
    return " ".join(parts)
