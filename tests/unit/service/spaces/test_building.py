"""What holds for all workspaces of a process reaches each of them."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from sojourn.service.runtime import ClockSettings
from sojourn.service.spaces.building import Opened, Wish, open_spaces
from sojourn.service.spaces.entrance import Entrance
from sojourn.service.spaces.space import read_spaces


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Opened]]:
    for name in ("eu", "us"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "workspace.yaml").write_text(f"kind: workspace\nid: {name}\n")
    spaces = read_spaces([f"{name}={tmp_path / name}" for name in ("eu", "us")], {})
    with ExitStack() as closing:
        wish = Wish("http://127.0.0.1:1", "http://127.0.0.1:1", ClockSettings(), max_upload=70_000)
        yield open_spaces(spaces, wish, closing)


def test_the_size_of_uploads_holds_for_each_workspace(opened: list[Opened]) -> None:
    assert [each.runtime.imports.shelf.limit for each in opened] == [70_000, 70_000]


def get(entrance: Entrance, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(entrance), base_url="http://127.0.0.1:1") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_the_process_is_as_well_as_the_least_well_of_its_workspaces(opened: list[Opened]) -> None:
    entrance = Entrance(opened)
    assert get(entrance, "/healthz").json() == {"status": "ok", "reasons": []}
    opened[1].runtime._replay_end = opened[1].runtime.log.end() + 1
    told = get(entrance, "/readyz")
    assert (told.status_code, [(each["workspace"], each["code"]) for each in told.json()["reasons"]]) == (
        503, [("us", "replaying")]
    )  # fmt: skip
    assert get(entrance, "/w/us/readyz").status_code == 503
    assert get(entrance, "/healthz").status_code == 200
