"""The state of a batch while it is folded: what is inside, what was decided, what follows.

A `Fold` holds the loaded frames and collects the changes. It knows no clock and no store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import polars as pl

from sojourn.expr import Condition, Evaluator, Expression, Reads, bucket_sql, union
from sojourn.journeys.calls import CallBook
from sojourn.journeys.passages import Passages
from sojourn.journeys.program import Line, Program
from sojourn.messages.gate import Gate
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.columns import constant, frame_of, replaced
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS, PASSAGE_REASONS, PASSAGE_STATES
from sojourn.model.state import INSTANT, Changes, Needs, State, conform
from sojourn.model.wallclock import zones_of

KEYS = {
    "consent": ["pno", "topic"],
    "suppression": ["channel", "address"],
    "soft_bounce": ["channel", "address"],
    "cached": ["target", "params"],
}

STORED: Final = {"history": "event"}
"""Tables that conditions know by another name."""

TIMED = ("passage", "held", "queued")
"""Tables whose rows wait for an instant in a document."""

WAITING = (*TIMED, "turn")
"""Tables whose rows wait for an instant."""

CHAIN_LIMIT = 100
"""Items that one item may set off for a profile (spec, section 1)."""


class Renderer(Protocol):
    """Renders messages while they are decided, where a template may refuse or the caller wants the text."""

    def render(self, line: Line, node: int, slot: int, messages: pl.DataFrame, fold: Fold) -> pl.DataFrame:
        """Return `no`, `reason` (null: rendered) and `detail` for each message."""
        ...


class Fold:
    """One segment of a batch being processed.

    Parameters
    ----------
    program : Program
        The compiled documents.
    state : State
        Loaded for all profiles of the segment.
    counter : int
        The next free number.
    immediate : bool
        Messages count as handed over at once and give the feedback `sent` (the simulator); else delivery reports it.
    """

    def __init__(
        self, program: Program, state: State, evaluator: Evaluator, counter: int, *, immediate: bool = False,
        renderer: Renderer | None = None, needs: Needs | None = None,
    ) -> None:  # fmt: skip
        self.program = program
        self.needs = needs or program.needs
        self.state = state
        self.evaluator = evaluator
        self.immediate = immediate
        self.renderer = renderer
        self.changes = Changes(counter=counter)
        self.written: set[str] = set()
        self.dirty: list[pl.Series] = []
        self.follow_ups: list[pl.DataFrame] = []
        self.round = 0
        self.chain: dict[int, int] = {}
        self.passages = Passages(state["passage"])
        self.loaded = {table: self._waiting(table)["no"] for table in WAITING}
        self.fresh: dict[str, list[pl.Series]] = {table: [] for table in WAITING}
        self.touched: set[str] = set()
        self.caps: dict[tuple[int, int], int] = {}
        self.let_in: set[tuple[int, int]] = set()
        self.is_contested = False
        self.released: pl.Series | None = None
        self.calls = CallBook()
        self.rewritten: dict[str, list[pl.Series]] = {}
        self.gate = Gate(program.gate, HOLDOUT)

    @property
    def is_disordered(self) -> bool:
        """Whether somebody's way depended on others of this segment, who may have been taken in another order."""
        return self.is_contested or self.calls.is_disordered

    def in_order(self, passages: pl.DataFrame) -> pl.DataFrame:
        """Sort passages that come to a node together: by instant; those that a pause held by their arrival there."""
        if self.released is None:
            return passages.sort("at", "no", maintain_order=True)
        ranks = self.released.to_frame("no").with_row_index("rank")
        ranked = passages.join(ranks, on="no", how="left", maintain_order="left")
        return ranked.sort("at", "rank", "no", maintain_order=True).drop("rank")

    # ---- numbers -------------------------------------------------------------------------------------------------

    def numbers(self, count: int) -> pl.Series:
        """Take the next `count` numbers."""
        first = self.changes.counter
        self.changes.counter = first + count
        return pl.int_range(first, first + count, dtype=pl.Int64, eager=True).alias("no")

    # ---- reading -------------------------------------------------------------------------------------------------

    def values(
        self, frame: pl.DataFrame, expressions: Mapping[str, Expression | Condition], *, apart: bool = False
    ) -> pl.DataFrame:
        """Evaluate expressions over rows that have `pno`, `at` and, where read, `event`, `entry`, `vars`.

        Parameters
        ----------
        apart : bool
            The event with the offset `own` is not counted.
        """
        if not apart and "own" in frame.columns:
            frame = frame.drop("own")
        reads = union([expression.reads for expression in expressions.values()])
        profiles = self.state.need([*reads.attributes, "profile_id"] if reads.profile else [])
        return within_calendar(self.evaluator.values(frame, expressions, profiles, self.tables(reads.tables)))

    def met(self, frame: pl.DataFrame, condition: Condition | Expression, *, apart: bool = False) -> pl.Series:
        """Tell for each row whether a condition is met; see `values`."""
        return self.values(frame, {"met": condition}, apart=apart)["met"].fill_null(False)

    def tables(self, names: Iterable[str]) -> dict[str, pl.DataFrame]:
        """Return tables that conditions read, by the names that they have there."""
        return {
            name: self.engagement() if name == "engagement" else self.state[STORED.get(name, name)] for name in names
        }

    def engagement(self) -> pl.DataFrame:
        """Return the feedback with the ids of the documents and nodes that it is about."""
        return (
            self.state["feedback"]
            .join(self.program.origins, on=["doc", "node"], how="inner")
            .select(
                "pno", "document", "node_id", "at",
                kind=pl.col("kind").replace_strict(dict(enumerate(FEEDBACK_KINDS)), return_dtype=pl.String),
            )
            .rename({"node_id": "node"})
            .select(list(ENGAGEMENT))
        )  # fmt: skip

    def profile_column(self, frame: pl.DataFrame, name: str) -> pl.Series | None:
        """Return a profile attribute for each row of a frame that has `pno`, or None where it is not declared."""
        if name not in self.state.need([name]).columns:
            return None
        profile = self.state.profile.select("_pno", name)
        if frame["pno"].equals(profile["_pno"]):  # all of them, in their order, as where an audience enters
            return profile[name]
        return frame.select("pno").join(profile, left_on="pno", right_on="_pno", how="left", maintain_order="left")[
            name
        ]

    def zones(self, frame: pl.DataFrame, zone: str, fallback: str) -> pl.Series:
        """Return each row's zone, where `profile` means the profile's own."""
        own = self.profile_column(frame, "timezone") if zone == "profile" else None
        return zones_of(own, fallback if zone == "profile" else zone, frame.height)

    # ---- passages and held messages --------------------------------------------------------------------------------

    def _waiting(self, table: str) -> pl.DataFrame:
        return self.passages.every() if table == "passage" else self.state[table]

    def lift(self, table: str, rows: pl.DataFrame) -> None:
        """Take rows out of one of the `WAITING` tables."""
        if not rows.height:
            return
        self.touched.add(table)
        if table == "passage":
            self.passages.lift(rows)
            return
        here = self.state[table]
        every = rows.height == here.height  # rows are some of those that are here, each once
        self.state[table] = here.clear() if every else here.join(rows.select("no"), on="no", how="anti")

    def put_down(self, table: str, rows: pl.DataFrame) -> None:
        """Put rows into one of the `WAITING` tables."""
        rows = conform(table, rows)
        self.fresh[table].append(rows["no"])
        if table == "passage":
            self.passages.put(rows)
        else:
            self.state.add(table, rows)

    # ---- decisions -----------------------------------------------------------------------------------------------

    def discard(
        self, line: Line, node: int, rows: pl.DataFrame, reason: str, *, channel: str | None = None,
        detail: str | pl.Expr | None = None, numbers: pl.Series | None = None,
    ) -> None:  # fmt: skip
        """Record that these rows' entry or message was refused, at their `at`.

        A message that was handed to delivery gives its number: that tells its discard from those of the gate.
        """
        if not rows.height:
            return
        made = rows.select(
            self.numbers(rows.height) if numbers is None else numbers.alias("no"),
            pl.lit(line.doc, pl.Int32).alias("doc"),
            pl.lit(node if line.steps else -1, pl.Int16).alias("node"),
            "pno",
            pl.lit(-1 if channel is None else CHANNEL_TYPES.index(channel), pl.Int8).alias("channel"),
            "at",
            pl.lit(DISCARD_REASONS.index(reason), pl.Int8).alias("reason"),
            (detail if isinstance(detail, pl.Expr) else pl.lit(detail, pl.String)).alias("detail"),
        )  # fmt: skip
        self.changes.add("discard", made)
        if reason == "control_group" and self.program.needs.control:
            self.remember("discard", made)

    def end(self, rows: pl.DataFrame, state: str, reason: str | None) -> None:
        """Record the end of passages, at their `at`; `node` is where they are."""
        code = None if reason is None else PASSAGE_REASONS.index(reason)
        ended = replaced(
            rows,
            rows["at"].alias("left_at"),
            constant("state", PASSAGE_STATES.index(state), pl.Int8, rows.height),
            constant("reason", code, pl.Int8, rows.height),
        )
        self.changes.add("passage_end", ended)
        if self.program.needs.left:
            self.remember("left", ended)

    def step(self, line: Line, node: int, rows: pl.DataFrame, outcome: str) -> None:
        """Record that passages came through a node, or park there, at their `at`."""
        if not rows.height:
            return
        self.changes.add("step", frame_of([
            rows["no"].alias("passage"),
            constant("doc", line.doc, pl.Int32, rows.height),
            rows["pno"],
            constant("node", node, pl.Int16, rows.height),
            rows["at"],
            constant("outcome", line.outcome(outcome), pl.Int16, rows.height),
        ]))  # fmt: skip

    def remember(self, table: str, rows: pl.DataFrame) -> None:
        """Make rows visible to later rounds of this batch."""
        self.state.add(table, conform(table, rows))

    def replace(self, table: str, rows: pl.DataFrame) -> None:
        """Write rows of a small table over those with the same key."""
        before = self.changes.replaced.get(table)
        if before is not None:
            rows = pl.concat([before.join(rows, on=KEYS[table], how="anti", nulls_equal=True), rows])
        self.changes.replaced[table] = rows

    def rewrite(self, table: str, profiles: pl.Series) -> None:
        """Note that a table's rows of these profiles are to be written anew from the state."""
        self.rewritten.setdefault(table, []).append(profiles)

    # ---- what follows --------------------------------------------------------------------------------------------

    def follow(self, line: Line, rows: pl.DataFrame, kind: str, name: str | pl.Expr | None, data: pl.Expr) -> None:
        """Put items of the rows' profiles behind the current one; over the limit they are dropped as `loop`."""
        if not rows.height:
            return
        rows = self.within_limit(line, rows)
        number = self.numbers(rows.height)
        self.follow_ups.append(rows.select(
            "pno",
            (-number).alias("offset"),
            "at",
            pl.col("at").alias("occurred_at"),
            pl.lit(kind).alias("kind"),
            (name if isinstance(name, pl.Expr) else pl.lit(name)).cast(pl.String).alias("name"),
            data.cast(pl.String).alias("data"),
            pl.lit(None, pl.String).alias("traits"),
            (number - self.round * 1_000_000_000_000).alias("rank"),
        ))  # fmt: skip

    def within_limit(self, line: Line, rows: pl.DataFrame) -> pl.DataFrame:
        """Count one more thing that the item sets off for each row's profile; drop it as `loop` over the limit."""
        counts = []
        for pno in rows["pno"].to_list():
            self.chain[pno] = self.chain.get(pno, 0) + 1
            counts.append(self.chain[pno] <= CHAIN_LIMIT)
        allowed = pl.Series(counts, dtype=pl.Boolean)
        self.discard(line, -1, rows.filter(~allowed), "loop")
        return rows.filter(allowed)

    # ---- attributes ----------------------------------------------------------------------------------------------

    def write(self, values: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Set attributes: `pno`, and for each attribute a column of values and a boolean `<name>?` (is set).

        Returns
        -------
        dict of str to frame
            For each attribute the `pno` of profiles where it really changed.
        """
        names = [name for name in values.columns if f"{name}?" in values.columns]
        profile = self.state.need(names)
        joined = profile.join(values, left_on="_pno", right_on="pno", how="left", suffix="!", maintain_order="left")
        fresh = {name: _written(joined, name) for name in names}
        changed = {
            name: joined.filter(pl.col(name).ne_missing(column) & column.is_not_null().fill_null(False))["_pno"]
            for name, column in fresh.items()
        }
        differs = {name: joined.select(pl.col(name).ne_missing(column))[name] for name, column in fresh.items()}
        self.state.profile = joined.with_columns(column.alias(name) for name, column in fresh.items()).select(
            profile.columns
        )
        for name, mask in differs.items():
            if mask.any():
                self.written.add(name)
                self.dirty.append(profile.filter(mask)["_pno"])
        return {name: pl.DataFrame({"pno": series}) for name, series in changed.items() if series.len()}

    def emptied(self, values: pl.DataFrame) -> pl.DataFrame:
        """Return the `pno` of profiles that are going to lose an attribute by these values (see `write`)."""
        names = [name for name in values.columns if f"{name}?" in values.columns]
        joined = self.state.need(names).join(values, left_on="_pno", right_on="pno", how="inner", suffix="!")
        lost = [pl.col(f"{name}?") & pl.col(f"{name}!").is_null() & pl.col(name).is_not_null() for name in names]
        return joined.filter(pl.any_horizontal(lost)).select(pl.col("_pno").alias("pno"))

    # ---- the result ----------------------------------------------------------------------------------------------

    def finish(self) -> Changes:
        """Return all changes of the segment."""
        for table in WAITING:
            self._settle(table)
        for table, profiles in self.rewritten.items():
            self._rewrite(table, pl.concat(profiles).unique())
        if self.written:
            dirty = pl.concat(self.dirty).unique()
            self.changes.attributes = self.state.profile.join(dirty.to_frame("_pno"), on="_pno", how="semi")
            self.changes.written = frozenset(self.written)
        return self.changes

    def _rewrite(self, table: str, profiles: pl.Series) -> None:
        touched = profiles.to_frame("pno")
        self.changes.rewritten[table] = (touched, self.state[table].join(touched, on="pno", how="semi"))

    def _settle(self, table: str) -> None:
        now = self._waiting(table)
        if table in self.touched and self.loaded[table].len():
            stay = now.select("no")
            if self.fresh[table]:
                stay = stay.join(pl.concat(self.fresh[table]).to_frame("no"), on="no", how="anti")
            loaded = self.loaded[table]
            gone = loaded.to_frame("no").join(stay, on="no", how="anti")["no"] if stay.height else loaded
            self.changes.remove(table, gone)
        if self.fresh[table]:
            parked = now.join(pl.concat(self.fresh[table]).unique().to_frame("no"), on="no", how="semi")
            self.changes.add(table, parked)


HOLDOUT = Expression(bucket_sql("p.profile_id", "holdout"), "INTEGER", Reads(profile_id=True), "bucket of the holdout")
ENGAGEMENT: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "pno": pl.Int64, "document": pl.String, "node": pl.String, "kind": pl.String, "at": INSTANT,
}  # fmt: skip


CALENDAR: Final = {pl.Datetime: (-62_135_596_800_000_000, 253_402_300_799_999_999), pl.Date: (-719_162, 2_932_896)}
"""First and last instant and day of the years 1 to 9999, as microseconds and days since 1970."""


def within_calendar(values: pl.DataFrame) -> pl.DataFrame:
    """Make instants and dates null that no calendar has, such as `infinity`.

    >>> within_calendar(pl.DataFrame({"due": pl.Series([2**62, 0]).cast(pl.Datetime("us"))}))["due"].is_null().to_list()
    [True, False]
    """
    dated = [(name, CALENDAR[kind.base_type()]) for name, kind in values.schema.items() if kind.base_type() in CALENDAR]
    if not dated:
        return values
    return values.with_columns(
        pl.when(pl.col(name).to_physical().is_between(first, last)).then(pl.col(name)).alias(name)
        for name, (first, last) in dated
    )


def _written(joined: pl.DataFrame, name: str) -> pl.Expr:
    value = pl.col(f"{name}!") if f"{name}!" in joined.columns else pl.col(name)
    return pl.when(pl.col(f"{name}?").fill_null(False)).then(value).otherwise(pl.col(name))


def as_json(value: object) -> str:
    """Write a value as compact JSON, as items carry it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def merge_vars(node: str, captured: pl.Expr) -> pl.Expr:
    """Add what a node caught (JSON text) to the passage's variables."""
    name = as_json(node)
    payload = pl.concat_str(pl.lit(name + ":"), captured.fill_null("{}"))
    return (
        pl.when(pl.col("vars").is_null())
        .then(pl.concat_str(pl.lit("{"), payload, pl.lit("}")))
        .otherwise(pl.concat_str(pl.col("vars").str.strip_suffix("}"), pl.lit(","), payload, pl.lit("}")))
    )
