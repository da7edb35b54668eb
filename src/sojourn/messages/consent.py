"""The words that end and restore consent in an inbound text, as whole texts (spec, section 7)."""

from __future__ import annotations

from typing import Final

STOP_WORDS: Final = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT")
START_WORDS: Final = ("START", "YES", "UNSTOP")
