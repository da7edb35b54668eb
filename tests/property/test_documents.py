"""Any text and any map is a workspace or is refused with problems that have a place, soon."""

from __future__ import annotations

import json
import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sojourn.model.errors import DocumentError
from sojourn.model.reader import read_bytes
from sojourn.workspace import read_workspace
from tests.property.worlds import COMMON, World, search, worlds

YAML = r"""
    kind: journey id: j entry: {type: event, nodes: - [ ] } { & * &a *a !!python/object << ? | > ' " # \ %YAML --- ...
    1e400 0x 2026-13-01 no on ~ null .inf
"""
SOUP = st.lists(st.sampled_from([*YAML.split(), "\n", "\n  ", "\t", "\0", "\ud7ff"]), max_size=40).map(" ".join)
SECONDS = 10


@given(st.one_of(SOUP.map(str.encode), st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@search(150)
def test_any_bytes_are_documents_or_problems(data: bytes) -> None:
    began = time.perf_counter()
    documents, problems = read_bytes(data, "x.yaml")
    assert all(problem.message for problem in problems)
    assert all(document.file == "x.yaml" for document in documents)
    assert time.perf_counter() - began < SECONDS


WORDS = "purchase seoul t-email j1 n0 1d 14:00 2026-03-02T00:00:00Z profile.city"
FIELDS = "event type id all not for at where of zzz"
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(WORDS.split())
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(FIELDS.split()), inner, max_size=3)
    ),
    max_leaves=5,
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, child in inner for path in paths(child, (*here, key)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@given(world=worlds(), data=st.data())
@search(60)
def test_a_document_with_anything_anywhere_is_read_or_refused(world: World, data: st.DataObject) -> None:
    documents = [*COMMON[-3:], *world.documents[len(COMMON) :]]
    place = data.draw(st.sampled_from([path for path in paths(documents) if path]))
    began = time.perf_counter()
    try:
        read_workspace(put(documents, place, data.draw(VALUES)))
    except DocumentError as refusal:
        assert all(problem.message for problem in refusal.errors)
    assert time.perf_counter() - began < SECONDS


@given(worlds())
@search(15)
def test_documents_survive_json(world: World) -> None:
    once = read_workspace(world.documents)
    bodies = [json.loads(json.dumps(raw.body)) for raw in once.raw.values()]
    again = read_workspace(bodies)
    assert [raw.body for raw in again.raw.values()] == bodies == world.documents
    assert again.catalog == once.catalog
