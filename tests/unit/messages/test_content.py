"""Templates: what they give, what they read, and that no template runs away."""

import datetime
import math
import time

import pytest

from sojourn.messages.batches import render_many
from sojourn.messages.checking import check_template
from sojourn.messages.compiling import compile_template
from sojourn.messages.content import Aborted, Rendered, RenderError, Template
from sojourn.messages.lint.document import lint_template
from sojourn.messages.memory import Memory


def sms(text: str) -> Template:
    return compile_template({"kind": "template", "id": "t", "channel": "sms", "text": text})


def body(text: str, **context: object) -> str | None:
    outcome = sms(text).render(context)
    assert isinstance(outcome, Rendered), outcome
    return outcome.body


def test_undefined_names_are_empty() -> None:
    assert body("a{{ profile.nick }}b{{ nobody.at.all }}c", profile={}) == "abc"


def test_hyphenated_node_ids_are_objects() -> None:
    assert body("{{ first-mail.code }}", **{"first-mail": {"code": 7}}) == "7"


def test_data_is_escaped_in_html_only() -> None:
    mail = compile_template(
        {
            "id": "t", "channel": "email",
            "subject": "{{ profile.n }}", "text": "{{ profile.n }}", "html": "<p>{{ profile.n }}</p>",
        }
    )  # fmt: skip
    outcome = mail.render({"profile": {"n": "<b>&"}})
    assert isinstance(outcome, Rendered)
    assert (outcome.subject, outcome.body, outcome.html) == ("<b>&", "<b>&", "<p>&lt;b&gt;&amp;</p>")


@pytest.mark.parametrize(
    ("text", "detail"),
    [("{% abort_message %}x", None), ("a{% abort_message 'too small' %}", "too small"),
     ("{% if profile.n < 10 %}{% abort_message \"why\" %}{% endif %}", "why")],
)  # fmt: skip
def test_abort(text: str, detail: str | None) -> None:
    assert sms(text).render({"profile": {"n": 1}}) == Aborted(detail)


def test_text_after_an_abort_tag_that_is_not_reached_stays() -> None:
    assert body("{% if profile.n < 10 %}{% abort_message %}{% endif %}Come in.", profile={"n": 20}) == "Come in."


def test_division_by_zero_is_a_render_error() -> None:
    outcome = sms("{{ 100 | divided_by: profile.birth_year }}").render({"profile": {"birth_year": 0}})
    assert isinstance(outcome, RenderError)
    assert "divide" in outcome.detail


RUNAWAYS = {
    "giant loop": "{% for i in (1..100000000) %}x{% endfor %}",
    "giant range as a list": "{% assign a = (1..1000000000) | reverse %}{{ a | size }}",
    "giant range joined": "{{ (1..1000000000) | join: ',' }}",
    "nested loops": "{% for a in (1..1000) %}{% for b in (1..1000) %}{% for c in (1..1000) %}x"
    "{% endfor %}{% endfor %}{% endfor %}",
    "loop after loop": "{% for a in (1..5000) %}x{% endfor %}" * 1000,
    "doubling text": "{% assign s = 'x' %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}",
    "doubling capture": "{% assign s = 'xx' %}{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}"
    "{% endfor %}{{ s }}",
    "doubling list": "{% assign a = 'x,y' | split: ',' %}{% for i in (1..60) %}{% assign a = a | concat: a %}"
    "{% endfor %}{{ a }}",
    "replace bomb": "{% capture s %}{% for i in (1..9999) %}aaaaaaaaaa{% endfor %}{% endcapture %}"
    "{{ s | replace: 'a', s }}",
    "strip_html": "{% capture s %}{% for i in (1..9999) %}<<<<<<<<<<{% endfor %}{% endcapture %}{{ s | strip_html }}",
    "squares": "{% assign n = 99 %}{% for i in (1..60) %}{% assign n = n | times: n %}{% endfor %}{{ n }}",
    "tablerow": "{% tablerow i in (1..100000000) %}x{% endtablerow %}",
    "loop from the end": "{% for i in (1..1000000000) reversed %}x{% endfor %}",
    "loop far away": "{% for i in (1..1000000000) offset: 999999990 %}x{% endfor %}",
    "long output": "{% for i in (1..9999) %}{{ profile.long }}{% endfor %}",
}  # fmt: skip


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_template_without_end_fails_quickly(name: str) -> None:
    template = sms(RUNAWAYS[name])
    started = time.perf_counter()
    outcome = template.render({"profile": {"long": "x" * 5000}})
    assert isinstance(outcome, RenderError), str(outcome)[:200]
    assert time.perf_counter() - started < 2
    assert template.may_refuse


@pytest.mark.parametrize(
    "text",
    ["{{ a ", "{% if %}x{% endif %}", "{% for %}", "{% include 'x' %}", "{% render '/etc/passwd' %}",
     "{{ a | frobnicate }}", "{{ a" + " | upcase" * 5_000 + " }}", "{% if a %}" * 40 + "{% endif %}" * 40,
     "{" * 300_000,
     "{% raw %}" * 100_000, "{% if a %}x" + "{% elsif b %}y" * 50_000 + "{% endif %}",
     "{% if " + "(" * 50_000 + "a" + ")" * 50_000 + " %}x{% endif %}", "{{ a" + "[a" * 5000 + "]" * 5000 + " }}"],
    ids=range(13),
)  # fmt: skip
def test_bad_liquid_is_a_problem_with_a_path(text: str) -> None:
    problems = check_template({"id": "t", "channel": "email", "subject": "fine", "locales": {"ko": {"text": text}}})
    assert [p.path for p in problems] == ["locales.ko.text"]
    assert problems[0].hint


@pytest.mark.parametrize("broken", ["<a href='", "<!--", "</"])
def test_markup_that_never_ends_costs_no_more_than_other_markup(broken: str) -> None:
    html = "<p>Hi {{ profile.n }}</p>" + broken * (400_000 // len(broken))
    document = {"id": "t", "channel": "email", "subject": "s", "html": html}
    began = time.process_time()
    assert check_template(document) == []
    list(lint_template(document, {}, is_marketing=True))
    outcome = Memory().render(compile_template(document), {"profile": {"n": "Ann"}})
    assert isinstance(outcome, Rendered) and outcome.text is not None and outcome.text.startswith("Hi Ann")
    assert time.process_time() - began < 3


def test_an_unknown_filter_is_told_with_its_place_and_a_suggestion() -> None:
    [problem] = check_template({"id": "t", "channel": "sms", "text": "Hi\n{{ profile.x | upcas }}"})
    assert "line 2, column" in problem.message
    assert problem.hint == "did you mean `upcase`?"


@pytest.mark.parametrize(
    "text",
    ["plain", "{{ profile.n | default: 'x' | upcase | escape }}", "{% if profile.n %}a{% else %}b{% endif %}",
     "{{ profile.n | append: profile.m | capitalize | size }}", '{"n": {{ profile.n | json }}}',
     "{{ profile.n | upcase | as_json_string }}"],
)  # fmt: skip
@pytest.mark.parametrize(
    "value",
    [None, 1, -2.5, "", "é<", True, [1, None, "x"], {"a": 1}, "x" * 3_000_000, math.nan, datetime.date(2026, 3, 1)],
)
def test_templates_that_promise_not_to_refuse_render_for_any_value(text: str, value: object) -> None:
    template = sms(text)
    assert not template.may_refuse
    assert isinstance(template.render({"profile": {"n": value, "m": value}}), Rendered)


@pytest.mark.parametrize("text", ["{{ 1 | divided_by: profile.n }}", "{{ profile.n | append }}", "{% abort_message %}",
                                  "{% if profile.n < 3 %}{% endif %}", "{% assign x = profile.n %}",
                                  "{{ profile.n | json: 2 }}", "{{ profile.n" + " | json" * 40 + " }}"])  # fmt: skip
def test_templates_that_could_refuse_say_so(text: str) -> None:
    assert sms(text).may_refuse


def test_variables_are_those_read_from_outside() -> None:
    template = compile_template(
        {
            "id": "t", "channel": "email", "subject": "{{ profile.first_name }}",
            "text": "{% for i in row.items %}{{ i.name }}{% endfor %}{{ event['x y'] }}{{ forloop.index }}",
            "locales": {"ko": {"subject": "{{ profile.nick }}{{ entry }}"}},
        }
    )  # fmt: skip
    assert template.variables["profile"] == {"first_name", "nick"}
    assert template.variables["row"] == {"items"}
    assert template.variables["event"] == {"x y"}
    assert template.variables["entry"] == {"*"}
    assert "i" not in template.variables


def test_locale_exact_tag_then_language_then_the_document() -> None:
    mail = compile_template(
        {
            "id": "t", "channel": "email", "subject": "Hello", "text": "Welcome.",
            "locales": {"ko": {"subject": "안녕"}, "pt": {"subject": "Olá"}, "pt-BR": {"subject": "Oi"}},
        }
    )  # fmt: skip
    outcomes = [mail.render({}, tag) for tag in ("ko-KR", "pt-BR", "pt-PT", "fr", None)]
    assert [o.subject for o in outcomes if isinstance(o, Rendered)] == ["안녕", "Oi", "Olá", "Hello", "Hello"]
    assert {o.body for o in outcomes if isinstance(o, Rendered)} == {"Welcome."}


def test_nested_fields_are_rendered_in_their_shape() -> None:
    hook = compile_template(
        {
            "id": "t", "channel": "webhook", "method": "POST", "url": "https://a.example/{{ profile.id }}",
            "headers": {"X-Id": "{{ profile.id }}"}, "body": {"n": 1, "list": ["{{ profile.id | json }}"]},
        }
    )  # fmt: skip
    outcome = hook.render({"profile": {"id": "z"}})
    assert isinstance(outcome, Rendered)
    assert outcome.fields["headers"] == {"X-Id": "z"}
    assert outcome.body == '{"n": 1, "list": ["\\"z\\""]}'


def test_now_is_the_instant_of_the_message() -> None:
    assert body("{{ 'now' | date: '%Y-%m-%d' }}", message={"at": "2026-03-02T10:00:00Z"}) == "2026-03-02"


def test_render_many_gives_each_its_own() -> None:
    template = sms("{{ profile.city }}")
    contexts = [{"profile": {"city": city, "other": i}} for i, city in enumerate(["a", "b", "a", 1, "1", True])]
    outcomes = render_many(template, contexts)
    assert [o.body for o in outcomes if isinstance(o, Rendered)] == ["a", "b", "a", "1", "1", "true"]
    assert outcomes[0] is outcomes[2]


def test_render_many_tells_instants_apart_when_a_date_is_now() -> None:
    template = sms("{{ 'now' | date: '%H' }}")
    outcomes = render_many(template, [{"message": {"at": f"2026-03-02T{hour}:00:00Z"}} for hour in (10, 11)])
    assert [o.body for o in outcomes if isinstance(o, Rendered)] == ["10", "11"]
