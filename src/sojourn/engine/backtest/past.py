"""The state as it was at an instant: the log replayed up to it, and from the live store what the log left alone.

What the log did not change since the instant is now as it was then; what it changed is what it had said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from sojourn.engine.backtest.draft import UNKNOWN_NODE, Draft, reads_of
from sojourn.engine.backtest.live import listed
from sojourn.engine.backtest.period import Period, Readable, slices
from sojourn.engine.backtest.progress import Tell
from sojourn.engine.schedule import next_of
from sojourn.engine.scratch import Scratch
from sojourn.expr.directory import EntitySpec
from sojourn.journeys.program import Line
from sojourn.model.state import sql_type

CAPS_BACK: Final = timedelta(days=33)
"""Older messages of other documents count for no cap."""

STATE_FEEDBACK: Final = ("bounced", "complained", "soft_bounced", "unsubscribed")
STATE_KINDS: Final = ("subscription", "suppress", "location", "inbound")
MESSAGE: Final = 'no, passage, doc, node, slot, pno, channel, variant, t."at", counted, "to"'


class Past:
    """Puts the state as of the beginning of a period into a scratch store.

    Parameters
    ----------
    scratch : Scratch
        Empty, with `bt_touched`, `bt_touched_row` filled (see `changed`).
    draft : Draft
        What will run.
    line : Line
        The draft compiled.
    """

    def __init__(self, scratch: Scratch, draft: Draft, line: Line, period: Period) -> None:
        self.scratch, self.draft, self.line, self.period = scratch, draft, line, period
        self.store, self.live = scratch.store, draft.live
        self._at = {"since": period.since}

    def rebuild(self, log: Readable, tell: Tell) -> None:
        """Fill the scratch store."""
        tell("reading the store", 0)
        self._people()
        self._messages_before()
        self._replay(log, tell)
        tell("reading the store", 0)
        self._attributes()
        self._entities()
        self._consent()
        self._own()
        self._messages_of_others()

    def finish(self) -> None:
        """Copy what the draft's conditions count, when it is what the scratch store runs."""
        self._history()
        self._taken()

    # ---- what the log says -----------------------------------------------------------------------------------------

    def _people(self) -> None:
        query = "SELECT _pno, profile_id, _created_at FROM profile WHERE _created_at < $since"
        self.live.copy(self.store, query, "INSERT INTO profile BY NAME SELECT * FROM bt_live", self._at)
        self.store.forget()
        [(highest,)] = self.store.connection.execute("SELECT coalesce(max(_pno), 0) FROM profile").fetchall()
        self.store.set_meta({"pno": str(highest + 1), "counter": str(self.draft.base)})
        self.scratch.use(self.draft.data_program())

    def _replay(self, log: Readable, tell: Tell) -> None:
        """Take the items before the period that change what is known of profiles, addresses and rows."""
        touched = self.store.read("SELECT DISTINCT profile_id FROM bt_touched")["profile_id"]
        rows = self.store.read("SELECT DISTINCT entity, key FROM bt_touched_row")
        entities = self.scratch.workspace.directory.entities
        for items in slices(log, self.period.begin, self.period.first):
            kept = state_items(items, touched, rows, entities)
            if kept.height:
                self.scratch.processor.process(kept, kept["at"][-1])
            tell("replaying what was before", items.height)

    # ---- what it left alone ----------------------------------------------------------------------------------------

    def _attributes(self) -> None:
        declared = self.scratch.workspace.directory.entities["profile"].attributes
        known = [name for name in declared if name in self.live.columns("profile") and name != "profile_id"]
        connection = self.store.connection
        touched = set(self.store.read("SELECT DISTINCT name FROM bt_touched")["name"].to_list())
        flags = "".join(f""", bool_or(name = '{name.replace("'", "''")}') AS "{name}\"""" for name in touched)
        connection.execute(f"CREATE TABLE bt_flag AS SELECT profile_id{flags} FROM bt_touched GROUP BY ALL")
        connection.execute("CREATE TABLE bt_replayed AS SELECT * FROM profile SEMI JOIN bt_flag USING (profile_id)")
        connection.execute("DELETE FROM profile")
        self.live.copy(
            self.store, f"SELECT {_columns(['_pno', 'profile_id', '_created_at', *known])} FROM profile "
            "WHERE _created_at < $since ORDER BY _pno",
            f"INSERT INTO profile BY NAME {overlaid(known, declared, touched)}", self._at,
        )  # fmt: skip
        self.store.forget()

    def _entities(self) -> None:
        for entity, spec in self.scratch.workspace.directory.entities.items():
            present = self.live.columns(f"rows_{entity}")
            known = [name for name in spec.attributes if name in present]
            if entity == "profile" or spec.key not in known:
                continue
            casts = ", ".join(
                f'TRY_CAST(l."{name}" AS {sql_type(spec.attributes[name])}) AS "{name}"' for name in known
            )
            self.live.copy(
                self.store, f'SELECT {_columns(known)} FROM "rows_{entity}"',
                f'INSERT INTO "rows_{entity}" BY NAME SELECT {casts} FROM bt_live l ANTI JOIN bt_touched_row t '
                f"""ON t.entity = '{entity}' AND t.key = CAST(l."{spec.key}" AS VARCHAR)""",
            )  # fmt: skip

    def _consent(self) -> None:
        connection = self.store.connection
        for table, keys in (("consent", ("pno", "topic")), ("suppression", ("channel", "address"))):
            rows = self.live.read(f'SELECT * FROM {table} t WHERE t."at" < $since', self._at)
            same = " AND ".join(f"{table}.{key} = bt_rows.{key}" for key in keys)
            with self.store.frames(bt_rows=rows):
                connection.execute(f"DELETE FROM {table} USING bt_rows WHERE {same}")
                connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM bt_rows")

    # ---- messages --------------------------------------------------------------------------------------------------

    def _messages_before(self) -> None:
        """Copy messages that unsubscribing, bounces and complaints may be about."""
        self._copy_messages('t."at" < $since AND t."at" >= $back', self._at | {"back": self.period.since - CAPS_BACK})

    def _messages_of_others(self) -> None:
        """Let the messages that other documents sent count for caps, those of the period too at their instants."""
        self.store.connection.execute("DELETE FROM message")
        others = f't.doc NOT IN ({listed(self.draft.own)}) AND t."at" >= $back AND t."at" <= $until'
        self._copy_messages(others, {"back": self.period.since - CAPS_BACK, "until": self.period.until})
        self.store.connection.execute("INSERT INTO message BY NAME SELECT * FROM bt_own")

    def _copy_messages(self, where: str, params: Mapping[str, object]) -> None:
        query = f"SELECT {MESSAGE} FROM message t ANTI JOIN unsent USING (no) WHERE {where}"
        self.live.copy(self.store, query, "INSERT INTO message BY NAME SELECT * FROM bt_live", params)

    # ---- the document itself ---------------------------------------------------------------------------------------

    def _own(self) -> None:
        """Copy what the live versions had begun: passages, receipts and their conversions are the draft's own past."""
        docs, doc = listed(self.draft.own), self.draft.doc
        self.live.copy(self.store, BEGUN.format(docs=docs), "CREATE TABLE bt_begun AS SELECT * FROM bt_live", self._at)
        connection = self.store.connection
        connection.execute(INSIDE.format(doc=doc), self._at)
        self.store.forget()
        connection.execute(LEFT.format(doc=doc), self._at)
        query = f"SELECT {MESSAGE} FROM message t ANTI JOIN unsent USING (no) WHERE t.doc IN ({docs})"
        self.live.copy(self.store, query, "CREATE TABLE bt_sent AS SELECT * FROM bt_live SEMI JOIN bt_begun ON "
                       "bt_begun.no = bt_live.passage")  # fmt: skip
        with self.store.frames(bt_place=self.draft.places(self.line)):
            connection.execute(OWN.format(doc=doc, unknown=UNKNOWN_NODE))
        self.live.copy(
            self.store, f'SELECT * FROM conversion t WHERE doc IN ({docs}) AND t."at" < $since',
            f"INSERT INTO conversion BY NAME SELECT * REPLACE ({doc} AS doc) FROM bt_live", self._at,
        )  # fmt: skip

    def _history(self) -> None:
        """Copy the events and the feedback that conditions count."""
        reads = reads_of(self.scratch.program, self.scratch.processor.audiences)
        self.store.connection.execute("DELETE FROM feedback; DELETE FROM discard")
        if reads.history:
            names = ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(reads.history))
            query = f'SELECT * FROM event WHERE name IN ({names}) AND "offset" < $first AND event."at" <= $until'
            params = {"first": self.period.first, "until": self.period.until}
            self.live.copy(self.store, query, "INSERT INTO event BY NAME SELECT * FROM bt_live", params)
        if reads.engagement or self.scratch.program.needs.receipts:
            self.live.copy(
                self.store, 'SELECT * FROM feedback t WHERE t."at" < $since', "INSERT INTO feedback BY NAME "
                "SELECT l.* REPLACE (coalesce(o.doc, l.doc) AS doc, coalesce(o.node, l.node) AS node) "
                "FROM bt_live l LEFT JOIN bt_own o ON o.no = l.message", self._at,
            )  # fmt: skip

    def _taken(self) -> None:
        """Let who was a member be taken already where the live version has read its audience before the period."""
        run = self.line.entry.run
        if run is not None and run.incremental and self.has_read_before:
            members = self.scratch.processor.audiences.members(run.audience, self.period.since)
            with self.store.frames(bt_member=members.select("pno")):
                self.store.connection.execute(f"INSERT INTO taken SELECT {self.draft.doc}, pno FROM bt_member")

    @property
    def has_read_before(self) -> bool:
        """Whether a live version has read its audience before the period."""
        lines = [self.live.program.by_doc[doc] for doc in self.draft.own if doc in self.live.program.by_doc]
        first = [
            next_of(line.entry.run, line.published_at, None)
            for line in lines if line.entry.run is not None and line.published_at is not None
        ]  # fmt: skip
        return any(at is not None and at < self.period.since for at in first)


BEGUN: Final = """
SELECT no, pno, key, entered_at, ends_at, NULL::TIMESTAMPTZ AS left_at, 0::TINYINT AS state, NULL::TINYINT AS reason
FROM passage WHERE doc IN ({docs}) AND entered_at < $since
UNION ALL
SELECT no, pno, key, entered_at, left_at AS ends_at, left_at, state, reason
FROM passage_end WHERE doc IN ({docs}) AND entered_at < $since
"""
# Who was inside stays so until he left: held, so that nothing moves him, and with that instant as his longest stay.
INSIDE: Final = """
INSERT INTO passage BY NAME SELECT no, {doc} AS doc, pno, key, 0 AS node, entered_at, ends_at, 0 AS bits, 1 AS hold
FROM bt_begun WHERE left_at IS NULL OR left_at >= $since
"""
LEFT: Final = """
INSERT INTO passage_end BY NAME SELECT no, {doc} AS doc, pno, key, 0 AS node, entered_at, left_at, state, reason
FROM bt_begun WHERE left_at < $since
"""
OWN: Final = """
CREATE TABLE bt_own AS
SELECT s.* REPLACE ({doc} AS doc, coalesce(p.place, {unknown}) AS node)
FROM bt_sent s LEFT JOIN bt_place p ON p.doc = s.doc AND p.node = s.node
"""


def _columns(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def overlaid(known: list[str], declared: Mapping[str, str], touched: set[str]) -> str:
    """Return the query of profiles (`bt_live`) whose touched attributes are as the replay left them."""
    values = []
    for name in known:
        value = f'TRY_CAST(l."{name}" AS {sql_type(declared[name])})'
        if name in touched:
            value = f'CASE WHEN f."{name}" THEN r."{name}" ELSE {value} END'
        values.append(f'{value} AS "{name}"')
    return (
        f"SELECT {', '.join(['l._pno', 'l.profile_id', 'l._created_at', *values])} FROM bt_live l "
        "LEFT JOIN bt_flag f ON f.profile_id = l.profile_id LEFT JOIN bt_replayed r ON r._pno = l._pno"
    )


def state_items(
    items: pl.DataFrame, touched: pl.Series, rows: pl.DataFrame, entities: Mapping[str, EntitySpec]
) -> pl.DataFrame:  # fmt: skip
    """Return the items that bring attributes of touched profiles, consent, bounces, positions and touched rows."""
    kind = pl.col("kind")
    brings = pl.col("traits").is_not_null() & pl.col("profile_id").is_in(touched.implode())
    states = kind.is_in(STATE_KINDS) | ((kind == "feedback") & pl.col("name").is_in(STATE_FEEDBACK))
    of_profiles = (kind == "row") & (pl.col("name") == "profile")
    kept = [items.filter(brings | states | of_profiles).with_columns(
        pl.when(kind == "track").then(pl.lit("identify")).otherwise(kind).alias("kind")
    )]  # fmt: skip
    for (entity,), keys in rows.group_by("entity"):
        spec = entities[str(entity)]
        mine = items.filter((kind == "row") & (pl.col("name") == entity))
        key = pl.col("data").str.json_path_match(f"$.row['{spec.key}']").alias("key")
        kept.append(mine.with_columns(key).join(keys, on="key", how="semi").select(items.columns))
    return pl.concat(kept).sort("offset") if len(kept) > 1 else kept[0]
