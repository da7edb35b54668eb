import smtplib
from collections.abc import Iterator

import pytest

from demo.customers import Habits, exists
from demo.letters import Letter
from demo.sink import Refused, Sink, start_sink

MAIL = "Subject: Hello\r\nContent-Type: text/html\r\n\r\n<a href='http://x/1'>y</a>\r\n"


@pytest.fixture
def sink() -> Iterator[Sink]:
    started = start_sink(Habits(bounces=0.5))
    yield started
    started.stop()


def addresses(*, there: bool) -> Iterator[str]:
    named = (f"customer-{n}@demo.example" for n in range(1000))
    return (address for address in named if exists(address, Habits(bounces=0.5)) is there)


def test_a_mail_over_smtp_becomes_a_letter(sink: Sink) -> None:
    address = next(addresses(there=True))
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=20) as client:
        client.sendmail("hello@shop.demo.example", [address], MAIL)
    mail = sink.mails.get(timeout=20)
    assert isinstance(mail, Letter)
    assert (mail.recipient, mail.subject, mail.link) == (address, "Hello", "http://x/1")


def test_an_address_that_does_not_exist_is_refused_for_good(sink: Sink) -> None:
    address = next(addresses(there=False))
    with (
        smtplib.SMTP("127.0.0.1", sink.port, timeout=20) as client,
        pytest.raises(smtplib.SMTPRecipientsRefused) as told,
    ):
        client.sendmail("hello@shop.demo.example", [address], MAIL)
    assert told.value.recipients[address][0] == 550
    assert sink.mails.get(timeout=20) == Refused(address)


def test_the_process_ends_when_asked(sink: Sink) -> None:
    sink.stop()
    assert not sink.process.is_alive()
