"""Filters that users of other engines know."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from sojourn.messages.batches import render_many
from sojourn.messages.compiling import compile_template
from sojourn.messages.content import Aborted, Outcome, Rendered, RenderError

AT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
PROFILE = {"name": "Ann & Bob", "spent": 1234567.5, "born": "1990-05-01", "seen": "2026-03-02T22:30:00Z", "tags": ["a"]}


def rendered(text: str, channel: str = "sms", **fields: object) -> Outcome:
    template = compile_template({"id": "t", "channel": channel, "text": text, **fields})
    return template.render({"profile": PROFILE, "message": {"at": AT}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 145 | money }} {{ 'a' | money }} {{ '2.5' | money }}", "145.00 a 2.50"),
        ("{{ profile.spent | number_with_delimiter }}", "1,234,567.5"),
        ("{{ 1000 | number_with_delimiter: ' ' }}", "1 000"),
        ("{{ profile.name | url_param_escape }} {{ profile.name | url_encode }}", "Ann%20%26%20Bob Ann+%26+Bob"),
        ("{{ profile.tags | as_json_string }}{{ profile.none | as_json_string }}", '["a"]null'),
        ("{{ profile.seen | time_zone: 'Asia/Seoul' | date: '%d %B %H:%M' }}", "03 March 07:30"),
        ("{{ 'now' | time_zone: 'Asia/Seoul' | date: '%Y-%m-%d' }}", "2026-03-03"),
        ("{{ profile.seen | date: '%s %%s' }}", f"{int(AT.timestamp())} %s"),
        ("{{ 'x' | md5 }}", hashlib.md5(b"x").hexdigest()),
        ("{{ 'x' | sha1 }}", hashlib.sha1(b"x").hexdigest()),
        ("{{ 'x' | sha256 }}", hashlib.sha256(b"x").hexdigest()),
        ("{{ 'x' | hmac_sha1_hex: 'k' }}", hmac.new(b"k", b"x", "sha1").hexdigest()),
        ("{{ 'x' | hmac_sha256: 'k' }}", hmac.new(b"k", b"x", "sha256").hexdigest()),
        ("{{ 'x' | hmac_sha512: 'k' }}", hmac.new(b"k", b"x", "sha512").hexdigest()),
        ("{{ 15 | divided_by: 2 }} {{ 15.0 | divided_by: 2 }}", "7 7.5"),
    ],
)
def test_a_filter_gives(text: str, said: str) -> None:
    outcome = rendered(text)
    assert isinstance(outcome, Rendered), outcome
    assert outcome.body == said


def test_a_zone_that_does_not_exist_spoils_its_message_only() -> None:
    outcome = rendered("{{ profile.seen | time_zone: 'Asia/Soul' }}")
    assert outcome == RenderError("time_zone: no time zone `Asia/Soul`; write it like `Asia/Seoul`")


@pytest.mark.parametrize("tag", ["abort_message('too late')", "abort_message('too late') ", "abort_message 'too late'"])
def test_a_reason_may_stand_in_brackets(tag: str) -> None:
    assert rendered(f"{{% {tag} %}}") == Aborted("too late")


def test_what_comes_of_a_filter_is_escaped_in_html() -> None:
    outcome = rendered("x", "email", html="<a data-x='{{ profile.name | as_json_string }}'>")
    assert isinstance(outcome, Rendered)
    assert outcome.html == "<a data-x='&#34;Ann &amp; Bob&#34;'>"


def test_now_is_the_message_s_instant_only_where_the_template_says_so() -> None:
    asks = compile_template({"id": "t", "channel": "sms", "text": "{{ 'now' | date: '%H' }}"})
    told = compile_template({"id": "t", "channel": "sms", "text": "{{ profile.when | date: '%H' }}"})
    contexts = [{"profile": {"when": "now"}, "message": {"at": AT.replace(hour=hour)}} for hour in (1, 2)]
    assert [outcome.body for outcome in render_many(asks, contexts) if isinstance(outcome, Rendered)] == ["01", "02"]
    assert [told.render(context) for context in contexts] == render_many(told, contexts)
    assert told.variables == {"profile": frozenset({"when"})}
