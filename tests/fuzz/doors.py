"""Where bodies come in from outside: what a good one is there, and how it is spoiled and sent."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

import polars as pl

from sojourn.channels.sms.twilio_signature import signature_of
from sojourn.engine.importing import Load
from sojourn.ingest.body import ENDPOINTS
from sojourn.messages.tokens import Signer, Ticket
from sojourn.service.chunks import to_bytes
from sojourn.service.places import LOCAL
from tests.fuzz import corpus
from tests.fuzz.mutations import VALUES, change_bytes, change_values
from tests.unit.ingest.bounces.test_report import ARF, DSN
from tests.unit.service.access.serving import TOKEN, Served

TWILIO = "the-auth-token"
CHANNEL = f"""
kind: channel
id: texts
type: sms
provider: twilio
settings: {{account_sid: AC1, auth_token: {TWILIO}, from: "+15005550006", base_url: "http://127.0.0.1:9"}}
"""


class Sent(NamedTuple):
    """A request."""

    path: str
    headers: dict[str, str]
    body: bytes


class Outside(NamedTuple):
    """What those outside know of a server."""

    url: str
    key: str
    signer: Signer

    @staticmethod
    def of(served: Served) -> Outside:
        key = served.runtime.keys.create("server", served.runtime.clock.now())
        return Outside(served.url, key, Signer(served.runtime.secret))


Make = Callable[[Outside, Random], Sent]


def spoiled(value: Any, rng: Random, *, words: bool = True) -> bytes:
    """Return JSON that is right, has other values, or is hardly JSON any more."""
    if rng.random() < 0.7:
        changed = change_values([value], rng, corpus.words() if words else VALUES)
        value = changed[0] if changed else None
    data = json.dumps(value).encode()
    return change_bytes(data, rng, [data]) if rng.random() < 0.4 else data


def form(fields: dict[str, Any], rng: Random) -> dict[str, list[str]]:
    """Return the fields of a form, some of them spoiled."""
    changed = change_values([fields], rng, corpus.words()) or [{}]
    found = changed[0] if isinstance(changed[0], dict) else {"x": changed[0]}
    return {
        str(name): [text_of(each) for each in (value if isinstance(value, list) else [value])]
        for name, value in found.items()
    }


def text_of(value: Any) -> str:
    return str(value).encode("utf-8", "replace").decode()[:20_000]


def basic(name: str, password: str = "") -> str:
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


def packed(body: bytes, rng: Random) -> tuple[dict[str, str], bytes]:
    """Return headers and body of what clients send: of any type, packed at times, and not always well."""
    kind = rng.choice(["application/json", "text/plain", "application/x-www-form-urlencoded", "é/\u00ff;;", ""])
    headers = {"Content-Type": kind} if kind else {}
    if rng.random() < 0.2:
        body = gzip.compress(body, 1)
        if rng.random() < 0.5:
            body = change_bytes(body, rng, [body])
        return headers | {"Content-Encoding": rng.choice(["gzip", "gzip", "br", "deflate", "\x00"[:0]])}, body
    return headers, body


# ---- the Segment specification ---------------------------------------------------------------------------------------


def ingestion(endpoint: str) -> Make:
    def make(outside: Outside, rng: Random) -> Sent:
        calls = [{k: v for k, v in item.items() if k != "expect"} for item in rng.choice(corpus.items())]
        for number, call in enumerate(calls):
            call.setdefault("messageId", f"{rng.randrange(2_000)}-{number}")
        body: Any = {"batch": calls, "sentAt": "2026-03-02T00:00:00Z"} if endpoint == "batch" else rng.choice(calls)
        if endpoint != "batch":
            body["type"] = endpoint
        in_body = isinstance(body, dict) and rng.random() < 0.2
        if in_body:
            body["writeKey"] = outside.key
        headers, data = packed(spoiled(body, rng), rng)
        return Sent(f"/v1/{endpoint}", headers if in_body else headers | {"Authorization": basic(outside.key)}, data)

    return make


# ---- pages with the browser SDK --------------------------------------------------------------------------------------


def page(name: str, **more: Any) -> Make:
    def make(outside: Outside, rng: Random) -> Sent:
        call = {"writeKey": outside.key, "anonymousId": "visitor", "userId": None, "signature": None, **more}
        if name == "reports":
            tokens = [outside.signer.sign("m", ticket(rng, "in_app")), "nothing"]
            kinds = ["viewed", "clicked", "dismissed", "?"]
            events = [{"token": rng.choice(tokens), "kind": rng.choice(kinds)} for _ in range(rng.randrange(4))]
            call = {"writeKey": outside.key, "events": events}
        headers, data = packed(spoiled(call, rng), rng)
        headers.pop("Content-Encoding", None)
        return Sent(f"/sdk/v1/{name}", headers, data)

    return make


# ---- providers, and who clicks in mails ------------------------------------------------------------------------------


def ticket(rng: Random, channel: str = "email") -> Ticket:
    return Ticket(rng.randrange(1, 99), "ann", "welcome/mail", 1_772_000_000, channel=channel)


def status(outside: Outside, rng: Random) -> Sent:
    said = {
        "MessageSid": "SM1",
        "MessageStatus": rng.choice(["delivered", "undelivered", "read"]),
        "ErrorCode": "30005",
    }
    return twilio(outside, rng, f"/callbacks/texts/{outside.signer.sign('s', ticket(rng, 'sms'))}", said)


def inbound(outside: Outside, rng: Random) -> Sent:
    words = ["STOP", "수신거부", "Hello", "x" * 3_000]
    said = {"MessageSid": f"SM{rng.randrange(500)}", "From": "+821012345678", "Body": rng.choice(words)}
    return twilio(outside, rng, "/callbacks/texts", said)


def twilio(outside: Outside, rng: Random, path: str, said: dict[str, Any]) -> Sent:
    """Spoil a form, and sign what came of it: so it is read to its end."""
    fields = form(said, rng)
    signature = signature_of(TWILIO, outside.url + path, fields) if rng.random() < 0.8 else "forged"
    body = urlencode(fields, doseq=True).encode()
    if rng.random() < 0.2:
        body = change_bytes(body, rng, [body])
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return Sent(path, kind | {"X-Twilio-Signature": signature}, body)


def clicked(purpose: str) -> Make:
    def make(outside: Outside, rng: Random) -> Sent:
        token = outside.signer.sign(purpose, ticket(rng))  # type: ignore[arg-type]
        if rng.random() < 0.2:
            place = rng.randrange(len(token))
            token = token[:place] + rng.choice("Ab0_-%") + token[place + 1 :]
        fields = form({"List-Unsubscribe": "One-Click", "shown": ["channel:email"], "topic": ["channel:email"]}, rng)
        body = urlencode(fields, doseq=True).encode()
        body = change_bytes(body, rng, [body]) if rng.random() < 0.4 else body
        return Sent(f"/{purpose}/{token}", {"Content-Type": "application/x-www-form-urlencoded"}, body)

    return make


# ---- sign-in, and what those with a key send -------------------------------------------------------------------------


def sign_in(path: str, body: dict[str, str]) -> Make:
    return lambda _, rng: Sent(path, {"Content-Type": "application/json"}, spoiled(body, rng))


def reports(_: Outside, rng: Random) -> Sent:
    told = {"kind": rng.choice(["bounced", "complained"]), "status": "5.1.1", "reason": "gone", "keys": ["7.0123"]}
    headers = {"Content-Type": "application/json", "Authorization": basic(LOCAL, TOKEN)}
    return Sent("/api/bounces", headers, spoiled({"reports": [told, told]}, rng))


PEOPLE = pl.DataFrame({"profile_id": ["ann", "bob"], "email": ["ann@example.com", None], "first_name": ["Ann", "B"]})


def chunk(_: Outside, rng: Random) -> Sent:
    target = rng.choice(["profiles", "events", "nothing"])
    good = PEOPLE if rng.random() < 0.7 else PEOPLE.rename({"email": rng.choice(["x", "_pno", "profile"])})
    body = to_bytes(Load(target, f"f{rng.randrange(10_000)}", good, [], 0, 2, done=rng.random() < 0.5))
    if rng.random() < 0.8:
        body = change_bytes(body, rng, [body])
    return Sent("/api/import", {"Authorization": basic(LOCAL, TOKEN)}, body)


LIST = b'address,reason\nann@example.com,asked\n"b,ob"@x.example,\nno address,x\n'


def suppressions(_: Outside, rng: Random) -> Sent:
    headers = {"Authorization": basic(LOCAL, TOKEN), "Content-Type": "text/csv"}
    return Sent("/api/suppressions/import", headers, change_bytes(LIST, rng, [LIST]))


DOORS: dict[str, Make] = {
    **{f"v1 {endpoint}": ingestion(endpoint) for endpoint in sorted(ENDPOINTS)},
    **{f"sdk {name}": page(name) for name in ("messages", "session", "config", "reports")},
    "sdk location": page("location", lat=37.5, lon=127.0),
    "twilio status": status,
    "twilio inbound": inbound,
    "unsubscribe": clicked("u"),
    "preferences": clicked("p"),
    "opt in": clicked("y"),
    "bounces": reports,
    "import": chunk,
    "suppressions": suppressions,
    "sign in": sign_in("/api/session", {"name": "ann", "password": "a wrong one"}),
    "set up": sign_in("/api/setup", {"code": "x", "name": "ann", "password": "three good words"}),
}

MAILS = [text.encode() for text in (ARF, DSN)]
