"""The gate: the tests that every message of every document passes, in their order (spec, section 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, Protocol

import polars as pl

from sojourn.expr import Condition, Expression
from sojourn.messages.addresses import addresses_of, well_formed
from sojourn.messages.rules import Cap, GateRules, MessageSpec, QuietHours
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import REFUSING
from sojourn.model.state import INSTANT, State
from sojourn.model.wallclock import from_local, to_local

PERIODS: Final = {"hour": "1h", "day": "1d", "week": "1w", "month": "1mo"}


class View(Protocol):
    """What the gate may look at."""

    state: State

    def values(self, frame: pl.DataFrame, expressions: Mapping[str, Expression | Condition]) -> pl.DataFrame:
        """Evaluate expressions over rows."""
        ...

    def profile_column(self, frame: pl.DataFrame, name: str) -> pl.Series | None:
        """Return an attribute for each row."""
        ...

    def zones(self, frame: pl.DataFrame, zone: str, fallback: str) -> pl.Series:
        """Return each row's zone."""
        ...


class Gate:
    """The tests of section 7 over tables of messages.

    Parameters
    ----------
    rules : GateRules
        The workspace's policies.
    holdout : Expression
        The holdout bucket of a profile.
    """

    def __init__(self, rules: GateRules, holdout: Expression) -> None:
        self.rules = rules
        self.holdout = holdout

    def in_holdout(self, rows: pl.DataFrame, view: View) -> pl.Series:
        """Tell for each row whether its profile is in the global control group."""
        if not self.rules.holdout_below or not rows.height:
            return pl.Series("holdout", [False], dtype=pl.Boolean).new_from_index(0, rows.height)
        return view.values(rows, {"bucket": self.holdout})["bucket"] < self.rules.holdout_below

    def judge(self, rows: pl.DataFrame, spec: MessageSpec, view: View, *, again: bool = False) -> pl.DataFrame:
        """Decide about one message for each row.

        Parameters
        ----------
        rows : frame
            `pno` (each once), `at`, and `to` where the address is computed.
        again : bool
            Run from the second test on: the message was held by quiet hours.

        Returns
        -------
        frame
            `address`, `reason` (null: it passes or is held) and `held_until` (null: not held).
        """
        verdict = pl.DataFrame({"address": _address(rows, spec, view)}).with_columns(
            pl.lit(None, pl.String).alias("reason"), pl.lit(None, INSTANT).alias("held_until")
        )
        for reason, test in self._tests(spec, again=again):
            open_ = verdict["reason"].is_null() & verdict["held_until"].is_null()
            if not open_.any():
                break
            verdict = _apply(verdict, open_, reason, test, rows, view)
        return verdict

    def _tests(self, spec: MessageSpec, *, again: bool) -> list[tuple[str, Test]]:
        promotional = not spec.transactional
        tests: list[tuple[str, Test]] = []
        if promotional and not again and self.rules.holdout_below:
            tests.append(("holdout", lambda rows, _, view: self.in_holdout(rows, view)))
        tests += [
            ("no_address", lambda _, addresses, __: addresses.is_null() | (addresses == "")),
            ("bad_address", lambda _, addresses, __: ~well_formed(addresses, spec.channel)),
            ("suppressed", lambda _, addresses, view: _suppressed(addresses, spec, view)),
        ]
        if promotional:
            tests.append(("no_consent", lambda rows, _, view: _unsubscribed(rows, spec, view)))
            if self.rules.quiet:
                tests.append(("quiet_hours", lambda rows, _, view: self._quiet_until(rows, spec, view)))
            tests += [("capped", self._cap_test(cap)) for cap in self._caps(spec)]
        return tests

    def _caps(self, spec: MessageSpec) -> list[Cap]:
        if spec.document in self.rules.exempt:
            return []
        return [cap for cap in self.rules.caps if cap.covers(spec.channel)]

    def _cap_test(self, cap: Cap) -> Test:
        return lambda rows, _, view: _reached(rows, cap, view, self.rules.timezone)

    def _quiet_until(self, rows: pl.DataFrame, spec: MessageSpec, view: View) -> pl.Series:
        quiet = self.rules.quiet
        assert quiet is not None
        until = quiet_until(rows["at"], view.zones(rows, quiet.zone, self.rules.timezone), quiet)
        return until if quiet.then == "hold" else until.is_not_null()


Test = Callable[[pl.DataFrame, pl.Series, View], pl.Series]


def _address(rows: pl.DataFrame, spec: MessageSpec, view: View) -> pl.Series:
    computed = rows["to"] if "to" in rows.columns else None
    return addresses_of(rows, spec.channel, computed, view.profile_column).alias("address")


def _apply(
    verdict: pl.DataFrame, open_: pl.Series, reason: str, test: Test, rows: pl.DataFrame, view: View
) -> pl.DataFrame:
    all_open = bool(open_.all())
    subject = rows if all_open else rows.filter(open_)
    addresses = verdict["address"] if all_open else verdict["address"].filter(open_)
    found = test(subject, addresses, view)
    if not (found.any() if found.dtype == pl.Boolean else found.len() - found.null_count()):
        return verdict
    if not all_open:
        found = (
            pl.select(pl.lit(None, found.dtype))
            .to_series()
            .new_from_index(0, rows.height)
            .scatter(open_.arg_true(), found)
        )
    if found.dtype == pl.Boolean:
        return verdict.with_columns(
            pl.when(found.fill_null(False)).then(pl.lit(reason)).otherwise(pl.col("reason")).alias("reason")
        )
    return verdict.with_columns(found.alias("held_until"))


def _suppressed(addresses: pl.Series, spec: MessageSpec, view: View) -> pl.Series:
    code = CHANNEL_TYPES.index(spec.channel)
    listed = view.state.about("suppression", addresses).filter(pl.col("channel") == code)["address"].str.to_lowercase()
    return addresses.str.to_lowercase().is_in(listed.to_list()) if listed.len() else addresses.is_null() & False


def _unsubscribed(rows: pl.DataFrame, spec: MessageSpec, view: View) -> pl.Series:
    refused = _refuses(_status(rows, f"channel:{spec.channel}", "subscribed", view))
    if spec.group:
        refused |= _refuses(_status(rows, f"group:{spec.group}", spec.group_default, view))
    return refused


def _refuses(status: pl.Series) -> pl.Series:
    return status.is_in(REFUSING)


def _status(rows: pl.DataFrame, topic: str, default: str, view: View) -> pl.Series:
    said = view.state["consent"].filter(pl.col("topic") == topic).select("pno", "status")
    if not said.height:
        return pl.Series("status", [default]).new_from_index(0, rows.height)
    return rows.select("pno").join(said, on="pno", how="left", maintain_order="left")["status"].fill_null(default)


def quiet_until(instants: pl.Series, zones: pl.Series, quiet: QuietHours) -> pl.Series:
    """Return for each instant the end of the quiet hours in which it falls, null outside of them."""
    local = to_local(instants, zones).alias("local")
    frame = local.to_frame().with_columns(clock=pl.col("local").dt.time(), day=pl.col("local").dt.truncate("1d"))
    over_midnight = quiet.start > quiet.until
    late, early = pl.col("clock") >= quiet.start, pl.col("clock") < quiet.until
    inside = (late | early) if over_midnight else (late & early)
    end = pl.col("day") + timedelta(hours=quiet.until.hour, minutes=quiet.until.minute, seconds=quiet.until.second)
    if over_midnight:
        end = pl.when(late).then(end + timedelta(days=1)).otherwise(end)
    ends = frame.select(pl.when(inside).then(end).otherwise(None).cast(pl.Datetime("us")).alias("end"))["end"]
    return from_local(ends, zones)


def _reached(rows: pl.DataFrame, cap: Cap, view: View, fallback: str) -> pl.Series:
    zones = view.zones(rows, "profile", fallback)
    starts = from_local(to_local(rows["at"], zones).dt.truncate(PERIODS[cap.per]), zones)
    counted = view.state["message"].filter(pl.col("counted"))
    if cap.channels:
        codes = [CHANNEL_TYPES.index(name) for name in cap.channels]
        counted = counted.filter(pl.col("channel").is_in(codes))
    here = pl.DataFrame({
        "i": pl.int_range(rows.height, eager=True), "pno": rows["pno"], "start": starts, "now": rows["at"]
    })  # fmt: skip
    sent = here.join(counted.select("pno", "at"), on="pno")
    inside = sent.filter((pl.col("at") >= pl.col("start")) & (pl.col("at") <= pl.col("now")))
    counts = here.join(inside.group_by("i").len(), on="i", how="left", maintain_order="left")["len"].fill_null(0)
    return counts >= cap.at_most
