"""Which element of a new list was which of the old one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

ALIKE = 0.5
"""From this share of equal fields on, two maps are taken for one that was changed."""


def same(left: Any, right: Any) -> bool:
    """Tell whether two values are the same in JSON: true is not 1, but 1.0 is."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def align(old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """Return for each new element the index of the old one that it is, moved or changed; None: it is new.

    Examples
    --------
    >>> align([{"id": "a"}, {"id": "b"}], [{"id": "b", "x": 1}, {"id": "c"}, {"id": "a"}])
    [1, None, 0]
    """
    found: list[int | None] = [None] * len(new)
    left, right = [_key(value) for value in old], [_key(value) for value in new]
    for start, place, length in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        for i in range(length):
            found[place + i] = start + i
    _match(found, left, right)
    _match(found, [_id(value) for value in old], [_id(value) for value in new])
    _match_alike(found, old, new)
    _match_between(found, old, new)
    return found


def _key(value: Any) -> str:
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _id(value: Any) -> str | None:
    id = value.get("id") if isinstance(value, dict) else None
    return id if isinstance(id, str) else None


def _free(found: list[int | None], count: int) -> list[int]:
    taken = {index for index in found if index is not None}
    return [index for index in range(count) if index not in taken]


def _match(found: list[int | None], old: Sequence[str | None], new: Sequence[str | None]) -> None:
    """Pair what is equal wherever it stands, first with first."""
    free: dict[str, list[int]] = {}
    for index in reversed(_free(found, len(old))):
        if (key := old[index]) is not None:
            free.setdefault(key, []).append(index)
    for place, key in enumerate(new):
        if found[place] is None and key is not None and free.get(key):
            found[place] = free[key].pop()


def _match_alike(found: list[int | None], old: Sequence[Any], new: Sequence[Any]) -> None:
    """Pair maps that share most, the best first."""
    places = [place for place, index in enumerate(found) if index is None and isinstance(new[place], dict)]
    free = [index for index in _free(found, len(old)) if isinstance(old[index], dict)]
    scores = [(_alike(old[index], new[place]), -abs(index - place), index, place) for index in free for place in places]
    taken: set[int] = set()
    for score, _, index, place in sorted(scores, key=lambda each: (-each[0], -each[1], each[2], each[3])):
        if score >= ALIKE and index not in taken and found[place] is None:
            found[place] = index
            taken.add(index)


def _alike(old: dict[str, Any], new: dict[str, Any]) -> float:
    equal = sum(1 for key, value in old.items() if key in new and same(value, new[key]))
    return equal / max(len(old.keys() | new.keys()), 1)


def _match_between(found: list[int | None], old: Sequence[Any], new: Sequence[Any]) -> None:
    """Pair what is left between the same neighbours, in order."""
    free = _free(found, len(old))
    for place, index in enumerate(found):
        before = -1 if place == 0 else found[place - 1]
        if index is None and before is not None and before + 1 in free and type(old[before + 1]) is type(new[place]):
            found[place] = before + 1
            free.remove(before + 1)
