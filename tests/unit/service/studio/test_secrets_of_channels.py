"""Secrets of a channel with several providers: hidden, and each still with its own provider after an edit."""

from typing import Any

import pytest

from sojourn.service.access.redaction import HIDDEN
from sojourn.service.studio.secrets import hide, reveal


def way(name: str, password: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "provider": "smtp", "settings": {"host": f"{name}.example", "password": password, **more}}


CHANNEL = {
    "kind": "channel", "id": "mail", "type": "email", "provider": "smtp",
    "settings": {"host": "a.example", "password": "first", "dkim": [{"selector": "s", "private_key": "PEM"}]},
    "fallbacks": [way("one", "secret one"), way("two", "secret two")],
}  # fmt: skip


def test_no_secret_is_shown() -> None:
    shown = str(hide(CHANNEL))
    assert [text for text in ("first", "PEM", "secret one", "secret two") if text in shown] == []
    assert reveal(hide(CHANNEL), CHANNEL) == CHANNEL


def test_an_edit_keeps_the_secrets() -> None:
    edited = hide(CHANNEL)
    edited["fallbacks"][1]["settings"]["host"] = "new.example"
    found = reveal(edited, CHANNEL)
    assert [one["settings"]["password"] for one in found["fallbacks"]] == ["secret one", "secret two"]
    assert found["settings"]["dkim"][0]["private_key"] == "PEM"


@pytest.mark.parametrize("host", [None, "new.example"])
def test_no_provider_gets_the_secret_of_another(host: str | None) -> None:
    edited = hide(CHANNEL)
    edited["fallbacks"] = edited["fallbacks"][::-1]
    if host is not None:
        edited["fallbacks"][0]["settings"]["host"] = host
    found = reveal(edited, CHANNEL)
    assert found["fallbacks"][1]["settings"]["password"] == "secret one"
    assert found["fallbacks"][0]["settings"]["password"] == ("secret two" if host is None else HIDDEN)


def test_one_that_was_added_has_what_was_written() -> None:
    edited = hide(CHANNEL)
    edited["fallbacks"].insert(0, way("zero", "typed"))
    assert [one["settings"]["password"] for one in reveal(edited, CHANNEL)["fallbacks"]] == [
        "typed", "secret one", "secret two",
    ]  # fmt: skip
