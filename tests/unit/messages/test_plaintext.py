"""The text part that is made from HTML."""

from typing import Any

import pytest

from sojourn.messages.compiling import compile_template
from sojourn.messages.plaintext import text_of, text_source


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dear  Ann,\n welcome</p><p>Bye</p>", "Dear Ann, welcome\n\nBye\n"),
        ("<html><head><title>t</title><style>p {}</style></head><body>Hi</body></html>", "Hi\n"),
        ("a<br>b<ul><li>one</li><li>two</li></ul>", "a\nb\n\n- one\n- two\n"),
        ('<a href="https://a.example/?x=1&amp;y=2">Shop &amp; go</a>', "Shop & go (https://a.example/?x=1&y=2)\n"),
        ('<a href="https://a.example"><img src="x" alt="Logo"></a>', "Logo (https://a.example)\n"),
        ('<a href="mailto:me@a.example">me@a.example</a>', "me@a.example\n"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2\n"),
        ("a <b>unclosed <i>mess", "a unclosed mess\n"),
    ],
)
def test_text_of(html: str, text: str) -> None:
    assert text_of(html) == text


TEMPLATES = [
    "<p>Dear {{ profile.name }},</p>{% if profile.vip %}<p>thank  you</p>{% else %}<p>welcome</p>{% endif %}",
    "<ul>{% for item in profile.items %}<li>{{ item }} &amp; more</li>{% endfor %}</ul><hr>bye",
    '<a href="https://a.example/{{ profile.name }}">Go</a> <a href="{{ profile.url }}">{{ profile.url }}</a>',
    '<table><tr><td {% if profile.vip %}class="x"{% endif %}>{% if profile.vip %}gold{% endif %}</td></tr></table>',
    "<head><style>{% if profile.vip %}p{}{% endif %}</style></head><p>{{ profile.name | upcase }}</p>",
    "{% if profile.n < 3 %}few{% endif %}{% assign x = 'y' %}<p>{{ x }}</p>",
    "<p {% if profile.vip %}>a</p>{% endif %}<p>b</p>",
    "<head>{% assign x = 'y' %}</head><p>{{ x }}</p>",
    "<p>{{ profile.story | safe }}</p>",
    "<p>{{ profile.story }}</p>{% comment %}<b>no</b>{% endcomment %}",
]
PROFILES = [
    {"name": "A & <b>B</b>", "vip": True, "items": ["x", "<y>"], "url": "https://b.example/?a=1&b=2", "n": 2,
     "story": "<i>once</i> upon"},
    {"name": None, "vip": False, "items": [], "n": 5},
]  # fmt: skip


@pytest.mark.parametrize("html", TEMPLATES)
def test_the_text_of_a_template_is_the_text_of_its_mails(html: str) -> None:
    template = compile_template({"id": "t", "channel": "email", "subject": "s", "html": html})
    for profile in PROFILES:
        rendered: Any = template.render({"profile": profile})
        assert template.text_of(rendered, {"profile": profile}) == text_of(rendered.html)
        assert "plain" not in rendered.fields
    told = [text_source(source) is not None for source in TEMPLATES]
    assert told == [True] * 6 + [True, False, False, False]


def test_a_locale_with_its_own_html_has_its_own_text() -> None:
    own = {"ko": {"html": "<p>안녕 {{ profile.name }}</p>"}, "de": {"subject": "Hallo"}}
    template = compile_template({"id": "t", "channel": "email", "subject": "s", "html": "<p>Hi</p>", "locales": own})
    context = {"profile": {"name": "민수"}}
    for tag, text in ((None, "Hi\n"), ("ko", "안녕 민수\n"), ("de", "Hi\n")):
        rendered: Any = template.render(context, tag)
        assert template.text_of(rendered, context, tag) == text
