"""Who enters a line, and why somebody does not: the first test that fails is the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import Fold
from sojourn.journeys.program import Line
from sojourn.model.state import INSTANT, empty

if TYPE_CHECKING:
    from sojourn.journeys.timing import SendTest, Timing

Test = Callable[[Fold, Line, pl.DataFrame], pl.Series]
"""Tells for each candidate (`pno`, `at`, `event`, `own`, `key`) whether it is refused."""

REFUSING_STATES: Final = {"closed": "closed", "stopped": "stopped", "paused": "paused", "finished": "closed"}


def enter(
    flow: Flow, candidates: pl.DataFrame, *, refused_by: Callable[[pl.DataFrame, str], None] | None = None
) -> None:
    """Let candidates in who pass the tests; they arrive at the first node.

    Parameters
    ----------
    candidates : frame
        `pno` (each once), `at`, `event` (JSON of what starts the passage), `own` (offset of that item).
    refused_by : callable, optional
        Takes refused rows and the reason; by default they are discards of the document.
    """
    rows = admit(flow, candidates, refused_by)
    if rows.height:
        flow.put(0, rows)


def admit(flow: Flow, rows: pl.DataFrame, refused_by: Callable[[pl.DataFrame, str], None] | None) -> pl.DataFrame:
    """Return the new passages of the candidates who pass."""
    fold, line = flow.fold, flow.line
    refuse = refused_by or (lambda refused, reason: fold.discard(line, -1, refused, reason))
    rows = _with_key(fold, line, rows)
    for reason, test in tests_of(line):
        if not rows.height:
            return rows
        failing = test(fold, line, rows)
        if failing.any():
            refuse(rows.filter(failing), reason)
            rows = rows.filter(~failing)
    return _passages(flow, rows) if rows.height else rows


def tests_of(line: Line) -> list[tuple[str, Test]]:
    """Return the tests of a line in their order, each with its reason."""
    if line.state in REFUSING_STATES:
        return [(REFUSING_STATES[line.state], lambda _, __, rows: _all(rows))]
    tests: list[tuple[str, Test]] = []
    if line.starts_at or line.ends_at:
        tests.append(("outside_duration", outside_duration))
    timing = line.timing
    if timing is not None and timing.during is not None:
        tests.append(("outside_duration", lambda fold, _, rows: timing.triggered_outside(fold, rows)))
    if line.promotional:
        tests.append(("holdout", lambda fold, _, rows: fold.gate.in_holdout(rows, fold)))
    if line.entry.audience is not None:
        tests.append(("not_in_audience", not_in_audience))
    return tests + (_receipt_tests(line) if line.receipts else _passage_tests(line)) + _timing_tests(line)


def judged(line: Line) -> list[tuple[str, Test]]:
    """Return the tests that ask what else of the document a profile has, or had."""
    tests = _receipt_tests(line) if line.receipts else _passage_tests(line)
    return [(reason, test) for reason, test in tests if reason != "no_key"]


def _passage_tests(line: Line) -> list[tuple[str, Test]]:
    tests: list[tuple[str, Test]] = [("no_key", no_key)] if line.entry.key else []
    tests.append(("already_inside", already_inside))
    return tests if line.reentry.mode == "always" else [*tests, ("not_eligible_again", left_too_lately)]


def _receipt_tests(line: Line) -> list[tuple[str, Test]]:
    if line.reentry.mode == "always":
        return []
    return [("not_eligible_again", received_too_lately), ("already_pending", already_pending)]


def _timing_tests(line: Line) -> list[tuple[str, Test]]:
    """Return the tests of the send instant: a doomed send is discarded at once and is never pending."""
    timing = line.timing
    return [] if timing is None else [(reason, _at_send(timing, failing)) for reason, failing in timing.tests()]


def _at_send(timing: Timing, failing: SendTest) -> Test:
    return lambda fold, _, rows: failing(timing, fold, rows)


def _all(rows: pl.DataFrame) -> pl.Series:
    return pl.Series([True]).new_from_index(0, rows.height)


def outside_duration(_: Fold, line: Line, rows: pl.DataFrame) -> pl.Series:
    """Refuse before `starts_at` and from `ends_at` on."""
    outside = pl.lit(False)
    if line.starts_at:
        outside |= pl.col("at") < line.starts_at
    if line.ends_at:
        outside |= pl.col("at") >= line.ends_at
    return rows.with_columns(outside.alias("outside"))["outside"]


def not_in_audience(fold: Fold, line: Line, rows: pl.DataFrame) -> pl.Series:
    """Refuse who is not a member, not counting the event that starts the passage."""
    assert line.entry.audience is not None
    return ~fold.met(rows, line.entry.audience, apart=True)


def no_key(_: Fold, __: Line, rows: pl.DataFrame) -> pl.Series:
    """Refuse where the supplemental identifier is null."""
    return rows["key"].is_null()


def already_inside(fold: Fold, line: Line, rows: pl.DataFrame) -> pl.Series:
    """Refuse who is inside any version with the same key."""
    return _among(rows, _inside(fold, line))


def left_too_lately(fold: Fold, line: Line, rows: pl.DataFrame) -> pl.Series:
    """Refuse who was inside before: for good, or until some time after leaving."""
    docs = fold.program.numbers(line.id)
    left = fold.state["left"].filter(pl.col("doc").is_in(docs))
    if line.reentry.mode == "never":
        return _among(rows, left)
    last = left.group_by("pno", pl.col("key").fill_null("")).agg(pl.col("left_at").max())
    found = rows.select("pno", pl.col("key").fill_null("")).join(
        last, on=["pno", "key"], how="left", maintain_order="left"
    )
    return (found["left_at"] + line.reentry.after > rows["at"]).fill_null(False)


def received_too_lately(fold: Fold, line: Line, rows: pl.DataFrame) -> pl.Series:
    """Refuse who received a message of the document: for good, or until some time after."""
    docs = fold.program.numbers(line.id)
    received = (
        fold.state["message"].filter(pl.col("doc").is_in(docs)).group_by("pno", "passage").agg(pl.col("at").min())
    )
    last = received.group_by("pno").agg(pl.col("at").max().alias("last"))
    found = rows.select("pno").join(last, on="pno", how="left", maintain_order="left")["last"]
    if line.reentry.mode == "never":
        return found.is_not_null()
    return (found + line.reentry.after > rows["at"]).fill_null(False)


def already_pending(fold: Fold, line: Line, rows: pl.DataFrame) -> pl.Series:
    """Refuse who has a send of the document on its way."""
    docs = fold.program.numbers(line.id)
    held = fold.state["held"].filter(pl.col("doc").is_in(docs)).select("pno")
    return rows["pno"].is_in(pl.concat([_inside(fold, line).select("pno"), held])["pno"].to_list())


def _inside(fold: Fold, line: Line) -> pl.DataFrame:
    """Return the passages of all versions of a document."""
    return pl.concat([empty("passage"), *(fold.passages.of(doc) for doc in fold.program.numbers(line.id))])


def _among(rows: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    if not others.height:
        return ~_all(rows)
    marked = others.select("pno", pl.col("key").fill_null("")).unique().with_columns(pl.lit(True).alias("found"))
    joined = rows.select("pno", pl.col("key").fill_null("")).join(
        marked, on=["pno", "key"], how="left", maintain_order="left"
    )
    return joined["found"].fill_null(False)


def _with_key(fold: Fold, line: Line, rows: pl.DataFrame) -> pl.DataFrame:
    if line.entry.key is None or not rows.height:
        return rows.with_columns(pl.lit(None, pl.String).alias("key"))
    entry = rows.with_columns(pl.col("event").alias("entry"))
    return rows.with_columns(fold.values(entry, {"key": line.entry.key})["key"].cast(pl.String).alias("key"))


def _passages(flow: Flow, rows: pl.DataFrame) -> pl.DataFrame:
    line = flow.line
    stay = line.max_duration
    return rows.with_columns(
        flow.fold.numbers(rows.height),
        flow.membership_bits(rows),
        pl.lit(line.doc, pl.Int32).alias("doc"),
        pl.lit(0, pl.Int16).alias("node"),
        pl.col("at").alias("entered_at"),
        pl.lit(None, INSTANT).alias("wake_at"),
        pl.lit(None, pl.Int64).alias("wake_no"),
        (pl.col("at") + stay if stay else pl.lit(None, INSTANT)).cast(INSTANT).alias("ends_at"),
        pl.lit(0, pl.Int8).alias("hold"),
        pl.col("event").alias("entry"),
        pl.lit(None, pl.String).alias("vars"),
    )
