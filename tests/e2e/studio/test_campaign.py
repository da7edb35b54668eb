"""A campaign from an empty canvas to one mail for each open rental, by hand, each count compared with SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.served import Mailbox, Shop, command, until
from tests.e2e.studio import rentals
from tests.e2e.studio.browsing import Visit, visit

OPEN = "return_date IS NULL"
LOYAL = f"customer_id IN (SELECT customer_id FROM '{rentals.DATA}/rental.parquet' GROUP BY 1 HAVING count(*) >= 30)"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(Path(tmp_path_factory.mktemp("rentals")) / "shop", mailbox.port)
    shop.init()
    rentals.furnish(shop)
    shop.start()
    rentals.fill(shop)
    yield shop
    shop.stop()


@pytest.fixture(scope="module")
def ann(browser: Browser, shop: Shop) -> Iterator[Visit]:
    made = visit(browser, shop, width=1280)
    made.set_up()
    yield made
    made.page.context.close()


def has_rows(ann: Visit, transition: str, rows: int) -> None:
    """Wait until the canvas shows so many rows of a transition."""
    expect(ann.page.locator(f'[data-transition="{transition}"]').first).to_have_text(str(rows))


def add(ann: Visit, after: str, type: str) -> None:
    """Add an activity by the keyboard, at the first open end of another one."""
    ann.step(after).focus()
    ann.page.keyboard.press("a")
    ann.page.get_by_role("dialog").get_by_role("button", name=type, exact=True).click()


def choose(ann: Visit, id: str) -> None:
    ann.step(id).focus()
    ann.page.keyboard.press("Enter")


def name(ann: Visit, id: str) -> None:
    box = ann.page.get_by_role("textbox", name="Id", exact=True).first
    box.fill(id)
    box.press("Enter")
    expect(ann.step(id)).to_be_visible()


def write(ann: Visit, group: str, text: str) -> None:
    """Write a condition as an expression."""
    page = ann.page
    page.get_by_role("button", name=group).first.click()
    page.get_by_role("menuitem", name="Attribute or expression").click()
    page.get_by_role("button", name="Write as an expression").last.click()
    page.get_by_role("textbox", name="Where").last.click()
    page.keyboard.insert_text(text)


def query(ann: Visit, id: str, where: str) -> None:
    add(ann, "@entry", "Query")
    ann.choose("Entity", "rental")
    write(ann, "Set a condition", where)
    name(ann, id)


def test_a_campaign_is_built_and_every_count_is_that_of_sql(ann: Visit, shop: Shop) -> None:
    page = ann.page
    page.get_by_role("navigation").get_by_role("link", name="Campaigns").click()
    page.get_by_role("button", name="New", exact=True).first.click()
    page.get_by_role("textbox", name="Title").fill("Bring them back")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Bring them back")).to_be_visible()

    query(ann, "first_shop", "return_date is null and store_id = 1")
    has_rows(ann, "first_shop", rentals.count(f"{OPEN} AND store_id = 1"))
    query(ann, "second_shop", "return_date is null and store_id = 2")
    has_rows(ann, "second_shop", rentals.count(f"{OPEN} AND store_id = 2"))

    add(ann, "first_shop", "Combine")
    name(ann, "open")
    ann.choose("How", "Union: rows of any")
    page.get_by_role("combobox", name="Takes in the rows of (in order)").click()
    page.get_by_role("option", name="second_shop").click()
    page.keyboard.press("Escape")
    has_rows(ann, "open", rentals.count(OPEN))

    add(ann, "open", "Enrich")
    name(ann, "known")
    page.get_by_role("button", name="Add to Columns to add").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("rentals")
    ann.choose("From", "rental")
    page.get_by_role("button", name="On", exact=True).click()
    page.get_by_role("button", name="Add to On").click()
    page.get_by_role("textbox", name="Name", exact=True).last.fill("customer_id")
    page.get_by_role("textbox", name="Value", exact=True).last.fill("customer_id")
    page.get_by_role("button", name="Aggregate", exact=True).click()
    page.get_by_role("textbox", name="Aggregate").click()
    page.keyboard.insert_text("count(*)")
    page.keyboard.press("Escape")
    has_rows(ann, "known", 183)

    add(ann, "known", "Split")
    name(ann, "parts")
    page.get_by_role("group", name="Paths, 1").get_by_role("textbox", name="Id", exact=True).fill("loyal")
    page.get_by_role("group", name="Paths, 1").get_by_role("button", name="Where").click()
    write(ann, "Set a condition", "rentals >= 30")
    page.keyboard.press("Escape")
    loyal = rentals.count(f"{OPEN} AND {LOYAL}")
    has_rows(ann, "parts.loyal", loyal)
    has_rows(ann, "parts.rest", 183 - loyal)

    for id, messages in (("mail", loyal), ("letter", 183 - loyal)):
        add(ann, "parts", "E-mail")
        name(ann, id)
        ann.choose("Template", "bring-back")
        expect(ann.step(id).get_by_role("button", name=f"{messages} messages")).to_be_visible()
    ann.save()
    text = next(shop.folder.rglob("bring-them-back.yaml")).read_text()
    assert "of: parts.loyal" in text and "rentals >= 30" in text


def test_the_rows_behind_a_transition_are_shown(ann: Visit) -> None:
    page = ann.page
    page.locator('[data-transition="parts.loyal"]').first.click()
    table = page.get_by_role("dialog").get_by_role("table")
    expect(table.get_by_role("columnheader", name="rentals")).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(51)
    page.get_by_role("dialog").get_by_role("button", name="More").click()
    expect(table.get_by_role("row")).to_have_count(69)
    page.keyboard.press("Escape")


def test_a_fork_and_its_way_back(ann: Visit) -> None:
    page = ann.page
    choose(ann, "open")
    page.get_by_role("button", name="Add an activity").click()
    page.get_by_role("dialog").get_by_role("button", name="Deduplicate", exact=True).click()
    page.get_by_label("Equal columns").first.fill("customer_id")
    page.keyboard.press("Enter")
    first = f"SELECT min(rental_id) FROM '{rentals.DATA}/rental.parquet' WHERE {OPEN} GROUP BY customer_id"
    has_rows(ann, "deduplicate", rentals.count(f"rental_id IN ({first})"))
    expect(page.locator('[data-transition="open"]')).to_have_count(2)
    page.keyboard.press("Escape")
    ann.step("deduplicate").focus()
    page.keyboard.press("Delete")
    expect(ann.step("deduplicate")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(ann.step("deduplicate")).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(ann.step("deduplicate")).to_have_count(0)


def test_next_runs_are_those_of_the_server(ann: Visit, shop: Shop) -> None:
    page = ann.page
    choose(ann, "@entry")
    page.get_by_text("Again", exact=True).click()
    page.get_by_role("textbox", name="At", exact=True).fill("18:30")
    expect(ann.step("@entry")).to_contain_text("Every week on Monday at 18:30")
    listed = page.get_by_role("region", name="Next runs").get_by_role("listitem")
    expect(listed).to_have_count(10)
    expect(listed.first).to_contain_text("Mon")
    page.get_by_text("At once", exact=True).click()
    expect(page.get_by_role("region", name="Next runs")).to_have_count(0)


def test_it_is_published_confirmed_and_sends_one_mail_for_each_open_rental(
    ann: Visit, shop: Shop, mailbox: Mailbox
) -> None:
    page = ann.page
    if page.get_by_text("Not saved", exact=True).is_visible():
        ann.save()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("tab", name="Runs").click()
    card = page.get_by_role("region", name="Run 1")
    expect(card.get_by_text("To be confirmed").first).to_be_visible()
    assert not mailbox.mails
    card.get_by_role("button", name="Confirm the sends").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirm the sends").click()
    until(lambda: len(mailbox.mails) == 183, 60)
    expect(card.get_by_text("Completed")).to_be_visible()
    card.get_by_role("button", name="Show on the canvas").click()
    loyal = rentals.count(f"{OPEN} AND {LOYAL}")
    has_rows(ann, "mail.sent", loyal)
    has_rows(ann, "letter.sent", 183 - loyal)
    subjects = {mail["Subject"] for mail in mailbox.mails}
    assert "Please bring back HYDE DOCTOR" in subjects
    [run] = shop.client().get("/api/campaigns/bring-them-back/runs").raise_for_status().json()
    assert sum(row["rows"] for row in run["transitions"] if row["from"].endswith(".sent")) == 183


SIGNALLED = """
kind: campaign
id: reminded
title: Reminded
schedule: {signal: {parameters: {shop: integer}}}
activities:
  - {id: open, type: query, entity: rental, where: "return_date is null and store_id = vars.shop"}
  - {id: names, type: load_file, path: names.csv, columns: {name: string}}
"""


def test_a_signal_starts_a_run_that_fails_and_is_retried(ann: Visit, shop: Shop) -> None:
    (shop.folder / "reminded.yaml").write_text(SIGNALLED)
    command("publish", "reminded", "--workspace", shop.folder)
    page = ann.page
    ann.open("/edit/campaign/reminded")
    page.get_by_role("group", name="Values to count with").get_by_role("textbox", name="shop").fill("2")
    has_rows(ann, "open", rentals.count(f"{OPEN} AND store_id = 2"))
    page.get_by_role("tab", name="Runs").click()
    page.get_by_role("button", name="Send the signal").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="shop").fill("1")
    dialog.get_by_role("button", name="Send the signal").click()
    card = page.get_by_role("region", name="Run 1")
    expect(card.get_by_text("there is no file names.csv")).to_be_visible()
    (shop.folder / "names.csv").write_text("name\nann\n")
    card.get_by_role("button", name="Retry from what failed").click()
    expect(card.get_by_text("Completed")).to_be_visible()
    [run] = shop.client().get("/api/campaigns/reminded/runs").raise_for_status().json()
    assert {row["from"]: row["rows"] for row in run["transitions"]}["open"] == rentals.count(f"{OPEN} AND store_id = 1")
