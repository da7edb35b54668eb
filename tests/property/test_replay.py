"""From any committed offset on, the log gives the same again: whatever was taken, forgotten and replayed before."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from tests.property.worlds import NOTHING, TICK, Machine, World, outcome, search, worlds


class Replays(RuleBasedStateMachine):
    """A server that takes batches, dies, and is set up again from backups, however old."""

    backups = Bundle("backups")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="replay-")
        self.numbers = count()

    def path(self) -> Path:
        return Path(self.folder.name) / f"{next(self.numbers)}.duckdb"

    @initialize(target=backups, world=worlds())
    def begin(self, world: World) -> Path:
        self.world = world
        self.machine = Machine(world, path=self.path())
        return self.back_up()

    # One rule that draws what to do: of several, Hypothesis leaves some out of most of its few runs.
    @rule(target=backups, rows=st.integers(1, 12), then=st.sampled_from(["die", "restore", "back up"]), backup=backups)
    def go_on(self, rows: int, then: str, backup: Path) -> Path:
        """Take the next items of the log, from the offset that is committed; then die, or go back, or make a backup."""
        self.take(rows)
        if then == "back up":
            return self.back_up()
        self.machine.die() if then == "die" else self.machine.go_back(backup)
        return backup

    def take(self, rows: int) -> None:
        batch = self.world.frame.slice(self.machine.processor.offset, rows)
        if batch.height:
            self.machine.take(batch, batch["at"][-1])

    def back_up(self) -> Path:
        copy = self.path()
        self.machine.keep(copy)
        return copy

    def teardown(self) -> None:
        """Take the rest, and find what a run without any of this finds."""
        if not hasattr(self, "machine"):
            return
        try:
            while self.machine.processor.offset < len(self.world.items):
                self.take(12)
            self.machine.take(NOTHING, self.world.until + TICK)
            assert self.machine.results() == outcome(self.world)
        finally:
            self.machine.close()
            self.folder.cleanup()


TestReplays = Replays.TestCase
TestReplays.settings = settings(search(5), stateful_step_count=8)
