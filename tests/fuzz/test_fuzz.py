"""Anything may come in: it is taken or refused with an error of the family, soon."""

from __future__ import annotations

from random import Random

import pytest

from tests.fuzz.limits import Hang, limited, seeds
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_anything_is_taken_or_refused(name: str) -> None:
    target = TARGETS[name]
    for seed in seeds(target.budget):
        given = target.make(Random(seed))
        try:
            with limited():
                target.take(given)
        except (Exception, Hang) as fault:
            shown = repr(given)
            raise AssertionError(f"seed {seed} of `{name}`: {type(fault).__name__}: {fault}\n{shown[:4000]}") from fault
