"""What a workspace has and how it does, read from its store and its files whenever metrics are asked for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sojourn.engine.clock import elapsed_s
from sojourn.model.errors import SojournError
from sojourn.model.instants import parse_instant
from sojourn.reports.pulse import GAUGES
from sojourn.reports.totals import totals
from sojourn.service.metrics.monotone import Monotone
from sojourn.store.duckdb.patience import patience

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

PATIENCE_S: Final = 10.0
FRESH_S: Final = 2.0
"""So long counts of the store are used again: several that ask at once read it once."""
LATE: Final = timedelta(seconds=1)
HELP: Final = {
    "inside": ("sojourn_passages", "Passages inside journeys and triggered campaigns."),
    "outbox": ("sojourn_outbox", "Messages to be handed over."),
    "held": ("sojourn_messages_held", "Messages that wait for an instant, such as the end of quiet hours."),
    "queued": ("sojourn_members_queued", "Members that a rate lets in later."),
    "calling": ("sojourn_calls_under_way", "Calls of sources and actions that are not answered."),
}
_log = structlog.get_logger(__name__)


class WorkspaceCollector(Collector):
    """Reads a workspace at each scrape; what cannot be read is left out, and `sojourn_store_readable` is 0.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._monotone = Monotone()
        self._read_s, self._found = -FRESH_S, dict[str, Any]()

    def describe(self) -> list[Metric]:
        """Say nothing beforehand: the store need not be there yet."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        found = self._totals()
        yield gauge("sojourn_store_readable", "Whether the store could be read for this answer.", float(bool(found)))
        yield from self._engine()
        yield from self._channels()
        yield from self._disk()
        if found:
            yield from self._counts(found)

    def _totals(self) -> dict[str, Any]:
        now = elapsed_s()
        if now - self._read_s < FRESH_S:
            return self._found
        try:
            with closing(self._runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the metrics"):
                self._found = totals(cursor, self._runtime.clock.now() - LATE)
        except (duckdb.Error, SojournError) as error:
            _log.warning("the store could not be read for the metrics", reason=str(error))
            self._found = {}
        self._read_s = elapsed_s()
        return self._found

    def _engine(self) -> Iterator[Metric]:
        runtime = self._runtime
        appended, processed = runtime.log.end(), runtime.engine.offset
        yield counter("sojourn_items_appended", "Items in the log.", appended)
        yield counter("sojourn_items_processed", "Items that the engine has taken.", processed)
        yield gauge("sojourn_lag_items", "Items that the engine has not taken yet.", max(appended - processed, 0))
        about = "For how long the first thing that the engine has not done has been due, by its clock."
        with suppress(SojournError):  # a log that cannot be read
            yield gauge("sojourn_lag_seconds", about, runtime.monitoring.lag_s())
        is_well = runtime.engine.is_running and not runtime.engine.has_died
        yield gauge("sojourn_engine_running", "Whether the engine's thread runs.", is_well)
        yield gauge("sojourn_engine_failing_seconds", "For how long it could not go on.", runtime.engine.failing_s)

    def _channels(self) -> Iterator[Metric]:
        resting = GaugeMetricFamily(
            "sojourn_channel_resting_seconds", "Until a channel is tried again that could not send.", labels=["channel"]
        )
        paused = GaugeMetricFamily("sojourn_channel_paused", "Whether a channel is paused.", labels=["channel"])
        down = GaugeMetricFamily(
            "sojourn_provider_down", "Whether others take the messages of a provider.", labels=["channel", "provider"]
        )
        for id, state in sorted(self._runtime.channel_status().items()):
            resting.add_metric([id], state["resting_s"])
            paused.add_metric([id], state["paused"])
            for provider in state["providers"]:
                down.add_metric([id, provider["name"]], provider["down"])
        yield from (resting, paused, down)

    def _disk(self) -> Iterator[Metric]:
        places = self._runtime.places
        sizes = GaugeMetricFamily("sojourn_file_bytes", "Bytes of the store and the log on the disk.", labels=["file"])
        for name, path in (("store", places.store), ("log", places.log)):
            sizes.add_metric([name], sum(map(_size, path.parent.glob(f"{path.name}*"))))
        yield sizes
        disk = shutil.disk_usage(places.data)
        yield gauge("sojourn_disk_free_bytes", "Free space on the disk of `data`.", disk.free)
        yield gauge("sojourn_disk_bytes", "Size of the disk of `data`.", disk.total)

    def _counts(self, found: Mapping[str, Any]) -> Iterator[Metric]:
        for name in GAUGES:
            if name != "outbox":
                yield gauge(*HELP[name], found[name])
        yield gauge("sojourn_timers_late", "Timers that were due more than a second ago.", found["late"])
        yield gauge("sojourn_dead_letters", "Messages that failed for good and are not settled.", found["dead_letters"])
        yield labelled(
            GaugeMetricFamily, "sojourn_outbox_messages", "Messages to be handed over.", "type", found["pending"]
        )
        yield labelled(GaugeMetricFamily, "sojourn_campaign_runs", "Runs of campaigns.", "state", found["runs"])
        yield labelled(CounterMetricFamily, "sojourn_messages_decided", "Messages decided.", "type", found["decided"])
        yield labelled(CounterMetricFamily, "sojourn_feedback", "Feedback about messages.", "kind", found["feedback"])
        rejects = {source: self._monotone.total(source, n) for source, n in found["rejects"].items()}
        about = "Items and rows that could not be taken; those that are deleted meanwhile count on."
        yield labelled(CounterMetricFamily, "sojourn_items_rejected", about, "source", rejects)
        discarded = CounterMetricFamily(
            "sojourn_messages_discarded", "Messages not sent, and entries refused (`type` is `entry`), by reason.",
            labels=["type", "reason"],
        )  # fmt: skip
        for (kind, reason), n in found["discarded"].items():
            discarded.add_metric([kind or "entry", reason], n)
        yield discarded
        yield from _noted(found["noted"])


def _noted(noted: Mapping[str, str]) -> Iterator[Metric]:
    """Yield when things were done last that are done now and then."""
    for name, about in (("housekeeping", "the daily clearing ran"), ("backup", "a backup was made")):
        at = json.loads(noted[name])["at"] if name in noted else None
        if at is not None:
            yield gauge(f"sojourn_{name}_timestamp_seconds", f"When {about} last.", parse_instant(at).timestamp())


def _size(path: Path) -> int:
    """Return the bytes of a file; the log of changes goes at each checkpoint."""
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def gauge(name: str, about: str, value: float) -> Metric:
    """Return a gauge without labels."""
    return GaugeMetricFamily(name, about, value=value)


def counter(name: str, about: str, value: float) -> Metric:
    """Return a counter without labels."""
    return CounterMetricFamily(name, about, value=value)


def labelled(
    family: type[GaugeMetricFamily] | type[CounterMetricFamily], name: str, about: str, label: str,
    values: Mapping[str, float],
) -> Metric:  # fmt: skip
    """Return a metric with one label."""
    made = family(name, about, labels=[label])
    for value, count in values.items():
        made.add_metric([value], count)
    return made
