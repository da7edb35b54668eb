"""The application of `sojourn serve` behind a real socket, in a thread."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from sojourn.cli.init import init
from sojourn.service.access.guard import COOKIE
from sojourn.service.access.permissions import Role
from sojourn.service.app import App
from sojourn.service.keys import KeyRole
from sojourn.service.places import LOCAL
from sojourn.service.runtime import Runtime
from sojourn.service.server import listen, url_of
from tests.unit.service.access.conforming import Conforming

TOKEN = "the token of this machine"
PASSWORD = "correct horse battery"


@dataclass
class Served:
    """A served workspace."""

    folder: Path
    runtime: Runtime
    app: App
    url: str
    clients: list[httpx.Client] = field(default_factory=list)

    @staticmethod
    @contextmanager
    def of(
        folder: Path, files: dict[str, str] | None = None, base_url: str | None = None, **options: Any
    ) -> "Iterator[Served]":
        if not folder.exists():
            init(folder, force=False)
        for name, text in (files or {}).items():
            (folder / name).write_text(text)
        listening = listen("127.0.0.1", 0)
        url = url_of(listening, "127.0.0.1")
        runtime = Runtime(folder, base_url=base_url or url)
        runtime.start()
        app = App(runtime, TOKEN, **options)
        conforming = Conforming(app)
        server = uvicorn.Server(uvicorn.Config(conforming, log_level="warning", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        served = Served(folder, runtime, app, url)
        try:
            yield served
            conforming.check(url)
        finally:
            for client in served.clients:
                client.close()
            server.should_exit = True
            thread.join()
            runtime.close()
            listening.close()

    def client(self, **more: Any) -> httpx.Client:
        client = httpx.Client(base_url=self.url, timeout=30, **more)
        self.clients.append(client)
        return client

    def keyed(self, role: KeyRole) -> httpx.Client:
        now = self.runtime.clock.now()
        return self.client(auth=(self.runtime.keys.create(role, now), ""))

    def local(self) -> httpx.Client:
        return self.client(auth=(LOCAL, TOKEN))

    def user(self, name: str, role: Role) -> None:
        """Make an account; its password is `PASSWORD`."""
        access = self.app.access
        if access.accounts.named(name) is None:
            access.accounts.add(name, role, password=access.passwords.hash(PASSWORD))

    def signed_in(self, name: str, role: Role) -> httpx.Client:
        """Return a browser that is signed in."""
        self.user(name, role)
        client = self.client()
        answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    def begun(self, name: str, role: Role) -> httpx.Client:
        """Return a browser with a session that was begun without a password, which is faster."""
        from sojourn.service.access.browser_sessions import csrf_of

        self.user(name, role)
        account = self.app.access.accounts.find(name)
        token = self.app.access.sessions.begin(account)
        return self.client(cookies={COOKIE: token}, headers={"X-CSRF-Token": csrf_of(token)})
