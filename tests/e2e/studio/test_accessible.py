"""Every page, light and dark, wide and on a phone, has no violation that axe-core finds."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit

AXE = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (tags) => {
    const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
    const { violations } = await axe.run(document, options);
    const told = (node) => [node.html.slice(0, 220), node.failureSummary];
    return violations.map(({ id, nodes }) => [id, nodes.slice(0, 4).map(told)]);
}"""
GO = "(path) => history.pushState(null, '', path)"
# A page is there when it has contents, nothing of it is still being loaded, and it stayed so for some frames.
READY = """async () => {
    const shown = "main h1, main h2, main [data-step], main fieldset, main table, main [role=alert]";
    const busy = "main [aria-busy=true], main .mantine-Skeleton-root, main .mantine-Loader-root";
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    let quiet = 0;
    for (const end = performance.now() + 15_000; quiet < 12; await frame()) {
        if (performance.now() > end) return false;
        quiet = document.querySelector(shown) && !document.querySelector(busy) ? quiet + 1 : 0;
    }
    return true;
}"""
SIZES = {"wide": (1360, 850), "phone": (390, 844)}
LOOKS = [("wide", "en", "light"), ("phone", "ko", "dark")]
PAGES = [
    "/", "/begin", "/monitor", "/journeys", "/campaigns", "/triggered", "/audiences", "/content", "/data", "/channels",
    "/reports", "/reports/welcome", "/reports/welcome/messages", "/reports/welcome/time", "/reports/welcome/by",
    "/approvals", "/profiles", "/profiles/eve", "/settings", "/settings/users", "/settings/keys", "/settings/record",
    "/settings/trash", "/edit/journey/welcome", "/edit/triggered/thanks", "/edit/template/hello", "/edit/channel/mail",
    "/edit/event/purchase", "/edit/entity/profile", "/edit/workspace/shop", "/edit/campaign/spring",
    "/edit/audience/broken",
    "/data/import", "/data/arrivals", "/data/undeclared", "/data/rejects", "/channels/delivery", "/channels/failed",
    "/channels/written", "/settings/secrets", "/settings/retention",
    "/channels/suppressions", "/nowhere", "/profiles/nobody", "/reports/none", "/reports/thanks/experiment",
    "/edit/journey/none", "/edit/template/news", "/edit/template/short", "/edit/block/footer", "/edit/source/weather",
    "/edit/action/loyalty", "/edit/geofence/shop", "/edit/group/newsletter", "/edit/policy/manners",
]  # fmt: skip
# What is opened on a page: by the keys at a step, else by the button of that name.
OPENED = [
    ("/edit/journey/welcome", "hello", "Enter"),
    ("/edit/journey/welcome", "hello", "a"),
    ("/edit/journey/welcome", None, "Publish"),
    ("/edit/template/hello", None, "Send a proof"),
    ("/journeys", None, "New"),
]
DRAFTS = [
    {"kind": "audience", "id": "broken", "where": {"attribute": "first_name"}},
    {"kind": "campaign", "id": "spring", "activities": [
        {"id": "all", "type": "query", "entity": "profile"},
        {"id": "mail", "type": "email", "of": "all", "template": "hello"},
    ]},
    {"kind": "template", "id": "news", "channel": "email", "subject": "News", "locales": {"ko": {"subject": "소식"}},
     "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section></mj-body></mjml>"},
    {"kind": "template", "id": "short", "channel": "sms", "text": "Hello, {{ profile.first_name }}"},
    {"kind": "block", "id": "footer", "html": "<p>Shop</p>", "text": "Shop"},
    {"kind": "source", "id": "weather", "request": {"method": "GET", "url": "https://api.example.com?q={{ city }}"},
     "auth": {"type": "bearer", "token": {"env": "TOKEN"}}, "parameters": {"city": "string"},
     "response": {"t": "number"}},
    {"kind": "action", "id": "loyalty", "request": {"method": "POST", "url": "https://api.example.com/points"},
     "parameters": {"points": "integer"}, "response": {"balance": "integer"}},
    {"kind": "geofence", "id": "shop", "lat": 51.5, "lon": -0.1, "radius": 500},
    {"kind": "group", "id": "newsletter", "channel": "email", "locales": {"ko": {"title": "소식지"}}},
    {"kind": "policy", "id": "manners", "caps": [{"channels": ["email", "push"], "at_most": 2, "per": "week"}],
     "quiet_hours": {"from": "21:00", "until": "08:00"}},
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def lived(shop: Shop, ann: Visit) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run make web")
    ann.publish("welcome", "thanks")
    for draft in DRAFTS:
        made = {"kind": draft["kind"], "id": draft["id"], "document": draft}
        status, answer = ann.ask("POST", "/api/drafts", made)
        assert status == 201, answer
    for who in ("eve", "zoe"):
        shop.send(
            {"type": "identify", "userId": who, "traits": {"email": f"{who}@example.com"}},
            {"type": "track", "userId": who, "event": "Signed Up"},
        )
    until(shop.is_worked_off)


def begin(visit: Visit, size: str, language: str, theme: str) -> Page:
    """Open the studio as somebody sees it who prefers this, with axe beside it."""
    page = visit.page
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")
    assert visit.ask("PATCH", "/api/session", {"language": language, "theme": theme})[0] == 200
    visit.open("/")
    assert page.evaluate(READY)
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == theme
    page.evaluate(AXE.read_text(encoding="utf-8"))  # not as a script of the page, which its policy refuses
    return page


@pytest.mark.parametrize(("size", "language", "theme"), LOOKS, ids=["-".join(look) for look in LOOKS])
def test_no_page_has_a_violation(ann: Visit, size: str, language: str, theme: str) -> None:
    page = begin(ann, size, language, theme)
    found = {}
    for path in PAGES:
        page.evaluate(GO, path)
        assert page.evaluate(READY), path
        if wrong := page.evaluate(RUN, TAGS):
            found[path] = wrong
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_opened_has_no_violation(ann: Visit, theme: str) -> None:
    page = begin(ann, "wide", "en", theme)
    found = {}
    for path, step, way in OPENED:
        page.evaluate(GO, path)
        assert page.evaluate(READY), path
        if step is None:
            page.get_by_role("main").get_by_role("button", name=way, exact=True).first.click()
        else:
            ann.step(step).press(way)
        assert page.evaluate(READY), path
        if wrong := page.evaluate(RUN, TAGS):
            found[f"{path} {step or ''} {way}"] = wrong
        page.keyboard.press("Escape")
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)
