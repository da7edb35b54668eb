"""Any text is a template that renders to text, or is refused, soon; what a profile says is never run."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sojourn import DocumentError, simulate
from tests.property.worlds import search

LIQUID = """
    {{ }} {% %} {{- -%} if endif unless endunless for in endfor (1..9) (1..99999999) break case when else assign =
    capture endcapture raw endraw comment endcomment render include cycle increment tablerow abort_message "why" liquid
    echo profile event entry profile.name entry.x entry.list message. |
    upcase append: 'x' plus: 1 divided_by: 0 split: ','
    join sort date: '%Y' slice: 0,5 replace: 'a','aa' default: 'y' first size times: 99999999999 truncate: -1 contains
"""
SOUP = st.lists(st.sampled_from([*LIQUID.split(), "\n", "é"]), max_size=25).map(" ".join)
NAMES = st.one_of(
    st.text(max_size=20), st.sampled_from(["{{ profile.email }}", "{% abort_message %}", "<script>", "a\r\nBcc: x@y.z"])
)
SECONDS = 10


def send(template: dict[str, str], name: str, properties: dict[str, Any]) -> Any:
    documents: list[dict[str, Any]] = [
        {"kind": "entity", "id": "profile", "attributes": {"email": "string", "name": "string"}},
        {"kind": "event", "id": "go", "properties": {"x": "number"}},
        {"kind": "template", "id": "t", "channel": "email", **template},
        {
            "kind": "triggered",
            "id": "c",
            "trigger": [{"event": "go"}],
            "messages": [{"channel": "email", "template": "t"}],
        },
    ]
    context = {"traits": {"email": "a@b.co", "name": name}}
    item = {"type": "track", "userId": "ann", "event": "go", "properties": properties, "context": context}
    at = "2026-03-02T00:00:00Z"
    return simulate(documents, [{**item, "timestamp": at}], at, at)


@given(text=st.one_of(SOUP, st.text(max_size=60)), name=NAMES)
@search(40)
def test_any_text_is_a_template_or_refused(text: str, name: str) -> None:
    began = time.perf_counter()
    try:
        result = send({"subject": text, "text": text}, name, {"x": 5, "list": [1, {"a": "b"}]})
    except DocumentError as refusal:
        assert all(problem.message for problem in refusal.errors)
    else:
        reasons = [row["reason"] for row in result.discards]
        assert len(result.messages) + len(reasons) == 1
        assert set(reasons) <= {"render_error", "aborted_by_template"}
    assert time.perf_counter() - began < SECONDS


@given(NAMES)
@search(15)
def test_what_a_profile_says_is_text(name: str) -> None:
    result = send({"subject": "s", "html": "<p>{{ profile.name }}</p>"}, name, {})
    (message,) = result.messages
    assert "<script>" not in str(message["body"])
    assert "a@b.co" not in str(message["body"])
