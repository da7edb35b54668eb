"""Calls of systems over HTTP/2 with TLS, and redirects that lead nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sojourn.sources.exchange import MAX_REDIRECTS
from tests.contract.stands.apns import ApnsStand
from tests.contract.test_outside import call, outside_of, source
from tests.e2e.outside_thread import running
from tests.outside import Elsewhere, elsewhere


@pytest.fixture
def system() -> Iterator[Elsewhere]:
    with elsewhere() as system:
        yield system


@pytest.fixture
def modern(tmp_path: Path) -> Iterator[ApnsStand]:
    """A server that speaks HTTP/2 only, with a certificate of its own authority."""
    stand = ApnsStand(tmp_path)
    with running(stand):
        yield stand


def test_many_calls_go_over_one_connection(modern: ApnsStand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(modern.pem))
    asked = source(f"https://127.0.0.1:{modern.port}/weather/{{{{ city }}}}")

    async def make() -> list[str]:
        outside = outside_of()
        first = await outside.call(asked, {"city": "0"}, "k")
        others = await asyncio.gather(*(outside.call(asked, {"city": str(n)}, "k") for n in range(1, 15)))
        await outside.close()
        return [outcome.status for outcome in (first, *others)]

    assert asyncio.run(make()) == ["200"] * 15
    assert sorted(request.target for request in modern.asked) == sorted(f"/weather/{n}" for n in range(15))
    assert len(modern.connections) == 1


def test_a_certificate_that_nobody_knows_is_refused(modern: ApnsStand) -> None:
    assert call(source(f"https://127.0.0.1:{modern.port}/")).status == "failed"
    assert modern.asked == []


def test_a_redirect_to_itself_ends(system: Elsewhere) -> None:
    system.redirect = f"{system.url}/to"
    outcome = call(source(f"{system.url}/to"))
    assert outcome.status == "failed"
    assert "redirects" in (outcome.detail or "")
    assert len(system.asked) <= 3 * (MAX_REDIRECTS + 1)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:1", "//", "http://[::1"])
def test_a_redirect_to_what_is_no_web_address_fails(system: Elsewhere, target: str) -> None:
    system.redirect = target
    assert call(source(f"{system.url}/to")).status == "failed"
