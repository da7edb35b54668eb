"""Take pictures of the studio at work: the tour's (`make screenshots`), or of every page for our eyes (`--eyes DIR`).

The demo shop runs first, so that the pages have real counts; `--workspace` takes one that has run already.
"""

import argparse
import base64
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from demo.run import main as run_demo  # noqa: E402
from demo.server import start_server  # noqa: E402
from scripts.pictures import hard  # noqa: E402
from scripts.pictures.shots import PAGES, TOUR, Shot  # noqa: E402
from tests.e2e.studio.browsing import FLAGS, chromium  # noqa: E402

PASSWORD: Final = "correct horse battery staple"
PICTURES: Final = ROOT / "docs" / "guide" / "pictures"
LIMIT: Final = 150_000
"""Bytes of a picture of the tour."""
WIDE: Final = (1360, 850)
TALL: Final = ((1280, 1100), (390, 1500))
Look = tuple[tuple[int, int], str, str]
LOOKS: Final[tuple[Look, ...]] = (
    (TALL[0], "en", "light"), (TALL[0], "ko", "dark"), (TALL[1], "en", "dark"), (TALL[1], "ko", "light"),
)  # fmt: skip
# The browser encodes what it has drawn: a WebP is a third of a PNG.
ENCODE: Final = """async ([png, quality]) => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
}"""


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Serve a workspace with one account; yield its address."""
    log = workspace.with_name("pictures.log")
    log.unlink(missing_ok=True)  # it names the set-up code of an earlier start
    # The shop's clock stands where the demo left it, else all who wait would be years late.
    stood = workspace / "data" / "clock"
    clock = ["--clock-start", stood.read_text(encoding="utf-8").strip()] if stood.exists() else []
    server = start_server(workspace, log, ["--port", "0", *clock])
    try:
        found = re.search(rb"/setup\?code=(\S+)", log.read_bytes())
        if found is not None:
            account = {"code": found[1].decode(), "name": "ann", "display_name": "Ann", "password": PASSWORD}
            httpx.post(f"{server.url}/api/setup", json=account).raise_for_status()
        yield server.url
    finally:
        server.stop()


@contextmanager
def visitor(browser: Browser, url: str, size: tuple[int, int], language: str, theme: str) -> Iterator[Page]:
    """Yield a page of somebody who is signed in."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=language, reduced_motion="reduce", base_url=url
    )
    signed = context.request.post("/api/session", data={"name": "ann", "password": PASSWORD}).json()
    wish = {"language": language, "theme": theme, "time_zone": "Europe/London"}
    context.request.patch("/api/session", data=wish, headers={"X-CSRF-Token": signed["csrf"]})
    yield context.new_page()
    context.close()


def take(page: Page, shot: Shot) -> bytes:
    """Open a page, wait until it is there, and return its picture."""
    page.goto(shot.path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    shot.act(page)
    return page.screenshot()


def encode(page: Page, png: bytes, quality: float) -> bytes:
    """Return a picture as a WebP."""
    return base64.b64decode(page.evaluate(ENCODE, [base64.b64encode(png).decode(), quality]))


def tour(browser: Browser, url: str, only: Sequence[str]) -> None:
    """Take the tour's pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with visitor(browser, url, WIDE, "en", "light") as page:
        for shot in TOUR:
            if not only or shot.name in only:
                picture = encode(page, take(page, shot), 0.86)
                if len(picture) > LIMIT:
                    raise SystemExit(f"{shot.name}: {len(picture):,} bytes are too many")
                (PICTURES / f"{shot.name}.webp").write_bytes(picture)
                print(f"{shot.name}.webp {len(picture) / 1000:.0f} kB")


def eyes(browser: Browser, url: str, folder: Path, only: Sequence[str], looks: Sequence[Look]) -> None:
    """Take every page, or those of these names, in each look."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, language, theme in looks:
        with visitor(browser, url, size, language, theme) as page:
            for shot in PAGES:
                if not only or shot.name in only:
                    name = f"{shot.name}-{size[0]}-{language}-{theme}.png"
                    try:
                        (folder / name).write_bytes(take(page, shot))
                    except TimeoutError as failure:
                        print(f"{name}: {str(failure).splitlines()[0]}")


def sign_in(url: str) -> httpx.Client:
    """Return a client that is signed in and may change things."""
    client = httpx.Client(base_url=url, timeout=60)
    csrf = client.post("/api/session", json={"name": "ann", "password": PASSWORD}).raise_for_status().json()["csrf"]
    client.headers["X-CSRF-Token"] = csrf
    return client


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, help="one that the demo has run in (default: run it)")
    parser.add_argument("--eyes", type=Path, help="take every page into this folder, instead of the tour")
    parser.add_argument("--only", action="append", default=[], help="a picture, by its name (again and again)")
    parser.add_argument("--look", action="append", type=int, default=[], help=f"with --eyes: 0 to {len(LOOKS) - 1}")
    options = parser.parse_args()
    found = chromium()
    if found is None:
        raise SystemExit("this machine has no Chromium: install it (Debian, Ubuntu: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        workspace = options.workspace or Path(folder) / "run" / "workspace"
        if options.workspace is None:
            few = ["--customers", "1500", "--seconds", "40"]
            if run_demo(["--once", *few, "--port", "0", "--folder", str(workspace.parent)]):
                raise SystemExit("the demo failed")
        is_new = options.eyes is not None and hard.furnish(workspace)
        with served(workspace) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
            if options.eyes is not None:
                if is_new:
                    hard.fill(sign_in(url))
                eyes(browser, url, options.eyes, options.only, [LOOKS[n] for n in options.look] or LOOKS)
            else:
                tour(browser, url, options.only)
            browser.close()


if __name__ == "__main__":
    main()
