"""Which pictures there are: where each is taken, and what is done on the page first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page


def nothing(page: Page) -> None:
    """Take the page as it opens."""


BUYER: Final = "12362"
"""A customer of the demo shop who has bought often."""


def open_test(page: Page) -> None:
    """Run a test of the journey, to light up its way."""
    page.get_by_role("tab", name="Test").click()
    page.locator("label").filter(has_text="Copies of profiles").click()
    page.get_by_role("combobox", name="Ids of profiles").fill(BUYER)
    page.keyboard.press("Enter")
    page.get_by_label("The clock begins at").fill("2011-11-07T08:00")
    page.get_by_role("button", name="Begin the test").click()
    page.get_by_role("button", name="Ahead").click()
    page.get_by_text("What happened").wait_for()
    page.wait_for_timeout(1500)


def open_publish(page: Page) -> None:
    """Change how long a step waits, and ask what publishing would change."""
    path = "/api/drafts/journey/first-message"
    draft = page.request.get(path).json()
    opened = next(node for node in draft["document"]["nodes"] if node["id"] == "opened")
    opened["timeout"] = "2d"
    csrf = page.request.get("/api/session").json()["csrf"]
    wish = {"etag": draft["etag"], "document": draft["document"]}
    page.request.put(path, data=wish, headers={"X-CSRF-Token": csrf})
    page.reload()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_text("Those inside").wait_for()
    page.wait_for_timeout(800)


def open_step(page: Page) -> None:
    """Choose the journey's first message."""
    page.locator("[data-step]").nth(1).click()
    page.wait_for_timeout(400)


def open_second_tab(page: Page) -> None:
    """Choose the second of a page's tabs, whatever the language."""
    page.locator("main [role=tab]").nth(1).click()
    page.wait_for_timeout(600)


def open_dialog(page: Page) -> None:
    """Press the page's first filled button."""
    page.locator("main .mantine-Button-root:not([data-variant], [data-disabled])").first.click()
    page.wait_for_timeout(600)


@dataclass(frozen=True)
class Shot:
    """A picture: what it is called, where it is taken, and what is done first."""

    name: str
    path: str
    act: Callable[[Page], None] = nothing


TOUR: Final = (
    Shot("overview", "/"),
    Shot("canvas", "/edit/journey/first-message", open_step),
    Shot("test", "/edit/journey/first-message", open_test),
    Shot("publish", "/edit/journey/first-message", open_publish),
    Shot("triggered", "/edit/triggered/sorry"),
    Shot("report", "/reports/first-message"),
    Shot("experiment", "/reports/sorry/experiment"),
    Shot("monitor", "/monitor"),
    Shot("profiles", "/profiles"),
    Shot("settings", "/settings/record"),
)
PATHS: Final = {
    "onboarding": "/begin", "approvals": "/approvals", "lost": "/nowhere",
    "journeys": "/journeys", "campaigns": "/campaigns", "triggered-list": "/triggered", "audiences": "/audiences",
    "content": "/content", "data": "/data", "channels": "/channels", "reports": "/reports",
    "journey": "/edit/journey/first-message", "journey-broken": "/edit/journey/broken-journey",
    "journey-long": "/edit/journey/a-journey-whose-name-does-not-end-before-the-line-does-and-goes",
    "campaign": "/edit/campaign/winter", "campaign-broken": "/edit/campaign/broken-campaign",
    "audience": "/edit/audience/nested", "audience-long": "/edit/audience/longnames",
    "audience-broken": "/edit/audience/broken-audience",
    "template-code": "/edit/template/christmas", "template-designer": "/edit/template/newsletter",
    "template-broken": "/edit/template/broken-template", "template-sms": "/edit/template/short-message",
    "template-push": "/edit/template/thanks", "block": "/edit/block/footer",
    "triggered-new": "/edit/triggered/nudge", "entity": "/edit/entity/profile", "entity-other": "/edit/entity/product",
    "event": "/edit/event/purchase", "source": "/edit/source/weather", "action": "/edit/action/loyalty",
    "geofence": "/edit/geofence/shop", "channel": "/edit/channel/mail", "channel-push": "/edit/channel/phone",
    "group": "/edit/group/newsletter", "policy": "/edit/policy/manners", "workspace": "/edit/workspace/gift-shop",
    "no-document": "/edit/journey/none",
    "import": "/data/import", "arrivals": "/data/arrivals", "undeclared": "/data/undeclared",
    "rejects": "/data/rejects",
    "delivery": "/channels/delivery", "dead-letters": "/channels/failed", "written": "/channels/written",
    "suppressions": "/channels/suppressions",
    "report-messages": "/reports/first-message/messages", "report-time": "/reports/first-message/time",
    "report-by": "/reports/first-message/by", "report-triggered": "/reports/sorry", "no-report": "/reports/none",
    "profile": "/profiles/12362", "no-profile": "/profiles/nobody",
    "me": "/settings", "users": "/settings/users", "keys": "/settings/keys", "secrets": "/settings/secrets",
    "retention": "/settings/retention", "trash": "/settings/trash",
}  # fmt: skip
PAGES: Final = (
    *(shot for shot in TOUR if shot.act is nothing),
    *(Shot(*pair) for pair in PATHS.items()),
    Shot("profile-why", "/profiles/12362", open_second_tab),
    Shot("new-journey", "/journeys", open_dialog),
    Shot("publish-dialog", "/edit/triggered/nudge", open_dialog),
    Shot("step", "/edit/journey/first-message", open_step),
    Shot("activity", "/edit/campaign/winter", open_step),
)
