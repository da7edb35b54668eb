"""What `sojourn channels list` says of a channel's state."""

from typing import Any

import pytest

from sojourn.cli.channels import _state

FINE: dict[str, Any] = {"trouble": None}
REFUSED: dict[str, Any] = {"trouble": "nobody answers"}


def channel(*providers: dict[str, Any], resting_s: float = 0.0, since: str | None = None) -> dict[str, Any]:
    trouble = next((each["trouble"] for each in providers if each["trouble"]), None)
    told = {"paused": since is not None, "paused_since": since, "resting_s": resting_s, "trouble": trouble}
    return {**told, "providers": list(providers)}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (channel(FINE), "works"),
        (channel(), "works"),
        (channel(REFUSED, resting_s=7.2), "tried again in 7 s"),
        (channel(REFUSED), "tried with the next message"),
        (channel(REFUSED, FINE), "works"),
        (channel(FINE, since="2026-03-02T00:00:00Z"), "paused since 2026-03-02T00:00:00Z"),
    ],
    ids=["well", "not used yet", "resting", "rest is over", "another stands in", "paused"],
)
def test_a_channel_works_only_if_a_provider_does(state: dict[str, Any], said: str) -> None:
    assert _state(state) == said
