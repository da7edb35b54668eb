"""SQL expressions that are mostly right: by types, with every function that is allowed."""

from __future__ import annotations

from random import Random

from sojourn.expr.functions import FUNCTIONS

LEAVES = {
    "text": [
        "profile.city", "event.sku", "''", "'x'", "'Seoul'", '\'{"a": [1]}\'', "'$.a'", "'%Y-%m-%d'", "'day'",
        "'UTC'", "'5'", "'2026-03-02'", "null", "(event.other->>'a')", "'(a|b)*'", "'é🦆'", "chr(0)", "'%'", "'\\'",
    ],
    "number": [
        "profile.spend", "event.amount", "0", "1", "-1", "2.5", "1e308", "-1e308", "9223372036854775807", "null",
        "entry.amount", "look.temp", "bucket()", "0.000001", "170141183460469231731687303715884105727",
    ],
    "boolean": [
        "profile.vip", "true", "false", "null",
    ],
    "time": [
        "profile.seen", "now()", "timestamptz '9999-12-31 23:59:59+00'", "timestamptz '0001-01-01 00:00:00+00'",
        "null", "local_now()", "timestamp '290000-01-01 00:00:00'", "timestamptz 'infinity'",
    ],
    "date": [
        "profile.born", "date '2026-02-28'", "date '9999-12-31'", "cast(now() as date)", "null", "date '-infinity'",
    ],
    "list": [
        "profile.tags", "entry.list", "[1, 2]", "['a', null]", "[]", "null", "string_split('a,b', ',')",
    ],
    "json": [
        "event.other", 'cast(\'[1, {"a": null}]\' as json)', "null", "to_json_missing",
    ],
    "interval": [
        "interval 1 day", "interval '3 months'", "interval 99999999 year", "to_hours(5)", "to_days(999999999)",
    ],
}  # fmt: skip
KINDS = list(LEAVES)
NAMES = sorted(FUNCTIONS - {"case", "cast", "try_cast", "if", "extract", "bucket", "now", "local_now"})
CASTS = [
    "varchar",
    "bigint",
    "integer",
    "double",
    "decimal(38,10)",
    "boolean",
    "date",
    "timestamp",
    "timestamptz",
    "json",
    "varchar[]",
]
UNITS = ["year", "month", "day", "hour", "epoch", "week", "dow", "timezone", "century", "julian", "microsecond"]


def expression(rng: Random, kind: str | None = None, depth: int = 3) -> str:
    """Return an expression of about that kind."""
    kind = kind or rng.choice(KINDS)
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(LEAVES[kind])

    def of(*kinds: str) -> str:
        return expression(rng, rng.choice(kinds), depth - 1)

    any_ = rng.choice(KINDS)
    shapes = [
        lambda: f"{rng.choice(NAMES)}({', '.join(of(*KINDS) for _ in range(rng.randrange(4)))})",
        lambda: f"{rng.choice(NAMES)}({of(kind)}, {of('text', 'number')})",
        lambda: f"cast({of(*KINDS)} as {rng.choice(CASTS)})",
        lambda: f"try_cast({of(*KINDS)} as {rng.choice(CASTS)})",
        lambda: f"case when {of('boolean')} then {of(kind)} else {of(kind)} end",
        lambda: f"coalesce({of(kind)}, {of(kind)})",
        lambda: f"({of(any_)}) = ({of(any_)})",
        lambda: f"({of(any_)}) in ({of(any_)}, {of(any_)})",
        lambda: f"({of(any_)}) between {of(any_)} and {of(any_)}",
        lambda: f"({of('boolean')}) {rng.choice(['and', 'or'])} ({of('boolean')})",
        lambda: f"not ({of('boolean')})",
        lambda: f"({of(*KINDS)}) is null",
        lambda: f"({of('number')}) {rng.choice(['+', '-', '*', '/', '//', '%'])} ({of('number')})",
        lambda: f"({of('time', 'date')}) {rng.choice(['+', '-'])} ({of('interval', 'time', 'date', 'number')})",
        lambda: f"({of('text')}) {rng.choice(['||', 'like', 'ilike', 'not like'])} ({of('text')})",
        lambda: f"extract({rng.choice(UNITS)} from {of('time', 'date', 'interval')})",
        lambda: f"({of('time')}) at time zone {rng.choice(['profile.city', chr(39) + 'Asia/Seoul' + chr(39)])}",
        lambda: f"({of('list', 'text', 'json')})[{of('number')}]",
        lambda: f"({of('json')})->>{of('text', 'number')}",
        lambda: f"date_trunc('{rng.choice(UNITS)}', {of('time', 'date')})",
        lambda: f"date_diff('{rng.choice(UNITS)}', {of('time', 'date')}, {of('time', 'date')})",
        lambda: f"regexp_matches({of('text')}, '{rng.choice(['(', '[a-', 'a{1001}', '(a+)+$', 'x*'])}')",
        lambda: f"strptime({of('text')}, {of('text')})",
        lambda: f"strftime({of('time', 'date')}, {of('text')})",
    ]
    return rng.choice(shapes)()
