"""Moving into a version that says the same changes nothing."""

from dataclasses import replace
from typing import Any

from hypothesis import given

from sojourn.engine.older import Older
from tests.property.worlds import Machine, Row, World, outcome, search, worlds


def again(document: Row) -> bool:
    """Tell whether all in a journey may move, nobody is inside twice, and another version does not read an audience."""
    if document["kind"] != "journey" or document["entry"]["type"] == "audience" or "key" in document["entry"]:
        return False
    awaited = [path for node in document["nodes"] for path in (node, *node.get("paths", ()))]
    return not any(each.get("type") == "reaction" or "reaction" in each for each in awaited)


def published_again(world: World, cuts: list[int]) -> tuple[dict[str, Any], list[Older]]:
    """Return the results where journeys are published again behind each batch, and what became of those inside."""
    machine = Machine(world)
    try:
        found, older = machine.run_publishing([d["id"] for d in world.documents if again(d)], cuts)
    finally:
        machine.close()
    steps = found["steps"]
    own = {user: [step for step in taken if step["outcome"] != "moved"] for user, taken in steps.items()}
    return {**found, "steps": own}, older


def test_moving_into_a_version_with_another_title_changes_nothing() -> None:
    moved = []

    @given(world=worlds(commands=False))
    @search(8)
    def changes_nothing(world: World) -> None:
        policy = {name: value for name, value in world.documents[-1].items() if name != "quiet_hours"}
        world = replace(world, documents=[*world.documents[:-1], policy])
        cuts = [len(world.items) // 2, len(world.items) * 3 // 4]
        found, older = published_again(world, cuts)
        moved.append(sum(each.moving for each in older))
        assert not any(each.staying for each in older)
        assert found == outcome(world, cuts=cuts)

    changes_nothing()
    assert any(moved)
