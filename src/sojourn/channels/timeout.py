"""How long a provider waits for an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from sojourn.model.instants import Duration

LONGEST = timedelta(minutes=2)


def _in_range(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= LONGEST:
        raise ValueError("a provider waits for more than nothing and at most 2 minutes")
    return value


Timeout = Annotated[Duration, AfterValidator(_in_range)]
