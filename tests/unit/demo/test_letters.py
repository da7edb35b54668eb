from email.message import EmailMessage

from demo.letters import read_letter


def mail(html: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message["Message-ID"] = "<7@shop.demo.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("plain")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_link_and_pixel_are_taken_from_the_html_part() -> None:
    letter = read_letter(
        "ann@demo.example",
        mail(
            '<a class="b" href="http://127.0.0.1/c/1?a=1&amp;b=2">See</a><a href="http://x/y">No</a><img src="http://127.0.0.1/o/1">'
        ),
    )
    assert letter.subject == "Grüße"
    assert letter.message_id == "<7@shop.demo.example>"
    assert letter.link == "http://127.0.0.1/c/1?a=1&b=2"
    assert letter.pixel == "http://127.0.0.1/o/1"


def test_one_click_needs_both_headers() -> None:
    address = "<mailto:u@x.example>, <http://127.0.0.1/u/1>"
    both = mail("<p>", List_Unsubscribe=address, List_Unsubscribe_Post="List-Unsubscribe=One-Click")
    assert read_letter("a@b.c", both).unsubscribe == "http://127.0.0.1/u/1"
    assert read_letter("a@b.c", mail("<p>", List_Unsubscribe=address)).unsubscribe is None


def test_a_mail_without_html_has_nothing_to_react_to() -> None:
    letter = read_letter("a@b.c", b"Subject: x\r\n\r\nplain\r\n")
    assert (letter.pixel, letter.link, letter.unsubscribe) == (None, None, None)
