"""Lookups and actions in a server as a user runs it: a real process, a real system outside, real mail, kills."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.served import Mailbox, Shop, command, until
from tests.outside import Elsewhere, elsewhere

DOCUMENTS = """
kind: source
id: weather
request: {{method: GET, url: "{url}/weather/{{{{ city }}}}", timeout: 2s}}
parameters: {{city: string}}
response: {{temp: number, sky: string}}
{source}
---
kind: action
id: coupon
request: {{method: POST, url: "{url}/coupon", body: '{{"who": "{{{{ who }}}}"}}', timeout: 2s}}
parameters: {{who: string}}
---
kind: event
id: asked
match: Asked
---
{{kind: template, id: umbrella, channel: email, subject: "The sky is {{{{ look.sky }}}}", text: "Take care."}}
---
{{kind: template, id: sorry, channel: email, subject: "No weather: {{{{ look.status }}}}", text: "Sorry."}}
---
kind: journey
id: rain
reentry: always
entry: {{type: event, event: asked}}
nodes:
  - {{id: look, type: lookup, source: weather, with: {{city: profile.first_name}}, next: cold, on_error: sorry}}
  - {{id: cold, type: condition, paths: [{{when: look.temp < 10, next: give}}]}}
  - {{id: give, type: action, action: coupon, with: {{who: profile.profile_id}}, next: mail, on_error: sorry}}
  - {{id: mail, type: email, template: umbrella}}
  - {{id: sorry, type: email, template: sorry}}
"""


@pytest.fixture
def system() -> Iterator[Elsewhere]:
    with elsewhere() as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()


def live(shop: Shop, system: Elsewhere, source: str = "", *options: str) -> Shop:
    shop.edit("workspace.yaml", "timezone: UTC", "timezone: UTC\nallow_private_hosts: [127.0.0.1]")
    (shop.folder / "rain.yaml").write_text(DOCUMENTS.format(url=system.url, source=source))
    shop.start(*options)
    command("publish", "--all", "--workspace", shop.folder)
    return shop


def person(id: str, city: str = "Seoul") -> dict[str, Any]:
    return {"type": "identify", "userId": id, "traits": {"email": f"{id}@example.com", "first_name": city}}


def asks(id: str) -> dict[str, Any]:
    return {"type": "track", "userId": id, "event": "Asked"}


def node(shop: Shop, id: str) -> dict[str, Any]:
    return next(node for node in shop.status("rain")["nodes"] if node["id"] == id)


def test_an_answer_decides_and_stands_in_the_mail(shop: Shop, mailbox: Mailbox, system: Elsewhere) -> None:
    live(shop, system)
    shop.send(person("ann"), asks("ann"))
    until(lambda: mailbox.to("ann@example.com"))
    assert mailbox.mails[0]["Subject"] == "The sky is grey"
    assert system.paths() == ["/weather/Seoul", "/coupon"]
    until(lambda: shop.status("rain")["completed"] == 1)


def test_a_call_whose_answer_was_not_durable_is_made_again(shop: Shop, mailbox: Mailbox, system: Elsewhere) -> None:
    live(shop, system)
    system.delay_s = 1.0
    shop.send(person("ann"), asks("ann"))
    until(lambda: system.paths() == ["/weather/Seoul"])
    shop.kill()
    time.sleep(1.2)
    system.delay_s = 0.0
    shop.start()
    until(lambda: mailbox.mails)
    assert system.paths() == ["/weather/Seoul", "/weather/Seoul", "/coupon"]
    assert len(mailbox.mails) == 1


def test_an_action_that_is_made_again_has_the_same_key(shop: Shop, mailbox: Mailbox, system: Elsewhere) -> None:
    live(shop, system)
    shop.send(person("ann"))
    system.delay_s = 1.5
    shop.send(asks("ann"))
    until(lambda: "/coupon" in system.paths())
    shop.kill()
    time.sleep(1.7)
    system.delay_s = 0.0
    shop.start()
    until(lambda: mailbox.mails)
    keys = [asked.headers["idempotency-key"] for asked in system.asked if asked.path == "/coupon"]
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_a_slow_call_keeps_nobody_else_waiting(shop: Shop, mailbox: Mailbox, system: Elsewhere) -> None:
    live(shop, system)
    system.delay_s = 1.0
    people = [f"p{n}" for n in range(40)]
    shop.send(*(person(id) for id in people), *(asks(id) for id in people))
    shop.send(person("tom"), {"type": "track", "userId": "tom", "event": "Signed Up"})
    until(lambda: mailbox.to("tom@example.com"))
    assert not [mail for mail in mailbox.mails if "sky" in mail["Subject"]]
    until(lambda: len(mailbox.mails) == 41)


def test_a_limit_holds_for_the_requests_that_go_out(shop: Shop, mailbox: Mailbox, system: Elsewhere) -> None:
    live(shop, system, "limit: {calls: 3, per: 1s, over: wait}")
    people = [f"p{n}" for n in range(9)]
    began = time.monotonic()
    shop.send(*(person(id) for id in people), *(asks(id) for id in people))
    until(lambda: len(mailbox.mails) == 9)
    assert time.monotonic() - began > 2
    assert sorted(str(mail["To"]) for mail in mailbox.mails[:3]) == [f"p{n}@example.com" for n in range(3)]


def test_those_who_ask_the_same_share_one_call(shop: Shop, mailbox: Mailbox, system: Elsewhere) -> None:
    live(shop, system, "cache: 10m")
    system.delay_s = 0.3
    people = [f"p{n}" for n in range(20)]
    shop.send(*(person(id) for id in people), person("jo", "Busan"), *(asks(id) for id in people), asks("jo"))
    until(lambda: len(mailbox.mails) == 21)
    until(lambda: shop.status("rain")["messages"]["pending"] == 0)  # else they would be sent again
    shop.kill()
    shop.start()
    shop.send(asks("p3"))
    until(lambda: len(mailbox.mails) == 22)
    assert sorted(path for path in system.paths() if path != "/coupon") == ["/weather/Busan", "/weather/Seoul"]


def test_a_pause_holds_actions_and_not_lookups(shop: Shop, mailbox: Mailbox, system: Elsewhere) -> None:
    live(shop, system)
    shop.edit("rain.yaml", '/weather/{{ city }}", timeout: 2s', '/weather/{{ city }}", timeout: 60s')
    command("publish", "--all", "--workspace", shop.folder)
    system.delay_s = 60.0
    shop.send(person("ann"), asks("ann"))
    until(lambda: system.paths())
    command("pause", "rain", "--workspace", shop.folder)
    system.delay_s = 0.0
    until(lambda: {"id": "look", "left": {"next": 1}}.items() <= node(shop, "look").items())
    time.sleep(0.5)
    assert system.paths() == ["/weather/Seoul"]
    assert not mailbox.mails
    command("resume", "rain", "--workspace", shop.folder)
    until(lambda: mailbox.mails)


def test_a_private_host_is_not_called_unless_it_is_allowed(shop: Shop, mailbox: Mailbox, system: Elsewhere) -> None:
    live(shop, system)
    shop.edit("workspace.yaml", "allow_private_hosts: [127.0.0.1]", "allow_private_hosts: [10.0.0.0/8]")
    command("publish", "--all", "--workspace", shop.folder)
    shop.send(person("ann"), asks("ann"))
    until(lambda: mailbox.mails)
    assert mailbox.mails[0]["Subject"] == "No weather: failed"
    assert not system.asked
