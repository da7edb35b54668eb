"""Whom TLS trusts besides the usual authorities."""

from pathlib import Path

import pytest

from sojourn.sources.trust import BadAuthorities, trusted
from tests.contract.stands.apns import certificate


def test_the_authorities_of_ones_own_come_to_the_usual_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    usual = trusted().cert_store_stats()["x509_ca"]
    (tmp_path / "own.pem").write_bytes(certificate())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
    assert trusted().cert_store_stats()["x509_ca"] == usual + 1 > 1


@pytest.mark.parametrize("content", [None, b"nothing"], ids=["no file", "no certificate"])
def test_a_file_that_is_none_is_told(content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.pem"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(BadAuthorities, match=r"own\.pem cannot be used"):
        trusted()
