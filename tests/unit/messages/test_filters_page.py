"""The guide's table of filters gives what it says, and names every filter that is not of standard Liquid."""

import re
from pathlib import Path

import pytest

from sojourn.messages.compiling import compile_template
from sojourn.messages.content import Rendered
from sojourn.messages.filters import EXTRA

PAGE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "content.md"
TABLE = PAGE.read_text(encoding="utf-8").split("## Filters", 1)[1].split("\n## ", 1)[0]
ROWS = re.findall(r"^\| (`\w+`.*?) \| `(\{\{.*?\}\})` \| `(.*)` \|$", TABLE, flags=re.MULTILINE)


@pytest.mark.parametrize(("names", "example", "gives"), ROWS, ids=[row[0] for row in ROWS])
def test_an_example_gives_what_stands_beside_it(names: str, example: str, gives: str) -> None:
    template = compile_template({"id": "t", "channel": "sms", "text": example.replace("\\|", "|")})
    outcome = template.render({})
    assert isinstance(outcome, Rendered), outcome
    assert outcome.body == gives


def test_every_further_filter_is_there() -> None:
    assert set(EXTRA) <= {name for row in ROWS for name in re.findall(r"\w+", row[0])}
