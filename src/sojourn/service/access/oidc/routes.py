"""The routes of signing in at a provider; browsers are sent to them and on."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from sojourn.service.access.access import Access
from sojourn.service.access.account_api import set_cookie
from sojourn.service.access.errors import AccessError
from sojourn.service.access.oidc.errors import NoProvider
from sojourn.service.access.oidc.sign_in import LONGEST_S
from sojourn.service.documented import refuses

PATH: Final = "/api/oidc"
_log = structlog.get_logger(__name__)


def oidc_routes(access: Access) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=PATH, tags=["account"])
    mount, kept_as = access.door.mount, access.door.oidc_cookie

    def failed(error: AccessError) -> RedirectResponse:
        _log.warning("a sign-in at the provider failed", code=error.code, reason=error.message)
        answer = RedirectResponse(f"{mount}/sign-in?{urlencode({'error': error.code})}", 303)
        answer.delete_cookie(kept_as, path=mount + PATH)
        return answer

    @router.get("/begin", status_code=303, response_class=RedirectResponse, responses=refuses(404))
    def begin(next: str = Query("/", max_length=2_000, description="Where to go at the end.")) -> RedirectResponse:
        """Send the browser to the provider."""
        if access.oidc is None:
            raise NoProvider
        try:
            where, kept = access.oidc.begin(next)
        except AccessError as error:
            return failed(error)
        answer = RedirectResponse(where, 303)
        answer.set_cookie(
            kept_as, kept, max_age=LONGEST_S, path=mount + PATH, httponly=True, samesite="lax",
            secure=access.base_url.startswith("https://"),
        )  # fmt: skip
        return answer

    @router.get("/callback", status_code=303, response_class=RedirectResponse, responses=refuses(404))
    def callback(request: Request) -> RedirectResponse:
        """Take the provider's answer: sign in, or go to `/sign-in?error=CODE`."""
        if access.oidc is None:
            raise NoProvider
        try:
            account, where = access.oidc.finish(request.cookies.get(kept_as), request.query_params)
        except AccessError as error:
            return failed(error)
        if (old := request.cookies.get(access.door.cookie)) is not None:
            access.sessions.end(old)
        answer = RedirectResponse(mount + where, 303)
        answer.delete_cookie(kept_as, path=mount + PATH)
        set_cookie(answer, access.sessions.begin(account), access)
        return answer

    return router
