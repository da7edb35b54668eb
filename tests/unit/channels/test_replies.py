"""SMTP replies and what they mean for an address."""

import pytest

from sojourn.channels.email.replies import after_data, after_recipient, after_sender
from sojourn.channels.port import Bounced, Failed, Retry, SoftBounced


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (550, "no such user", Bounced),
        (551, "User not local", Bounced),
        (553, "mailbox name not allowed", Bounced),
        (550, "5.1.1 The email account does not exist", Bounced),
        (554, "5.1.1 unknown", Bounced),
        (550, "5.2.1 disabled", SoftBounced),
        (550, "5.2.1 The email account that you tried to reach does not exist", Bounced),
        (552, "mailbox full", SoftBounced),
        (550, "5.2.2 Over quota", SoftBounced),
        (550, "5.7.1 blocked, see our policy", Failed),
        (554, "relay access denied", Failed),
        (450, "4.2.0 greylisted", SoftBounced),
        (451, "try later", SoftBounced),
        (421, "too busy", Retry),
    ],
)
def test_recipient(code: int, text: str, kind: type) -> None:
    assert isinstance(after_recipient(code, text), kind)


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [(550, "spam", Failed), (554, "5.7.1 spam", Failed), (550, "5.1.1 unknown", Bounced), (451, "later", SoftBounced),
     (552, "too large", Failed), (421, "bye", Retry)],
)  # fmt: skip
def test_data(code: int, text: str, kind: type) -> None:
    assert isinstance(after_data(code, text), kind)


@pytest.mark.parametrize(("code", "kind"), [(451, Retry), (530, Retry), (550, Failed), (421, Retry)])
def test_sender(code: int, kind: type) -> None:
    assert isinstance(after_sender(code, "x"), kind)
