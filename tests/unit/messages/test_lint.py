"""The linter: what is certain to do harm in a message, and where it stands."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sojourn.messages.lint import lint_block, lint_rendered, lint_template
from sojourn.model.errors import Problem
from sojourn.workspace import read_workspace

ROOT = Path(__file__).resolve().parents[3]


def told(problems: list[Problem], text: str) -> list[tuple[str, str, str | None]]:
    return [(p.code, p.path, text[slice(*p.span)] if p.span else None) for p in problems]


def linted(channel: str = "email", *, is_marketing: bool = False, **fields: Any) -> list[Problem]:
    base = {"id": "t", "channel": channel, **({"subject": "s"} if channel == "email" else {})}
    return list(lint_template({**base, **fields}, {}, is_marketing=is_marketing))


@pytest.mark.parametrize(
    ("html", "code", "where"),
    [
        ("<p>x</p><img src='https://a.example/b.png'>", "LINT-001", "<img src='https://a.example/b.png'>"),
        ("<div><p>x</p>", "LINT-004", "<div>"),
        ("<b>x</b></div>", "LINT-004", "</div>"),
        ("<b><i>x</b></i>", "LINT-004", "<i>"),
        ("{% if a %}<div>{% else %}<p>{% endif %}x", "LINT-004", "<div>"),
        ("<a>x</a>", "LINT-005", "<a>"),
        ("<a href='#'>x</a>", "LINT-005", "<a href='#'>"),
        ("<p>\n<a href='http://a.example/{{ x }}'>x</a></p>", "LINT-006", "<a href='http://a.example/{{ x }}'>"),
        ("x<script></script>", "LINT-011", "<script>"),
        ("x<img alt='' src='data:image/png;base64,AA'>", "LINT-012", "<img alt='' src='data:image/png;base64,AA'>"),
        ("x<img alt='' src='/b.png'>", "LINT-012", "<img alt='' src='/b.png'>"),
    ],
)
def test_markup_that_does_harm_is_found_where_it_stands(html: str, code: str, where: str) -> None:
    found = told(linted(html=html), html)
    assert (code, "html", where) in found
    assert {c for c, _, _ in found} == {code}


@pytest.mark.parametrize(
    "html",
    [
        "<p>x<br><table><tr><td>y<td>z</table><ul><li>a<li>b</ul>",
        "<a href='{{ profile.url }}'>x</a><a name='top'></a><a href='mailto:a@b.example'>y</a>",
        "{% if a %}<div class='a'>{% else %}<div>{% endif %}x</div>",
        "{% case a %}{% when 1 %}<div>{% when 2 %}<div>{% else %}<div>{% endcase %}x</div>",
        "<!--[if mso]><table><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->",
        "<td {% if a %}class='b'{% endif %}><img alt='{{ a }}' src='{{ profile.picture }}'></td>x",
        "{% comment %}<img>{% endcomment %}x",
        "<a href='https://{{ profile.host }}/x'>x</a>",
    ],
)
def test_what_may_be_meant_is_not_told(html: str) -> None:
    assert linted(html=html) == []


def test_mjml_is_checked_as_well() -> None:
    mjml = (
        "<mjml><mj-body><mj-section><mj-column><mj-image src='https://a.example/b.png' />"
        "<mj-button href='#'>x</mj-button></mj-column></mj-section></mj-body></mjml>"
    )
    assert [(c, w) for c, _, w in told(linted(mjml=mjml), mjml)] == [
        ("LINT-001", "<mj-image src='https://a.example/b.png' />"), ("LINT-005", "<mj-button href='#'>")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "codes"),
    [
        ("Your order", []), ("", ["LINT-007"]), ("x" * 71, ["LINT-008"]),
        ("x" * 60 + "{{ profile.a_very_long_name }}", []),
        ("BIG SALE NOW", ["LINT-009"]), ("Buy now!!!", ["LINT-009"]), ("OK", []), ("안녕하세요 여러분", []),
    ],
)  # fmt: skip
def test_subjects(subject: str, codes: list[str]) -> None:
    assert [p.code for p in linted(subject=subject, html="<p>x</p>")] == codes


def test_a_mail_larger_than_gmail_shows() -> None:
    assert [p.code for p in linted(html=f"<p>{'x' * 102 * 1024}</p>")] == ["LINT-002"]
    assert linted(html=f"<p>{'x' * 101 * 1024}</p>") == []


def test_a_mail_of_images_alone_says_nothing() -> None:
    html = "<img alt='' src='https://a.example/b.png'>"
    assert [p.code for p in linted(html=html)] == ["LINT-010"]
    assert linted(html=html, text="Hi") == []


def test_a_marketing_mail_needs_a_way_out_that_may_stand_in_a_block() -> None:
    mail = {"kind": "template", "id": "news", "channel": "email", "subject": "s", "html": "<p>x</p>{% render 'foot' %}"}
    foot = {"kind": "block", "id": "foot", "html": "<a href='{{ message.unsubscribe_url }}'>out</a>", "text": "x"}
    event = {"kind": "event", "id": "bought"}

    def codes(block: Mapping[str, Any], **message: Any) -> list[str]:
        send = {"channel": "email", "template": "news", **message}
        thanks = {"kind": "triggered", "id": "thanks", "trigger": [{"event": "bought"}], "messages": [send]}
        return [p.code for p in read_workspace([mail, block, event, thanks]).warnings]

    assert codes(foot) == []
    assert codes({**foot, "html": "<p>bye</p>"}) == ["LINT-003"]
    assert codes({**foot, "html": "<p>bye</p>"}, transactional=True) == []


def test_a_block_is_checked_but_may_open_what_the_template_closes() -> None:
    head = {"id": "head", "html": "<div><img src='https://a.example/b.png'>"}
    assert [p.code for p in lint_block(head)] == ["LINT-001"]
    mail = {"id": "t", "channel": "email", "subject": "s", "html": "{% render 'head' %}x</div>"}
    assert [p.code for p in lint_template(mail, {"head": head}, is_marketing=False)] == []
    assert [
        p.code for p in lint_template({**mail, "html": "{% render 'head' %}x"}, {"head": head}, is_marketing=False)
    ] == ["LINT-004"]


def test_push_messages_longer_than_phones_show() -> None:
    assert [(p.code, p.path) for p in linted("push", title="x" * 66, body="x" * 241)] == [
        ("LINT-013", "title"), ("LINT-013", "body")
    ]  # fmt: skip


def test_a_rendered_message_tells_what_its_template_does_not() -> None:
    found = lint_rendered("email", {"subject": "BIG SALE {now}" + "!" * 70, "html": "x" * 200_000})
    assert {p.code for p in found} == {"LINT-002", "LINT-008", "LINT-009"}
    assert [p.code for p in lint_rendered("email", {"subject": " ", "html": "x"})] == ["LINT-007"]


def test_the_guide_has_every_code() -> None:
    sources = (ROOT / "src" / "sojourn" / "messages" / "lint").glob("*.py")
    codes = {code for source in sources for code in re.findall(r'"(LINT-\d+)"', source.read_text(encoding="utf-8"))}
    page = (ROOT / "docs" / "guide" / "content.md").read_text(encoding="utf-8")
    assert codes == set(re.findall(r"^\| `(LINT-\d+)`", page, flags=re.MULTILINE))
