import pytest

from sojourn.model.reader import read_bytes, read_dicts, read_text


def test_scalars_are_those_of_yaml_1_2() -> None:
    text = "on: 14:00\nno: no\nyes: yes\nt: true\nn: ~\ni: 0x1f\nf: 1e3\nd: 2026-01-01T00:00:00Z\nq: '5'\no: 0o17\n"
    documents, problems = read_text(text)
    assert problems == []
    assert documents[0].body == {
        "on": "14:00",
        "no": "no",
        "yes": "yes",
        "t": True,
        "n": None,
        "i": 31,
        "f": 1000.0,
        "d": "2026-01-01T00:00:00Z",
        "q": "5",
        "o": 15,
    }


def test_every_value_has_its_position() -> None:
    documents, _ = read_text("kind: a\n---\nkind: b\nnodes:\n  - {id: x, paths: [{when: 1}]}\n", "f.yaml")
    assert [document.file for document in documents] == ["f.yaml", "f.yaml"]
    assert documents[1].position("nodes[0].paths[0].when") == (5, 28)
    assert documents[1].position("nodes[0].paths[0].when", key=True) == (5, 22)
    assert documents[1].position("nodes[0].paths[0].missing") == (5, 21)


def test_json_is_read_with_tabs_and_escaped_pairs() -> None:
    documents, problems = read_text('{\n\t"kind":\t"a",\n\t"b": "\\ud83d\\ude00"}', "f.json")
    assert problems == []
    assert documents[0].body == {"kind": "a", "b": "😀"}


def test_a_tab_is_told_what_to_do_about() -> None:
    _, problems = read_text("a:\n\tb: 1", "f.yaml")
    assert [problem.hint for problem in problems] == ["YAML is indented by spaces, never by tabs"]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: 1\na: 2", (2, 1), "the field `a` is there twice"),
        ("a: \0", (1, 4), "NUL"),
        ("- 1", (1, 1), "a document is a map"),
        ("a: b: c", (1, 5), "this is not YAML"),
        ("a: !!python/object:os.system x", (1, 4), "tags such as"),
        ("a: &a [*a]", (1, 8), "no value is anchored as `a`"),
        ("a: *b", (1, 4), "no value is anchored as `b`"),
        ("[" * 5_000, (1, 101), "nested deeper than 100"),
        ("? [1]\n: 2", (1, 3), "the name of a field is text"),
        ("a: .nan", (1, 4), "is not a number"),
        ('a: "\\0"', (None, None), "NUL"),
        ('a: "\\ud800"', (None, None), "half of a surrogate pair"),
    ],
)
def test_hostile_text_is_a_problem_with_its_place(
    text: str, place: tuple[int | None, int | None], message: str
) -> None:
    _, problems = read_text(text, "f.yaml")
    assert [(problem.file, problem.line, problem.column) for problem in problems] == [("f.yaml", *place)]
    assert message in problems[0].message


def test_aliases_are_counted_as_what_they_stand_for() -> None:
    bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
    bomb += "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    _, problems = read_text(bomb)
    assert "more than 200000 values" in problems[0].message
    documents, problems = read_text("a: &x {q: 1}\nb: *x\n")
    assert (documents[0].body, problems) == ({"a": {"q": 1}, "b": {"q": 1}}, [])


def test_documents_before_the_broken_one_are_kept() -> None:
    documents, problems = read_text("kind: a\n---\nkind: [\n")
    assert ([document.kind for document in documents], len(problems)) == (["a"], 1)


def test_bytes_that_are_too_many_or_no_text() -> None:
    assert "the limit is 1048576" in read_bytes(b"#" * (1 << 20) + b"\n")[1][0].message
    assert read_bytes(b"a: 1\nb: \xff")[1][0].line == 2


def test_maps_are_taken_as_they_are_within_limits() -> None:
    deep: list[object] = []
    for _ in range(200):
        deep = [deep]
    bad = [{"a": {1, 2}}, {"a": "\ud800"}, {"\ud800": 1}, {"a": float("nan")}, {"a": "\0"}]
    documents, problems = read_dicts([{"kind": "a", "on": (1, 2)}, {"a": deep}, 5, *bad])
    assert [document.body for document in documents] == [{"kind": "a", "on": [1, 2]}]
    assert [problem.code for problem in problems] == ["DOC-011", "DOC-012", *["DOC-010"] * len(bad)]
