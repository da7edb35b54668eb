"""Parameters behind the addresses of links."""

import pytest

from sojourn.messages.compiling import compile_template
from sojourn.messages.linking import Decoration, Frozen, decorated
from sojourn.model.documents import Settings
from sojourn.model.links import Links

UTM = Decoration((("utm_source", "shop mail"), ("utm_content", "{link}")), None, (("document", "welcome"),))


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        ("https://a.example", "https://a.example?utm_source=shop%20mail&utm_content=buy"),
        ("https://a.example/x?y=1#top", "https://a.example/x?y=1&utm_source=shop%20mail&utm_content=buy#top"),
        ("https://a.example/?utm_source=mine", "https://a.example/?utm_source=mine&utm_content=buy"),
        ("mailto:ann@a.example", "mailto:ann@a.example"),
        ("#top", "#top"),
        ("https://[bad", "https://[bad"),
    ],
)
def test_an_address_gets_what_it_does_not_have(url: str, becomes: str) -> None:
    assert UTM.url(url, "buy") == becomes


def test_links_are_named_by_their_alias_else_by_their_place() -> None:
    html = UTM.html('<a href="https://a.example/?a=1&amp;b" data-alias="buy">x</a> <a href=https://b.example>y</a>')
    assert html == (
        '<a href="https://a.example/?a=1&amp;b&amp;utm_source=shop%20mail&amp;utm_content=buy" data-alias="buy">x</a> '
        '<a href="https://b.example?utm_source=shop%20mail&amp;utm_content=2">y</a>'
    )


def test_addresses_of_other_hosts_and_of_the_server_stay() -> None:
    only = Decoration((("a", "b"),), ("shop.example",))
    assert only.url("https://www.shop.example/") == "https://www.shop.example/?a=b"
    assert only.url("https://myshop.example/") == "https://myshop.example/"
    assert only.url("https://shop.example/u/token", "", "https://shop.example/") == "https://shop.example/u/token"


def test_the_nearest_setting_holds_and_an_empty_one_takes_away() -> None:
    workspace = Links(parameters={"utm_source": "sojourn", "utm_medium": "{channel}", "utm_campaign": "{document}"})
    channel = Links(parameters={"utm_source": "mail"})
    template = Frozen.of({"parameters": {"utm_medium": ""}, "hosts": ["a.example"]})
    about = {"document": "welcome", "node": "first", "template": "t"}
    found = decorated("email", about, workspace, channel, template)
    assert found is not None
    assert found.url("https://a.example/") == "https://a.example/?utm_source=mail&utm_campaign=welcome"
    assert found.url("https://b.example/") == "https://b.example/"


def test_the_workspace_leaves_text_messages_and_webhooks_alone() -> None:
    workspace = Links(parameters={"utm_source": "sojourn"})
    assert decorated("sms", {}, workspace, None, None) is None
    assert decorated("webhook", {}, workspace, None, None) is None
    assert decorated("push", {}, workspace, None, None) is not None


def test_all_texts_of_a_message_have_their_links_changed() -> None:
    fields = Decoration((("a", "{link}"),)).fields(
        {
            "url": "https://a.example/",
            "text": "See https://b.example/x.",
            "buttons": [{"text": "Go", "url": "https://c.example/"}],
        }
    )
    assert fields == {
        "url": "https://a.example/?a=url", "text": "See https://b.example/x?a=1.",
        "buttons": [{"text": "Go", "url": "https://c.example/?a=button-1"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "said"),
    [({"utm_source": "{documnt}"}, "did you mean `document`"), ({"a b": "x"}, "not the name of a parameter")],
)
def test_settings_that_mean_nothing_are_refused(parameters: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings.model_validate({"kind": "workspace", "id": "w", "links": {"parameters": parameters}})


def test_links_of_mjml_keep_their_aliases() -> None:
    source = (
        "<mjml><mj-body><mj-section><mj-column>"
        "<mj-button data-alias=\"buy\" href=\"{{ profile.url }}?a=1\">x</mj-button>"
        "<mj-image data-alias='pic' href='https://a.example' src='https://a.example/b.png' alt='b' />"
        "</mj-column></mj-section></mj-body></mjml>"
    )  # fmt: skip
    template = compile_template({"id": "t", "channel": "email", "subject": "s", "mjml": source})
    html = template.render({"profile": {"url": "https://c.example/x"}}).html  # type: ignore[union-attr]
    assert html is not None
    assert '<a data-alias="buy" href="https://c.example/x?a=1"' in html
    assert '<a data-alias="pic" href="https://a.example"' in html
