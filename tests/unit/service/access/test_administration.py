"""Accounts, keys and the record of changes over HTTP."""

import httpx
import pytest

from tests.unit.service.access.serving import PASSWORD, Served


@pytest.fixture(scope="module")
def admin(served: Served) -> httpx.Client:
    return served.begun("root", "admin")


def test_accounts_are_made_changed_and_deleted(served: Served, admin: httpx.Client) -> None:
    wanted = {"name": "Bob@Example.com", "role": "marketer", "password": PASSWORD, "display_name": "Bob"}
    bob = admin.post("/api/users", json=wanted)
    assert bob.status_code == 201
    told = bob.json()
    assert "password" not in told
    assert (told["name"], told["role"], told["disabled"], told["has_password"]) == (
        "bob@example.com", "marketer", False, True,
    )  # fmt: skip
    assert admin.post("/api/users", json=wanted).json()["code"] == "AUTH-009"
    changed = admin.patch(f"/api/users/{told['id']}", json={"role": "technical", "disabled": True}).json()
    assert changed == {**told, "role": "technical", "disabled": True}
    assert told["id"] in [user["id"] for user in admin.get("/api/users").json()]
    assert admin.delete(f"/api/users/{told['id']}").status_code == 204
    assert admin.delete(f"/api/users/{told['id']}").json()["code"] == "AUTH-010"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": "no spaces"}, "AUTH-008"), ({"name": "ünï"}, "AUTH-008"), ({"display_name": "a\nb"}, "AUTH-008"),
        ({"password": "short"}, "AUTH-007"), ({"password": "someone@x"}, "AUTH-007"), ({"role": "god"}, "HTTP-422"),
        ({"other": 1}, "HTTP-422"),
    ],
)  # fmt: skip
def test_accounts_that_cannot_be(admin: httpx.Client, wrong: dict[str, object], code: str) -> None:
    answer = admin.post("/api/users", json={"name": "someone@x", "role": "viewer", "password": PASSWORD, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"disabled": True}, None])
def test_the_last_administrator_stays(fresh: Served, change: dict[str, object] | None) -> None:
    admin = fresh.begun("ann", "admin")
    fresh.user("bob", "admin")
    ann, bob = (user["id"] for user in admin.get("/api/users").json())
    admin.patch(f"/api/users/{bob}", json={"disabled": True}).raise_for_status()
    answer = admin.delete(f"/api/users/{ann}") if change is None else admin.patch(f"/api/users/{ann}", json=change)
    assert (answer.status_code, answer.json()["code"]) == (409, "AUTH-011")
    assert admin.get("/api/session").json()["user"]["role"] == "admin"


def test_a_key_is_shown_once_and_is_useless_when_revoked(served: Served, admin: httpx.Client) -> None:
    made = admin.post("/api/keys", json={"role": "server", "label": "till"})
    assert made.status_code == 201
    secret = made.json()["secret"]
    keyed = served.client(auth=(secret, ""))
    assert keyed.get("/api/status").status_code == 200
    [listed] = [key for key in admin.get("/api/keys").json() if key["label"] == "till"]
    assert listed["used_at"] is not None and listed["calls"] == 1
    assert {**listed, "used_at": None, "calls": 0, "secret": secret} == made.json()
    assert admin.delete(f"/api/keys/{listed['id']}").status_code == 204
    assert keyed.get("/api/status").status_code == 401
    assert admin.delete(f"/api/keys/{listed['id']}").json()["code"] == "KEY-001"
    assert secret not in served.app.access.audit.entries(limit=200).__repr__()


def test_a_key_that_sends_is_known_to_be_used(served: Served, admin: httpx.Client) -> None:
    made = admin.post("/api/keys", json={"role": "ingest", "label": "page"}).json()
    body = {"userId": "ann", "event": "Seen"}
    served.client(auth=(made["secret"], "")).post("/v1/track", json=body).raise_for_status()
    [listed] = [key for key in admin.get("/api/keys").json() if key["id"] == made["id"]]
    assert listed["used_at"] is not None and listed["calls"] == 1


def test_every_change_is_recorded_with_who_made_it(fresh: Served) -> None:
    admin, local = fresh.begun("ann", "admin"), fresh.local()
    key = admin.post("/api/keys", json={"role": "admin", "label": "ci"}).json()
    keyed = fresh.client(auth=(key["secret"], ""))
    keyed.post("/api/publish", json={"ids": ["welcome"]}).raise_for_status()
    keyed.post("/api/publish", json={"ids": ["welcome"]}).raise_for_status()
    local.post("/api/documents/welcome/pause").raise_for_status()
    admin.post("/api/documents/welcome/resume").raise_for_status()
    bob = admin.post("/api/users", json={"name": "bob", "role": "viewer", "password": PASSWORD}).json()
    admin.patch(f"/api/users/{bob['id']}", json={"role": "marketer", "password": "a new one, please"})
    admin.delete(f"/api/users/{bob['id']}")
    admin.delete(f"/api/keys/{key['id']}")
    page = admin.get("/api/audit", params={"limit": 100}).json()
    told = [(entry["caller"], entry["action"], entry["subject"]) for entry in reversed(page["entries"])]
    assert told[2:] == [  # after the keys of `init`
        ("user:ann", "key.create", f"key/{key['id']}"),
        (f"key:{key['id']}", "document.publish", "journey/welcome"),
        ("local", "document.pause", "journey/welcome"),
        ("user:ann", "document.resume", "journey/welcome"),
        ("user:ann", "user.create", "user/bob"),
        ("user:ann", "user.change", "user/bob"),
        ("user:ann", "user.password", "user/bob"),
        ("user:ann", "user.delete", "user/bob"),
        ("user:ann", "key.revoke", f"key/{key['id']}"),
    ]
    assert page["next"] is None
    pause = next(entry for entry in page["entries"] if entry["action"] == "document.pause")
    assert pause["difference"]["changes"] == [{"path": "state", "before": "live", "after": "paused"}]
    change = next(entry for entry in page["entries"] if entry["action"] == "user.change")
    assert change["difference"]["changes"] == [{"path": "role", "before": "viewer", "after": "marketer"}]


def test_a_publication_is_told_by_its_difference(fresh: Served) -> None:
    local = fresh.local()
    local.post("/api/publish", json={"ids": ["welcome"]}).raise_for_status()
    for name, before, after in [
        ("welcome.yaml", "template: hello", "template: thank-you"), ("channels.yaml", "port: 1025", "port: 2525"),
    ]:  # fmt: skip
        path = fresh.folder / name
        assert before in path.read_text()
        path.write_text(path.read_text().replace(before, after))
    local.post("/api/publish", json={"ids": ["welcome"]}).raise_for_status()
    entries = local.get("/api/audit", params={"action": "document", "limit": 2}).json()["entries"]
    told = {entry["subject"].split("/")[0]: entry["difference"]["changes"] for entry in entries}
    assert [change["after"] for change in told["journey"]] == ["thank-you"]
    assert [change["after"] for change in told["channel"]] == [2525]


def test_pages_of_the_record(served: Served, admin: httpx.Client) -> None:
    for number in range(5):
        admin.post("/api/keys", json={"role": "ingest", "label": f"page {number}"}).raise_for_status()
    seen, before = [], None
    while True:
        params = {"limit": 2, "user": "root", "action": "key.create"} | ({"before": before} if before else {})
        page = admin.get("/api/audit", params=params).json()
        seen += [entry["id"] for entry in page["entries"]]
        before = page["next"]
        if before is None:
            break
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) >= 5
