"""E-mails as bytes: what a mail program reads back, and that nothing can be injected."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.channels.email.mime import AddressError, Mail, build, check_recipient, check_sender

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
ONLY = {"Message-ID", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}


def read(subject: str = "s", text: str = "t", html: str | None = None, **more: str) -> EmailMessage:
    mail = Mail("7.abc@shop.example", more.pop("sender", "Shop <hi@shop.example>"), "ann@a.example",
                subject, text, html, AT, **more)  # fmt: skip
    data = build(mail)
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    return message_from_bytes(data, policy=default)  # type: ignore[return-value]


def test_headers() -> None:
    mail = read(
        subject="Grüße, 고객님! " * 8, sender="Café Ünï <hi@shop.example>", unsubscribe_url="https://t.example/u/x"
    )
    assert mail["Subject"] == ("Grüße, 고객님! " * 8).strip()
    assert mail["From"].addresses[0].display_name == "Café Ünï"
    assert mail["From"].addresses[0].addr_spec == "hi@shop.example"
    assert mail["To"] == "ann@a.example"
    assert mail["Date"].datetime == AT
    assert mail["Message-ID"] == "<7.abc@shop.example>"
    assert mail["List-Unsubscribe"] == "<https://t.example/u/x>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_text_beside_html() -> None:
    mail = read(text="Hi\nAnn", html="<p>안녕 " + "x" * 5000 + "</p>")
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (plain.get_content_type(), plain.get_content().strip().replace("\r\n", "\n")) == ("text/plain", "Hi\nAnn")
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", "<p>안녕 " + "x" * 5000 + "</p>")


ENCODED = [
    "=?utf-8?q?a=0D=0ABcc:_x@a.example?=",
    "=?utf-8?b?DQpCY2M6IHhAYS5leGFtcGxl?=",
    "=?utf-8?q?=0D=0A=0D=0Athe_body?=",
    "x =?us-ascii?Q?=0ABcc:_y?= z",
    "=?utf-8?q?=E2=80=A8Bcc:_x?=",
    "=?utf-8?b?////?=",
    "=?utf-8?q?a?= =?utf-8?q?b?=",
    "=?utf-8?q?" + "a" * 9_000 + "?=",
    "=?",
]


@pytest.mark.parametrize("subject", [pytest.param(text, id=str(number)) for number, text in enumerate(ENCODED)])
def test_what_looks_like_an_encoded_header_is_text(subject: str) -> None:
    mail = read(subject=subject)
    assert mail["Subject"] == subject
    assert set(mail.keys()) == ONLY and not mail.defects


@pytest.mark.parametrize("subject", ["é" * 5_000, "x" * 10_000, "한국어 " * 2_000 + "!", "🎉" * 3_000], ids=str.__len__)
def test_a_subject_of_any_length_comes_back(subject: str) -> None:
    assert read(subject=subject)["Subject"] == subject


@settings(max_examples=150)
@given(st.text(max_size=300))
def test_no_subject_makes_another_header(subject: str) -> None:
    mail = read(subject=f"a{subject}\r\nBcc: evil@a.example")
    assert set(mail.keys()) == ONLY
    assert not mail.defects


@settings(max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=2000))
def test_any_text_comes_back(text: str) -> None:
    mail = read(text=text, html=f"<p>{text}</p>")
    parts = [part.get_content() for part in mail.iter_parts() if isinstance(part, EmailMessage)]
    assert [part.rstrip("\n") for part in parts] == [text, f"<p>{text}</p>"]


@pytest.mark.parametrize(
    "address", ["", None, "a", "a@", "@b.example", "a b@c.example", "a@b.example\r\nRCPT TO:<x@y.example>",
                "a@b@c.example", "<a@b.example>", "ü@b.example", "a,b@c.example", "a@" + "b" * 300,
                "a@b..example", "a@.", "a@-b.example", "a@b.example.", "a@b\u200d.example", "a@\ud800.example"]
)  # fmt: skip
def test_bad_recipients_are_refused(address: str | None) -> None:
    with pytest.raises(AddressError):
        check_recipient(address)


def test_international_domains_become_ascii() -> None:
    assert check_recipient("a@bücher.example") == "a@xn--bcher-kva.example"
    assert check_recipient("a@ＢÜcher。example") == "a@xn--bcher-kva.example"
    assert check_recipient("a@straße.example") == "a@xn--strae-oqa.example", "strasse.example is somebody else's"


@pytest.mark.parametrize(
    "mailbox",
    [
        "", "Shop", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example", "ü@b.example", "Team: a@b.example;",
        "=?utf-8?q?Sh=0D=0ABcc:_x?= <a@b.example>", '"=?utf-8?b?DQpCY2M6IHg=?=" <a@b.example>',
        "=?utf-8?q?a=0D=0AX?=@b.example", "=?utf-8?q?=E2=80=A8?= <a@b.example>", f"{'x' * 500} <a@b.example>",
    ],
    ids=range(11),
)  # fmt: skip
def test_bad_senders_are_refused(mailbox: str) -> None:
    with pytest.raises(AddressError):
        check_sender(mailbox)
