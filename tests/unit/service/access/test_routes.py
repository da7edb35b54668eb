"""Every route of the API, and who may call it."""

import re

import httpx
import pytest

from tests.unit.service.access.serving import Served

ANYBODY, SELF = "anybody", "self"
"""`anybody`: nobody needs to be signed in; `self`: only who is signed in with a browser."""

ROLES_WITH = {
    "read": {"viewer", "marketer", "technical", "admin", "server key", "admin key", "local"},
    "profiles": {"marketer", "technical", "admin", "server key", "admin key", "local"},
    "build": {"marketer", "technical", "admin", "admin key", "local"},
    "test": {"marketer", "technical", "admin", "server key", "admin key", "local"},
    "publish": {"marketer", "technical", "admin", "admin key", "local"},
    "configure": {"technical", "admin", "admin key", "local"},
    "approve": {"technical", "admin", "admin key", "local"},
    "accounts": {"admin", "admin key", "local"},
    "keys": {"admin", "admin key", "local"},
    "audit": {"admin", "admin key", "local"},
    "metrics": {"technical", "admin", "server key", "admin key", "metrics key", "local"},
    "host": {"local"},
    SELF: {"viewer", "marketer", "technical", "admin"},
}
CALLERS = ["viewer", "marketer", "technical", "admin", "ingest key", "metrics key", "server key", "admin key", "local",
           "nobody"]  # fmt: skip

ROUTES = {
    "GET /healthz": {ANYBODY},
    "GET /readyz": {ANYBODY},
    "GET /metrics": {"metrics"},
    "GET /api/welcome": {ANYBODY},
    "POST /api/setup": {ANYBODY},
    "POST /api/session": {ANYBODY},
    "GET /api/oidc/begin": {ANYBODY},
    "GET /api/oidc/callback": {ANYBODY},
    "GET /api/session": {SELF},
    "DELETE /api/session": {SELF},
    "PATCH /api/session": {SELF},
    "POST /api/session/password": {SELF},
    "GET /api/status": {"read"},
    "GET /api/documents": {"read"},
    "GET /api/documents/{id}/report": {"read"},
    "GET /api/documents/{id}/explain/{profile}": {"read", "profiles"},
    "POST /api/documents/{id}/{command}": {"publish"},
    "GET /api/publish": {"publish"},
    "GET /api/templates/{id}/uses": {"read"},
    "POST /api/publish": {"publish"},
    "GET /api/approvals": {"read"},
    "POST /api/approvals": {"publish"},
    "GET /api/approvals/{id}": {"read"},
    "POST /api/approvals/{id}/approve": {"approve"},
    "POST /api/approvals/{id}/refuse": {"approve"},
    "POST /api/approvals/{id}/withdraw": {"publish"},
    "GET /api/import/{fingerprint}": {"configure"},
    "DELETE /api/import/{fingerprint}": {"configure"},
    "POST /api/import": {"configure"},
    "POST /api/bounces": {"configure"},
    "POST /api/people/export": {"read", "profiles"},
    "POST /api/people/erase": {"profiles", "configure"},
    "POST /api/people/preferences-link": {"read", "profiles"},
    "GET /api/suppressions": {"read", "profiles"},
    "GET /api/suppressions/export": {"read", "profiles"},
    "POST /api/suppressions": {"profiles", "configure"},
    "POST /api/suppressions/remove": {"profiles", "configure"},
    "POST /api/suppressions/import": {"profiles", "configure"},
    "GET /api/registry": {"read", "profiles"},
    "POST /api/registry/adopt": {"build", "configure"},
    "POST /api/registry/forget": {"build", "configure"},
    "POST /api/keys/{id}/rotate": {"keys"},
    "PATCH /api/keys/{id}": {"keys"},
    "POST /api/uploads": {"configure", "profiles"},
    "GET /api/uploads": {"configure", "profiles"},
    "GET /api/uploads/targets": {"configure", "profiles"},
    "GET /api/uploads/{id}": {"configure", "profiles"},
    "DELETE /api/uploads/{id}": {"configure", "profiles"},
    "POST /api/uploads/{id}/columns": {"configure", "profiles"},
    "POST /api/uploads/{id}/check": {"configure", "profiles"},
    "POST /api/uploads/{id}/start": {"configure", "profiles"},
    "POST /api/uploads/{id}/stop": {"configure", "profiles"},
    "GET /api/uploads/{id}/rejects": {"configure", "profiles"},
    "GET /api/uploads/{id}/rejects.csv": {"configure", "profiles"},
    "GET /api/inbox": {"read"},
    "POST /api/mappings/suggest": {"configure"},
    "POST /api/mappings": {"configure"},
    "GET /api/mappings": {"read"},
    "POST /api/backup": {"host"},
    "GET /api/housekeeping": {"read"},
    "POST /api/housekeeping": {"configure"},
    "POST /api/housekeeping/forecast": {"read"},
    "GET /api/written": {"read", "profiles"},
    "GET /api/printed": {"read", "profiles"},
    "GET /api/printed/{channel}/{name}": {"read", "profiles"},
    "GET /api/secrets": {"configure"},
    "PUT /api/secrets": {"configure"},
    "GET /api/browsers": {"read"},
    "POST /api/browsers/signing-key": {"keys"},
    "GET /api/clock": {"read"},
    "PUT /api/clock": {"configure"},
    "GET /api/channels": {"read"},
    "POST /api/secrets/seal": {"configure"},
    "GET /api/audiences/{id}/sizes": {"read"},
    "GET /api/dead-letters": {"read", "profiles"},
    "POST /api/dead-letters/{verb}": {"publish"},
    "POST /api/channels/{id}/pause": {"publish"},
    "POST /api/channels/{id}/resume": {"publish"},
    "GET /api/incoming": {"configure", "profiles"},
    "GET /api/rejects": {"configure", "profiles"},
    "GET /api/entities/{id}/rows": {"read", "profiles"},
    "POST /api/try/call": {"configure"},
    "POST /api/try/message": {"configure"},
    "POST /api/try/event": {"test", "profiles"},
    "POST /api/backtest": {"test"},
    "GET /api/campaigns/{id}/runs": {"read"},
    "GET /api/campaigns/{id}/runs/{run}/transitions/{transition}": {"read", "profiles"},
    "POST /api/campaigns/{id}/signal": {"publish"},
    "POST /api/campaigns/count": {"build"},
    "POST /api/campaigns/{id}/look": {"build", "profiles"},
    "POST /api/triggered/timeline": {"build"},
    "POST /api/schedules/next": {"read"},
    "POST /api/campaigns/preview": {"build", "profiles"},
    "POST /api/test-sessions": {"test", "profiles"},
    "GET /api/test-sessions": {"test", "profiles"},
    "GET /api/test-sessions/{id}": {"test", "profiles"},
    "DELETE /api/test-sessions/{id}": {"test", "profiles"},
    "POST /api/test-sessions/{id}/items": {"test", "profiles"},
    "POST /api/test-sessions/{id}/clock": {"test", "profiles"},
    "GET /api/test-sessions/{id}/explain/{document}/{profile}": {"test", "profiles"},
    "GET /api/users": {"accounts"},
    "POST /api/users": {"accounts"},
    "PATCH /api/users/{id}": {"accounts"},
    "DELETE /api/users/{id}": {"accounts"},
    "GET /api/keys": {"keys"},
    "POST /api/keys": {"keys"},
    "DELETE /api/keys/{id}": {"keys"},
    "GET /api/audit": {"audit"},
    "GET /api/catalog": {"read"},
    "GET /api/vocabulary": {"read"},
    "GET /api/drafts": {"read"},
    "GET /api/drafts/problems": {"read"},
    "POST /api/drafts/check": {"read"},
    "GET /api/drafts/{kind}/{id}": {"read"},
    "PUT /api/drafts/{kind}/{id}": {"build"},
    "POST /api/drafts": {"build"},
    "DELETE /api/drafts/{kind}/{id}": {"build"},
    "POST /api/drafts/{kind}/{id}/rename": {"build"},
    "GET /api/drafts-trash": {"read"},
    "POST /api/drafts-trash/{key}/restore": {"build"},
    "POST /api/conditions/count": {"read"},
    "GET /api/profiles": {"read", "profiles"},
    "GET /api/profiles/{id}": {"read", "profiles"},
    "GET /api/profiles/{id}/timeline": {"read", "profiles"},
    "GET /api/documents/{id}/inside": {"read", "profiles"},
    "GET /api/inside": {"read", "profiles"},
    "GET /api/documents/{id}/changes": {"read"},
    "GET /api/documents/{id}/breakdown": {"read"},
    "GET /api/documents/{id}/experiment": {"read"},
    "GET /api/documents/{id}/export/{table}.csv": {"read"},
    "GET /api/documents/{id}/export/breakdown.csv": {"read"},
    "GET /api/documents/{id}/export/experiment.csv": {"read"},
    "GET /api/documents/{id}/export/people.csv": {"read", "profiles"},
    "GET /api/monitor": {"read"},
    "POST /api/publish/preview": {"read"},
    "POST /api/templates/preview": {"read"},
    "POST /api/templates/proof": {"test"},
}
"""What each route needs. A new route is entered here: the first test tells of it."""


def routes_of(served: Served) -> set[str]:
    paths = served.client().get("/api/openapi.json").raise_for_status().json()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_the_table_has_every_route(served: Served) -> None:
    assert routes_of(served) == set(ROUTES)


@pytest.fixture(scope="module")
def callers(served: Served) -> dict[str, httpx.Client]:
    fixed = {f"{role} key": served.keyed(role) for role in ("ingest", "metrics", "server", "admin")}
    return {**fixed, "local": served.local(), "nobody": served.client()}


def client_of(served: Served, callers: dict[str, httpx.Client], caller: str) -> httpx.Client:
    """Return a caller's client; sessions are begun anew, as a route may end them."""
    return callers[caller] if caller in callers else served.begun(f"the-{caller}", caller)  # type: ignore[arg-type]


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_who_may_call_a_route(served: Served, callers: dict[str, httpx.Client], route: str) -> None:
    told = {caller: verdict(client_of(served, callers, caller), route) for caller in CALLERS}
    assert told == {caller: expected(caller, ROUTES[route]) for caller in CALLERS}


def verdict(client: httpx.Client, route: str) -> str:
    """Call a route; return `in`, or with which status and code the call was refused."""
    method, path = route.split()
    answer = client.request(method, re.sub(r"\{\w+\}", "1", path).replace("/1/1", "/1/pause"))
    assert answer.status_code != 405
    is_json = "json" in answer.headers.get("content-type", "")
    told = answer.json() if answer.content and is_json else None
    code = told.get("code") if isinstance(told, dict) else None
    return f"{answer.status_code} {code}" if code in ("AUTH-001", "AUTH-004", "AUTH-005", "AUTH-006") else "in"


def expected(caller: str, needed: set[str]) -> str:
    if ANYBODY in needed or all(caller in ROLES_WITH[permission] for permission in needed):
        return "in"
    return "401 AUTH-001" if caller == "nobody" or needed == {SELF} else "403 AUTH-006"


def test_a_challenge_is_for_programs_only(served: Served) -> None:
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    assert served.client().get("/api/status").headers["www-authenticate"] == 'Basic realm="Sojourn"'
    assert "www-authenticate" not in served.client(headers=browser).get("/api/status").headers
    assert "www-authenticate" not in served.client(headers={"Sec-Fetch-Mode": "cors"}).get("/api/status").headers


def test_the_types_of_the_api_have_short_names(served: Served) -> None:
    schemas = served.client().get("/api/openapi.json").json()["components"]["schemas"]
    two_meanings = {name.rpartition("__")[2] for name in schemas if "__" in name}
    assert two_meanings == {"Change"}, "a name stands for one type only"


def test_every_answer_has_a_type(served: Served) -> None:
    paths = served.client().get("/api/openapi.json").json()["paths"]
    untyped = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        for status, answer in operation["responses"].items()
        for form, content in answer.get("content", {}).items()
        if status.startswith("2") and form == "application/json" and not is_typed(content["schema"])
    }
    assert untyped == set()


def is_typed(schema: dict[str, object]) -> bool:
    inner = schema.get("items", schema)
    return isinstance(inner, dict) and ("$ref" in inner or inner.get("additionalProperties") not in (None, True))
