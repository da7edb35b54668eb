"""Content blocks: what is written once stands in many messages."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from sojourn.messages.checking import check_template
from sojourn.messages.compiling import compile_template
from sojourn.messages.content import Rendered
from sojourn.model.errors import DocumentError
from sojourn.workspace import read_workspace

Documents = list[Mapping[str, Any]]
FOOTER: Mapping[str, Any] = {
    "kind": "block", "id": "footer", "text": "Bye {{ profile.city }}", "html": "<p>Bye <b>{{ profile.city }}</b></p>",
    "mjml": "<mj-section><mj-column><mj-text>Bye</mj-text></mj-column></mj-section>",
    "locales": {"ko": {"text": "안녕 {{ profile.city }}", "html": "<p>안녕</p>"}},
}  # fmt: skip
SMS: Mapping[str, Any] = {"kind": "template", "id": "t", "channel": "sms", "text": "Hi. {% render 'footer' %}"}


def said(document: Mapping[str, Any], locale: str | None = None, **blocks: Mapping[str, Any]) -> Mapping[str, Any]:
    template = compile_template(document, blocks or {"footer": FOOTER})
    outcome = template.render({"profile": {"city": "<Seoul>"}}, locale)
    assert isinstance(outcome, Rendered), outcome
    return outcome.fields


def problems_of(*documents: Mapping[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as raised:
        read_workspace(list(documents))
    return [(problem.code, problem.path) for problem in raised.value.errors]


@pytest.mark.parametrize(
    "mention", ["{% render 'footer' %}", '{%- render "footer" -%}', "{{content_blocks.${footer}}}"]
)
def test_a_block_stands_where_it_is_named(mention: str) -> None:
    assert said({**SMS, "text": f"Hi.{mention}"})["text"] == "Hi.Bye <Seoul>"


def test_html_takes_the_html_of_a_block_and_escapes_its_data() -> None:
    mail = {
        "id": "t",
        "channel": "email",
        "subject": "{% render 'footer' %}",
        "html": "<div>{% render 'footer' %}</div>",
    }
    fields = said(mail)
    assert fields["html"] == "<div><p>Bye <b>&lt;Seoul&gt;</b></p></div>"
    assert fields["subject"] == "Bye <Seoul>"


def test_a_block_of_mjml_is_converted_with_the_mail_around_it() -> None:
    mail = {
        "id": "t",
        "channel": "email",
        "subject": "s",
        "mjml": "<mjml><mj-body>{% render 'footer' %}</mj-body></mjml>",
    }
    assert check_template(mail, {"footer": FOOTER}) == []
    assert "Bye</div>" in said(mail)["html"]
    assert "mj-section" not in said(mail)["html"]


def test_a_block_speaks_the_language_of_its_reader_even_where_the_template_does_not() -> None:
    assert said(SMS, "ko-KR")["text"] == "Hi. 안녕 <Seoul>"
    assert said({**SMS, "locales": {"ko_KR": {"text": "반가워. {% render 'footer' %}"}}}, "ko-KR")["text"].startswith(
        "반가워. 안녕"
    )
    assert said(SMS, "de")["text"] == "Hi. Bye <Seoul>"


def test_blocks_stand_in_blocks() -> None:
    outer = {"kind": "block", "id": "outer", "text": "({% render 'footer' %})"}
    assert said({**SMS, "text": "{% render 'outer' %}"}, "ko", outer=outer, footer=FOOTER)["text"] == "(안녕 <Seoul>)"


def test_a_block_that_is_not_there_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(DocumentError, match="no block `foter`; did you mean `footer`"):
        read_workspace([FOOTER, {**SMS, "text": "{% render 'foter' %}"}])


def test_a_block_that_has_no_text_for_a_field_cannot_stand_there() -> None:
    only_html = {"kind": "block", "id": "footer", "html": "<p>x</p>"}
    assert problems_of(only_html, SMS) == [("DOC-090", "text")]


def test_a_block_cannot_contain_itself() -> None:
    blocks = [{"kind": "block", "id": id, "text": f"{{% render '{other}' %}}"} for id, other in ("ab", "ba")]
    assert problems_of(*blocks, {**SMS, "text": "{% render 'a' %}"}) == [("DOC-091", "text"), ("DOC-091", "text")]


def test_blocks_that_name_all_others_are_checked_quickly() -> None:
    layers = [[f"b{depth}-{n}" for n in range(12)] for depth in range(7)]
    blocks = [
        {"kind": "block", "id": id, "text": "".join(f"{{% render '{inner}' %}}" for inner in below)}
        for above, below in zip(layers, [*layers[1:], ["end"]], strict=True) for id in above
    ]  # fmt: skip
    end = {"kind": "block", "id": "end", "text": "x"}
    began = time.process_time()
    workspace = read_workspace([*blocks, end, {**SMS, "text": "Hi. {% render 'b6-0' %}"}])
    assert time.process_time() - began < 5 and len(workspace.catalog.all("block")) == 85


def test_blocks_that_multiply_are_refused() -> None:
    blocks = [{"kind": "block", "id": f"b{i}", "text": f"{{% render 'b{i + 1}' %}}" * 100} for i in range(5)]
    end = {"kind": "block", "id": "b5", "text": "x" * 1_000}
    assert problems_of(*blocks, end, {**SMS, "text": "{% render 'b0' %}"}) == [("LIQUID-003", "text")]


def test_the_liquid_of_a_block_is_checked_where_it_is_written() -> None:
    assert problems_of({**FOOTER, "text": "{{ a | upcas }}"}, SMS) == [("LIQUID-002", "text")]


def test_what_a_block_reads_is_known_of_the_template() -> None:
    assert compile_template(SMS, {"footer": FOOTER}).variables == {"profile": frozenset({"city"})}


def test_a_block_that_reads_what_no_profile_has_is_warned_of() -> None:
    assert [(p.code, p.document) for p in read_workspace([FOOTER, SMS]).warnings] == [
        ("WARN-018", ("block", "footer")), ("WARN-018", ("block", "footer")), ("WARN-018", ("block", "footer"))
    ]  # fmt: skip
