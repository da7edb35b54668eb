"""Which addresses a message may go to (spec, section 7)."""

from __future__ import annotations

import polars as pl
import pytest

from sojourn.messages.addresses import addresses_of, well_formed

GOOD = ["ann@example.com", "a.b+c@x.co.kr", "ünï@exämple.de", "a'b@sub.example.com"]
BAD = [
    "ann", "ann@", "@example.com", "ann@example", "a@b@c.de", "a b@c.de", "a@b.de\nBcc: x@y.de", "a@b.de\r", "a@.de",
    "a@b..de", " a@b.de", "a@b.de ", "a" * 250 + "@b.de", "a@b.", "\ta@b.de", "a\u00a0b@c.de",
]  # fmt: skip


@pytest.mark.parametrize("address", GOOD)
def test_good_email_addresses(address: str) -> None:
    assert well_formed(pl.Series([address]), "email").to_list() == [True]


@pytest.mark.parametrize("address", BAD)
def test_bad_email_addresses(address: str) -> None:
    assert well_formed(pl.Series([address]), "email").to_list() == [False]


def address(channel: str, computed: str | None = None, **profile: str | None) -> str | None:
    row = pl.DataFrame({"pno": [1]})
    given = pl.Series([computed], dtype=pl.String) if computed is not None else None
    found = addresses_of(
        row, channel, given, lambda _, name: pl.Series([profile[name]], dtype=pl.String) if name in profile else None
    )
    value: str | None = found[0]
    return value


@pytest.mark.parametrize(
    "phone, country, expected",
    [
        ("+82212345678", None, "+82212345678"),
        ("02-1234-5678", "KR", "+82212345678"),
        ("02-1234-5678", "kr", "+82212345678"),
        ("(212) 555-0100", "US", "+12125550100"),
        ("02-1234-5678", None, "02-1234-5678"),
        ("call me", "KR", "call me"),
        ("02-1234-5678", "XX", "02-1234-5678"),
        (" +82212345678 ", "KR", "+82212345678"),
    ],
)
def test_phones_are_international_or_of_the_profiles_country(phone: str, country: str | None, expected: str) -> None:
    assert address("sms", phone=phone, country=country) == expected
    assert well_formed(pl.Series([expected]), "whatsapp").to_list() == [expected.startswith("+")]


def test_a_phone_without_declared_country_stays_as_it_is() -> None:
    assert address("whatsapp", phone="02-1234-5678") == "02-1234-5678"


def test_a_computed_address_replaces_the_profiles_own() -> None:
    assert address("email", "boss@example.com", email="ann@example.com") == "boss@example.com"


def test_channels_without_addresses_have_the_profile_as_address() -> None:
    assert address("webhook", profile_id="ann") == "ann"
    assert address("in_app") == ""


def test_an_attribute_that_is_not_declared_is_no_address() -> None:
    assert address("push") is None
