"""Files: sent, mapped, looked at, imported; kept mappings, the watched folder, and a server that is started again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit, visit

PEOPLE = """Customer-ID;E-Mail;Vorname;Notes
k-1;ann@example.com;Ann;vip
k-2;bob@example.com;Bob;
;lost@example.com;No;
"""


def sent(ann: Visit, name: str, content: str) -> None:
    ann.open("/data/import")
    ann.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    )
    expect(ann.page.get_by_role("heading", name=name)).to_be_visible()


def row_of(ann: Visit, name: str) -> Locator:
    return ann.page.get_by_role("listitem", name=name, exact=True).first


def test_a_file_is_mapped_looked_at_and_imported(ann: Visit, shop: Shop, tmp_path: Path) -> None:
    page = ann.page
    ann.open("/data")
    page.get_by_role("link", name="Import", exact=True).click()
    page.locator("input[type=file]").set_input_files(
        {"name": "people-2026.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
    )
    expect(page.get_by_role("combobox", name="Customer-ID is read to")).to_have_value("profile_id")
    expect(page.get_by_role("combobox", name="E-Mail is read to")).to_have_value("email")
    expect(page.get_by_role("combobox", name="Notes is read to")).to_have_value("– leave it out –")
    look = page.get_by_role("region", name="What would become of it")
    expect(look).to_contain_text("2 of 3 rows fit")
    expect(look.get_by_role("cell", name="ann@example.com")).to_be_visible()
    expect(look.get_by_role("table", name="Rows that do not fit").get_by_role("row")).to_have_count(2)
    ann.choose("Vorname is read to", "– leave it out –")
    expect(look.get_by_role("columnheader", name="first_name")).to_be_visible()
    ann.choose("Vorname is read to", "first_name")

    page.get_by_role("textbox", name="Name of the mapping").fill("people")
    page.get_by_role("textbox", name="Files of the watched folder").fill("people-*.csv")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("The mapping “people” is kept")).to_be_visible()
    assert "people-*.csv" in (shop.folder / "workspace.yaml").read_text()

    page.get_by_role("button", name="Start the import").click()
    row = row_of(ann, "people-2026.csv")
    expect(row.get_by_text("Imported", exact=True)).to_be_visible()
    expect(row).to_contain_text("2 rows taken")
    row.get_by_role("button", name="1 rejected").click()
    expect(row.get_by_role("table", name="Rows that do not fit")).to_contain_text("No profile")
    with page.expect_download() as download:
        row.get_by_role("link", name="All rejected rows as CSV").click()
    download.value.save_as(tmp_path / "rejects.csv")
    assert "lost@example.com" in (tmp_path / "rejects.csv").read_text()
    ann.open("/profiles/k-1")
    expect(page.get_by_text("ann@example.com").first).to_be_visible()


def test_the_same_file_is_taken_once_more_only_when_that_is_meant(ann: Visit) -> None:
    page = ann.page
    sent(ann, "people-2026.csv", PEOPLE)
    ann.choose("Mapping", "people")
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("was imported before")).to_be_visible()
    page.get_by_role("button", name="Import it once more").click()
    expect(row_of(ann, "people-2026.csv").get_by_text("Imported", exact=True)).to_be_visible()


def test_what_cannot_be_read_is_told_and_mended(ann: Visit) -> None:
    page = ann.page
    ann.open("/data/import")
    page.locator("input[type=file]").set_input_files(
        {"name": "korean.csv", "mimeType": "text/csv", "buffer": "profile_id,first_name\nk-1,강민\n".encode("cp949")}
    )
    expect(page.get_by_role("alert").filter(has_text=re.compile("utf-8", re.IGNORECASE)).first).to_be_visible()
    expect(page.get_by_role("button", name="Start the import")).to_be_disabled()
    ann.choose("Encoding", "cp949")
    expect(page.get_by_role("region", name="What would become of it")).to_contain_text("강민")
    page.get_by_role("button", name="All files").click()
    row_of(ann, "korean.csv").get_by_role("button", name="Forget korean.csv").click()
    expect(row_of(ann, "korean.csv")).to_have_count(0)


def test_events_keep_other_columns_as_properties(ann: Visit, shop: Shop) -> None:
    page = ann.page
    sent(ann, "orders.csv", "user,event,timestamp,amount,colour\nk-1,Ordered,2026-03-01T10:00:00Z,12.5,red\n")
    ann.choose("Its rows are", "Events")
    expect(page.get_by_role("combobox", name="user is read to")).to_have_value("profile_id")
    expect(page.get_by_role("row", name=re.compile("^colour"))).to_contain_text("property, as it is")
    page.get_by_role("button", name="Start the import").click()
    expect(row_of(ann, "orders.csv").get_by_text("Imported", exact=True)).to_be_visible()
    timeline = shop.client().get("/api/profiles/k-1/timeline").json()["rows"]
    assert [row["properties"] for row in timeline if row["name"] == "Ordered"] == [{"amount": 12.5, "colour": "red"}]


def test_the_watched_folder_is_shown(ann: Visit, shop: Shop) -> None:
    page = ann.page
    text = (shop.folder / "workspace.yaml").read_text()
    (shop.folder / "workspace.yaml").write_text(text.replace("inbox:\n", "inbox:\n  folder: inbox\n  every: 1s\n"))
    ann.open("/data/import")
    expect(page.get_by_role("list", name="Mappings")).to_contain_text("not published")
    ann.publish("welcome")
    folder = shop.folder / "inbox"
    folder.mkdir(exist_ok=True)
    (folder / "people-1.csv").write_text(PEOPLE.replace("k-", "w-"))
    (folder / "odd.xml").write_text("<odd/>")
    expect(page.get_by_text("No mapping fits: odd.xml")).to_be_visible()
    read = page.get_by_role("table", name="Files that were read last")
    expect(read.get_by_role("row", name=re.compile("people-1.csv"))).to_contain_text("people")
    expect(page.get_by_role("list", name="Mappings")).not_to_contain_text("not published")


def test_it_goes_on_after_the_server_was_killed(ann: Visit, shop: Shop) -> None:
    lines = "".join(f"m-{n},m{n}@example.com\n" for n in range(400_000))
    sent(ann, "many.csv", "profile_id,email\n" + lines)
    ann.page.get_by_role("button", name="Start the import").click()
    row = row_of(ann, "many.csv")
    expect(row.get_by_role("progressbar")).to_be_visible()
    rows = "[...await (await fetch('/api/uploads')).json()].find(one => one.name === 'many.csv').rows"
    until(lambda: ann.page.evaluate(f"async () => {rows}") > 0, 60)
    port = shop.url.rsplit(":", 1)[1]
    shop.kill()
    shop.start("--port", port)
    expect(row.get_by_text("Imported", exact=True)).to_be_visible(timeout=90_000)
    expect(row).to_contain_text("400,000 rows taken")
    expect(row).to_contain_text("went on after a restart")


def test_who_may_not_sees_no_files(ann: Visit, browser: Browser, shop: Shop) -> None:
    ann.account("mia", "marketer")
    guest = visit(browser, shop)
    guest.sign_in("mia")
    guest.open("/data/import")
    expect(guest.page.get_by_text("This is for technical people")).to_be_visible()
    status, answer = guest.ask("GET", "/api/uploads")
    assert (status, answer["code"]) == (403, "AUTH-006")
    guest.page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_it_speaks_korean_and_fits_the_screen(ann: Visit, browser: Browser, shop: Shop, width: int) -> None:
    guest = visit(browser, shop, "ko-KR", width)
    guest.open("/")
    guest.page.get_by_label("사용자 이름").fill("ann")
    guest.page.get_by_label("비밀번호", exact=True).fill("correct horse battery staple")
    guest.page.get_by_role("button", name="로그인").click()
    expect(guest.page.get_by_role("heading", name="로그인")).to_have_count(0)
    guest.ask("PATCH", "/api/session", {"language": "ko"})
    guest.open("/data/import")
    expect(guest.page.get_by_text("여기에 파일을 놓으세요")).to_be_visible()
    wider = guest.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    guest.ask("PATCH", "/api/session", {"language": "en"})
    guest.page.context.close()
    assert wider <= 0, "the page can be pushed to the side"
