"""Documents change in their files and nothing else does."""

import copy
import difflib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from sojourn.model.reader import read_text
from sojourn.workspace.editing.document import rewrite, write_document

WORDS = st.sampled_from(
    ["id", "next", "type", "a b", "true", "no", "12", "1.5", "profile.x = 'y'", "x: y", "x #y", "- x", "{x}", "it's",
     'say "hi"', "", " x ", "한국어", "two\nlines", "end\n", "\ttab", "a\\b", "é", "~", "null", "2026-01-01", "=", "…"]
)  # fmt: skip
TEXTS = WORDS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.sampled_from([0.5, 1e-9, 2.25]) | TEXTS
KEYS = st.sampled_from(["id", "type", "next", "when", "where", "at least", "a-b", "true", "1"]) | st.text(
    st.characters(categories=["Ll", "Nd"], include_characters=" _-:#"), min_size=1, max_size=8
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
NODES = st.fixed_dictionaries({"id": st.sampled_from("abcdef")}, optional={"x": VALUES, "next": TEXTS})
DOCUMENTS = st.dictionaries(KEYS, VALUES | st.lists(NODES, max_size=5), min_size=1, max_size=6)
PAINT = st.randoms(use_true_random=False)


def body(text: str) -> dict[str, Any]:
    documents, problems = read_text(text)
    assert not problems, problems
    [document] = documents
    return document.body


@st.composite
def commented(draw: DrawFn, values: dict[str, Any]) -> str:
    """Return a document as somebody may have written it: with comments and blank lines where they change nothing."""
    text = write_document(values)
    random = draw(PAINT)
    lines: list[str] = []
    in_block: int | None = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if in_block is not None and (indent > in_block or not line.strip()):
            lines.append(line)
            continue
        in_block = indent if line.rstrip().endswith((": |", ": |-", "- |", "- |-")) else None
        if random.random() < 0.2:
            lines.append(" " * indent + f"# above {len(lines)}")
        if random.random() < 0.1:
            lines.append("")
        lines.append(line + (f"  # behind {len(lines)}" if in_block is None and random.random() < 0.2 else ""))
    return "\n".join(lines) + "\n"


@st.composite
def changed(draw: DrawFn, values: Any) -> Any:
    """Return values with some of them changed, moved, added or taken away."""
    if not isinstance(values, dict | list) or draw(st.integers(0, 9)) == 0:
        return draw(VALUES)
    places = list(values) if isinstance(values, dict) else list(range(len(values)))
    new = copy.deepcopy(values)
    if places and draw(st.booleans()):
        place = draw(st.sampled_from(places))
        new[place] = draw(changed(values[place]))
    if places and draw(st.integers(0, 3)) == 0:
        del new[draw(st.sampled_from(places))]
    if isinstance(new, list):
        if draw(st.integers(0, 2)) == 0:
            new.insert(draw(st.integers(0, len(new))), draw(VALUES | NODES))
        if draw(st.integers(0, 3)) == 0:
            new = draw(st.permutations(new))
    elif draw(st.integers(0, 2)) == 0:
        new[draw(KEYS)] = draw(VALUES)
    return new


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_a_new_document_reads_back(values: dict[str, Any]) -> None:
    assert body(write_document(values)) == values


@settings(max_examples=150, deadline=None)
@given(st.data(), DOCUMENTS)
def test_a_changed_document_reads_back_as_exactly_the_new_one(data: st.DataObject, values: dict[str, Any]) -> None:
    text = data.draw(commented(values))
    new = data.draw(changed(values))
    assume(isinstance(new, dict) and new)
    assert body(rewrite(text, new)) == new


@settings(max_examples=100, deadline=None)
@given(st.data(), DOCUMENTS)
def test_an_unchanged_document_keeps_every_byte(data: st.DataObject, values: dict[str, Any]) -> None:
    text = data.draw(commented(values))
    assert rewrite(text, body(text)) == text


@settings(max_examples=100, deadline=None)
@given(st.data(), st.lists(NODES, min_size=1, max_size=6, unique_by=lambda node: node["id"]))
def test_no_comment_of_an_element_that_stays_is_lost(data: st.DataObject, nodes: list[dict[str, Any]]) -> None:
    text = data.draw(commented({"kind": "journey", "nodes": nodes}))
    moved = data.draw(st.permutations(nodes))
    place = data.draw(st.integers(0, len(nodes)))
    moved = [*moved[:place], {"id": "new"}, *moved[place:]]
    written = rewrite(text, {"kind": "journey", "nodes": moved})
    assert sorted(notes(written)) == sorted(notes(text))


@settings(max_examples=100, deadline=None)
@given(st.data(), st.lists(st.integers(0, 99), min_size=1, max_size=8))
def test_a_change_of_one_value_changes_only_its_line(data: st.DataObject, numbers: list[int]) -> None:
    values = {
        "kind": "x",
        **{f"n{i}": {"deep": [{"id": f"i{i}", "value": number}]} for i, number in enumerate(numbers)},
    }
    text = data.draw(commented(values))
    which = data.draw(st.integers(0, len(numbers) - 1))
    new = copy.deepcopy(values)
    new[f"n{which}"]["deep"][0]["value"] = 1_000  # type: ignore[index]
    touched = [line for line in difflib.ndiff(text.splitlines(), rewrite(text, new).splitlines()) if line[0] in "+-"]
    assert [line[0] for line in touched] == ["-", "+"]


def notes(text: str) -> list[str]:
    return [line[line.index("# ") :] for line in text.splitlines() if "# above" in line or "# behind" in line]


COMMENTED = """\
# A journey.
kind: journey   # its kind
id: hello
entry: {type: event,  event: bought}  # how

nodes:
  # the first
  - id: a      # aa
    type: wait
    for: 1d
    # below a
  # the second

  - {id: b, type: email,   template: t, next: c}  # bb
  # the third
  - id: c
    text: |
      one
      two
    template: 'x'
# the end
priority: 50
"""


def move_first_to_the_end(new: dict[str, Any]) -> None:
    new["nodes"].append(new["nodes"].pop(0))


def insert_in_front(new: dict[str, Any]) -> None:
    new["nodes"].insert(0, {"id": "n0", "type": "end"})


def take_out_the_second(new: dict[str, Any]) -> None:
    del new["nodes"][1]


def change_in_brackets(new: dict[str, Any]) -> None:
    new["nodes"][1]["next"] = "d"


def change_a_text(new: dict[str, Any]) -> None:
    new["nodes"][2]["text"] = "one\nthree\n"


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (
            move_first_to_the_end,
            "  # the first\n  - id: a      # aa\n    type: wait\n    for: 1d\n    # below a\n",
            "",
        ),
        (insert_in_front, "nodes:\n", "nodes:\n  - {id: n0, type: end}\n"),
        (
            take_out_the_second,
            "  # the second\n\n  - {id: b, type: email,   template: t, next: c}  # bb\n",
            "",
        ),
        (change_in_brackets, "next: c}  # bb", "next: d}  # bb"),
        (change_a_text, "      two\n", "      three\n"),
    ],
)
def test_a_change_leaves_the_rest_as_it_is(change: Callable[[dict[str, Any]], None], before: str, after: str) -> None:
    new = body(COMMENTED)
    change(new)
    expected = COMMENTED.replace(before, after)
    if change is move_first_to_the_end:
        expected = expected.replace("# the end\n", before + "# the end\n")
    assert rewrite(COMMENTED, new) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {p: 1}\nb: *x\n",
        "a: &x\n  p: 1\n  q: [1]\nb:\n  - *x\n  - *x\n",
        "{a: 1, b: [1, 2,], c: {d: e}}\n",
        '{\n  "a": 1,\n  "b": [\n    1,\n    2\n  ]\n}\n',
        "a: [\n  1,  # one\n  2,  # two\n]\nb: x\n",
        "a:\n- 1\n- 2\nb: x\n",
        "? a\n: 1\n? b\n: [2]\n",
        "---\na: 1\nb: [1]\n...\n",
        "a: 1\r\nb:\r\n  - 1 # x\r\n  - 2\r\n",
        "a: |+\n  keep\n\nb: x\n",
        "a: plain\n  over lines\nb: 'single\n  too'\n",
    ],
    ids=range(11),
)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
@example(data=None)
def test_other_ways_to_write_are_kept_or_read_back(text: str, data: st.DataObject | None) -> None:
    values = body(text)
    assert rewrite(text, values) == text
    if data is not None:
        new = data.draw(changed(values))
        assume(isinstance(new, dict) and new)
        assert body(rewrite(text, new)) == new
