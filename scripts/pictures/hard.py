"""Makes a workspace hard on the eye: long names, thousands of a kind, what is refused, what nobody declared."""

import base64
import shutil
from pathlib import Path
from typing import Any, Final

import httpx

DOCUMENTS: Final = Path(__file__).with_name("hard.yaml")
PEOPLE: Final = 10_000
BATCH: Final = 2_000
LONG: Final = "a-profile-whose-id-is-as-long-as-ids-of-other-systems-are-" + "0123456789abcdef" * 8
KOREAN: Final = "아주긴이름을가진고객" * 20


def furnish(workspace: Path) -> bool:
    """Lay the documents beside the workspace's own; return whether that is new."""
    place = workspace / DOCUMENTS.name
    is_new = not place.exists()
    shutil.copyfile(DOCUMENTS, place)
    return is_new


def fill(studio: httpx.Client) -> None:
    """Send what arrives, and do what people do, as an administrator who is signed in."""
    for n in range(3):
        wish = {"role": ("ingest", "server", "admin")[n], "label": ("Web shop", KOREAN, "")[n], "rate": None}
        made = studio.post("/api/keys", json=wish).raise_for_status().json()
    auth = {"Authorization": "Basic " + base64.b64encode(f"{made['secret']}:".encode()).decode()}
    for calls in _calls():
        studio.post("/v1/batch", json={"batch": calls}, headers=auth).raise_for_status()
    listed = "address\n" + "\n".join(f"person{n}@example.com" for n in range(PEOPLE))
    studio.post("/api/suppressions/import?channel=email", content=listed).raise_for_status()
    people = "Customer-ID;E-Mail;Country\n" + "\n".join(f"k-{n};k{n}@example.com;Korea" for n in range(300))
    for name in ("people.csv", f"{KOREAN[:60]}.csv"):
        studio.post(f"/api/uploads?name={name}", content=people.encode()).raise_for_status()
    for name, role, shown in (
        ("mary", "marketer", "Mary"),
        ("tom", "technical", KOREAN[:80]),
        ("vic", "viewer", "Vic"),
    ):
        studio.post("/api/users", json={"name": name, "role": role, "password": name * 5, "display_name": shown})


def _calls() -> list[list[dict[str, Any]]]:
    """Return batches of calls: many people, two with long ids, what is not declared, what must be refused."""
    people = [
        {"type": "identify", "userId": f"person-{n}", "traits": {"email": f"person{n}@example.com"}}
        for n in range(PEOPLE)
    ]
    odd: list[dict[str, Any]] = [
        {"type": "identify", "userId": LONG, "traits": {"email": f"{'x' * 60}@example.com", "favourite": KOREAN}},
        {"type": "identify", "userId": KOREAN, "traits": {"orders": 3, "nickname": "Kim", "shoe_size": 42}},
        {"type": "track", "userId": LONG, "event": "Cart Viewed", "properties": {"items": 3, KOREAN[:40]: LONG}},
        {"type": "track", "userId": KOREAN, "event": "Order Completed", "properties": {"amount": "much"}},
        {"type": "identify", "userId": "person-1", "traits": {"orders": "many", "timezone": "Nowhere/At all"}},
        {"type": "track", "event": "Nobody's"},
        {"type": "dance", "userId": "x"},
    ]  # fmt: skip
    return [*(people[start : start + BATCH] for start in range(0, PEOPLE, BATCH)), odd]
