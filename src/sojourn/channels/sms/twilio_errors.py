"""What error codes of Twilio mean for an address, and for a message.

References
----------
https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from typing import Final

from sojourn.model.reasons import FeedbackKind

NO_SUCH_ADDRESS: Final = frozenset({21211, 21214, 21217, 21614, 30005, 30006, 63013})
"""The number is none, does not exist, or takes no text messages."""
NOT_NOW: Final = frozenset({30003, 30008, 30009, 30017, 30022, 63018})
"""The handset cannot be reached, the network is full, a segment is missing: a later message may arrive."""
NOT_OURS: Final = frozenset({20003, 20005, 20404})
"""Sign-in is refused, or the account is closed or does not exist: nothing is wrong with the message."""


def kind_of(code: int | None) -> FeedbackKind:
    """Return what a message with this error is: ``bounced``, ``soft_bounced``, or ``failed`` for all other reasons."""
    if code in NO_SUCH_ADDRESS:
        return "bounced"
    return "soft_bounced" if code in NOT_NOW else "failed"
