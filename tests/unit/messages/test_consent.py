"""Words of an inbound text that end and restore consent."""

from typing import Any

import pytest

from sojourn import simulate
from sojourn.messages.consent import START_WORDS, STOP_WORDS

DOCUMENTS: list[dict[str, Any]] = [
    {"kind": "entity", "id": "profile", "attributes": {"phone": "string"}},
    {"kind": "event", "id": "asked"},
    {"kind": "template", "id": "hi", "channel": "sms", "text": "Hi"},
    {"kind": "triggered", "id": "greet", "trigger": [{"event": "asked"}], "reeligible": "always",
     "messages": [{"channel": "sms", "template": "hi"}]},
]  # fmt: skip


def discards_after(*texts: str) -> list[str]:
    day = "2026-03-02T00:00"
    items: list[dict[str, Any]] = [
        {"type": "identify", "userId": "ann", "traits": {"phone": "+821012345678"}, "timestamp": f"{day}:00Z"}
    ]
    for second, text in enumerate(texts, 1):
        said = {"type": "inbound", "channel": "sms", "userId": "ann", "text": text}
        items.append({**said, "timestamp": f"{day}:{second:02}Z"})
    items.append({"type": "track", "userId": "ann", "event": "asked", "timestamp": "2026-03-02T00:01:00Z"})
    result = simulate(documents=DOCUMENTS, items=items, start=f"{day}:00Z", until="2026-03-03T00:00:00Z")
    return [discard["reason"] for discard in result.discards]


@pytest.mark.parametrize("word", STOP_WORDS)
def test_a_stop_word_ends_consent_as_a_whole_text(word: str) -> None:
    assert discards_after(f" {word.lower()}\n") == ["no_consent"]
    assert discards_after(f"please {word}") == discards_after(f"{word}!") == []


@pytest.mark.parametrize("word", START_WORDS)
def test_a_start_word_restores_it(word: str) -> None:
    assert discards_after("수신거부", word) == []
    assert discards_after("STOP", f"{word} now") == ["no_consent"]
