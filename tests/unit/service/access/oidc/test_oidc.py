"""Signing in at an OpenID Connect provider, and what is refused."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sojourn.service.access.guard import COOKIE
from sojourn.service.access.oidc.provider import Provider
from sojourn.service.access.oidc.settings import OidcSettings, OidcSettingsError, read_settings
from tests.unit.service.access.oidc.provider import (
    CLIENT,
    EC_KEY,
    FOREIGN_KEY,
    RSA_KEY,
    SECRET,
    IdProvider,
    running,
    sign,
    unsigned,
    with_public_key_as_secret,
)
from tests.unit.service.access.serving import PASSWORD, Served

Place = tuple[IdProvider, Served]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("oidc") / "shop"
    with running() as provider, Served.of(folder, oidc=settings(provider)) as served:
        yield provider, served


@pytest.fixture
def provider(place: Place) -> IdProvider:
    """Return the provider as it is when it behaves, unknown to the server."""
    provider, served = place
    vars(provider).update(vars(IdProvider(provider.issuer)))
    with served.runtime.database.writing() as connection:
        connection.execute("DELETE FROM account")
    assert served.app.access.oidc is not None
    served.app.access.oidc.provider = Provider(settings(provider))
    return provider


@pytest.fixture
def served(place: Place, provider: IdProvider) -> Served:
    return place[1]


def settings(provider: IdProvider, **more: Any) -> OidcSettings:
    usual = {"role_claim": "groups", "roles": {"it": "technical", "sojourn-admins": "admin"}, "default_role": "viewer"}
    return OidcSettings(provider.issuer, CLIENT, SECRET, **{**usual, **more})


def sign_in(served: Served, path: str = "/api/oidc/begin?next=/journeys/welcome") -> tuple[httpx.Client, str]:
    """Go through a sign-in as a browser does; return it, and where it ends: a path of this server."""
    client = served.client()
    where = path
    while urlsplit_path(where).startswith(("/api/oidc", "/authorize")):
        answer = client.get(where)
        assert answer.status_code in (302, 303), answer.text
        where = answer.headers["location"]
    return client, where


def urlsplit_path(url: str) -> str:
    return httpx.URL(url).path


def user_of(client: httpx.Client) -> dict[str, Any]:
    return dict(client.get("/api/session").raise_for_status().json()["user"])


def test_somebody_new_signs_in_and_has_an_account(provider: IdProvider, served: Served) -> None:
    provider.person |= {"name": "Ann Lee", "groups": ["staff", "it"]}
    assert served.client().get("/api/welcome").json()["sign_in"] == {
        "password": True, "oidc": {"name": "Single sign-on"},
    }  # fmt: skip
    client, where = sign_in(served)
    assert where == "/journeys/welcome"
    user = user_of(client)
    assert (user["name"], user["display_name"], user["role"], user["has_password"]) == (
        "ann", "Ann Lee", "technical", False,
    )  # fmt: skip
    again, _ = sign_in(served)
    assert user_of(again)["id"] == user["id"]
    [entry] = served.local().get("/api/audit", params={"action": "user", "limit": 1}).json()["entries"]
    assert (entry["caller"], entry["subject"]) == ("oidc", "user/ann")


def test_the_role_follows_the_provider(provider: IdProvider, served: Served) -> None:
    first, _ = sign_in(served)
    assert user_of(first)["role"] == "viewer"
    provider.person["groups"] = "it"
    second, _ = sign_in(served)
    assert user_of(second)["role"] == "technical"
    assert first.get("/api/session").status_code == 401


def test_claims_may_come_from_userinfo(provider: IdProvider, served: Served) -> None:
    provider.userinfo = {"sub": provider.person["sub"], "groups": ["it"]}
    assert user_of(sign_in(served)[0])["role"] == "technical"
    provider.userinfo["sub"] = "somebody else"
    assert refused(served) == "OIDC-003"


def test_an_account_of_the_same_name_is_somebody_elses(provider: IdProvider, served: Served) -> None:
    served.user("ann", "admin")
    user = user_of(sign_in(served)[0])
    assert (user["name"], user["role"]) == ("ann-2", "viewer")


def test_keys_that_changed_are_fetched_anew(
    provider: IdProvider, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(served)
    provider.keys = [EC_KEY]
    provider.make = lambda claims: sign(claims, EC_KEY, {"alg": "ES256", "kid": "ec"})
    assert refused(served) == "OIDC-005"
    monkeypatch.setattr("sojourn.service.access.oidc.sign_in.ANEW_S", 0.0)
    assert sign_in(served)[1] == "/journeys/welcome"


def refused(served: Served, path: str = "/api/oidc/begin") -> str:
    client, where = sign_in(served, path)
    assert COOKIE not in client.cookies
    assert where.startswith("/sign-in?error=")
    return where.partition("=")[2]


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        pytest.param({"nonce": "another"}, "OIDC-005", id="another nonce"),
        pytest.param({"nonce": None}, "OIDC-005", id="no nonce"),
        pytest.param({"iss": "https://evil.example"}, "OIDC-005", id="another issuer"),
        pytest.param({"iss": None}, "OIDC-005", id="no issuer"),
        pytest.param({"aud": "somebody"}, "OIDC-005", id="another audience"),
        pytest.param({"aud": [CLIENT, "somebody"]}, "OIDC-005", id="two audiences"),
        pytest.param({"aud": None}, "OIDC-005", id="no audience"),
        pytest.param({"azp": "somebody"}, "OIDC-005", id="another party"),
        pytest.param({"exp": NOW - 100}, "OIDC-005", id="expired"),
        pytest.param({"exp": None}, "OIDC-005", id="never expires"),
        pytest.param({"iat": NOW + 100_000}, "OIDC-005", id="of the future"),
        pytest.param({"iat": None}, "OIDC-005", id="without an instant"),
        pytest.param({"sub": ""}, "OIDC-005", id="about nobody"),
        pytest.param({"sub": None}, "OIDC-005", id="without a subject"),
        pytest.param({"sub": "x" * 256}, "OIDC-005", id="too long a subject"),
    ],
)
def test_tokens_that_say_something_wrong(
    provider: IdProvider, served: Served, claims: dict[str, Any], code: str
) -> None:
    provider.claims = claims
    assert refused(served) == code


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda claims: sign(claims, FOREIGN_KEY), id="another key"),
        pytest.param(lambda claims: sign(claims)[:-10] + "AAAAAAAAAA", id="altered"),
        pytest.param(lambda claims: unsigned(claims, {"alg": "none"}), id="not signed"),
        pytest.param(lambda claims: unsigned(claims, {"alg": "RS256", "kid": "rsa"}), id="empty signature"),
        pytest.param(with_public_key_as_secret, id="signed with the public key as a secret"),
        pytest.param(
            lambda claims: sign(claims, RSA_KEY, {"alg": "RS512", "kid": "rsa"}), id="an algorithm that is not offered"
        ),
        pytest.param(lambda claims: "nothing", id="no token"),
    ],
)
def test_tokens_that_the_provider_did_not_sign(provider: IdProvider, served: Served, make: Any) -> None:
    provider.make = make
    assert refused(served) == "OIDC-005"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param({"state": "another"}, "OIDC-004", id="another state"),
        pytest.param({"state": ""}, "OIDC-004", id="no state"),
        pytest.param({"iss": "https://evil.example"}, "OIDC-004", id="another issuer"),
        pytest.param({"code": "guess"}, "OIDC-003", id="another code"),
        pytest.param({"code": "", "error": "access_denied"}, "OIDC-006", id="denied"),
    ],
)
def test_answers_that_do_not_belong_to_the_sign_in(
    provider: IdProvider, served: Served, answer: dict[str, str], code: str
) -> None:
    provider.answer = answer
    assert refused(served) == code


def test_a_sign_in_is_finished_by_the_browser_that_began_it(provider: IdProvider, served: Served) -> None:
    victim, attacker = served.client(), served.client()
    asked = attacker.get("/api/oidc/begin").headers["location"]
    answer = attacker.get(asked).headers["location"]
    assert victim.get(answer).headers["location"] == "/sign-in?error=OIDC-004"
    victim.get("/api/oidc/begin")
    assert victim.get(answer).headers["location"] == "/sign-in?error=OIDC-004"
    assert COOKIE not in victim.cookies


def test_an_answer_is_of_use_once(provider: IdProvider, served: Served) -> None:
    client = served.client()
    answer = client.get(client.get("/api/oidc/begin").headers["location"]).headers["location"]
    kept = dict(client.cookies)
    assert client.get(answer).headers["location"] == "/"
    assert served.client(cookies=kept).get(answer).headers["location"] == "/sign-in?error=OIDC-003"


def test_what_the_browser_keeps_cannot_be_altered(served: Served) -> None:
    client = served.client()
    answer = client.get(client.get("/api/oidc/begin").headers["location"]).headers["location"]
    kept = client.cookies["sojourn_oidc"]
    other = served.client(cookies={"sojourn_oidc": "x" + kept[1:]})
    assert other.get(answer).headers["location"] == "/sign-in?error=OIDC-004"


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(served: Served, path: str) -> None:
    client = served.client()
    begun = client.get("/api/oidc/begin", params={"next": path}).headers["location"]
    assert client.get(client.get(begun).headers["location"]).headers["location"] == "/"


def test_who_has_no_role_is_refused(provider: IdProvider, tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop", oidc=settings(provider, default_role=None)) as served:
        assert refused(served) == "OIDC-006"
        provider.person["groups"] = ["it"]
        sign_in(served)
        provider.person["groups"] = []
        assert refused(served) == "OIDC-006"


def test_a_disabled_account_is_refused(served: Served) -> None:
    sign_in(served)
    served.app.access.accounts.change("ann", is_disabled=True)
    assert refused(served) == "OIDC-006"


def test_passwords_may_be_turned_off(provider: IdProvider, tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop", oidc=settings(provider, is_only=True)) as served:
        served.user("bob", "admin")
        assert not served.client().get("/api/welcome").json()["sign_in"]["password"]
        answer = served.client().post("/api/session", json={"name": "bob", "password": PASSWORD})
        assert answer.json()["code"] == "AUTH-013"
        assert sign_in(served)[1] == "/journeys/welcome"


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"issuer": "https://evil.example"}, id="another issuer"),
        pytest.param({"token_endpoint": "http://evil.example/token"}, id="without TLS"),
        pytest.param({"jwks_uri": None}, id="incomplete"),
    ],
)
def test_a_provider_that_tells_nonsense_is_not_asked(
    provider: IdProvider, served: Served, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert refused(served) == "OIDC-003"
    assert provider.asked == ["/.well-known/openid-configuration"]


def test_without_a_provider_there_is_no_such_sign_in(tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop") as served:
        assert served.client().get("/api/oidc/begin").json()["code"] == "OIDC-002"
        assert served.client().get("/api/oidc/callback").json()["code"] == "OIDC-002"


GIVEN = {"SOJOURN_OIDC_ISSUER": "https://id.example.com", "SOJOURN_OIDC_CLIENT_ID": "x"}


def test_settings_come_from_the_environment() -> None:
    assert read_settings({"PATH": "/bin"}) is None
    more = {"SOJOURN_OIDC_CLIENT_SECRET": "s", "SOJOURN_OIDC_ROLE_CLAIM": "realm.roles", "SOJOURN_OIDC_NAME": "Us"}
    read = read_settings({**GIVEN, **more, "SOJOURN_OIDC_ROLES": "a=admin, b=c=viewer"})
    assert read is not None
    assert (read.issuer, read.client_secret, read.name) == ("https://id.example.com", "s", "Us")
    assert dict(read.roles) == {"a": "admin", "b=c": "viewer"}
    assert read.role_of({"realm": {"roles": ["b=c"]}}) == "viewer"
    assert read.role_of({"realm.roles": ["a", "b=c"]}) == "admin"
    assert read.role_of({"realm": 1}) is None
    assert "'s'" not in repr(read)


@pytest.mark.parametrize(
    "wrong",
    [
        {"SOJOURN_OIDC_ISSUER": ""}, {"SOJOURN_OIDC_CLIENT_ID": ""}, {"SOJOURN_OIDC_ISSUER": "http://id.example.com"},
        {"SOJOURN_OIDC_ROLES": "a=admin"}, {"SOJOURN_OIDC_ROLE_CLAIM": "a"}, {"SOJOURN_OIDC_DEFAULT_ROLE": "god"},
        {"SOJOURN_OIDC_SCOPES": "email"}, {"SOJOURN_OIDC_SECRET": "x"},
    ],
    ids=lambda wrong: "=".join(next(iter(wrong.items()))),
)  # fmt: skip
def test_settings_that_make_no_sense(wrong: dict[str, str]) -> None:
    with pytest.raises(OidcSettingsError):
        read_settings({**GIVEN, **wrong})
