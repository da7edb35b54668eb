"""A thread that reads what arrives, and counts what the documents do not declare."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import polars as pl
import structlog

from sojourn.engine.clock import elapsed_s, rest
from sojourn.engine.threads import background
from sojourn.ingest.shape import Difference, Door, Shapes
from sojourn.service.registry.findings import BEYOND, MOST, Finding, Findings, Key

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

POLL_S: Final = 1.0
BUSY_S: Final = 5.0
"""How often it goes on while the engine has much to do: what arrives comes first."""
SLICE: Final = 20_000
KEPT: Final = 200_000
"""Items after which counts and place are kept, though it is not at the end."""
LAG: Final = 1_000_000
"""Items that are looked at where the survey has never run."""
PLACE: Final = "survey"
"""Name in `meta` of how far it is."""
KINDS: Final = ("track", "identify", "row", "group")
ADD: Final = """
UPDATE undeclared SET count = count + $count, refused = refused + $refused, last_at = $last_at,
    example = coalesce(example, $example)
WHERE sort = $sort AND subject = $subject AND field = $field AND found = $found
"""
_log = structlog.get_logger(__name__)


class Survey:
    """Looks at items that the log has, when there is time.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.findings = Findings(lambda: runtime.clock.now())
        self._end = threading.Event()
        self._turn = threading.Lock()
        self._place: int | None = None
        self._kept = 0
        self._shapes: tuple[object, Shapes] | None = None
        self._warned: set[tuple[str, str, str]] = set()
        self._thread = background(self._run, "sojourn-survey")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and keep what was counted."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def shapes(self) -> Shapes:
        """Return what the documents declare that run."""
        catalog = self._runtime.engine.processor.audiences.catalog
        if self._shapes is None or self._shapes[0] is not catalog:
            self._shapes = (catalog, Shapes.of(catalog))
        return self._shapes[1]

    def door(self) -> Door | None:
        """Return what refuses undeclared calls; None where nothing is refused."""
        shapes = self.shapes()
        return Door(shapes, lambda difference: self.findings.note(difference, refused=True)) if shapes.rejects else None

    @property
    def place(self) -> int:
        """Return up to which item it has looked."""
        return self._place or 0

    def _run(self) -> None:
        while not self._end.wait(POLL_S):
            try:
                self.catch_up()
            except Exception as error:  # whatever it is, what comes later must have its chance
                _log.error("the survey of what arrives failed", reason=str(error))

    def catch_up(self) -> None:
        """Look at everything that has arrived."""
        with self._turn:
            if self._place is None:
                self._begin()
            while not self._end.is_set() and self.place < self._runtime.log.end():
                if self._runtime.log.end() - self._runtime.engine.offset > SLICE and self._end.wait(BUSY_S):
                    break
                began_s = elapsed_s()
                self._look()
                if self.place - self._kept >= KEPT:
                    self._keep()
                rest(min(elapsed_s() - began_s, 1.0))
            self._keep()

    def _begin(self) -> None:
        kept = self._runtime.engine.call(lambda: self._runtime.store.meta(PLACE))
        self._place = self._kept = int(kept) if kept else max(self._runtime.log.end() - LAG, 0)

    def _look(self) -> None:
        """Look at a slice of the log."""
        items = self._runtime.log.read(self.place, SLICE)
        if not items.height:
            self._place = self._runtime.log.end()
            return
        shapes = self.shapes()
        mine = items.filter(pl.col("kind").is_in(KINDS)).select("kind", "name", "data", "traits")
        for kind, name, data, traits in mine.iter_rows():
            for difference in shapes.differences(kind, name, data, traits):
                self.findings.note(difference)
                if shapes.mode_of(difference) == "warn":
                    self._warn(difference)
        self._place = int(items["offset"][-1]) + 1

    def _warn(self, difference: Difference) -> None:
        """Say once in the server's log what is not declared; never a value."""
        key = (difference.sort, difference.subject, difference.field)
        if key not in self._warned and len(self._warned) < MOST:
            self._warned.add(key)
            _log.warning("undeclared data arrives", sort=key[0], subject=key[1], field=key[2], found=difference.found)

    def _keep(self) -> None:
        """Keep counts and place together."""
        found, place = self.findings.take(), self.place
        if found or place - self._kept >= KEPT:
            self._runtime.engine.call(lambda: self._write(found, place))
            self._kept = place

    def _write(self, found: dict[Key, Finding], place: int) -> None:
        store = self._runtime.store
        with store.transaction():
            [(size,)] = store.connection.execute("SELECT count(*) FROM undeclared").fetchall()
            for key, finding in found.items():
                size += self._add(key, finding, is_full=size >= MOST)
            store.set_meta({PLACE: str(place)})

    def _add(self, key: Key, finding: Finding, *, is_full: bool) -> int:
        """Add to a row; return 1 where it is a new one."""
        connection = self._runtime.store.connection
        names = dict(zip(("sort", "subject", "field", "found"), key, strict=True))
        values = {
            "count": finding.count, "refused": finding.refused, "last_at": finding.last_at, "example": finding.example,
        }  # fmt: skip
        [(changed,)] = connection.execute(ADD, names | values).fetchall()
        if changed:
            return 0
        if is_full and key != BEYOND:
            return self._add(BEYOND, finding, is_full=True)
        connection.execute(
            "INSERT INTO undeclared "
            "VALUES ($sort, $subject, $field, $found, $count, $refused, $first_at, $last_at, $example)",
            names | values | {"first_at": finding.first_at},
        )
        return 1
