"""Secrets are listed by their places, set anew and taken out, and never told."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sojourn.service.studio.secret_places import secrets_of, with_secret
from sojourn.service.studio.secrets import hide
from tests.unit.service.access.serving import Served

DOCUMENTS = """
# how we reach others
kind: channel
id: hook
type: webhook
provider: http
settings:
  secret: plainly-written
  secret_headers: {X-Key: other-secret, X-Env: {env: SOJOURN_TEST_NO_SUCH}}
---
kind: source
id: weather
request: {url: "https://weather.example/", headers: {Authorization: "Bearer abc", Accept: text/html}}
auth: {type: basic, username: ann, password: {env: PATH}}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = Path(tmp_path_factory.mktemp("secrets")) / "shop"
    folder.mkdir()
    (folder / "documents.yaml").write_text(DOCUMENTS)
    with Served.of(folder) as served:
        yield served


@pytest.fixture
def tina(served: Served) -> httpx.Client:
    return served.begun("tina", "technical")


def test_they_are_listed_without_being_told(tina: httpx.Client) -> None:
    answer = tina.get("/api/secrets")
    found = {f"{row['id']}:{row['path']}": row for row in answer.json()}
    assert set(found) == {
        "hook:settings.secret", "hook:settings.secret_headers.X-Key", "hook:settings.secret_headers.X-Env",
        "weather:auth.password", "weather:request.headers.Authorization",
    }  # fmt: skip
    assert found["hook:settings.secret"]["way"] == "text"
    assert found["weather:auth.password"]["variable"] == "PATH" and found["weather:auth.password"]["trouble"] is None
    assert "SOJOURN_TEST_NO_SUCH" in found["hook:settings.secret_headers.X-Env"]["trouble"]
    for secret in ("plainly-written", "other-secret", "abc"):
        assert secret not in answer.text


def test_one_is_set_anew_sealed_and_taken_out(tina: httpx.Client, served: Served) -> None:
    place = {"kind": "channel", "id": "hook", "path": "settings.secret"}
    answer = tina.put("/api/secrets", json={**place, "text": "brand-new"})
    assert answer.status_code == 200 and "brand-new" not in answer.text
    text = (served.folder / "documents.yaml").read_text()
    assert "sealed" in text and "brand-new" not in text and "# how we reach others" in text
    tina.put("/api/secrets", json={**place, "env": "HOOK_SECRET"}).raise_for_status()
    assert "env: HOOK_SECRET" in (served.folder / "documents.yaml").read_text()
    tina.put("/api/secrets", json=place).raise_for_status()
    assert "HOOK_SECRET" not in (served.folder / "documents.yaml").read_text()
    assert tina.put("/api/secrets", json=place).json()["code"] == "SECRET-001"
    told = served.begun("ada", "admin").get("/api/audit").text
    assert "brand-new" not in told and "plainly-written" not in told and "draft.save" in told


def test_a_text_under_a_secrets_name_is_hidden_in_answers() -> None:
    body = {"kind": "channel", "settings": {"secret_headers": {"X-Key": "abc", "X-Env": {"env": "NAME"}}}}
    assert hide(body)["settings"] == {"secret_headers": {"X-Key": "•••", "X-Env": {"env": "NAME"}}}


def test_lists_have_places_too() -> None:
    keys = [{"domain": "a.example", "private_key": "PEM"}, {"domain": "b.example", "private_key": {"env": "B"}}]
    body = {
        "kind": "channel",
        "type": "email",
        "settings": {"dkim": keys},
        "fallbacks": [{"settings": {"password": "x"}}],
    }
    paths = [place.path for place in secrets_of(body)]
    assert paths == ["settings.dkim[0].private_key", "settings.dkim[1].private_key", "fallbacks[0].settings.password"]
    assert with_secret(body, paths[0], {"sealed": "s"})["settings"]["dkim"][0]["private_key"] == {"sealed": "s"}
