"""What templates see of what is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from sojourn.messages.compiling import compile_template
from sojourn.messages.context import template_context

STORED: dict[str, Any] = {
    "profile_id": "ann", "due": datetime(2026, 3, 2, 10, tzinfo=UTC), "born": date(1990, 2, 1),
    "visits": [date(2026, 1, 1)], "cart": '{"items": [{"name": "tea"}]}', "nothing": None,
}  # fmt: skip
ABOUT = {"no": 7, "at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "of": "j/m", "channel": "sms", "to": "+8210"}


@pytest.mark.parametrize(("text", "expected"), [
    ("{{ profile.due }}", "2026-03-02T10:00:00Z"),
    ("{{ profile.due | date: '%d.%m.%Y %H:%M' }}", "02.03.2026 10:00"),
    ("{{ profile.born }} {{ profile.visits | first }}", "1990-02-01 2026-01-01"),
    ("{% for item in profile.cart.items %}{{ item.name }}{% endfor %}{{ profile.nothing.x }}", "tea"),
    ("{{ message.no }} {{ message.at }} {{ message.of }} {{ message.to }}", "7 2026-03-02T09:30:00Z j/m +8210"),
    ("{% for pair in profile %}{% if pair[0] == 'due' %}{{ pair[1] }}{% endif %}{% endfor %}", "2026-03-02T10:00:00Z"),
])  # fmt: skip
def test_values_are_what_documents_call_them(text: str, expected: str) -> None:
    template = compile_template({"id": "t", "channel": "sms", "text": text})
    context = template_context(template, STORED, None, None, ABOUT, ["cart", "nothing"])
    outcome: Any = template.render(context)
    assert outcome.body == expected
