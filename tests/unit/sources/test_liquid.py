"""Requests whose texts would work without end are refused before they take time or memory."""

import resource
import time

import pytest
from liquid.exceptions import LiquidError

from sojourn.model.external import Source
from sojourn.sources import liquid
from sojourn.sources.request import BadRequest, RequestTemplate

BOMBS = {
    "growth": "{{ 'aaaaaaaaaa' " + "| replace: 'a', 'aaaaaaaaaa' " * 12 + "| size }}",
    "join": "{{ (1..1000000000) | join: 'x' | size }}",
    "backwards": "{% for i in (1..1000000000) reversed %}x{% endfor %}",
    "far": "{% for i in (1..1000000000) offset: 999999990 %}x{% endfor %}",
    "squares": "{{ 99999999999 " + "| times: 99999999999 " * 500 + "}}",
}


def request(body: str) -> RequestTemplate:
    document = {"kind": "source", "id": "crm", "request": {"url": "https://a.example", "method": "POST", "body": body}}
    return RequestTemplate(Source.model_validate(document))


@pytest.mark.parametrize("name", BOMBS)
def test_a_request_without_end_fails_quickly(name: str) -> None:
    template = request(BOMBS[name])
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadRequest, match="cannot be rendered"):
        template.write({})
    assert time.process_time() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kB"


@pytest.mark.parametrize("text", ["{{ a }}" * 10_001, "{{ a" + " | upcase" * 5_000 + " }}"], ids=["many", "long"])
def test_a_text_that_takes_long_to_read_is_refused(text: str) -> None:
    with pytest.raises(LiquidError, match="more than"):
        liquid.PLAIN.from_string(text)


def test_an_ordinary_request_is_written() -> None:
    body = (
        '{"names": [{% for name in names %}"{{ name | upcase }}"{% unless forloop.last %},{% endunless %}{% endfor %}]}'
    )
    document = {"kind": "source", "id": "crm", "parameters": {"names": ["string"]},
                "request": {"url": "https://a.example", "method": "POST", "body": body}}  # fmt: skip
    written = RequestTemplate(Source.model_validate(document)).write({"names": ["ann", 'b"c']})
    assert written.body == b'{"names": ["ANN","B\\"C"]}'
