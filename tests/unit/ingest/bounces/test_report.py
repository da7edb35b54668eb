"""Mails that mail systems send back, and mails that only look like them."""

from __future__ import annotations

import pytest

from sojourn.channels.email.bounce_verdict import verdict_of, verdict_of_text
from sojourn.ingest.bounces.report import read_reports

KEY = "7.0123456789abcdef"
DSN = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: bounces+{KEY}@shop.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ann@a.example
Action: ACTION
Status: STATUS
Diagnostic-Code: smtp; SAID

--b
Content-Type: message/rfc822

Message-ID: <8.fedcba9876543210@shop.example>
Subject: Hello

Hello
--b--
"""
ARF = """From: feedback@provider.example
To: fbl@shop.example
Subject: FW: Hello
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: TYPE
User-Agent: SomeGenerator/1.0
Original-Rcpt-To: ann@a.example
--b
Content-Type: message/rfc822

Message-ID: <8.fedcba9876543210@shop.example>
Subject: Hello

Hello
--b--
"""
HOLIDAY = f"""From: Ann <ann@a.example>
To: bounces+{KEY}@shop.example
Subject: Automatic reply: Hello
In-Reply-To: <8.fedcba9876543210@shop.example>

I am not available until 550 people have asked. The mailbox is full of love.
"""


def dsn(status: str, said: str, action: str = "failed") -> bytes:
    return DSN.replace("ACTION", action).replace("STATUS", status).replace("SAID", said).encode()


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        ("5.1.1", "550 5.1.1 <ann@a.example>: Recipient address rejected: User unknown", "bounced"),
        ("5.0.0", "550 No such user here", "bounced"),
        ("5.1.10", "556 5.1.10 domain does not accept mail (nullMX)", "bounced"),
        ("5.2.2", "552 5.2.2 Mailbox full", "soft_bounced"),
        ("5.1.1", "552 sorry, that mailbox is over quota", "soft_bounced"),
        ("5.7.1", "550 5.7.1 Message rejected as spam by our content filter", "soft_bounced"),
        ("5.1.8", "550 5.1.8 Sender address rejected: Domain not found", "soft_bounced"),
        ("4.4.7", "delivery time expired", "soft_bounced"),
        ("5.1.1", "550 5.1.1 your address 192.0.2.1 is listed by Spamhaus", "soft_bounced"),
    ],
)
def test_a_delivery_report_is_hard_or_soft(status: str, said: str, kind: str) -> None:
    [report] = read_reports(dsn(status, said))
    assert (report.kind, report.recipient, report.status) == (kind, "ann@a.example", status)
    assert report.reason.startswith(said[:60])


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_the_keys_are_those_of_the_envelope_and_of_the_message(ends: bytes) -> None:
    [report] = read_reports(dsn("5.1.1", "550 5.1.1 User unknown").replace(b"\n", ends))
    assert report.keys == (KEY, "8.fedcba9876543210")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_did_arrive_or_still_may_is_no_bounce(action: str) -> None:
    assert read_reports(dsn("4.4.1", "connection timed out", action)) == []


@pytest.mark.parametrize(("kind", "count"), [("abuse", 1), ("fraud", 1), ("not-spam", 0), ("auth-failure", 0)])
def test_a_complaint_is_one_by_its_type(kind: str, count: int) -> None:
    reports = read_reports(ARF.replace("TYPE", kind).encode())
    assert [(report.kind, report.keys) for report in reports] == [("complained", ("8.fedcba9876543210",))] * count


def test_a_holiday_notice_is_no_bounce() -> None:
    assert read_reports(HOLIDAY.encode()) == []
    assert read_reports(b"") == read_reports(b"\xff\x00" * 500) == []


def test_a_report_in_words_is_judged_by_the_paragraph_that_says_why() -> None:
    text = "This is qmail-send.\n\n<ann@a.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\nquota"
    assert verdict_of_text(text) == "bounced"
    assert verdict_of(None, "host mx.example said: 450 4.2.0 greylisted, try again later") == "soft_bounced"


def test_a_mail_that_is_cut_anywhere_is_read_without_an_error() -> None:
    whole = dsn("5.1.1", "550 5.1.1 User unknown")
    for end in range(0, len(whole), 7):
        assert len(read_reports(whole[:end])) <= 1
        assert len(read_reports(whole[end:])) <= 1
