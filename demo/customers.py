"""A model of what customers do with an e-mail.

The data says what people bought, not what they did with a message: nobody had sent them one. So their reactions are
made here, with the chances below, and every chance is a digest of the address and the subject: two runs react alike.
"""

from dataclasses import dataclass
from hashlib import sha256
from math import log
from typing import Final, Literal

from demo.letters import Letter

Act = Literal["open", "machine_open", "click", "unsubscribe"]

MINUTE: Final = 60.0
HOUR: Final = 3600.0


@dataclass(frozen=True)
class Habits:
    """The chances, between 0 and 1, and the mean time to an opening, in seconds of the shop's time."""

    bounces: float = 0.01
    reads_in_apple_mail: float = 0.25
    opens: float = 0.6
    clicks_once_open: float = 0.35
    unsubscribes_once_open: float = 0.015
    opens_after_s: float = 7 * HOUR

    def __str__(self) -> str:
        return (
            f"{self.opens:.0%} open, on average after {self.opens_after_s / HOUR:.0f} h; "
            f"{self.clicks_once_open:.0%} of these click, {self.unsubscribes_once_open:.1%} unsubscribe; "
            f"{self.reads_in_apple_mail:.0%} use Apple Mail, whose proxy opens for them; "
            f"{self.bounces:.0%} of the addresses do not exist"
        )


@dataclass(frozen=True)
class Reaction:
    """Something that a customer does, so many seconds of the shop's time after the e-mail came."""

    act: Act
    after_s: float


def exists(address: str, habits: Habits) -> bool:
    """Tell whether there is a mailbox behind an address; where not, the mail server refuses the recipient."""
    return chance(address, "bounces") >= habits.bounces


def reactions(letter: Letter, habits: Habits) -> tuple[Reaction, ...]:
    """Decide what the recipient does with an e-mail, in the order of time.

    Apple Mail loads the pixel itself, soon after the e-mail came and whatever its owner does; what the owner
    opens later is read from Apple's copy and makes no request, so that only a click tells of a person.
    """
    apple = chance(letter.recipient, "apple") < habits.reads_in_apple_mail
    by_machine = (Reaction("machine_open", MINUTE * (1 + 9 * _of(letter, "machine"))),) if apple else ()
    return by_machine + _by_hand(letter, habits, seen=not apple)


def chance(*words: str) -> float:
    """Give a number in [0, 1) that depends on the words alone."""
    return int.from_bytes(sha256("\n".join(words).encode()).digest()[:8], "big") / 2**64


def _by_hand(letter: Letter, habits: Habits, *, seen: bool) -> tuple[Reaction, ...]:
    if _of(letter, "open") >= habits.opens:
        return ()
    at_s = MINUTE - habits.opens_after_s * log(1 - _of(letter, "open after"))
    done = [Reaction("open", at_s)] if seen else []
    if _of(letter, "click") < habits.clicks_once_open:
        done.append(Reaction("click", at_s + 5 * MINUTE * _of(letter, "click after")))
    if _of(letter, "unsubscribe") < habits.unsubscribes_once_open:
        done.append(Reaction("unsubscribe", at_s + 10 * MINUTE))
    return tuple(done)


def _of(letter: Letter, what: str) -> float:
    return chance(letter.recipient, letter.subject, what)
