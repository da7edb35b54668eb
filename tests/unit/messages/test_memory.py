"""A template that reads few variables is rendered once per distinct set of values."""

from collections.abc import Mapping
from typing import Any

import pytest

from sojourn.messages.batches import render_many
from sojourn.messages.compiling import compile_template
from sojourn.messages.content import Outcome, Rendered, Template
from sojourn.messages.linking import Decoration
from sojourn.messages.memory import TRIAL, Memory

MAIL = {
    "id": "t", "channel": "email", "subject": "{{ profile.city }}",
    "html": '<p>{{ profile.city }}</p><a href="{{ message.unsubscribe_url }}">out</a>',
}  # fmt: skip


def context(i: int, cities: int = 4) -> dict[str, Any]:
    profile = {"city": f"city {i % cities}", "name": f"name {i}"}
    return {"profile": profile, "message": {"no": i, "unsubscribe_url": f"https://me.example/u/{i}?a=1&b=2"}}


@pytest.fixture
def renderings(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, object]]:
    done: list[Mapping[str, object]] = []
    render = Template.render

    def counted(self: Template, context: Mapping[str, object], locale: str | None = None) -> Outcome:
        done.append(context)
        return render(self, context, locale)

    monkeypatch.setattr(Template, "render", counted)
    return done


def test_a_batch_is_rendered_once_per_city(renderings: list[object]) -> None:
    template = compile_template({"id": "t", "channel": "sms", "text": "{{ profile.city }}"})
    outcomes = render_many(template, [context(i) for i in range(1_000)])
    assert len(renderings) == 4
    assert [o.body for o in outcomes if isinstance(o, Rendered)] == [f"city {i % 4}" for i in range(1_000)]


def test_messages_one_by_one_are_rendered_once_per_city_each_with_its_own_address(renderings: list[object]) -> None:
    memory, template = Memory(), compile_template(MAIL)
    outcomes = [memory.render(template, context(i)) for i in range(1_000)]
    assert len(renderings) == 4
    for i, outcome in enumerate(outcomes):
        assert isinstance(outcome, Rendered)
        assert outcome.html == f'<p>city {i % 4}</p><a href="https://me.example/u/{i}?a=1&amp;b=2">out</a>'
        assert outcome.text == f"city {i % 4}\n\nout (https://me.example/u/{i}?a=1&b=2)\n"


def test_what_is_remembered_is_what_would_be_rendered() -> None:
    memory, template = Memory(), compile_template(MAIL)
    for i in (0, 4, 1, 0):
        anew = Memory().render(template, context(i))
        assert memory.render(template, context(i)) == anew
        alone = template.render(context(i))
        assert isinstance(alone, Rendered)
        assert isinstance(anew, Rendered)
        assert (anew.html, anew.text) == (alone.html, template.text_of(alone, context(i)))


def test_an_address_that_is_not_just_printed_is_rendered_for_everybody(renderings: list[object]) -> None:
    template = compile_template({**MAIL, "subject": "{{ message.unsubscribe_url | size }}"})
    memory = Memory()
    outcomes = {memory.render(template, context(i)).fields["subject"] for i in (1, 11, 111)}  # type: ignore[union-attr]
    assert len(renderings) == 3
    assert len(outcomes) == 3


def test_other_languages_and_other_links_are_rendered_apart() -> None:
    template = compile_template(
        {**MAIL, "html": "<a href='https://a.example'>x</a>", "locales": {"ko": {"subject": "도시"}}}
    )
    memory = Memory()
    assert [memory.render(template, context(0), tag).fields["subject"] for tag in (None, "ko", None)] == [  # type: ignore[union-attr]
        "city 0", "도시", "city 0"
    ]  # fmt: skip
    htmls = [memory.render(template, context(0), None, Decoration((("a", v),))).fields["html"] for v in "xyx"]  # type: ignore[union-attr]
    assert [html.count("?a=x") for html in htmls] == [1, 0, 1]


def test_a_template_whose_messages_all_differ_is_not_remembered_for_long() -> None:
    template = compile_template({"id": "t", "channel": "sms", "text": "{{ profile.name }}"})
    memory = Memory()
    for i in range(TRIAL + 10):
        memory.render(template, context(i))
    [shelf] = memory._shelves[template].values()
    assert shelf.worthless
    assert not shelf.kept
