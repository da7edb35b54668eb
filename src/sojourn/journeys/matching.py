"""What an item is about, and which tests of documents it passes.

A `Round` holds the items of one round, at most one per profile, after their writes have been applied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from sojourn.journeys.fold import Fold
from sojourn.journeys.program import Facet, Matcher
from sojourn.model.columns import replaced
from sojourn.model.instants import parse_instant
from sojourn.model.state import INSTANT

MATCH = {"pno": pl.Int64, "at": INSTANT, "event": pl.String, "own": pl.Int64}
FEEDBACK = {
    "pno": pl.Int64, "kind": pl.String, "message": pl.Int64, "passage": pl.Int64, "doc": pl.Int32, "node": pl.Int16,
    "document": pl.String, "node_id": pl.String, "link": pl.String,
}  # fmt: skip
NO_FEEDBACK = pl.DataFrame(schema=FEEDBACK)
NO_TOPICS = pl.DataFrame(schema={"pno": pl.Int64, "topic": pl.String, "status": pl.String})
NO_MEMBERS = pl.DataFrame(schema={"pno": pl.Int64, "audience": pl.String, "entered": pl.Boolean})
NO_FENCES = pl.DataFrame(schema={"pno": pl.Int64, "fence": pl.String, "on": pl.String})


@dataclass
class Round:
    """The items of one round and what they changed.

    Attributes
    ----------
    items : frame
        `pno`, `offset`, `at`, `kind`, `name`, `data`.
    changed : dict
        Attribute name to the `pno` of profiles where it really changed.
    topics : frame
        `pno`, `topic`, `status` of real changes of consent.
    feedback : frame
        See `FEEDBACK`.
    members : frame
        `pno`, `audience`, `entered`.
    fences : frame
        `pno`, `fence`, `on`.
    first_no : int
        The first number that is given in the round: what has this one or a higher came of these items.
    """

    fold: Fold
    items: pl.DataFrame
    changed: dict[str, pl.DataFrame] = field(default_factory=dict)
    topics: pl.DataFrame = field(default_factory=NO_TOPICS.clone)
    feedback: pl.DataFrame = field(default_factory=NO_FEEDBACK.clone)
    members: pl.DataFrame = field(default_factory=NO_MEMBERS.clone)
    fences: pl.DataFrame = field(default_factory=NO_FENCES.clone)

    def __post_init__(self) -> None:
        """Prepare the items in the shape in which expressions read them."""
        self.first_no = self.fold.changes.counter
        self.events: dict[str, pl.DataFrame] = {}
        self.caught: dict[str, pl.DataFrame] = {}
        self.rows = self.items.select(
            "pno", "at", pl.col("data").alias("event"), pl.col("offset").alias("own"), "kind", "name"
        )

    def facets(self) -> set[Facet]:
        """Return all that these items are about."""
        rules, found = self.fold.program.events, set[Facet]()
        for kind, name in self.items.select("kind", "name").unique().iter_rows():
            if kind == "track":
                found |= {("event", rule.id) for rule in rules.get(name, ())}
            elif kind in NAMED:
                found.add((NAMED[kind], name))
            elif kind == "session":
                found.add(("session",))
        found |= {("attribute", name) for name in self.changed}
        for about, rows, column in (
            ("subscription", self.topics, "topic"), ("feedback", self.feedback, "kind"),
            ("member", self.members, "audience"), ("geofence", self.fences, "fence"),
        ):  # fmt: skip
            if rows.height:
                found |= {(about, name) for name in rows[column].unique()}
        return found

    def of_event(self, event_id: str) -> pl.DataFrame:
        """Return the items that are this event, by its name and its own rule."""
        if event_id not in self.events:
            self.events[event_id] = self._find(event_id)
        return self.events[event_id]

    def _find(self, event_id: str) -> pl.DataFrame:
        rules = [rule for rules in self.fold.program.events.values() for rule in rules if rule.id == event_id]
        rows = self.rows.filter((pl.col("kind") == "track") & (pl.col("name") == rules[0].match)).select(list(MATCH))
        if rules[0].where is not None and rows.height:
            rows = rows.filter(self.fold.met(rows, rules[0].where))
        return rows

    def candidates(self, matcher: Matcher) -> pl.DataFrame:
        """Return the items that a matcher looks at, before its `where`: `pno`, `at`, `event`, `own`."""
        return FORMS[matcher.form](self, matcher)

    def matches(self, matcher: Matcher) -> pl.DataFrame:
        """Return the items that pass a matcher that looks at no passage."""
        rows = self.candidates(matcher)
        if matcher.where is None or not rows.height:
            return rows
        return rows.filter(self.fold.met(rows, matcher.where))

    def passing(self, matcher: Matcher, passages: pl.DataFrame) -> pl.DataFrame:
        """Return the passages whose profile's item passes a matcher, with its `at`, `event` and `item` offset."""
        if not passages.height:
            return replaced(passages, *NO_ITEM)
        found = self._items(matcher)
        if not found.height:
            return replaced(passages.clear(), *NO_ITEM)
        on = "no" if "passage" in found.columns else "pno"
        found = found.drop("pno").rename({"passage": "no"}) if on == "no" else found
        # The order of the arguments is for speed: the passages of one document are often few among many items.
        rows = found.join(passages, on=on, how="inner", maintain_order="right")
        rows = rows[[*passages.columns, "at", "event", "item"]]
        if matcher.where is None or not rows.height:
            return rows
        return rows.filter(self.fold.met(rows, matcher.where))

    def _items(self, matcher: Matcher) -> pl.DataFrame:
        """Return the candidates, their offset as `item`; those of an event are the same for all documents."""
        if matcher.form != "event":
            return self.candidates(matcher).rename({"own": "item"})
        if matcher.value not in self.caught:
            self.caught[matcher.value] = self.candidates(matcher).rename({"own": "item"})
        return self.caught[matcher.value]

    def earlier(self, passages: pl.DataFrame, number: str) -> pl.DataFrame:
        """Return the passages whose number was given before the round: a jump may have brought others in already."""
        came = passages[number] >= self.first_no
        return passages.filter(~came.fill_null(False)) if came.any() else passages

    def only(self, pnos: pl.DataFrame) -> pl.DataFrame:
        """Return the items of these profiles."""
        return self.rows.join(pnos.select("pno").unique(), on="pno", how="semi").select(list(MATCH))


def _event(round_: Round, matcher: Matcher) -> pl.DataFrame:
    return round_.of_event(matcher.value)


def _attribute(round_: Round, matcher: Matcher) -> pl.DataFrame:
    changed = round_.changed.get(matcher.value)
    if changed is None:
        return round_.rows.clear().select(list(MATCH))
    if matcher.to is not None:
        now = round_.fold.profile_column(changed, matcher.value)
        assert now is not None
        changed = changed.filter(_equals(now, matcher.to))
    return round_.only(changed)


def _equals(values: pl.Series, wanted: object) -> pl.Series:
    """Compare attributes with a value of a document, which is of the attribute's type; days and instants are text."""
    if values.dtype == pl.Boolean:
        return (values if wanted else ~values).fill_null(False)
    if isinstance(values.dtype, pl.Datetime):
        return (values == parse_instant(wanted)).fill_null(False)
    if values.dtype.is_numeric():
        return (values == wanted).fill_null(False)
    return (values.cast(pl.String) == str(wanted)).fill_null(False)


def _subscription(round_: Round, matcher: Matcher) -> pl.DataFrame:
    return round_.only(round_.topics.filter((pl.col("topic") == matcher.value) & (pl.col("status") == matcher.to)))


def _feedback(round_: Round, matcher: Matcher) -> pl.DataFrame:
    return round_.only(round_.feedback.filter(_about(matcher)))


def _reaction(round_: Round, matcher: Matcher) -> pl.DataFrame:
    """Feedback on the message that a node of the very passage sent."""
    document, node = matcher.origin or ("", None)
    found = round_.feedback.filter(
        (pl.col("kind") == matcher.value) & (pl.col("document") == document) & (pl.col("node_id") == node)
    )
    return round_.rows.join(found.select("pno", "passage"), on="pno", how="inner").select(*MATCH, "passage")


def _answer(round_: Round, matcher: Matcher) -> pl.DataFrame:
    """Return answers of a source or action, each about the one passage that asked."""
    return _named("answer")(round_, matcher).with_columns(
        pl.col("event").str.json_path_match("$.passage").cast(pl.Int64, strict=False).alias("passage")
    )


def _about(matcher: Matcher) -> pl.Expr:
    test = pl.col("kind") == matcher.value
    if matcher.origin is not None:
        document, node = matcher.origin
        test &= pl.col("document") == document
        if node is not None:
            test &= pl.col("node_id") == node
    if matcher.link is not None:
        test &= pl.col("link") == matcher.link
    return test


def _named(kind: str) -> Callable[[Round, Matcher], pl.DataFrame]:
    def find(round_: Round, matcher: Matcher) -> pl.DataFrame:
        return round_.rows.filter((pl.col("kind") == kind) & (pl.col("name") == matcher.value)).select(list(MATCH))

    return find


def _session(round_: Round, _: Matcher) -> pl.DataFrame:
    return round_.rows.filter(pl.col("kind") == "session").select(list(MATCH))


def _inbound(round_: Round, matcher: Matcher) -> pl.DataFrame:
    text = pl.col("event").str.json_path_match("$.text").str.strip_chars().str.to_lowercase()
    return _named("inbound")(round_, matcher).filter(text == str(matcher.to).strip().lower())


def _member(round_: Round, matcher: Matcher) -> pl.DataFrame:
    wanted = round_.members.filter(
        (pl.col("audience") == matcher.value) & (pl.col("entered") == (matcher.to != "left"))
    )
    return round_.only(wanted)


def _geofence(round_: Round, matcher: Matcher) -> pl.DataFrame:
    return round_.only(round_.fences.filter((pl.col("fence") == matcher.value) & (pl.col("on") == matcher.to)))


NO_ITEM = (
    pl.Series("at", [], dtype=INSTANT),
    pl.Series("event", [], dtype=pl.String),
    pl.Series("item", [], dtype=pl.Int64),
)
"""The columns of an item, for no passage at all."""

FORMS: dict[str, Callable[[Round, Matcher], pl.DataFrame]] = {
    "event": _event,
    "attribute": _attribute,
    "subscription": _subscription,
    "feedback": _feedback,
    "reaction": _reaction,
    "answer": _answer,
    "excepted": _named("excepted"),
    "api": _named("trigger"),
    "inbound": _inbound,
    "session": _session,
    "member": _member,
    "geofence": _geofence,
}


NAMED: dict[str, str] = {"excepted": "excepted", "trigger": "api", "inbound": "inbound", "answer": "answer"}
"""Kinds of item whose name alone says what they are about, and the facet."""


def facet(matcher: Matcher) -> Facet:
    """Return what an item must be about for a matcher to look at it.

    >>> facet(Matcher("event", "purchase"))
    ('event', 'purchase')
    """
    if matcher.form == "reaction":
        return ("feedback", matcher.value)
    return (matcher.form,) if matcher.form == "session" else (matcher.form, matcher.value)
