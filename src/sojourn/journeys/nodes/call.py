"""What the nodes that call systems outside share: their fields, their checks, and how their passages go on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import polars as pl
from pydantic import Field

from sojourn.expr import Expression as Checked
from sojourn.expr import sql_type, union, unquoted
from sojourn.expr.bucket import quote
from sojourn.journeys.answers import record_cached
from sojourn.journeys.calls import LONGEST_WAIT, Ask, CallRule, Verdict
from sojourn.journeys.flow import HELD, Flow
from sojourn.journeys.fold import as_json, merge_vars
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Edge, Step, Surroundings, mapped
from sojourn.journeys.program import Matcher
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Expression, Names, Place, Reference
from sojourn.model.external import External
from sojourn.model.names import AttributeName, Outlet
from sojourn.model.palette import Category
from sojourn.model.state import INSTANT
from sojourn.model.statuses import is_success, status_code

QUEUED: Final = 2
"""Value of `hold` for passages that wait until the limit lets their call through."""
WAITING: Final = {"call": 0, "wait": QUEUED, "follow": 3}
"""Values of `hold`: an answer is for those that have called."""


class Calling(Step):
    """A node that calls, and keeps the answer under its id."""

    category: ClassVar[Category] = "data"
    waits: ClassVar[bool] = True
    calls_out: ClassVar[bool] = True
    held_by_pause: ClassVar[bool] = False

    arguments: dict[AttributeName, Expression] = Field(
        default_factory=dict, alias="with", description="Values of the parameters, as expressions."
    )
    on_error: Outlet | None = Field(default=None, description="The node after a call that failed; none: `next`.")

    @property
    @abstractmethod
    def target(self) -> tuple[str, str]:
        """Return the kind and the id of the document that says how to call."""

    def edges(self) -> list[Edge]:
        """Return `next` and, where it is given, `on_error`."""
        failed = [Edge("on_error", self.on_error, "on_error")] if self.on_error is not None else []
        return [*super().edges(), *failed]

    def answer(self, catalog: Catalog) -> dict[str, str]:
        """Return the types of the answer, `status` included."""
        called: Any = catalog.get(*self.target)
        return called.answer if called is not None else {"status": "string"}

    def references(self) -> Iterable[Reference]:
        """Return the source or action."""
        kind, id = self.target
        yield Reference(kind, (kind,), id)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the arguments."""
        return mapped(self.arguments, "with", names)

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check the arguments against the declared parameters."""
        called: Any = catalog.get(*self.target)
        if called is None:
            return
        for name in self.arguments:
            if name not in called.parameters:
                near = did_you_mean(name, called.parameters)
                yield Problem(
                    "DOC-056", f"the {called.kind} `{called.id}` has no parameter `{name}`{near}", f"with.{name}"
                )
        for name in called.parameters:
            if name not in self.arguments:
                message = f"the parameter `{name}` of `{called.id}` is not given: it is null in the call"
                yield Problem("DOC-057", message, severity="warning")

    def operator(self, build: Build) -> CallOperator:
        """Return what runs."""
        called: External = build.compiler.catalog.get(*self.target)
        ways = [build.way(edge) for edge in self.edges()]
        rule = rule_of(called)
        return CallOperator(
            build.index, self.id, rule, _parameters(build, called, self.arguments), ways[0],
            ways[1] if len(ways) > 1 else None, self.held_by_pause, (Matcher("answer", rule.target),),
        )  # fmt: skip


def rule_of(called: External) -> CallRule:
    """Return what calls of a source or action are decided by."""
    limit, cache = called.limit, getattr(called, "cache", None)
    target = f"{called.kind}/{called.id}"
    if limit is None:
        return CallRule(target, cache=cache)
    return CallRule(target, limit.calls, limit.per, limit.over == "fail", cache)


def _parameters(build: Build, called: External, arguments: dict[str, str]) -> Checked:
    """Compile the parameters into one expression that gives a JSON object, always written the same way."""
    pairs, reads = [], []
    for name, attribute in called.parameters.items():
        value = build.compiler.expression(arguments[name]) if name in arguments else None
        if value is not None and attribute.type == "string":
            value = unquoted(value)
        sql = "NULL" if value is None else _as_json_value(value.sql, attribute.type)
        pairs.append(f"{quote(name)}, {sql}")
        reads += [value.reads] if value is not None else []
    return Checked(f"CAST(json_object({', '.join(pairs)}) AS VARCHAR)", "VARCHAR", union(reads), "")


def _as_json_value(sql: str, kind: str) -> str:
    """Return SQL of a value as JSON has it: of the declared type (null where it is not), instants as RFC 3339."""
    if kind == "json":
        return f"TRY(to_json({sql}))"
    cast = f"TRY_CAST({sql} AS {sql_type(kind)})"
    if kind != "timestamp":
        return cast
    return f"replace(strftime({cast} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z')"


@dataclass
class CallOperator:
    """Ask for a call for each passage; go on with the answer, at once where it is there.

    A passage that waits has the number of its call as `wake_no`.
    """

    index: int
    id: str
    rule: CallRule
    parameters: Checked
    next: Way
    on_error: Way | None
    held_by_pause: bool
    matchers: tuple[Matcher, ...]

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Ask for the arrivals, in the order of their instants."""
        if self.held_by_pause and flow.hold(self, rows):
            return
        params = flow.fold.values(rows, {"params": self.parameters})["params"]
        rows = rows.with_columns(params, _places(flow, rows), flow.fold.numbers(rows.height).alias("wake_no"))
        rows = rows.sort("at", "place", maintain_order=True)
        asked = rows.with_columns(pl.lit(None, INSTANT).alias("wake_at"))
        self._part(flow, asked, flow.fold.calls.decide(self.rule, _asks(asked)), is_new=True)

    def turn(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Ask again for those who waited for the limit or for another call (passage columns, `params`, `at`)."""
        if self.held_by_pause and flow.line.paused:
            self._hold(flow, rows)
            self._settle(flow, rows)
            return
        rows = rows.with_columns(pl.lit(0).alias("place"))
        self._part(flow, rows, flow.fold.calls.decide(self.rule, _asks(rows), is_turn=True), is_new=False)

    def caught(self, flow: Flow, rows: pl.DataFrame, which: int) -> None:
        """Go on with an answer (`event`: the data of its item); one for an earlier visit changes nothing."""
        asked = rows["event"].str.json_path_match("$.call").cast(pl.Int64) == rows["wake_no"]
        flow.fold.put_down("passage", rows.filter(~asked))
        said = rows.filter(asked)
        fields = said["event"].str.json_path_match("$.fields").alias("fields")
        status = said["event"].str.json_path_match("$.status").alias("status")
        self._go_on(flow, said.with_columns(fields, status))

    def wake(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Give up waiting for the limit; while the journey is paused an action stays held."""
        flow.fold.changes.remove("call", rows["wake_no"])
        for at, count in rows.filter(pl.col("hold") == QUEUED).group_by("at").len().sort("at").iter_rows():
            flow.fold.calls.give_up(self.rule.target, count, at)
        self._settle(flow, rows)
        if self.held_by_pause and flow.line.paused:
            self._hold(flow, rows)
            return
        self._refuse(flow, rows)

    def resume(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Go on after a pause."""
        flow.put(self.index, rows)

    # ---- what became of it ---------------------------------------------------------------------------------------

    def _part(self, flow: Flow, rows: pl.DataFrame, verdicts: Sequence[Verdict], *, is_new: bool) -> None:
        """Let each passage go its way."""
        rows = rows.with_columns(
            pl.Series("kind", [verdict.kind for verdict in verdicts], dtype=pl.String),
            pl.Series("status", [verdict.status for verdict in verdicts], dtype=pl.String),
            pl.Series("fields", [verdict.fields for verdict in verdicts], dtype=pl.String),
            pl.Series("called", [verdict.called for verdict in verdicts], dtype=pl.Boolean),
            pl.Series("leader", [verdict.leader for verdict in verdicts], dtype=pl.Int64),
        )
        answered = rows.filter(pl.col("kind") == "answered")
        record_cached(flow.fold, self.rule, answered.filter("called"))
        self._told(flow, answered)
        self._refuse(flow, rows.filter(pl.col("kind") == "capped"))
        self._wait(flow, rows.filter(pl.col("kind").is_in(["call", "wait", "follow"])), is_new=is_new)
        if not is_new:
            self._settle(flow, rows.filter(pl.col("kind").is_in(["answered", "capped"])))

    def _settle(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Let those go on who follow calls that will not be made."""
        for no, at in rows.select("wake_no", "at").iter_rows():
            flow.fold.calls.settle(no, at)

    def _told(self, flow: Flow, rows: pl.DataFrame) -> None:
        if not rows.height:
            return
        flow.fold.changes.add("answer", rows.with_columns(
            pl.col("no").alias("passage"),
            pl.lit(self.rule.target).alias("target"),
            pl.col("status").replace_strict({text: status_code(text) for text in rows["status"].unique()}),
            pl.when("called").then("at").alias("called_at"),
        ))  # fmt: skip
        self._go_on(flow, rows)

    def _refuse(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Go on without having called."""
        capped = pl.lit("capped").alias("status"), pl.lit("{}").alias("fields"), pl.lit(False).alias("called")
        self._told(flow, rows.with_columns(*capped))

    def _go_on(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Keep the answers under the node's id; failures take their way, or end the passage."""
        if not rows.height:
            return
        payload = pl.Series("payload", [
            _with_status(fields, status) for fields, status in rows.select("fields", "status").iter_rows()
        ], dtype=pl.String)  # fmt: skip
        rows = rows.with_columns(payload).with_columns(merge_vars(self.id, pl.col("payload")).alias("vars"))
        good = pl.Series([is_success(status) for status in rows["status"]], dtype=pl.Boolean)
        flow.go(self, rows.filter(good), *self.next)
        if self.on_error is not None:
            flow.go(self, rows.filter(~good), *self.on_error)
        else:
            flow.leave(self, rows.filter(~good), "failed", "failed")

    # ---- waiting -------------------------------------------------------------------------------------------------

    def _wait(self, flow: Flow, rows: pl.DataFrame, *, is_new: bool) -> None:
        """Park passages until their turn, or the answer, comes; the calls to make are those with `called_at`."""
        if not rows.height:
            return
        if is_new:
            flow.fold.step(flow.line, self.index, rows, "waiting")
        calls = pl.col("kind") == "call"
        until = pl.coalesce("wake_at", pl.col("at") + LONGEST_WAIT)
        self._stay(flow, rows.with_columns(
            pl.when(~calls & pl.lit(self.rule.calls is not None)).then(until).alias("wake_at"),
            pl.col("kind").replace_strict(WAITING, return_dtype=pl.Int8).alias("hold"),
        ))  # fmt: skip
        flow.fold.changes.add("call", rows.with_columns(
            pl.col("no").alias("passage"),
            pl.col("wake_no").alias("no"),
            pl.lit(self.rule.target).alias("target"),
            pl.lit(flow.line.doc, pl.Int32).alias("doc"),
            pl.when(calls).then("at").alias("called_at"),
        ))  # fmt: skip

    def _hold(self, flow: Flow, rows: pl.DataFrame) -> None:
        self._stay(flow, rows.with_columns(pl.lit(None, INSTANT).alias("wake_at"), pl.lit(HELD, pl.Int8).alias("hold")))

    def _stay(self, flow: Flow, rows: pl.DataFrame) -> None:
        flow.fold.put_down("passage", rows.with_columns(pl.lit(self.index, pl.Int16).alias("node")))


def _places(flow: Flow, rows: pl.DataFrame) -> pl.Series:
    places = flow.fold.calls.places
    return pl.Series("place", [places.get(pno, 0) for pno in rows["pno"].to_list()], dtype=pl.Int64)


def _asks(rows: pl.DataFrame) -> list[Ask]:
    return [Ask(*row) for row in rows.select("wake_no", "at", "place", "params").iter_rows()]


def _with_status(fields: str, status: str) -> str:
    """Add the status to the fields of an answer.

    >>> _with_status('{"temp":4}', "200"), _with_status("{}", "capped")
    ('{"temp":4,"status":"200"}', '{"status":"capped"}')
    """
    inner = fields[1:-1]
    return "{" + inner + ("," if inner else "") + f'"status":{as_json(status)}' + "}"
