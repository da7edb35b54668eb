"""Where a message goes: the address of a channel and whether it is well formed (spec, section 7)."""

from __future__ import annotations

from collections.abc import Callable

import phonenumbers
import polars as pl

EMAIL = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"
E164 = r"^\+[1-9][0-9]{6,14}$"
ATTRIBUTE = {"email": "email", "sms": "phone", "whatsapp": "phone", "push": "push_token"}
"""The attribute that is a channel's address; the others need none."""

ProfileColumn = Callable[[pl.DataFrame, str], pl.Series | None]


def addresses_of(rows: pl.DataFrame, channel: str, computed: pl.Series | None, column: ProfileColumn) -> pl.Series:
    """Return the address of each row on a channel, null where there is none.

    Parameters
    ----------
    computed : Series of String or None
        The values of a message's `to`, which replaces the profile's own address.
    column : callable
        Gives an attribute for each row.
    """
    if channel not in ATTRIBUTE:
        text = computed if computed is not None else column(rows, "profile_id")
        return text if text is not None else pl.Series("address", [""]).new_from_index(0, rows.height)
    found = computed if computed is not None else column(rows, ATTRIBUTE[channel])
    if found is None:
        return pl.Series("address", [None], dtype=pl.String).new_from_index(0, rows.height)
    found = found.cast(pl.String).str.strip_chars(" ") if channel != "email" else found.cast(pl.String)
    return _international(found, column(rows, "country")) if ATTRIBUTE[channel] == "phone" else found


def well_formed(addresses: pl.Series, channel: str) -> pl.Series:
    """Tell for each address whether it can be one of its channel.

    Examples
    --------
    >>> well_formed(pl.Series(["ann@example.com", "no-address"]), "email").to_list()
    [True, False]
    """
    if channel == "email":
        return addresses.str.contains(EMAIL) & (addresses.str.len_bytes() <= 254)
    if ATTRIBUTE.get(channel) == "phone":
        return addresses.str.contains(E164)
    return addresses.is_not_null()


def _international(numbers: pl.Series, countries: pl.Series | None) -> pl.Series:
    """Turn national numbers into E.164 where the profile's country is known."""
    national = numbers.is_not_null() & ~numbers.str.contains(E164)
    if countries is None or not national.any():
        return numbers
    pairs = pl.DataFrame({"number": numbers, "country": countries}).filter(national)
    turned = pl.Series([_turn(number, country) for number, country in pairs.iter_rows()], dtype=pl.String)
    return numbers.scatter(national.arg_true(), turned)


def _turn(number: str, country: str | None) -> str:
    try:
        parsed = phonenumbers.parse(number, country.upper() if country else None)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
