"""What the guide says about consent, done step by step: a server, a mail with links, and the pages behind them."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sojourn.messages.tokens import Signer, Ticket
from sojourn.service.preferences.shell import readable_on
from tests.unit.service.access.serving import Served

PAGE = Path(__file__).resolve().parents[4] / "docs" / "guide" / "consent.md"
DOCUMENTS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
BATCH = re.search(r"-d '(.*?)'\n", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def until(found: Callable[[], Any]) -> Any:
    end_s = time.monotonic() + 20
    while time.monotonic() < end_s:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError("it did not happen")


class Site:
    """A served workspace with the documents of the page."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.reader = served.client()
        self.server = served.keyed("server")

    def status(self, profile: str, topic: str = "group:newsletter") -> str:
        rows = self.server.get(f"/api/profiles/{profile}").json()["consent"]
        return str(next(row["status"] for row in rows if row["topic"] == topic))

    def join(self, profile: str, **traits: str) -> None:
        text = BATCH[1] if BATCH else ""
        batch = json.loads(text.replace("ann", profile))
        batch["batch"][0]["traits"] |= traits
        assert self.server.post("/v1/batch", json=batch).json() == {"success": True}

    def links(self, profile: str) -> dict[str, str]:
        """Return the addresses in the newest mail to a profile, by their first letter."""
        outbox = self.served.folder / "data" / "outbox" / "email.ndjson"

        def mail() -> dict[str, str]:
            lines = outbox.read_text().splitlines() if outbox.exists() else []
            mine = [row for row in map(json.loads, lines) if row["to"] == f"{profile}@example.com"]
            return {match[1]: match[0] for match in re.finditer(r"/([py])/[\w-]+", mine[-1]["html"])} if mine else {}

        return dict(until(mail))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("consent") / "shop"
    folder.mkdir()
    (folder / "documents.yaml").write_text(DOCUMENTS, encoding="utf-8")
    with Served.of(folder) as served:
        assert served.local().post("/api/publish", json={"ids": []}).status_code == 200
        yield Site(served)


def test_a_subscription_waits_for_the_click(site: Site) -> None:
    site.join("ann")
    confirm = site.links("ann")["y"]
    assert site.status("ann") == "pending"
    asked = site.reader.get(confirm)
    assert "“Newsletter”" in asked.text and "The Shop" in asked.text
    assert site.status("ann") == "pending", "looking at the page is no click"
    assert "confirmed" in site.reader.post(confirm).text
    until(lambda: site.status("ann") == "opted_in")
    site.join("ann")
    time.sleep(0.3)
    assert site.status("ann") == "opted_in", "who confirmed once is not asked again"


def test_a_confirmation_that_is_replayed_changes_nothing(site: Site) -> None:
    def said() -> int:
        kinds = site.served.runtime.log.read(0, 10_000).filter(profile_id="eva", kind="subscription")
        return int(kinds.height)

    site.join("eva")
    links = site.links("eva")
    site.reader.post(links["y"])
    until(lambda: site.status("eva") == "opted_in")
    before = said()
    assert "confirmed" in site.reader.post(links["y"]).text and said() == before
    form = {"shown": ["group:newsletter"], "topic": []}
    site.reader.post(links["p"], data=form)
    until(lambda: site.status("eva") == "unsubscribed")
    asked, replayed = site.reader.get(links["y"]), site.reader.post(links["y"])
    assert (asked.status_code, replayed.status_code) == (410, 410)
    time.sleep(0.3)
    assert site.status("eva") == "unsubscribed", "an old mail does not undo what was said since"


def test_the_preference_centre_shows_and_saves(site: Site) -> None:
    site.join("bob", locale="ko-KR")
    address = site.links("bob")["p"]
    shown = site.reader.get(address)
    assert '<html lang="ko">' in shown.text and "소식지" in shown.text and "더샵" in shown.text
    assert "bob@example.com" not in shown.text and "b•••@example.com" in shown.text
    assert "Newsletter" in site.reader.get(address, params={"lang": "en"}).text
    form = {"shown": ["channel:email", "group:newsletter"], "topic": ["channel:email", "group:newsletter"]}
    assert "저장되었습니다" in site.reader.post(address, data=form).text
    until(lambda: site.status("bob") == "opted_in")
    site.reader.post(address, data={**form, "none": "1"})
    until(lambda: (site.status("bob"), site.status("bob", "channel:email")) == ("unsubscribed", "unsubscribed"))
    back = site.reader.get(address).text
    assert "checked" not in back


def test_only_what_was_shown_changes(site: Site) -> None:
    site.join("dora")
    address = site.links("dora")["p"]
    site.reader.post(address, data={"topic": ["group:other", "channel:sms"], "shown": ["channel:sms", "nonsense"]})
    time.sleep(0.3)
    assert (site.status("dora"), site.status("dora", "channel:email")) == ("pending", "subscribed")


@pytest.mark.parametrize("purpose", ["p", "y"])
def test_a_link_altered_by_one_byte_is_refused(site: Site, purpose: str) -> None:
    signer, now = Signer(site.served.runtime.secret), int(site.served.runtime.clock.now().timestamp())
    site.join("eve")
    site.links("eve")
    token = signer.sign(purpose, Ticket(1, "eve", "x", now, group="newsletter"))  # type: ignore[arg-type]
    assert site.reader.get(f"/{purpose}/{token}").status_code == 200
    places = range(0, len(token), 7)
    other = {token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in places}
    assert {site.reader.get(f"/{purpose}/{each}").status_code for each in other} == {404}
    assert {site.reader.post(f"/{purpose}/{each}").status_code for each in other} == {404}
    swapped = "y" if purpose == "p" else "p"
    assert site.reader.get(f"/{swapped}/{token}").status_code == 404


def test_an_old_link_does_not_confirm(site: Site) -> None:
    signer, now = Signer(site.served.runtime.secret), int(site.served.runtime.clock.now().timestamp())
    site.join("flo")
    site.links("flo")
    token = signer.sign("y", Ticket(1, "flo", "x", now - 31 * 86_400, group="newsletter"))
    assert site.reader.post(f"/y/{token}").status_code == 410
    assert site.status("flo") == "pending"


def test_a_form_that_is_too_large_is_refused(site: Site) -> None:
    site.join("gil")
    address = site.links("gil")["p"]
    assert site.reader.post(address, content=b"topic=" + b"x" * 40_000).status_code == 413
    assert site.reader.post(address, content=b"&".join([b"a=b"] * 2_000)).status_code == 413


def test_pages_run_nothing_and_can_be_read_by_all(site: Site) -> None:
    site.join("hal")
    page: httpx.Response = site.reader.get(site.links("hal")["p"])
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    boxes = len(re.findall(r"type=\"checkbox\"", page.text))
    assert boxes == len(re.findall(r"<label><input type=\"checkbox\"", page.text)) > 0, "each box has its label"
    assert page.text.count("<legend>") == page.text.count("<fieldset>") > 0
    assert readable_on("#0b6e4f") in page.text
