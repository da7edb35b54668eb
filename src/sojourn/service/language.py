"""The language that a caller wants to be answered in."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Header

LONGEST: Final = 500


def wanted_language(
    accept_language: Annotated[
        str | None, Header(description="Sentences come in its first language, or English.")
    ] = None,
) -> str:
    """Return the first language of the header, without its region; English where there is none."""
    first = (accept_language or "").split(",", 1)[0][:LONGEST]
    return first.split(";")[0].split("-")[0].strip().lower() or "en"


Language = Annotated[str, Depends(wanted_language)]
