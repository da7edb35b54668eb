"""One ASGI application: ingestion under `/v1`, links of mails, the management API, the studio."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect

from sojourn.ingest.seen import Seen
from sojourn.messages.tokens import Signer
from sojourn.service.access.access import Access
from sojourn.service.access.body_limit import BodyLimit
from sojourn.service.access.door import Door
from sojourn.service.access.headers import SecureHeaders
from sojourn.service.access.neighbours import Neighbour, Neighbours
from sojourn.service.access.oidc.settings import OidcSettings
from sojourn.service.api import make_api
from sojourn.service.browser_settings import SOURCE_CONFIG
from sojourn.service.callbacks.endpoint import Callbacks
from sojourn.service.health import Health
from sojourn.service.ingestion import Ingestion, Limits, Receive, Scope, Send
from sojourn.service.management import Management
from sojourn.service.metrics.requests import Application, Requests
from sojourn.service.pages import Studio
from sojourn.service.preferences.centre import Centre
from sojourn.service.preferences.choices import Readers, brand_of
from sojourn.service.preferences.shell import Shell
from sojourn.service.refusals import gone
from sojourn.service.request_body import BodyLimits
from sojourn.service.runtime import Runtime
from sojourn.service.sdk.endpoint import Sdk
from sojourn.service.sdk.files import sdk_files
from sojourn.service.tracking import Tracking
from sojourn.service.workspace_facts import WorkspaceFacts

PUBLIC = ("/o/", "/c/", "/u/", "/p/", "/y/", "/callbacks/", "/sdk.js", "/sdk-worker.js", "/sdk/")
OPERATION = frozenset({"/healthz", "/readyz", "/metrics"})


class App:
    """Gives a request to the part that answers it, by its path; the hot paths come first.

    Parameters
    ----------
    runtime : Runtime
        Started.
    token : str
        Of the commands of this machine.
    max_body : int, optional
        Bytes that a body of ingestion may have.
    oidc : OidcSettings, optional
        The OpenID Connect provider that people may sign in at.
    door : Door, optional
        Where browsers find it; paths of requests come without what stands before them.
    neighbours : Neighbours, optional
        The workspaces of a server that has several; this one is added.
    """

    def __init__(
        self, runtime: Runtime, token: str, max_body: int | None = None, oidc: OidcSettings | None = None,
        door: Door | None = None, neighbours: Neighbours | None = None,
    ) -> None:  # fmt: skip
        door = door or Door()
        limits = Limits(BodyLimits(max_body)) if max_body else Limits()
        seen = Seen.of(runtime.log, runtime.places.seen)
        self.ingestion = Ingestion(
            runtime.log, runtime.keys, runtime.rejects, runtime.clock, limits, seen, runtime.survey.door, door.mount
        )
        signer, readers, shell = Signer(runtime.secret), Readers(runtime), Shell(lambda: brand_of(readers.catalog))
        tracking = Tracking(signer, runtime.log, runtime.clock, shell=shell, locale=readers.locale)
        centre = Centre(signer, runtime.log, runtime.clock, readers, shell)
        callbacks = Callbacks(
            runtime.base_url, signer, runtime.log, runtime.clock, runtime.channel, runtime.cursor, runtime.vault
        )
        sdk = Sdk(runtime, signer, self.ingestion.gathering)
        self.public: Any = Starlette(
            routes=[*tracking.routes(), *centre.routes(), *callbacks.routes(), *sdk.routes(), *sdk_files()],
            exception_handlers={ClientDisconnect: gone},
        )
        self.access = Access(
            runtime.database, runtime.audit, runtime.keyring, token, runtime.base_url, runtime.secret, oidc, door,
            neighbours,
        )  # fmt: skip
        if neighbours is not None:
            neighbours.add(Neighbour(door, WorkspaceFacts(runtime).name, self.access.sessions))
        self.health = Health(runtime, lambda: self.ingestion.is_full)
        runtime.meters.watch_waiting(lambda: self.ingestion.waiting_bytes)
        self._requests = Requests(runtime.meters.requests)
        api, files = make_api(Management(runtime), self.access, self.health), runtime.imports.shelf.limit
        self.api: Any = SecureHeaders(BodyLimit(api, self.access.guard.knows, files))
        self.studio = SecureHeaders(Studio(mount=door.mount))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.api(scope, receive, send)
            return
        app, part = self._part(scope["path"])
        await self._requests(app, part, scope, receive, send)

    def _part(self, path: str) -> tuple[Application, str]:
        """Return what answers requests to a path, and what it is called in the metrics."""
        if path.startswith("/v1/"):
            return self.ingestion, "/v1/"
        if path in SOURCE_CONFIG:
            return self.ingestion, path
        if path.startswith(PUBLIC):
            return self.public, next(known for known in PUBLIC if path.startswith(known))
        if path.startswith("/api/") or path in OPERATION:
            return self.api, "/api/other"
        return self.studio, "studio"
