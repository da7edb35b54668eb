"""What was compiled before is not compiled again, unless something that it depends on is another."""

import pytest

from sojourn.expr import AudienceSpec, EventSpec, Reasoner, Scope, WorkspaceNames, compile_condition
from sojourn.expr.conditions import _Builder
from sojourn.expr.memory import MOST, _known, remembered

SCOPE = Scope(profile={"city": "string", "age": "integer"})
NAMES = WorkspaceNames(events={"bought": EventSpec("Bought")})


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []
    once = _Builder.condition

    def noted(self: _Builder, value: object, path: str) -> object:
        seen.append(value)
        return once(self, value, path)

    monkeypatch.setattr(_Builder, "condition", noted)
    _known.clear()
    return seen


def test_the_same_condition_is_compiled_once(compiled: list[object]) -> None:
    first = compile_condition("profile.age > 3", SCOPE, NAMES)
    count = len(compiled)
    again = WorkspaceNames(events={"bought": EventSpec("Bought")})
    assert compile_condition("profile.age > 3", SCOPE, again) == first
    assert len(compiled) == count


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope(profile={"city": "string", "age": "string"}), NAMES),
        (SCOPE, WorkspaceNames(events={"bought": EventSpec("Purchased")})),
    ],
    ids=["types", "events"],
)
def test_other_names_are_another_condition(compiled: list[object], scope: Scope, names: WorkspaceNames) -> None:
    value = {"all": ["profile.age is null", {"did": "bought"}]}
    first = compile_condition(value, SCOPE, NAMES)
    count = len(compiled)
    assert compile_condition(value, scope, names) != first or scope != SCOPE
    assert len(compiled) > count


@pytest.mark.parametrize(
    ("value", "again"),
    [({"did": "bought"}, False), ({"engaged": "opened", "with": "j"}, True), ({"in": "keen"}, True)],
    ids=["did", "engaged", "audience"],
)
def test_parts_of_documents_matter_to_engagement_only(compiled: list[object], value: object, again: bool) -> None:
    audiences = {"keen": AudienceSpec("where", {"engaged": "opened", "with": "j"})}
    for nodes in (["a"], ["a", "b"]):
        names = WorkspaceNames(events=NAMES.events, audiences=audiences, documents={"j": nodes})
        compiled.clear()
        compile_condition(value, SCOPE, names)  # type: ignore[arg-type]
    assert bool(compiled) == again


def test_true_is_not_one() -> None:
    assert Reasoner(SCOPE, NAMES).verdict("profile.age = 1") is None
    assert Reasoner(SCOPE, NAMES).verdict("true") == ("always", "")


def test_it_does_not_grow_without_end() -> None:
    for i in range(MOST + 10):
        remembered("number", i, SCOPE, NAMES, lambda i=i: i)  # type: ignore[misc]
    assert len(_known) == MOST
