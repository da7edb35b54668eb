"""Signing in and out with a browser, and what other sites' pages cannot do."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from sojourn.service.access.accounts import Accounts
from sojourn.service.access.browser_sessions import IDLE_S, LONGEST_S, BrowserSessions
from sojourn.service.access.database import Database
from sojourn.service.access.guard import COOKIE
from tests.unit.service.access.serving import PASSWORD, Served


def code_of(served: Served) -> str:
    address = served.app.access.setup.address(served.url)
    assert address is not None
    return address.partition("code=")[2]


def sign_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/api/session", json={"name": name, "password": password})


def test_the_first_administrator_is_made_once_by_who_has_the_code(fresh: Served) -> None:
    client = fresh.client()
    assert client.get("/api/welcome").json()["setup_needed"]
    wanted = {"code": "guess", "name": "Ann", "password": PASSWORD, "display_name": "Ann Lee"}
    assert client.post("/api/setup", json=wanted).json()["code"] == "AUTH-012"
    weak = {**wanted, "code": code_of(fresh), "password": "short"}
    assert client.post("/api/setup", json=weak).json()["code"] == "AUTH-007"
    made = client.post("/api/setup", json={**wanted, "code": code_of(fresh)})
    assert made.status_code == 200
    assert made.json()["user"]["name"] == "ann"
    assert made.json()["user"]["role"] == "admin"
    assert "accounts" in made.json()["permissions"]
    assert client.get("/api/session").json() == made.json()
    assert not client.get("/api/welcome").json()["setup_needed"]
    assert fresh.app.access.setup.address(fresh.url) is None
    again = {**wanted, "name": "eve", "code": "guess"}
    assert fresh.client().post("/api/setup", json=again).status_code == 403
    [entry] = client.get("/api/audit", params={"action": "user"}).json()["entries"]
    assert (entry["caller"], entry["action"], entry["subject"]) == ("user:ann", "user.create", "user/ann")


def test_who_signed_in_is_known_by_a_cookie_that_scripts_cannot_read(served: Served) -> None:
    served.user("cookie", "viewer")
    answer = sign_in(served.client(), "Cookie ")
    [cookie] = answer.headers.get_list("set-cookie")
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax", cookie)
    assert answer.json()["user"]["name"] == "cookie"
    assert answer.json()["permissions"] == ["read"]


def test_the_cookie_is_for_tls_only_when_the_address_is(tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop", base_url="https://studio.example.com") as served:
        served.user("ann", "admin")
        [cookie] = sign_in(served.client(), "ann").headers.get_list("set-cookie")
        assert "; Secure" in cookie


@pytest.mark.parametrize(
    ("name", "password"),
    [("refused", "wrong password"), ("nobody-at-all", PASSWORD), ("disabled", PASSWORD), ("without", PASSWORD)],
)
def test_every_refusal_says_the_same(served: Served, name: str, password: str) -> None:
    access = served.app.access
    served.user("refused", "viewer")
    served.user("disabled", "viewer")
    if access.accounts.named("without") is None:
        access.accounts.add("without", "viewer", issuer="https://id.example.com", subject="1")
    access.accounts.change("disabled", is_disabled=True)
    answer = sign_in(served.client(), name, password)
    assert answer.status_code == 401
    assert answer.json()["message"] == "the name or the password is wrong"
    assert "www-authenticate" not in answer.headers


def test_a_password_is_never_repeated(served: Served) -> None:
    answer = served.client().post("/api/session", json={"name": "a", "password": ["hunter2"], "hunter3": 1})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text
    assert answer.json()["errors"][0]["path"] == "body.password"


def test_failures_slow_an_account_down(fresh: Served) -> None:
    fresh.user("ann", "viewer")
    answers = [sign_in(fresh.client(), "ann", "wrong password") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 5
    # The waits double, so that they are longer than a sign-in takes, however slow this machine is now.
    while (refused := sign_in(fresh.client(), "ann", "wrong password")).status_code != 429:
        assert len(answers) < 15
        answers.append(refused)
    assert refused.json()["code"] == "AUTH-003"
    assert int(refused.headers["retry-after"]) >= 1
    fresh.user("bob", "viewer")
    assert sign_in(fresh.client(), "bob").status_code == 200


def test_signing_out_ends_the_session(served: Served) -> None:
    client = served.signed_in("leaver", "viewer")
    cookie = client.cookies[COOKIE]
    assert client.delete("/api/session").status_code == 204
    assert COOKIE not in client.cookies
    assert served.client(cookies={COOKIE: cookie}).get("/api/session").json()["code"] == "AUTH-001"


def test_signing_out_everywhere_ends_all_sessions(served: Served) -> None:
    here, there = served.begun("roamer", "viewer"), served.begun("roamer", "viewer")
    assert here.delete("/api/session", params={"everywhere": True}).status_code == 204
    assert there.get("/api/session").status_code == 401


def test_a_new_password_ends_the_other_sessions_and_begins_one(served: Served) -> None:
    here, there = served.signed_in("changer", "viewer"), served.begun("changer", "viewer")
    new = "another good password"
    wrong = here.post("/api/session/password", json={"old": "not it, sorry", "new": new})
    assert wrong.json()["code"] == "AUTH-002"
    answer = here.post("/api/session/password", json={"old": PASSWORD, "new": new})
    assert answer.status_code == 200
    assert here.get("/api/session").status_code == 200
    assert there.get("/api/session").status_code == 401
    assert sign_in(served.client(), "changer", new).status_code == 200


@pytest.mark.parametrize("change", [{"role": "marketer"}, {"password": "quite another one"}, {"disabled": True}])
def test_what_an_administrator_changes_ends_sessions(served: Served, change: dict[str, object]) -> None:
    name = f"subject-{next(iter(change))}"
    client, admin = served.begun(name, "viewer"), served.local()
    [user] = [user for user in admin.get("/api/users").json() if user["name"] == name]
    assert admin.patch(f"/api/users/{user['id']}", json={"display_name": "Somebody"}).status_code == 200
    assert client.get("/api/session").status_code == 200
    assert admin.patch(f"/api/users/{user['id']}", json=change).status_code == 200
    assert client.get("/api/session").status_code == 401


def test_a_change_needs_the_header_of_the_session(served: Served) -> None:
    client = served.begun("csrf", "viewer")
    token = client.headers.pop("X-CSRF-Token")
    assert client.patch("/api/session", json={"theme": "dark"}).json()["code"] == "AUTH-004"
    other = served.begun("csrf", "viewer").headers["X-CSRF-Token"]
    foreign = client.patch("/api/session", json={"theme": "dark"}, headers={"X-CSRF-Token": other})
    assert foreign.json()["code"] == "AUTH-004"
    mine = client.patch("/api/session", json={"theme": "dark"}, headers={"X-CSRF-Token": token})
    assert mine.json()["user"]["theme"] == "dark"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Origin": "https://evil.example"}, 403, id="another site"),
        pytest.param({"Origin": "null"}, 403, id="no site"),
        pytest.param({"Origin": "http://127.0.0.1:1"}, 403, id="another port"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site without origin"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="this site"),
        pytest.param({}, 200, id="no page"),
    ],
)
def test_pages_of_other_sites_change_nothing(served: Served, headers: dict[str, str], status: int) -> None:
    client = served.begun("origin", "viewer")
    assert client.patch("/api/session", json={"theme": "dark"}, headers=headers).status_code == status
    signing = client.post("/api/session", json={"name": "origin", "password": PASSWORD}, headers=headers)
    assert signing.status_code == status


def test_the_pages_own_origin_is_right(served: Served) -> None:
    client = served.begun("origin", "viewer")
    assert client.patch("/api/session", json={}, headers={"Origin": served.url}).status_code == 200


def test_what_a_user_chose_is_kept(served: Served) -> None:
    client = served.begun("chooser", "viewer")
    korean = client.get("/api/session", headers={"Accept-Language": "fr, ko-KR;q=0.9, en;q=0.8"}).json()["user"]
    assert (korean["language"], korean["theme"], korean["time_zone"]) == ("ko", "auto", "UTC")
    wanted = {"language": "en", "theme": "light", "time_zone": "Asia/Seoul", "display_name": "Chloe"}
    client.patch("/api/session", json=wanted).raise_for_status()
    kept = client.get("/api/session", headers={"Accept-Language": "ko"}).json()["user"]
    assert {name: kept[name] for name in wanted} == wanted
    assert client.patch("/api/session", json={"time_zone": "Mars/Base"}).status_code == 422


class Hand:
    """A clock that is moved by hand."""

    at = datetime(2026, 3, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def test_sessions_end_when_idle_and_at_last(tmp_path: Path) -> None:
    database, hand = Database(tmp_path / "access.sqlite"), Hand()
    accounts, sessions = Accounts(database, hand.now), BrowserSessions(database, hand.now)
    ann = accounts.add("ann", "viewer")
    assert ann is not None
    token = sessions.begin(ann)
    hand.at += timedelta(seconds=IDLE_S - 1)
    assert sessions.account(token) is not None
    hand.at += timedelta(seconds=IDLE_S - 1)
    assert sessions.account(token) is not None
    hand.at += timedelta(seconds=IDLE_S)
    assert sessions.account(token) is None
    token = sessions.begin(ann)
    for _ in range(LONGEST_S // (IDLE_S - 1)):
        hand.at += timedelta(seconds=IDLE_S - 1)
        assert sessions.account(token) is not None
    hand.at += timedelta(seconds=IDLE_S - 1)
    assert sessions.account(token) is None
    assert database.read("SELECT * FROM session") == []
    database.close()


def test_the_file_has_no_token_and_no_password(served: Served) -> None:
    client = served.signed_in("hidden", "viewer")
    with sqlite3.connect(served.folder / "data" / "access.sqlite") as connection:
        kept = "".join(connection.iterdump())
    connection.close()
    assert client.cookies[COOKIE] not in kept
    assert client.headers["X-CSRF-Token"] not in kept
    assert PASSWORD not in kept


def test_answers_protect_the_browser(served: Served) -> None:
    headers = served.client().get("/api/welcome").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_strangers_send_little(served: Served) -> None:
    body = {"name": "a", "password": "x" * 100_000}
    for stranger in (served.client(), served.client(cookies={COOKIE: "guess"}), served.client(auth=("guess", ""))):
        assert stranger.post("/api/session", json=body).status_code == 413
    assert served.begun("sender", "viewer").post("/api/session", json=body).status_code == 422

    def parts():  # type: ignore[no-untyped-def]
        for _ in range(100):
            yield b"x" * 1000

    chunked = served.client().post("/api/session", content=parts(), headers={"Content-Type": "application/json"})
    assert chunked.status_code == 413
