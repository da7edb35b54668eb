"""Messages that failed for good: sent again through the gate, or dropped, when a person says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sojourn.engine.item import Item

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor

CHOSEN: Final = """
CREATE OR REPLACE TEMP TABLE chosen_letter AS
SELECT m.no, m.pno FROM message m SEMI JOIN dead_letter d ON d.no = m.no
WHERE list_contains($docs, m.doc) AND ($numbers IS NULL OR list_contains($numbers, m.no))
    AND ($channel IS NULL OR m.channel = $channel) AND m."at" <= $until
"""
AGAIN: Final = """
INSERT INTO held BY NAME
SELECT m.no, m.passage, m.doc, m.node, m.slot, m.pno, m.variant, $at::TIMESTAMPTZ AS due_at, 0 AS hold,
    NULL::BIGINT AS own, m."to", m.entry, m.vars
FROM message m SEMI JOIN chosen_letter USING (no)
"""
LEFT_AGAIN: Final = ("message", "unsent", "discard", "dead_letter")
"""Where a message is not any more that passes the gate again."""


def replay(processor: Processor, item: Item) -> None:
    """Let dead letters pass the gate again, as messages that were held: consent and caps may have changed.

    Those of documents that were stopped stay where they are.
    """
    run = _choose(processor, item)
    run(AGAIN, {"at": item["at"]})
    for table in LEFT_AGAIN:
        run(f"DELETE FROM {table} WHERE no IN (SELECT no FROM chosen_letter)", {})
    processor.store.forget()


def drop(processor: Processor, item: Item) -> None:
    """Take dead letters out of the list; the messages stay failed."""
    _choose(processor, item)("DELETE FROM dead_letter WHERE no IN (SELECT no FROM chosen_letter)", {})


def _choose(processor: Processor, item: Item) -> Callable[[str, dict[str, Any]], Any]:
    """Collect the letters that an item is about; return what runs statements."""
    data = json.loads(item["data"] or "{}")
    docs = [
        line.doc
        for line in processor.program.by_doc.values()
        if data.get("document") in (None, line.id) and (item["name"] == "drop" or line.state != "stopped")
    ]
    execute = processor.store.connection.execute
    params = {
        "docs": docs, "numbers": data.get("messages"), "channel": data.get("channel"), "until": item["at"],
    }  # fmt: skip
    execute(CHOSEN, params)
    return execute


LETTERS: Final[dict[str, Callable[[Processor, Item], None]]] = {"replay": replay, "drop": drop}
"""Commands by name; the data of their items has `letters`, and may choose by `messages`, `channel` and `document`."""
