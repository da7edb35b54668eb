from collections import Counter
from io import StringIO

import msgspec
from rich.console import Console

from demo.screen import counted, headline, line, picture
from demo.status import Status

ANSWER = b"""
{"now": "2011-11-08T09:30:00Z", "version": "new fields do not matter",
 "items": {"appended": 1200, "processed": 1150},
 "documents": [
  {"id": "first-message", "kind": "journey", "state": "live",
   "entered": 2100, "inside": 2000, "completed": 60, "exited": 40,
   "nodes": [
    {"id": "first", "type": "email", "entered": 2100, "waiting": 0, "left": {"next": 2100}},
    {"id": "opened", "type": "reaction", "entered": 2100, "waiting": 1300,
     "left": {"next": 500, "on_timeout": 260, "exit_criteria": 0}}],
   "messages": {"sent": 2080, "opened": 700, "machine_opened": 510, "clicked": 220, "bounced": 20},
   "discards": {"holdout": 115, "already_inside": 3}},
  {"id": "sorry", "kind": "triggered", "state": "live", "entered": 31, "inside": 31, "messages": {"sent": 2}}]}
"""
STATUS = msgspec.json.decode(ANSWER, type=Status)


def drawn() -> str:
    console = Console(width=160, file=StringIO())
    with console.capture() as printed:
        console.print(picture(STATUS, Counter(received=2082), 900))
    return printed.get()


def test_every_node_has_its_counts() -> None:
    (row,) = [row for row in drawn().splitlines() if " opened " in row and "reaction" in row]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["", "opened", "reaction", "2,100", "1,300", "next 500 · on_timeout 260"]


def test_discards_stand_with_their_reason() -> None:
    (row,) = [row for row in drawn().splitlines() if "holdout" in row]
    assert row.strip() == "first-message, not sent or not let in: holdout 115 · already_inside 3"


def test_messages_are_counted_by_what_became_of_them() -> None:
    (row,) = [row for row in drawn().splitlines() if "2,080" in row]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["first-message", "2,080", "0", "0", "0", "20", "700", "510", "220", "0"]


def test_the_headline_has_the_shops_local_time() -> None:
    assert headline(STATUS) == "Shop's clock Tue 08 Nov 2011 09:30 · 1,150 items worked off, 50 to do"


def test_the_line_has_all_documents() -> None:
    assert line(STATUS) == (
        "08 Nov 09:30 · items 1,150 · first-message: 2,000 inside of 2,100 · sorry: 31 inside of 31 · "
        "sent 2,082 · bounced 20 · opened 700 · by machine 510 · clicked 220"
    )


def test_counts_of_zero_are_left_out() -> None:
    assert counted({"b": 1, "a": 1, "c": 0, "d": 1000}) == "d 1,000 · a 1 · b 1"
