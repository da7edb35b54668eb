"""Keys are made, known by what they may do, and revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sojourn.service.keys import ROLES, Allowances, KeyFile, KeyRole

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def role_of(keys: KeyFile, secret: str) -> KeyRole | None:
    found = keys.find(secret)
    return None if found is None else found.role


@pytest.mark.parametrize("role", ROLES)
def test_a_key_has_its_role_and_is_not_in_the_file(tmp_path: Path, role: KeyRole) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    key = keys.create(role, NOON, "web")
    assert role_of(keys, key) == role
    assert role_of(keys, key + "x") is None
    assert key not in (tmp_path / "keys.json").read_text()
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_a_revoked_key_is_unknown(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    gone, kept = keys.create("ingest", NOON), keys.create("server", NOON)
    assert keys.revoke(keys.list_keys()[0].id) is True
    assert (role_of(keys, gone), role_of(keys, kept)) == (None, "server")
    assert keys.revoke("nothing") is False


def test_a_key_made_by_another_process_is_known_at_once(tmp_path: Path) -> None:
    serving, other = KeyFile(tmp_path / "keys.json"), KeyFile(tmp_path / "keys.json")
    assert role_of(serving, "x") is None
    key = other.create("ingest", NOON)
    assert role_of(serving, key) == "ingest"
    assert [kept.role for kept in serving.list_keys()] == ["ingest"]


class Clock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.instant = NOON

    def now(self) -> datetime:
        return self.instant


def test_two_secrets_are_good_for_a_while(tmp_path: Path) -> None:
    keys, clock = KeyFile(tmp_path / "keys.json"), Clock()
    keys._clock = clock  # type: ignore[assignment]
    first = keys.create("server", NOON, "orders")
    id = keys.list_keys()[0].id
    second = keys.rotate(id, NOON + timedelta(hours=1))
    assert [keys.find(secret).id for secret in (first, second)] == [id, id]  # type: ignore[union-attr]
    assert [key.id for key in keys.list_keys()] == [id] and keys.list_keys()[0].label == "orders"
    clock.instant = NOON + timedelta(hours=1)
    assert (role_of(keys, first), role_of(keys, second)) == (None, "server")
    third = keys.rotate(id, NOON + timedelta(days=1))
    fourth = keys.rotate(id, NOON + timedelta(days=1))
    assert [role_of(keys, secret) for secret in (first, second, third, fourth)] == [None, None, "server", "server"]
    assert keys.revoke(id) and [role_of(keys, secret) for secret in (third, fourth)] == [None, None]


@pytest.mark.parametrize(
    ("rate", "at_once", "then_wait_s"),
    [("5/s", 5, 0.2), ("6/m", 6, 10), ("3/d", 3, 28_800), ("6000/m", 1_000, 0.01), ("3000/s", 3_000, 1 / 3_000)],
)
def test_what_a_rate_says_may_come_at_once_and_then_its_pace(rate: str, at_once: int, then_wait_s: float) -> None:
    now_s = [0.0]
    allowances = Allowances(lambda: now_s[0])
    assert [allowances.take("k", rate) for _ in range(at_once)] == [0.0] * at_once
    assert allowances.take("k", rate) == pytest.approx(then_wait_s)
    assert allowances.take("other", rate) == 0.0
    now_s[0] = then_wait_s * 1.001
    assert allowances.take("k", rate) == 0.0 and allowances.take("k", rate) > 0
    now_s[0] = 1_000_000.0
    passed = sum(allowances.take("k", rate) == 0.0 for _ in range(2 * at_once))
    assert passed == at_once, "what was not used does not add up"
