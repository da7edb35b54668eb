"""Keys of messages come back in other people's mails: any text may stand there."""

from __future__ import annotations

from typing import Any, cast

import pytest

from sojourn.engine.postman import Postman
from sojourn.messages.links import Tracker
from sojourn.messages.tokens import Signer

SECRET = b"the secret of this test"
POSTMAN = Postman(Tracker("https://t.example", Signer(SECRET)), SECRET)


def test_a_key_that_was_made_here_is_known() -> None:
    assert POSTMAN.number_of(POSTMAN.key(7)) == 7


@pytest.mark.parametrize(
    "key", ["", "7", "7.", "7.0000000000000000", "7.é", "٧.0", "7.😀", "9" * 40, cast(Any, "\ud800")]
)
def test_any_other_text_is_of_no_message(key: str) -> None:
    assert POSTMAN.number_of(key) is None
