"""Calls over real connections to a real server: what goes out, what comes back, and where no call may go."""

import asyncio
import base64
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sojourn.model.external import Action, Source
from sojourn.sources.addresses import AddressRules
from sojourn.sources.outside import HOST_CALLS, Outcome, Outside
from tests.outside import Elsewhere, as_json, elsewhere

LOCAL = ["127.0.0.1"]


@pytest.fixture(scope="module")
def running() -> Iterator[Elsewhere]:
    with elsewhere() as system:
        yield system


@pytest.fixture
def system(running: Elsewhere) -> Elsewhere:
    running.asked.clear()
    running.script.clear()
    running.tokens = running.revoked = 0
    running.delay_s = 0.0
    running.text = b'{"temp": 4, "sky": "grey", "wind": 9}'
    return running


def source(url: str, **more: Any) -> Source:
    request = {"url": url, "timeout": "2s", **more.pop("request", {})}
    return Source.model_validate({
        "kind": "source", "id": "weather", "request": request, "parameters": {"city": "string"},
        "response": {"temp": "number", "sky": "string"}, **more,
    })  # fmt: skip


def call(
    called: Source | Action, params: dict[str, Any] | None = None, allowed: list[str] | None = None,
    names: dict[str, list[str]] | None = None,
) -> Outcome:  # fmt: skip
    async def make() -> Outcome:
        outside = outside_of(allowed, names)
        try:
            return await outside.call(called, params or {}, "7-key")
        finally:
            await outside.close()

    return asyncio.run(make())


def outside_of(allowed: list[str] | None = None, names: dict[str, list[str]] | None = None) -> Outside:
    async def resolve(host: str, port: int) -> list[str]:
        return (names or {}).get(host, [host])

    rules = AddressRules(LOCAL if allowed is None else allowed)
    return Outside(lambda: rules, "Sojourn/test", resolve=resolve, first_wait_s=0.01)


def test_an_answer_is_its_declared_fields(system: Elsewhere) -> None:
    outcome = call(source(f"{system.url}/weather/{{{{ city }}}}?q={{{{ city }}}}"), {"city": "São Paulo/?&"})
    assert outcome == Outcome("200", {"temp": 4, "sky": "grey"})
    [asked] = system.asked
    assert (asked.path, asked.query) == ("/weather/S%C3%A3o%20Paulo%2F%3F%26", "q=S%C3%A3o%20Paulo%2F%3F%26")
    assert asked.headers["user-agent"] == "Sojourn/test"
    assert "idempotency-key" not in asked.headers


def test_a_body_of_json_stays_json_whatever_is_in_it(system: Elsewhere) -> None:
    action = Action.model_validate({
        "kind": "action", "id": "coupon", "parameters": {"who": "string", "n": "integer"},
        "request": {"method": "POST", "url": f"{system.url}/coupons", "body": '{"who": "{{ who }}", "n": {{ n }}}'},
    })  # fmt: skip
    assert call(action, {"who": 'Ann "the cat"\n\\', "n": 3}).status == "200"
    [asked] = system.asked
    assert as_json(asked) == {"who": 'Ann "the cat"\n\\', "n": 3}
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "7-key"


def test_a_header_cannot_be_broken_out_of(system: Elsewhere) -> None:
    with_header = source(system.url, request={"headers": {"X-City": "{{ city }}"}})
    assert call(with_header, {"city": "x\r\nX-Evil: 1"}).status == "failed"
    assert not system.asked


@pytest.mark.parametrize(
    ("code", "attempts"), [(401, 1), (403, 1), (404, 1), (400, 1), (429, 3), (500, 3), (502, 3), (503, 3)]
)
def test_a_failure_that_may_pass_is_tried_again(system: Elsewhere, code: int, attempts: int) -> None:
    system.script[:] = [code] * 10
    assert call(source(f"{system.url}/scripted")).status == str(code)
    assert len(system.asked) == attempts


def test_the_attempt_that_goes_well_counts(system: Elsewhere) -> None:
    system.script[:] = [503, 500]
    assert call(source(f"{system.url}/scripted")) == Outcome("200", {"temp": 200, "sky": None})


def test_a_server_that_takes_its_time_is_timed_out(system: Elsewhere) -> None:
    began = time.monotonic()
    outcome = call(source(f"{system.url}/slow", request={"timeout": "PT0.1S"}))
    assert outcome.status == "timed_out"
    assert time.monotonic() - began < 1


def test_a_body_that_drips_is_timed_out(system: Elsewhere) -> None:
    assert call(source(f"{system.url}/drip", request={"timeout": "PT0.2S"})).status == "timed_out"


def test_a_body_that_is_too_large_fails(system: Elsewhere) -> None:
    outcome = call(source(f"{system.url}/large"))
    assert outcome.status == "failed"
    assert "1,048,576 bytes" in (outcome.detail or "")


def test_an_answer_that_is_no_json_has_no_fields(system: Elsewhere) -> None:
    system.text = b"<html>"
    assert call(source(system.url)) == Outcome("200", {"temp": None, "sky": None}, "the answer is no JSON")


def test_nobody_there_is_a_failure() -> None:
    assert call(source("http://127.0.0.1:1/")).status == "failed"


# ---- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "192.168.1.1", "172.16.3.4", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1",
     "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "::127.0.0.1", "::ffff:0:127.0.0.1",
     "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe", "fec0::1", "fe80::1%eth0", "ff02::1", "5f00::1", "3fff::1"],
)  # fmt: skip
def test_a_private_address_is_refused_under_any_name(system: Elsewhere, address: str) -> None:
    outcome = call(source(f"http://shop.example:{system.port}/"), allowed=[], names={"shop.example": [address]})
    assert outcome.status == "failed"
    assert "not on the public internet" in (outcome.detail or "")
    assert not system.asked


def test_the_address_that_was_checked_is_the_one_that_is_used(system: Elsewhere) -> None:
    """A name that has a public and a private address is called at the first only."""
    names = {"shop.example": ["203.0.113.7", "127.0.0.1"]}
    assert call(source(f"http://shop.example:{system.port}/"), allowed=["10.0.0.0/8"], names=names).status == "failed"
    assert not system.asked


def test_a_name_that_the_workspace_allows_may_be_private(system: Elsewhere) -> None:
    names = {"crm.internal": ["127.0.0.1"]}
    assert call(source(f"http://crm.internal:{system.port}/"), allowed=["crm.internal"], names=names).status == "200"
    assert system.asked[0].headers["host"] == f"crm.internal:{system.port}"


def test_a_redirect_to_a_private_address_is_refused(system: Elsewhere) -> None:
    system.redirect = f"http://inside.example:{system.port}/weather"
    names = {"crm.internal": ["127.0.0.1"], "inside.example": ["127.0.0.1"]}
    outcome = call(source(f"http://crm.internal:{system.port}/to"), allowed=["crm.internal"], names=names)
    assert outcome.status == "failed"
    assert system.paths() == ["/to"]


def test_a_redirect_is_followed_and_goes_without_secrets_to_another_host(system: Elsewhere) -> None:
    system.redirect = f"http://other.example:{system.port}/weather"
    names = {"shop.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}
    signed = source(
        f"http://shop.example:{system.port}/to", auth={"type": "api_key", "name": "X-Key", "value": "s3cret"}
    )
    assert call(signed, names=names).status == "200"
    first, second = system.asked
    assert first.headers["x-key"] == "s3cret"
    assert "x-key" not in second.headers


# ---- credentials -----------------------------------------------------------------------------------------------------


def test_each_way_to_sign_in(system: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEATHER_TOKEN", "t0ken")
    call(source(system.url, auth={"type": "basic", "username": "ann", "password": "s3cret"}))
    call(source(system.url, auth={"type": "bearer", "token": {"env": "WEATHER_TOKEN"}}))
    call(source(f"{system.url}/?a=1", auth={"type": "api_key", "in": "query", "name": "key", "value": "x y"}))
    basic, bearer, query = system.asked
    assert base64.b64decode(basic.headers["authorization"].removeprefix("Basic ")) == b"ann:s3cret"
    assert bearer.headers["authorization"] == "Bearer t0ken"
    assert query.query == "a=1&key=x+y"


def test_a_variable_that_is_not_set_fails_and_is_named(system: Elsewhere) -> None:
    outcome = call(source(system.url, auth={"type": "bearer", "token": {"env": "NOT_SET_HERE"}}))
    assert outcome == Outcome("failed", detail="the environment variable NOT_SET_HERE is not set")
    assert not system.asked


def test_a_token_is_asked_for_once_and_again_when_it_is_refused(system: Elsewhere) -> None:
    auth = {"type": "oauth2", "token_url": f"{system.url}/token", "client_id": "shop", "client_secret": "s3cret"}
    signed = source(f"{system.url}/guarded", auth=auth)

    async def make() -> list[str]:
        outside = outside_of()
        first = await asyncio.gather(*(outside.call(signed, {}, "k") for _ in range(5)))
        assert system.tokens == 1
        system.revoked = 1
        last = await outside.call(signed, {}, "k")
        await outside.close()
        return [outcome.status for outcome in (*first, last)]

    assert asyncio.run(make()) == ["200"] * 6
    assert system.tokens == 2


def test_secrets_are_not_printed() -> None:
    signed = source("https://x.example", auth={"type": "bearer", "token": "s3cret"})
    assert "s3cret" not in repr(signed)


def test_a_host_gets_a_bounded_number_of_calls_at_once(system: Elsewhere) -> None:
    system.delay_s = 0.1

    async def make() -> float:
        outside = outside_of()
        began = time.monotonic()
        await asyncio.gather(*(outside.call(source(system.url), {}, "k") for _ in range(2 * HOST_CALLS)))
        await outside.close()
        return time.monotonic() - began

    assert 0.2 <= asyncio.run(make()) < 2
