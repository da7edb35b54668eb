"""Content: a mail is designed, previewed in two languages, checked and sent as a proof, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, FrameLocator, expect

from tests.e2e.served import Mailbox, Shop, until
from tests.e2e.studio.browsing import Visit, visit

NEWS = """
kind: template
id: news
channel: email
subject: "Spring, {{ profile.first_name }}"
mjml: |
  <mjml>
    <mj-body>
      {% if profile.vip %}
      <mj-section><mj-column><mj-text>Dear friend</mj-text></mj-column></mj-section>
      {% endif %}
      <mj-section><mj-column>
        <mj-text>It is spring.</mj-text>
        <mj-image src="http://shop.example/a.png" />
      </mj-column></mj-section>
      {% render 'footer' %}
    </mj-body>
  </mjml>
locales:
  ko: {subject: "봄이에요, {{ profile.first_name }}님"}
---
kind: block
id: footer
mjml: |
  <mj-section><mj-column><mj-text><a href="{{ message.unsubscribe_url }}">out</a></mj-text></mj-column></mj-section>
---
kind: template
id: odd
channel: email
subject: Odd
mjml: |
  <mjml><mj-body><mj-section><mj-column>
    <mj-table>{% for item in event.items %}<tr><td>{{ item }}</td></tr>{% endfor %}</mj-table>
  </mj-column></mj-section></mj-body></mjml>
---
{kind: template, id: code, channel: sms, text: "Your code is 1234"}
---
{kind: template, id: letter, channel: direct_mail, columns: {name: Ann, text: "Dear "}}
"""


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(Path(tmp_path_factory.mktemp("content")) / "shop", mailbox.port)
    shop.init()
    (shop.folder / "news.yaml").write_text(NEWS)
    shop.start()
    shop.send({"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "first_name": "Ann"}})
    until(shop.is_worked_off)
    yield shop
    shop.stop()


def canvas(ann: Visit) -> FrameLocator:
    return ann.page.frame_locator("iframe.gjs-frame")


def shown(ann: Visit) -> FrameLocator:
    return ann.page.frame_locator("iframe[title='The mail']")


def test_a_mail_is_designed_from_nothing(ann: Visit, shop: Shop) -> None:
    page = ann.page
    page.get_by_role("navigation").get_by_role("link", name="Content").click()
    page.get_by_role("button", name="New", exact=True).click()
    page.get_by_role("textbox", name="Title").fill("First mail")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="E-mail").click()
    page.get_by_role("textbox", name="Subject").click()
    page.keyboard.type("Welcome, ")
    page.get_by_role("button", name="Insert").click()
    page.get_by_placeholder("Find an attribute").fill("first_name")
    page.get_by_role("dialog").get_by_role("button", name="first_name").click()
    expect(page.get_by_role("textbox", name="Subject")).to_contain_text("Welcome, {{ profile.first_name }}")
    page.get_by_role("button", name="Design a mail").click()
    hello = canvas(ann).get_by_text("Hello {{ profile.first_name")
    expect(hello).to_be_visible()
    hello.click()
    page.get_by_text("Elements", exact=True).click()
    page.locator(".gjs-block", has_text="Divider").click()
    hello.dblclick()
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    canvas(ann).get_by_text("Unsubscribe").click()
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    page.get_by_role("radiogroup", name="How the mail is edited").get_by_text("Code").click()
    expect(page.get_by_role("textbox", name="MJML")).to_contain_text("<mj-divider")
    ann.save()
    saved = yaml.safe_load(next(shop.folder.rglob("first-mail.yaml")).read_text())
    assert "Hello {{ profile.first_name | default: 'there' }}" in saved["mjml"]
    assert "\n    <mj-section " in saved["mjml"]


def test_designing_keeps_the_liquid_between_elements(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/template/news")
    expect(canvas(ann).get_by_text("{% if profile.vip %}")).to_be_visible()
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()
    text = canvas(ann).get_by_text("It is spring.")
    text.dblclick()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Come.")
    canvas(ann).get_by_text("Dear friend").click()
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()
    ann.save()
    news = next(d for d in yaml.safe_load_all((shop.folder / "news.yaml").read_text()) if d["id"] == "news")
    lines = [line.strip() for line in news["mjml"].splitlines()]
    assert "<mj-text>It is spring. Come.</mj-text>" in lines
    assert [line for line in lines if line.startswith("{%")] == [
        "{% if profile.vip %}", "{% endif %}", "{% render 'footer' %}"
    ]  # fmt: skip


def test_what_the_designer_cannot_keep_it_does_not_touch(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/template/odd")
    expect(page.get_by_text("The designer would change the Liquid of this mail")).to_be_visible()
    page.get_by_role("button", name="Edit the code").click()
    expect(page.get_by_role("textbox", name="MJML")).to_contain_text("<tr><td>{{ item }}")
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()


def test_a_mail_is_seen_by_a_person_in_her_language_on_both_widths(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/template/news")
    page.get_by_role("button", name="Show preview").click()
    page.get_by_role("combobox", name="Profile", exact=True).fill("ann")
    expect(page.get_by_text("Spring, Ann")).to_be_visible()
    expect(shown(ann).get_by_text("It is spring. Come.")).to_be_visible()
    expect(shown(ann).get_by_text("Dear friend")).to_have_count(0)
    page.get_by_role("textbox", name="profile.vip").fill("true")
    expect(shown(ann).get_by_text("Dear friend")).to_be_visible()
    ann.choose("Language", "ko")
    expect(page.get_by_text("봄이에요, Ann님")).to_be_visible()
    page.get_by_text("Phone", exact=True).click()
    assert page.locator("iframe[title='The mail']").bounding_box()["width"] < 400  # type: ignore[index]
    page.get_by_text("Text", exact=True).last.click()
    expect(page.locator("pre", has_text="It is spring. Come.")).to_be_visible()
    page.get_by_role("switch", name="Side by side").click()
    expect(page.get_by_role("region", name="Own language").get_by_text("Spring, Ann")).to_be_visible()
    expect(page.get_by_role("region", name="ko").get_by_text("봄이에요, Ann님")).to_be_visible()


def test_a_preview_runs_no_scripts(ann: Visit) -> None:
    expect(ann.page.locator("iframe[title='The mail']")).to_have_count(0)
    ann.page.get_by_text("HTML", exact=True).last.click()
    for frame in ann.page.locator("iframe[title='The mail']").all():
        assert frame.get_attribute("sandbox") == ""


def test_a_problem_leads_to_its_place(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/template/news")
    page.get_by_role("button", name="Show preview").click()
    page.get_by_role("tab", name="Problems").click()
    page.get_by_role("button", name="an image without `alt`").click()
    expect(page.get_by_role("textbox", name="MJML")).to_be_focused()
    picked = page.evaluate("window.getSelection().toString()")
    assert picked == '<mj-image src="http://shop.example/a.png" />'


def test_a_proof_comes_in_korean_and_counts_nowhere(ann: Visit, mailbox: Mailbox) -> None:
    page = ann.page
    ann.open("/edit/template/news")
    page.get_by_role("button", name="Show preview").click()
    page.get_by_role("combobox", name="Profile", exact=True).fill("ann")
    ann.choose("Language", "ko")
    expect(page.get_by_text("봄이에요, Ann님")).to_be_visible()
    page.get_by_role("button", name="Send a proof").click()
    page.get_by_role("dialog").get_by_label("To", exact=True).fill("eva@shop.example")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("dialog").get_by_text("Sent", exact=True)).to_be_visible()
    [mail] = mailbox.to("eva@shop.example")
    assert mail["Subject"] == "[Proof] 봄이에요, Ann님"
    body = mail.get_body(("html",))
    assert body is not None
    assert "It is spring." in body.get_content()
    status, answer = ann.ask("GET", "/api/audit")
    assert status == 200
    [entry] = [entry for entry in answer["entries"] if entry["action"] == "template.proof"]
    assert "eva@" not in str(entry)


def test_a_text_message_has_its_segments_counted(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/template/code")
    expect(page.get_by_text("1 segment", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Text").click()
    page.keyboard.press("End")
    page.keyboard.type(" 안녕하세요" * 12)
    expect(page.get_by_text("2 segments", exact=True)).to_be_visible()
    expect(page.get_by_text("UCS-2", exact=False).first).to_be_visible()


def test_a_value_goes_where_one_writes_and_a_letter_is_seen_by_its_columns(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/template/letter")
    page.get_by_role("textbox", name="Value").nth(1).click()
    page.keyboard.press("End")
    page.get_by_role("button", name="Insert").click()
    page.get_by_role("dialog").get_by_role("button", name="first_name").click()
    expect(page.get_by_role("textbox", name="Value").nth(1)).to_contain_text("Dear {{ profile.first_name }}")
    page.get_by_role("combobox", name="Profile", exact=True).fill("ann")
    expect(page.get_by_role("row", name="text Dear Ann")).to_be_visible()


def test_a_viewer_looks_and_changes_nothing(ann: Visit, browser: Browser, shop: Shop) -> None:
    ann.account("vic", "viewer")
    vic = visit(browser, shop)
    vic.sign_in("vic")
    vic.open("/edit/template/code")
    expect(vic.page.get_by_text("1 segment", exact=True)).to_be_visible()
    expect(vic.page.get_by_role("button", name="Send a proof")).to_have_count(0)
    expect(vic.page.get_by_role("button", name="Insert")).to_have_count(0)
    expect(vic.page.get_by_role("combobox", name="Profile", exact=True)).to_have_count(0)
    vic.page.context.close()
