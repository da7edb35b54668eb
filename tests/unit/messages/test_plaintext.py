"""The text part that is made from HTML."""

import pytest

from sojourn.messages.plaintext import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dear  Ann,\n welcome</p><p>Bye</p>", "Dear Ann, welcome\n\nBye\n"),
        ("<html><head><title>t</title><style>p {}</style></head><body>Hi</body></html>", "Hi\n"),
        ("a<br>b<ul><li>one</li><li>two</li></ul>", "a\nb\n\n- one\n- two\n"),
        ('<a href="https://a.example/?x=1&amp;y=2">Shop &amp; go</a>', "Shop & go (https://a.example/?x=1&y=2)\n"),
        ('<a href="https://a.example"><img src="x" alt="Logo"></a>', "Logo (https://a.example)\n"),
        ('<a href="mailto:me@a.example">me@a.example</a>', "me@a.example\n"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2\n"),
        ("a <b>unclosed <i>mess", "a unclosed mess\n"),
    ],
)
def test_text_of(html: str, text: str) -> None:
    assert text_of(html) == text
