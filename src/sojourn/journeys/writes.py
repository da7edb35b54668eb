"""What items write before they set anything off: attributes, history, consent, feedback, suppression, positions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import polars as pl

from sojourn.expr import Expression, Reads
from sojourn.journeys import memberships
from sojourn.journeys.answers import take_answers
from sojourn.journeys.fold import Fold, within_calendar
from sojourn.journeys.matching import FEEDBACK, Round
from sojourn.journeys.settlement import settle
from sojourn.messages.addresses import ATTRIBUTE, addresses_of
from sojourn.messages.consent import START_WORDS, STOP_WORDS
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import FEEDBACK_KINDS, REFUSING
from sojourn.model.state import conform, sql_type

SOFT_BOUNCES = 5
"""Soft bounces in a row that suppress an address."""

BROUGHT = Reads(event=True)

INTERNAL = ("converted", "control_enrolled")
"""Feedback that documents give each other; it is no feedback of a provider and is not stored as such."""


def apply(fold: Fold, items: pl.DataFrame) -> Round:
    """Write what the items of a round bring, and return what they are about."""
    kinds = set(items["kind"].unique())
    round_ = Round(fold, items, changed=_attributes(fold, items, kinds))
    for kind, write in WRITES.items():
        if kind in kinds:
            write(fold, round_, items if len(kinds) == 1 else items.filter(pl.col("kind") == kind))
    if fold.program.watched:
        round_.members = memberships.changes(fold, items)
    return round_


# ---- attributes ------------------------------------------------------------------------------------------------------


def _attributes(fold: Fold, items: pl.DataFrame, kinds: set[str]) -> dict[str, pl.DataFrame]:
    brought = items["traits"].is_not_null()
    changed = fold.write(parse_traits(fold, items.filter(brought))) if brought.any() else {}
    for name, rows in (_already_written(items) if "changed" in kinds else {}).items():
        changed[name] = pl.concat([changed[name], rows]) if name in changed else rows
    return changed


def _already_written(items: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return what `update_profile` changed: the write came at the node, its item only tells of it."""
    told = items.filter(pl.col("kind") == "changed")
    names = pl.col("data").str.json_decode(pl.List(pl.String)).alias("name")
    pairs = told.select("pno", names).explode("name").drop_nulls("name")  # none where attributes were only emptied
    return {str(name): part.select("pno") for (name,), part in pairs.group_by("name")}


def parse_traits(fold: Fold, rows: pl.DataFrame) -> pl.DataFrame:
    """Turn traits (JSON objects) into typed attribute columns, each with a column `<name>?` that tells if it is set."""
    names = _present(fold, rows)
    expressions: dict[str, Expression] = {}
    for name in names:
        expressions[name] = Expression(_typed(name, fold.program.attributes[name]), "", BROUGHT, name)
        expressions[f"{name}?"] = Expression(f"""json_exists(f.event, '$."{name}"')""", "BOOLEAN", BROUGHT, name)
    values = within_calendar(fold.evaluator.values(rows.select("pno", pl.col("traits").alias("event")), expressions))
    return pl.concat([rows.select("pno"), values], how="horizontal")


def _present(fold: Fold, rows: pl.DataFrame) -> list[str]:
    found: set[str] = set()
    for text in rows["traits"].unique().to_list():
        found.update(json.loads(text))
    return [name for name in fold.program.attributes if name in found and name != "profile_id"]


def _typed(name: str, kind: str) -> str:
    path = f"""'$."{name}"'"""
    if kind == "json":
        return f"CAST(json_extract(f.event, {path}) AS VARCHAR)"
    if kind.startswith("["):
        return f"TRY_CAST(json_extract(f.event, {path}) AS {sql_type(kind)})"
    return f"TRY_CAST(json_extract_string(f.event, {path}) AS {sql_type(kind)})"


# ---- events, consent, positions --------------------------------------------------------------------------------------


def _events(fold: Fold, _: Round, rows: pl.DataFrame) -> None:
    history = rows.select("offset", "pno", "name", pl.col("occurred_at").alias("at"), "data")
    fold.changes.add("event", history)
    if fold.program.needs.history:
        fold.remember("event", history.filter(pl.col("name").is_in(list(fold.program.needs.history))))


def _subscriptions(fold: Fold, round_: Round, rows: pl.DataFrame) -> None:
    said = rows.select(
        "pno", "at", pl.col("name").alias("topic"), pl.col("data").str.json_path_match("$.status").alias("status")
    )
    set_consent(fold, round_, _unconfirmed(fold, said))


def _unconfirmed(fold: Fold, said: pl.DataFrame) -> pl.DataFrame:
    """Let who asks for a group with double opt-in wait for the click, unless the consent stands already."""
    asks = pl.col("topic").is_in(list(fold.program.double_opt_in)) & (pl.col("status") == "subscribed")
    if not fold.program.double_opt_in or not said.filter(asks).height:
        return said
    standing = fold.state["consent"].filter(~pl.col("status").is_in(REFUSING)).select("pno", "topic", stands="status")
    known = said.join(standing, on=["pno", "topic"], how="left", maintain_order="left")
    waits = pl.when(asks).then(pl.col("stands").fill_null("pending")).otherwise(pl.col("status"))
    return known.with_columns(waits.alias("status")).drop("stands")


def set_consent(fold: Fold, round_: Round, said: pl.DataFrame) -> None:
    """Write statuses of consent (`pno`, `topic`, `status`, `at`); real changes are noted in the round."""
    defaults = {f"group:{group}": status for group, status in fold.program.group_defaults.items()}
    known = fold.state["consent"].select("pno", "topic", pl.col("status").alias("before"))
    joined = said.join(known, on=["pno", "topic"], how="left").with_columns(
        pl.col("before").fill_null(
            pl.col("topic").replace_strict(defaults, default="subscribed", return_dtype=pl.String)
        )
    )
    changed = joined.filter(pl.col("status") != pl.col("before")).select("pno", "topic", "status", "at")
    if not changed.height:
        return
    round_.topics = pl.concat([round_.topics, changed.select("pno", "topic", "status")])
    fold.state["consent"] = pl.concat([
        fold.state["consent"].join(changed, on=["pno", "topic"], how="anti"), conform("consent", changed)
    ])  # fmt: skip
    fold.replace("consent", conform("consent", changed))


def _suppress(fold: Fold, _: Round, rows: pl.DataFrame) -> None:
    suppress(fold, rows.select(
        pl.col("name").replace_strict(CHANNEL_CODES, return_dtype=pl.Int8).alias("channel"),
        pl.col("data").str.json_path_match("$.address").alias("address"),
        pl.lit("by_hand").alias("reason"),
        "at",
    ))  # fmt: skip


def suppress(fold: Fold, rows: pl.DataFrame) -> None:
    """Put addresses (`channel`, `address`, `reason`, `at`) on the suppression list."""
    rows = conform("suppression", rows.filter(pl.col("address").is_not_null()))
    if rows.height:
        fold.remember("suppression", rows)
        fold.replace("suppression", rows)


def _positions(fold: Fold, round_: Round, rows: pl.DataFrame) -> None:
    here = rows.select(
        "pno",
        *(pl.col("data").str.json_path_match(f"$.{name}").cast(pl.Float64).alias(name) for name in ("lat", "lon")),
    )
    for fence in fold.program.fences:
        inside = here.filter(_distance_m(fence.lat, fence.lon) <= fence.radius_m).select("pno")
        known = fold.state["inside_fence"].filter(pl.col("fence") == fence.id).select("pno")
        entered = inside.join(known, on="pno", how="anti")
        left = here.select("pno").join(known, on="pno", how="semi").join(inside, on="pno", how="anti")
        _cross(fold, round_, fence.id, entered, left)


def _cross(fold: Fold, round_: Round, fence: str, entered: pl.DataFrame, left: pl.DataFrame) -> None:
    moves = pl.concat([entered.with_columns(on=pl.lit("enter")), left.with_columns(on=pl.lit("exit"))])
    if not moves.height:
        return
    round_.fences = pl.concat([round_.fences, moves.select("pno", pl.lit(fence).alias("fence"), "on")])
    stay = fold.state["inside_fence"].join(left.with_columns(fence=pl.lit(fence)), on=["fence", "pno"], how="anti")
    fold.state["inside_fence"] = pl.concat([stay, entered.select(pl.lit(fence).alias("fence"), "pno")])
    fold.rewrite("inside_fence", moves["pno"])


def _distance_m(lat: float, lon: float) -> pl.Expr:
    """Return the great-circle distance to a point, on a sphere of 6,371,000 m."""
    phi, psi = pl.col("lat").radians(), pl.lit(lat).radians()
    half = ((phi - psi) / 2).sin() ** 2 + phi.cos() * psi.cos() * (
        (pl.col("lon").radians() - pl.lit(lon).radians()) / 2
    ).sin() ** 2
    return 2 * 6_371_000 * half.sqrt().arcsin()


# ---- feedback --------------------------------------------------------------------------------------------------------

CHANNEL_CODES = {name: code for code, name in enumerate(CHANNEL_TYPES)}
CHANNEL_NAMES = dict(enumerate(CHANNEL_TYPES))


def _feedback(fold: Fold, round_: Round, rows: pl.DataFrame) -> None:
    found = _located(fold, rows)
    settle(fold, rows, found)
    internal, about_one = pl.col("kind").is_in(INTERNAL), pl.col("message").is_not_null()
    round_.feedback = found.filter(internal | about_one).select(list(FEEDBACK))  # else it is about nothing
    real = found.filter(~internal & about_one)
    if not real.height:
        return
    codes = {name: code for code, name in enumerate(FEEDBACK_KINDS)}
    coded = real.with_columns(pl.col("kind").replace_strict(codes, return_dtype=pl.Int8))
    fold.changes.add("feedback", coded.filter(~pl.col("stored")))
    if fold.needs.receipts or fold.needs.engagement:
        fold.remember("feedback", coded)
    _consequences(fold, round_, real)


def _located(fold: Fold, rows: pl.DataFrame) -> pl.DataFrame:
    """Find the message that feedback is about: by its number, else the newest of that origin to the profile."""
    told = (pl.col("data").str.json_path_match(f"$.{field}").alias(field) for field in TOLD)
    said = rows.select("pno", "at", pl.col("name").alias("kind"), *told).with_columns(
        pl.col("stored").is_not_null(),
        pl.col("of").str.split("/").list.first().alias("document"),
        pl.col("of").str.split("/").list.get(1, null_on_oob=True).alias("node_id"),
        pl.col("message").cast(pl.Int64, strict=False).alias("number"),
    )  # fmt: skip
    sent = _sent(fold).rename({"document": "sent_document", "node_id": "sent_node"})
    numbered, named = said["number"].is_not_null(), said["node_id"].is_not_null()
    parts = []
    if numbered.any():
        mine = said if numbered.all() else said.filter(numbered)
        parts.append(mine.join(sent, left_on=["pno", "number"], right_on=["pno", "no"], how="left", coalesce=False))
    if not numbered.all():
        sent = sent.sort("sent_at", "no")  # numbers of two profiles that were joined are not by time
        parts += [
            _newest(said.filter(~numbered & named), sent, ["document", "node_id"], ["sent_document", "sent_node"]),
            _newest(said.filter(~numbered & ~named), sent, ["document"], ["sent_document"]),
        ]
    return pl.concat([_columns(part) for part in parts])


TOLD: Final = ("of", "link", "message", "stored")
"""What the data of a feedback item may say."""


def _newest(said: pl.DataFrame, sent: pl.DataFrame, origin: list[str], places: list[str]) -> pl.DataFrame:
    """Join what was said of an origin with the newest message of it to the profile."""
    newest = sent.unique(["pno", *places], keep="last", maintain_order=True)
    return said.join(newest, left_on=["pno", *origin], right_on=["pno", *places], how="left", coalesce=False)


def _columns(found: pl.DataFrame) -> pl.DataFrame:
    return found.select(
        "pno", "at", "kind", pl.col("no").cast(pl.Int64).alias("message"), "passage", "doc", "node", "slot",
        pl.coalesce("sent_document", "document").alias("document"),
        pl.coalesce("sent_node", "node_id").alias("node_id"), "link", "channel", "to", "stored",
    )  # fmt: skip


def _sent(fold: Fold) -> pl.DataFrame:
    return (
        fold.state["message"]
        .join(fold.program.origins, on=["doc", "node"], how="inner")
        .select(
            "no",
            "pno",
            "passage",
            "doc",
            "node",
            "slot",
            "document",
            "node_id",
            "channel",
            "to",
            pl.col("at").alias("sent_at"),
        )
    )


def _consequences(fold: Fold, round_: Round, real: pl.DataFrame) -> None:
    _lists(fold, real)
    left = real.filter(pl.col("kind") == "unsubscribed")
    if left.height:
        set_consent(fold, round_, _topics(fold, left).with_columns(status=pl.lit("unsubscribed")))


def _topics(fold: Fold, rows: pl.DataFrame) -> pl.DataFrame:
    """Return `pno`, `at` and the consent topic of each message: its group, else its channel."""
    topics = [
        fold.program.topic(doc, node, slot, channel)
        for doc, node, slot, channel in rows.select("doc", "node", "slot", "channel").iter_rows()
    ]
    return rows.select("pno", "at", pl.Series("topic", topics, dtype=pl.String))


FALLS: Final = ("bounced", "complained", "soft_bounced")
RISES: Final = ("delivered", "opened", "clicked")
"""Kinds of feedback that speak against an address, and those that end a row of soft bounces."""


def _lists(fold: Fold, real: pl.DataFrame) -> None:
    """Suppress addresses that bounced or complained; count soft bounces in a row."""
    kinds = set(real["kind"].unique())
    if kinds.isdisjoint(FALLS) and (kinds.isdisjoint(RISES) or not fold.state.about("soft_bounce").height):
        return
    told = real.filter(pl.col("kind").is_in([*FALLS, *RISES]))
    told = told.with_columns(_addresses(fold, told))
    hard = told.filter(pl.col("kind").is_in(["bounced", "complained"]))
    suppress(fold, hard.select("channel", "address", pl.col("kind").alias("reason"), "at"))
    softened = told.filter(~pl.col("kind").is_in(["bounced", "complained"]))
    if softened.height:
        _count_soft(fold, softened)


def _addresses(fold: Fold, rows: pl.DataFrame) -> pl.Series:
    """Return where each message went: its `to`, else the profile's address as the gate reads it."""
    own = pl.lit(None, pl.String)
    for code in rows["channel"].unique().drop_nulls().to_list():
        if CHANNEL_TYPES[code] in ATTRIBUTE:
            found = addresses_of(rows, CHANNEL_TYPES[code], None, fold.profile_column)
            own = pl.when(pl.col("channel") == code).then(found).otherwise(own)
    return rows.with_columns(pl.coalesce("to", own).alias("address"))["address"]


def _count_soft(fold: Fold, told: pl.DataFrame) -> None:
    before = fold.state.about("soft_bounce", told["address"])
    joined = told.join(before, on=["channel", "address"], how="left").with_columns(
        pl.when(pl.col("kind") == "soft_bounced").then(pl.col("count").fill_null(0) + 1).otherwise(0).alias("now")
    )
    moved = joined.filter(pl.col("now") != pl.col("count").fill_null(0))
    if not moved.height:
        return
    counts = conform(
        "soft_bounce", moved.with_columns(pl.col("now").alias("count")).unique(["channel", "address"], keep="last")
    )
    others = fold.state["soft_bounce"].join(counts, on=["channel", "address"], how="anti")
    fold.state["soft_bounce"] = pl.concat([others, counts])
    fold.replace("soft_bounce", counts)
    full = moved.filter(pl.col("now") >= SOFT_BOUNCES)
    suppress(fold, full.select("channel", "address", pl.lit("soft_bounced").alias("reason"), "at"))


# ---- inbound texts ---------------------------------------------------------------------------------------------------


def _inbound(fold: Fold, round_: Round, rows: pl.DataFrame) -> None:
    """STOP and its kin end the consent to what the newest message of the channel was about, START restores it."""
    word = pl.col("data").str.json_path_match("$.text").str.strip_chars().str.to_uppercase()
    for words, status in ((STOP_WORDS, "unsubscribed"), (START_WORDS, "subscribed")):
        said = rows.filter(word.is_in(words))
        if said.height:
            set_consent(fold, round_, _answered(fold, said).with_columns(status=pl.lit(status)))


def _answered(fold: Fold, said: pl.DataFrame) -> pl.DataFrame:
    newest = _sent(fold).sort("sent_at", "no").unique(["pno", "channel"], keep="last", maintain_order=True)
    asked = said.select(
        "pno", "at", pl.col("name").replace_strict(CHANNEL_CODES, return_dtype=pl.Int8).alias("channel")
    )
    joined = asked.join(newest, on=["pno", "channel"], how="left")
    known = _topics(fold, joined.filter(pl.col("doc").is_not_null()))
    unknown = joined.filter(pl.col("doc").is_null()).select(
        "pno",
        "at",
        ("channel:" + pl.col("channel").replace_strict(CHANNEL_NAMES, return_dtype=pl.String)).alias("topic"),
    )
    return pl.concat([known, unknown])


WRITES: dict[str, Callable[[Fold, Round, pl.DataFrame], None]] = {
    "track": _events,
    "subscription": _subscriptions,
    "suppress": _suppress,
    "location": _positions,
    "feedback": _feedback,
    "inbound": _inbound,
    "answer": lambda fold, _, rows: take_answers(fold, rows),
}
