"""Keys are made, known by what they may do, and revoked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sojourn.service.keys import ROLES, KeyFile, KeyRole

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("role", ROLES)
def test_a_key_has_its_role_and_is_not_in_the_file(tmp_path: Path, role: KeyRole) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    key = keys.create(role, NOON, "web")
    assert keys.role(key) == role
    assert keys.role(key + "x") is None
    assert key not in (tmp_path / "keys.json").read_text()
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_a_revoked_key_is_unknown(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    gone, kept = keys.create("ingest", NOON), keys.create("server", NOON)
    assert keys.revoke(keys.list_keys()[0].id) is True
    assert (keys.role(gone), keys.role(kept)) == (None, "server")
    assert keys.revoke("nothing") is False


def test_a_key_made_by_another_process_is_known_at_once(tmp_path: Path) -> None:
    serving, other = KeyFile(tmp_path / "keys.json"), KeyFile(tmp_path / "keys.json")
    assert serving.role("x") is None
    key = other.create("ingest", NOON)
    assert serving.role(key) == "ingest"
    assert [kept.role for kept in serving.list_keys()] == ["ingest"]
