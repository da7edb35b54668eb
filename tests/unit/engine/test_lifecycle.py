"""Which commands a document takes in which state, and what it says to the others."""

import pytest

from sojourn.engine.lifecycle import NotInThisState, check_command
from sojourn.model.reasons import Lifecycle


@pytest.mark.parametrize(
    ("command", "takers"),
    [
        ("pause", {"live"}),
        ("resume", {"paused"}),
        ("close", {"live", "paused"}),
        ("stop", {"live", "paused", "closed"}),
        ("confirm", {"live", "paused", "closed", "stopped", "finished"}),
    ],
)
@pytest.mark.parametrize("state", ["live", "paused", "closed", "stopped", "finished"])
def test_a_command_is_taken_where_it_changes_something(command: str, takers: set[str], state: Lifecycle) -> None:
    if state in takers:
        check_command("j", {state}, command)
        return
    with pytest.raises(NotInThisState, match=f"`j` is {state}") as raised:
        check_command("j", {state}, command)
    assert raised.value.hint


def test_an_older_version_that_is_paused_can_be_resumed() -> None:
    check_command("j", {"live", "paused"}, "resume")
