"""Sorted runs of keys, by day: in files that are mapped into memory, 8 bytes a key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import polars as pl
import pyarrow as pa

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """Keys in their order.

    Attributes
    ----------
    keys : Series of UInt64
        Sorted.
    newest : int
        The latest instant of their items, in microseconds since 1970.
    end : int
        The offset up to which they hold what the log has.
    path : Path, optional
        Where they are kept.
    """

    keys: pl.Series
    newest: int
    end: int
    path: Path | None = None

    def known(self, asked: pl.Series) -> Iterator[int]:
        """Yield those of the asked keys (sorted, without nulls) that are here."""
        places = self.keys.search_sorted(asked)
        inside = places < self.keys.len()
        if not inside.all():
            asked, places = asked.filter(inside), places.filter(inside)
        yield from asked.filter(self.keys.gather(places) == asked).to_list()


class Runs:
    """Runs, of which those of one day and of like size are merged.

    Parameters
    ----------
    folder : Path, optional
        Where they are kept; in memory only without it. How keys are made is the business of a version of Polars: the
        runs of another one are deleted.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else folder / f"polars-{pl.__version__}"
        self._runs: list[Run] = []
        if folder is not None and self._folder is not None:
            forget_others(folder, self._folder)
            self._folder.mkdir(parents=True, exist_ok=True)
            self._runs = read_runs(self._folder)

    @property
    def end(self) -> int:
        """The offset up to which what the log has is here."""
        return max((run.end for run in self._runs), default=0)

    def known(self, asked: pl.Series) -> set[int]:
        """Return those of the asked keys that are here."""
        if not self._runs:
            return set()
        asked = asked.drop_nulls().sort()
        return {key for run in self._runs for key in run.known(asked)}

    def add(self, keys: pl.Series, newest: int, end: int, oldest: int) -> None:
        """Add keys; forget runs of which all is older than `oldest`."""
        runs, gone = list(self._runs), [run for run in self._runs if run.newest < oldest]
        runs = [run for run in runs if run.newest >= oldest]
        while runs and runs[-1].keys.len() < 2 * keys.len() and runs[-1].newest // DAY_US == newest // DAY_US:
            gone.append(runs.pop())
            keys = pl.concat([gone[-1].keys, keys])
        runs.append(self._keep(Run(keys.unique().sort(), newest, end)))
        self._runs = runs
        for run in gone:
            if run.path is not None and run.path != runs[-1].path:
                run.path.unlink(missing_ok=True)

    def _keep(self, run: Run) -> Run:
        if self._folder is None:
            return run
        path = self._folder / f"{run.end:020d}-{run.newest}.arrow"
        fresh = path.with_suffix(".new")
        run.keys.alias("key").to_frame().write_ipc(fresh, compression="uncompressed")
        fresh.replace(path)
        return read_run(path)


def read_runs(folder: Path) -> list[Run]:
    """Return the runs of a folder, oldest first; if one is damaged, none: the log has them all."""
    try:
        return sorted(map(read_run, folder.glob("*.arrow")), key=lambda run: run.end)
    except (pa.ArrowInvalid, ValueError):
        for path in folder.glob("*.arrow"):
            path.unlink()
        return []


def read_run(path: Path) -> Run:
    """Map a run's file into memory."""
    end, newest = path.stem.split("-")
    with pa.memory_map(str(path)) as file:
        keys = cast(pl.DataFrame, pl.from_arrow(pa.ipc.open_file(file).read_all()))["key"].set_sorted()
    return Run(keys, int(newest), int(end), path)


def forget_others(folder: Path, mine: Path) -> None:
    """Delete the runs of other versions."""
    for other in folder.glob("polars-*"):
        if other != mine:
            for path in other.glob("*"):
                path.unlink()
            with suppress(OSError):
                other.rmdir()
