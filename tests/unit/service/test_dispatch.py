"""A worker's thread and its event loop."""

from __future__ import annotations

import asyncio

import pytest

from sojourn.service.dispatch import Dispatch


class Idle:
    """A worker with nothing to do."""

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def finish(self) -> None:
        return


@pytest.mark.parametrize("starts", [True, False])
def test_the_loop_is_closed_whether_it_ran_or_not(starts: bool) -> None:
    dispatch = Dispatch(Idle())
    if starts:
        dispatch.start()
    dispatch.stop()
    assert dispatch._loop.is_closed()
    dispatch.start()
    assert not dispatch._thread.is_alive()
