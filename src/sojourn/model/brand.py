"""How the workspace's own pages look to those who get its messages."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from sojourn.model.forms import Model
from sojourn.model.template_text import Locale

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_WEB = re.compile(r"https?://[^\s\"'<>]{1,1000}")


def _read_color(text: object) -> str:
    if isinstance(text, str) and _COLOR.fullmatch(text):
        return text
    raise ValueError(f"`{text!s:.40}` is not a colour; write it like `#1a56a8`")


def _read_address(text: object) -> str:
    if isinstance(text, str) and _WEB.fullmatch(text):
        return text
    raise ValueError(f"`{text!s:.80}` is not an address; write it like `https://example.com/logo.png`")


Color = Annotated[str, BeforeValidator(_read_color)]
WebAddress = Annotated[str, BeforeValidator(_read_address)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[str, Field(max_length=2_000)]


class BrandTexts(Model):
    """What stands on the pages in one language."""

    name: Name | None = Field(default=None, description="Who writes, as readers know it.")
    footer: Words | None = Field(default=None, description="Small print, such as the postal address.")
    privacy_url: WebAddress | None = Field(default=None, description="Where the privacy policy stands.")


class Brand(BrandTexts):
    """Name, colours and small print of the preference centre and the pages about subscriptions."""

    logo: WebAddress | None = Field(default=None, description="Address of a picture.")
    color: Color = Field(default="#1a56a8", description="Of buttons and links.")
    locales: dict[Locale, BrandTexts] = Field(default_factory=dict, description="The texts by language.")

    def texts(self, language: str) -> BrandTexts:
        """Return the texts in a language; what it does not say is as by default."""
        own = self.locales.get(language)
        said = {} if own is None else {name: value for name, value in own if value is not None}
        return BrandTexts(**{name: getattr(self, name) for name in BrandTexts.model_fields} | said)
