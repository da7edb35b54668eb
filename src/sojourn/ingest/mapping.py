"""Which attribute a column of a file may be: a suggestion, by names and by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

import msgspec

from sojourn.ingest.bounds import MOST_COLUMNS
from sojourn.ingest.shape import fits
from sojourn.ingest.source import Source

SAMPLES: Final = 100
ALIKE: Final = 0.82
_NOT_WORD: Final = re.compile(r"[^a-z0-9가-힣]+")
WORDS: Final[Mapping[str, Sequence[str]]] = {
    "profile_id": (
        "userid", "user", "customerid", "customer", "memberid", "uid", "externalid", "contactid", "고객번호",
        "회원번호",
    ),
    "email": ("mail", "emailaddress", "mailaddress", "emailaddr", "이메일", "메일"),
    "phone": (
        "mobile", "mobilephone", "phonenumber", "tel", "telephone", "cell", "cellphone", "msisdn", "전화번호", "휴대폰",
    ),
    "first_name": ("firstname", "givenname", "forename", "fname", "vorname", "이름"),
    "last_name": ("lastname", "surname", "familyname", "lname", "nachname", "성"),
    "birth_date": ("birthday", "dateofbirth", "dob", "birthdate", "생년월일"),
    "city": ("town", "location", "도시"),
    "country": ("countrycode", "nation", "국가"),
    "timezone": ("tz", "zone"),
    "locale": ("language", "lang", "언어"),
    "event": ("eventname", "action", "activity"),
    "timestamp": ("time", "occurredat", "date", "datetime", "eventtime", "createdat", "ts"),
}  # fmt: skip
"""Other names of attributes that many files have, without what is neither letter nor digit."""


@dataclass(frozen=True)
class Match:
    """What a column may be.

    Attributes
    ----------
    column : str
        Its name in the file.
    attribute : str or None
        The attribute; None: nothing fits, so that the column should be declared or left out.
    why : str
        `same name`, `like name`, `known name` or `none`.
    """

    column: str
    attribute: str | None
    why: str


def suggest(columns: Mapping[str, Sequence[Any]], attributes: Mapping[str, str]) -> list[Match]:
    """Suggest an attribute for each column; each attribute is taken once, the surest first.

    Parameters
    ----------
    columns : mapping of name to values
        The columns of the file, with some of their values.
    attributes : mapping of name to type
        What may be filled.

    Examples
    --------
    >>> found = suggest({"E-Mail": ["a@b.example"], "Vorname": ["Ann"]}, {"email": "string", "first_name": "string"})
    >>> [(match.attribute, match.why) for match in found]
    [('email', 'same name'), ('first_name', 'known name')]
    """
    scored = [
        (score, why, column, attribute)
        for column, values in columns.items()
        for attribute, kind in attributes.items()
        for score, why in [_score(column, attribute)]
        if score and _share(values, kind) >= 0.9
    ]
    found: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for _, why, column, attribute in sorted(scored, key=lambda each: -each[0]):
        if column not in found and attribute not in taken:
            found[column] = (attribute, why)
            taken.add(attribute)
    return [Match(column, *found.get(column, (None, "none"))) for column in columns]


def _score(column: str, attribute: str) -> tuple[float, str]:
    mine, theirs = _plain(column), _plain(attribute)
    if not mine:
        return 0.0, "none"
    if column == attribute:
        return 3.0, "same name"
    if mine == theirs:
        return 2.5, "same name"
    if mine in WORDS.get(attribute, ()):
        return 2.0, "known name"
    ratio = SequenceMatcher(None, mine, theirs).ratio()
    return (ratio, "like name") if ratio >= ALIKE and min(len(mine), len(theirs)) > 3 else (0.0, "none")


def _plain(name: str) -> str:
    return _NOT_WORD.sub("", name.lower())


def _share(values: Sequence[Any], kind: str) -> float:
    """Return the share of the values that can be read as a type; 1 where there are none."""
    there = [value for value in values if value not in (None, "")]
    if not there:
        return 1.0
    return sum(fits(kind, value) or (isinstance(value, str) and kind == "date") for value in there) / len(there)


def samples_of(source: Source) -> dict[str, list[Any]]:
    """Return the columns of a file with some of their values."""
    rows = next(iter(source.chunks(0, SAMPLES)), None)
    if rows is None:
        return {name: [] for name in source.columns or ()}
    if source.columns is not None:
        return {name: [str(value) if value is not None else None for value in rows.frame[name].to_list()]
                for name in source.columns}  # fmt: skip
    found: dict[str, list[Any]] = {}
    for text in rows.frame["_original"].to_list():
        with suppress(msgspec.MsgspecError):  # a number that no column can hold: the import rejects the row
            for name, value in msgspec.json.decode(text).items():
                if name in found or len(found) < MOST_COLUMNS:
                    found.setdefault(name, []).append(value)
    return found
