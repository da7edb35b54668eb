"""Moving into a version that says the same changes nothing."""

from typing import Any

from hypothesis import given

from sojourn.engine.older import Older
from tests.property.worlds import Machine, Row, World, outcome, search, worlds


def again(document: Row) -> bool:
    """Tell whether a journey has a profile inside once, and another version of it does not read an audience anew."""
    return bool(
        document["kind"] == "journey" and document["entry"]["type"] != "audience" and "key" not in document["entry"]
    )


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
        cuts = [len(world.items) // 2, len(world.items) * 3 // 4]
        found, older = published_again(world, cuts)
        moved.append(sum(each.moving for each in older))
        assert found == outcome(world, cuts=cuts)

    changes_nothing()
    assert any(moved)
