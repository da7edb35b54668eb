"""Dead letters as operators see them: listed, sent again, dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import polars as pl

from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.errors import SojournError
from sojourn.model.items import compact_json
from sojourn.reports.dead_letters import Choice, dead_letters
from sojourn.service.access.caller import MACHINE, Caller
from sojourn.service.runtime import Runtime

Row = dict[str, Any]
Verb = Literal["replay", "drop"]


class NothingChosen(SojournError):
    """Nobody said which letters are meant."""

    code = "SEND-003"

    def __init__(self) -> None:
        super().__init__("no dead letters are named", hint="name messages, a channel or a document, or say `all`")


class Letters:
    """The dead letters of a workspace that this process has open.

    Parameters
    ----------
    runtime : Runtime
        Started, or only opened.
    wait_for : callable
        Returns when the engine has taken the item at an offset.
    """

    def __init__(self, runtime: Runtime, wait_for: Callable[[int], None]) -> None:
        self._runtime = runtime
        self._wait_for = wait_for

    def listed(self, choice: Choice, before: int | None = None, limit: int = 100) -> Row:
        """Return a page (see `reports.dead_letters`)."""
        return dead_letters(self._runtime.cursor(), self._runtime.engine.processor.program, choice, before, limit)

    def act(
        self, verb: Verb, choice: Choice, messages: Sequence[int] | None, *, every: bool = False,
        caller: Caller = MACHINE,
    ) -> Row:  # fmt: skip
        """Send letters again through the gate, or drop them; return how many there were before and are `left`.

        Raises
        ------
        NothingChosen
            Neither messages nor a choice was named, and not all are meant.
        """
        if messages is None and choice == Choice() and not every:
            raise NothingChosen
        before = self.listed(choice, limit=1)["total"]
        code = None if choice.channel is None else CHANNEL_TYPES.index(choice.channel)
        told = {"letters": True, "messages": messages, "channel": code, "document": choice.document}
        chosen = {name: value for name, value in told.items() if value is not None}
        item = {"kind": "control", "name": verb, "data": compact_json(chosen)}
        self._wait_for(self._runtime.log.append(pl.DataFrame([item])))
        left = self.listed(choice, limit=1)["total"]
        said = {"messages": messages, "channel": choice.channel, "document": choice.document}
        self._runtime.audit.record(caller, f"letters.{verb}", "letters", {"letters": before}, {"letters": left, **said})
        return {"before": before, "left": left}
