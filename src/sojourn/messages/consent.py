"""The words that end and restore consent in an inbound text, as whole texts (spec, section 7; Korean ones besides)."""

from __future__ import annotations

from typing import Final

STOP_WORDS: Final = (
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT",
    "수신거부", "수신 거부", "거부", "수신중단", "수신 중단", "중단", "중지", "그만", "해지",
)  # fmt: skip
START_WORDS: Final = ("START", "YES", "UNSTOP", "수신동의", "수신 동의", "수신허용", "수신 허용", "시작", "재개")
