"""The web servers of the guide before a real server: their texts as they stand there, on other addresses."""

import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.certificates import certify
from tests.e2e.console import GUIDE
from tests.e2e.served import Mailbox, Shop, command, free_port, until

PAGE = (GUIDE / "operating.md").read_text(encoding="utf-8")
PASSWORD = "three good words of mine"
BIG = 3 * 1024 * 1024
"""Bytes of a file: more than web servers let through by themselves."""


def written(kind: str, begin: str) -> str:
    """Return the block of the page that begins so."""
    return next(block for block in re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL) if block.startswith(begin))


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox, port: int) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    command("user", "add", "ann", "--role", "admin", "--password-stdin", shop.folder, given=PASSWORD)
    shop.start("--base-url", f"https://localhost:{port}")
    yield shop
    shop.stop()


@contextmanager
def running(*words: str | Path, env: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    try:
        yield
        assert process.poll() is None, process.communicate()[0]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def nginx(shop: Shop, folder: Path, port: int) -> list[str | Path]:
    certify(folder / "shop.pem", folder / "shop.key")
    text = written("nginx", "server {").replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = text.replace("/etc/ssl/", f"{folder}/").replace("http://127.0.0.1:8080", shop.url)
    text = text.replace("shop.example", "localhost")
    places = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log stderr; daemon off; master_process off; events {{}} "
        f"http {{ access_log off; {places}\n{text}\n}}"
    )
    return ["nginx", "-p", folder, "-c", folder / "nginx.conf"]


def caddy(shop: Shop, folder: Path, port: int) -> list[str | Path]:
    text = written("text", "shop.example {").replace("shop.example {", f"https://localhost:{port} {{\n    tls internal")
    text = text.replace("127.0.0.1:8080", shop.url.removeprefix("http://"))
    options = ("admin off", "auto_https disable_redirects", "skip_install_trust", "default_bind 127.0.0.1")
    head = "\n".join(["{", *options, f"storage file_system {folder}", "}\n"])
    (folder / "Caddyfile").write_text(head + text)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]


@pytest.mark.parametrize("server", [nginx, caddy], ids=lambda server: server.__name__)
def test_a_shop_behind_a_web_server(server: object, shop: Shop, tmp_path: Path, port: int) -> None:
    name = server.__name__  # type: ignore[attr-defined]
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    folder = tmp_path / name
    folder.mkdir(mode=0o755)
    address = f"https://localhost:{port}"
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with running(*server(shop, folder, port), env={"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder)}):  # type: ignore[operator]
        with httpx.Client(base_url=address, verify=trusting, timeout=60) as browser:
            until(lambda: answers(browser), 60)
            assert browser.get("/readyz").json()["status"] == "ok"
            begun = browser.post(
                "/api/session", json={"name": "ann", "password": PASSWORD}, headers={"Origin": address}
            ).raise_for_status()
            assert "secure" in begun.headers["set-cookie"].lower()
            browser.headers.update({"X-CSRF-Token": begun.json()["csrf"], "Origin": address})
            rows = b"email,city\n" + b"".join(b"p%07d@example.com,Seoul\n" % n for n in range(BIG // 28))
            assert len(rows) > BIG - 200_000
            browser.post("/api/uploads", params={"name": "people.csv"}, content=rows).raise_for_status()
            sent = browser.post(
                "/v1/batch", json={"batch": [{"type": "identify", "userId": "ann"}]}, auth=(shop.server_key, "")
            )
            assert sent.status_code == 200
            assert 429 in wrong(browser, 30)
        elsewhere = httpx.post(f"{shop.url}/api/session", json={"name": "ben", "password": "x"},
                               headers={"X-Forwarded-For": "203.0.113.9", "Origin": address})  # fmt: skip
        assert elsewhere.status_code == 401, "another address may still try"


def answers(browser: httpx.Client) -> bool:
    try:
        return browser.get("/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def wrong(browser: httpx.Client, times: int) -> set[int]:
    """Sign in with wrong names; return what was answered."""
    names = [f"nobody{n}" for n in range(times)]
    return {browser.post("/api/session", json={"name": name, "password": "x"}).status_code for name in names}


def test_the_unit_of_systemd_is_one(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    text = written("ini", "# /etc/systemd/system/sojourn.service")
    unit = tmp_path / "sojourn.service"
    unit.write_text(text.replace("/opt/sojourn/.venv/bin/sojourn", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False, timeout=60)
    told = [line for line in done.stderr.splitlines() if "sojourn.service" in line]
    assert told == []
