"""The kinds of text that content has, and the tags of languages."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from sojourn.model.names import Editor

_LOCALE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


def _read_locale(text: object) -> str:
    if isinstance(text, str) and _LOCALE.fullmatch(text):
        return text
    raise ValueError(f"`{text!s:.60}` is not a language tag; write it like `ko` or `pt-BR` (BCP 47)")


Locale = Annotated[str, BeforeValidator(_read_locale), Editor("locale")]
Liquid = Annotated[str, Editor("liquid")]
Html = Annotated[str, Editor("html")]
Mjml = Annotated[str, Editor("mjml")]
