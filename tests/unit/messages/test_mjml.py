"""MJML, and the Liquid in it."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn import simulate
from sojourn.messages.checking import check_template
from sojourn.messages.compiling import compile_template
from sojourn.messages.mjml import MjmlError, html_of


def around(body: str, head: str = "") -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"


def column(inner: str) -> str:
    return f"<mj-section><mj-column>{inner}</mj-column></mj-section>"


LETTER = around(
    "{% if profile.vip %}" + column("<mj-text>Dear {{ profile.name | default: \"you\" }}</mj-text>") + "{% endif %}"
    + column('<mj-button href="https://a.example/{{ profile.name | url_encode }}">Go</mj-button>')
)  # fmt: skip


@pytest.mark.parametrize(("profile", "there", "gone"), [
    ({"vip": True, "name": "A & <b>"}, ["Dear A &amp; &lt;b&gt;", 'href="https://a.example/A+%26'], "{%"),
    ({"vip": False}, ['href="https://a.example/"'], "Dear"),
])  # fmt: skip
def test_liquid_stays_where_it_stands(profile: dict[str, Any], there: list[str], gone: str) -> None:
    document = {"id": "t", "channel": "email", "subject": "s", "mjml": LETTER}
    assert check_template(document) == []
    rendered: Any = compile_template(document).render({"profile": profile})
    assert rendered.html.startswith("<!doctype html>")
    body = rendered.html[rendered.html.index("<body") :]
    assert all(text in body for text in there)
    assert gone not in body and "<mj-" not in body


def test_a_locale_may_have_its_own() -> None:
    own = around(column("<mj-text>안녕하세요 {{ profile.name }}</mj-text>"))
    document = {"id": "t", "channel": "email", "subject": "s", "mjml": LETTER, "locales": {"ko": {"mjml": own}}}
    rendered: Any = compile_template(document).render({"profile": {"name": "민수"}}, "ko-KR")
    assert "안녕하세요 민수" in rendered.html


@pytest.mark.parametrize("source", [
    "{% assign x = 1 %}\n" + around("{{ x }}"),
    around("", "<mj-raw>{% assign x = 1 %}</mj-raw>"),
    around("", '<mj-attributes><mj-all color="{{ profile.color }}"/></mj-attributes>'),
    around(column("<mj-table>{% for row in entry.rows %}<tr><td>{{ row }}</td></tr>{% endfor %}</mj-table>")),
    around(column("<mj-text>{% if profile.n < 3 and profile.n > 1 %}few{% endif %}</mj-text>")),
])  # fmt: skip
def test_places_of_liquid(source: str) -> None:
    html = html_of(source)
    assert all(html.count(token) >= 1 for token in ("{{", "{%") if token in source and "mj-all" not in source)


@pytest.mark.parametrize(("source", "part"), [
    ("<p>hello</p>", "MJML"),
    (around("<mj-section>"), "MJML"),
    (around("<mj-include path='/etc/passwd'/>"), "MJML"),
    (around("\n" + column("<mj-social>{% if x %}<mj-social-element/>{% endif %}</mj-social>")), "(line 2 of the text)"),
    (around(column('<mj-image width="{{ profile.width }}" src="a"/>')), "`{{ profile.width }}` gets lost"),
    (around('<mj-section css-class="{% if profile.vip %}gold{% endif %}"></mj-section>'), "twice or elsewhere"),
    (around(column("<mj-text>" + "<div>" * 100_000 + "</mj-text>")), "nest deeper than 100"),
    (around("<mj-hero height='é%'><mj-text>é</mj-text></mj-hero>"), ""),
])  # fmt: skip
def test_what_is_wrong_is_told(source: str, part: str) -> None:
    problems = check_template({"id": "t", "channel": "email", "subject": "s", "mjml": source})
    assert [problem.code for problem in problems] == ["LIQUID-004"] or not part
    assert all(part in problem.message and problem.path == "mjml" for problem in problems)


def test_a_panic_of_the_converter_is_an_error_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panic(_: str) -> str:
        raise PanicException

    monkeypatch.setattr("sojourn.messages.mjml.mjml2html", panic)
    with pytest.raises(MjmlError):
        html_of(around("panic"))


def test_a_mail_of_mjml_is_sent() -> None:
    documents: list[dict[str, Any]] = [
        {"kind": "entity", "id": "profile", "attributes": {"email": "string", "name": "string", "vip": "boolean"}},
        {"kind": "event", "id": "go"},
        {"kind": "template", "id": "t", "channel": "email", "subject": "s", "mjml": LETTER},
        {"kind": "triggered", "id": "c", "trigger": [{"event": "go"}],
         "messages": [{"channel": "email", "template": "t"}]},
    ]  # fmt: skip
    traits = {"email": "a@b.example", "name": "Ann", "vip": True}
    item = {"type": "track", "userId": "ann", "event": "go", "timestamp": "2026-03-02T00:00:00Z",
            "context": {"traits": traits}}  # fmt: skip
    result = simulate(documents, [item], "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z")
    [message] = result.messages
    assert "Dear Ann" in message["body"] and message["body"].startswith("<!doctype html>")
