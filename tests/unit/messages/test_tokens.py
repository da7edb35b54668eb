"""Signed links: of every purpose, altered at every byte, cut, lengthened, and used for another purpose."""

from typing import get_args

import pytest

from sojourn.messages.tokens import Purpose, Signer, Ticket

SIGNER = Signer(b"the secret of this test")
TICKET = Ticket(7, "ann", "welcome/mail", 1_772_000_000, link="a", url="https://a.example/?x=1", group="news")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.parametrize("purpose", get_args(Purpose))
def test_a_link_altered_by_one_byte_is_refused(purpose: Purpose) -> None:
    token = SIGNER.sign(purpose, TICKET)
    assert SIGNER.read(purpose, token) == TICKET
    for place in range(len(token)):
        for letter in (*LETTERS, "=", "+", "/", "%", "é", "\0"):
            altered = token[:place] + letter + token[place + 1 :]
            assert altered == token or SIGNER.read(purpose, altered) is None, (place, letter)


@pytest.mark.parametrize("purpose", get_args(Purpose))
def test_a_link_of_another_length_purpose_or_workspace_is_refused(purpose: Purpose) -> None:
    token = SIGNER.sign(purpose, TICKET)
    others = [token[:end] for end in range(len(token))] + [token + letter for letter in (*LETTERS, "=", "==")]
    assert [other for other in others if SIGNER.read(purpose, other) is not None] == []
    assert [other for other in get_args(Purpose) if SIGNER.read(other, token) is not None] == [purpose]
    assert Signer(b"another workspace's secret").read(purpose, token) is None
