"""The names that users give: ids of documents and nodes, attributes and properties."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_ID = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")


def check_id(text: object) -> str:
    """Check the id of a document, node or activity; a ValueError names the text."""
    if isinstance(text, str) and _ID.fullmatch(text):
        return text
    raise ValueError(
        f"`{text!s:.80}` is not an id: lower-case letters, digits, `_` and `-`, a letter first, 63 characters at most"
    )


def check_attribute(text: object) -> str:
    """Check the name of an attribute, property or parameter; a ValueError names the text."""
    if isinstance(text, str) and _ATTRIBUTE.fullmatch(text):
        return text
    raise ValueError(f"`{text!s:.80}` is not a name: letters, digits and `_`, a letter first, 63 characters at most")


Id = Annotated[str, BeforeValidator(check_id), WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$"})]
AttributeName = Annotated[
    str,
    BeforeValidator(check_attribute),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,62}$"}),
]
