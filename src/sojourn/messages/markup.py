"""Reading markup that anybody may have written, in a time that grows with its length."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

MOST_BROKEN: Final = 20_000
"""Characters that are read from a tag on that never ends: the parser looks for its end again at each further one."""


class MarkupReader(HTMLParser):
    """A parser whose texts have their characters instead of references."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def read(self, text: str) -> None:
        """Read a whole text."""
        self.feed(text)
        self.rawdata = self.rawdata[:MOST_BROKEN]
        self.close()
