"""What is counted and timed while the server works."""

from __future__ import annotations

import platform
from collections import Counter as Counts
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector

from sojourn.channels.port import Bounced, Failed, Receipt, Retry, Sent, SoftBounced
from sojourn.ingest.reject import Reject
from sojourn.model.reasons import FeedbackKind

QUICK_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Upper bounds, in seconds, of what should take milliseconds: requests, turns."""
SLOW_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
"""Of what others take their time for: providers, sources, actions."""
RECEIPTS: Final[dict[type, str]] = {
    Sent: "sent", Failed: "failed", Bounced: "bounced", SoftBounced: "soft_bounced", Retry: "retry",
}  # fmt: skip
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, which nobody asks for


class Meters:
    """The counters of one workspace, in a registry of their own (an `engine.measures.Measures`)."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        build = Info("sojourn_build", "Which version runs.", registry=registry)
        build.info({"version": version("sojourn"), "python": platform.python_version()})
        self._turns = Histogram(
            "sojourn_turn_seconds", "How long the engine took for a batch, timers or a command.",
            buckets=QUICK_S, registry=registry,
        )  # fmt: skip
        self._stumbles = Counter(
            "sojourn_engine_errors", "How often the engine could not go on and tried again.", registry=registry
        )
        self._provider_s = Histogram(
            "sojourn_provider_seconds", "How long a provider took for one call, of one message or a few.",
            ("channel", "provider"), buckets=SLOW_S, registry=registry,
        )  # fmt: skip
        self._receipts = Counter(
            "sojourn_provider_receipts", "What providers said of messages; a message that is retried counts each time.",
            ("channel", "provider", "receipt"), registry=registry,
        )  # fmt: skip
        self._ended = Counter(
            "sojourn_messages_ended", "Messages that left the outbox, since the server began.",
            ("channel", "outcome"), registry=registry,
        )  # fmt: skip
        self._call_s = Histogram(
            "sojourn_call_seconds", "How long calls of sources and actions took, with all attempts.",
            ("target", "outcome"), buckets=SLOW_S, registry=registry,
        )  # fmt: skip
        self._refused = Counter(
            "sojourn_ingestion_refused", "Items that ingestion could not take, since the server began.",
            ("code",), registry=registry,
        )  # fmt: skip
        self._waiting = Gauge(
            "sojourn_ingestion_waiting_bytes", "Requests of ingestion that wait for the log.", registry=registry
        )
        self.requests = Histogram(
            "sojourn_http_request_seconds", "How long requests took, until the end of their answer.",
            ("route", "method", "status"), buckets=QUICK_S, registry=registry,
        )  # fmt: skip

    def watch_waiting(self, waiting_bytes: Callable[[], float]) -> None:
        """Ask for what waits to be written at each reading."""
        self._waiting.set_function(waiting_bytes)

    def refused(self, rejects: Sequence[Reject]) -> None:
        """Take the items of a request that ingestion could not take."""
        for code, count in Counts(reject.code for reject in rejects).items():
            self._refused.labels(code).inc(count)

    # ---- what the engine tells -----------------------------------------------------------------------------------

    def turned(self, seconds: float) -> None:
        """Take that the engine took what was there: a batch, timers, a command."""
        self._turns.observe(seconds)

    def stumbled(self) -> None:
        """Take that the engine could not go on, and will try again."""
        self._stumbles.inc()

    def handed_over(self, channel: str, provider: str, receipts: Sequence[Receipt], seconds: float) -> None:
        """Take that a provider of a channel was given messages, and what it said of each."""
        self._provider_s.labels(channel, provider).observe(seconds)
        for kind, count in Counts(type(receipt) for receipt in receipts).items():
            self._receipts.labels(channel, provider, RECEIPTS[kind]).inc(count)

    def ended(self, outcomes: Counts[tuple[str, FeedbackKind]]) -> None:
        """Take how many messages of which channel ended how."""
        for (channel, kind), count in outcomes.items():
            self._ended.labels(channel, kind).inc(count)

    def called(self, target: str, status: str, seconds: float) -> None:
        """Take that a source or action (`source/id`) was called, and how it ended."""
        self._call_s.labels(target, status).observe(seconds)
