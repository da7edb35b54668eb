"""How long a property is searched, and how often a choice is taken."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"


def search(examples: int) -> settings:
    """Return how long a property is searched: the same examples in every run, or for long under `make fuzz`."""
    quiet = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    if LONG:
        return settings(quiet, max_examples=max(2_000, 20 * examples))
    return settings(
        quiet, max_examples=examples, derandomize=True, phases=[Phase.explicit, Phase.generate, Phase.shrink]
    )


def mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any], *, of_ten: int = 6) -> st.SearchStrategy[Any]:
    """Draw the usual so many times of ten (`one_of` counts equal branches once)."""
    return st.integers(1, 10).flatmap(lambda n: usual if n <= of_ten else rare)
