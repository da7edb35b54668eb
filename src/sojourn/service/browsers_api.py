"""What a site needs to speak to this server: the script, the key of web push, and what signs the ids of its users."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.channels.push.keys import public_text, workspace_key
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.service.sdk.visitors import signing_key


class Browsers(BaseModel):
    """What may be seen by everybody."""

    script: str = Field(description="Address of the SDK.")
    vapid_public_key: str = Field(description="What browsers subscribe to web push with.")


class SigningKey(BaseModel):
    """A secret of the site's own server."""

    key: str = Field(description="HMAC-SHA256 of a user's id with it proves who is signed in.")


def browser_routes(runtime: Runtime, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/browsers", tags=["keys"])
    admin = Depends(guard.needs("keys"))

    @router.get("", dependencies=[Depends(guard.needs("read"))])
    def browsers() -> Browsers:
        """Return what pages of a site need."""
        key = public_text(workspace_key(runtime.places.data))
        return Browsers(script=f"{runtime.base_url.rstrip('/')}/sdk.js", vapid_public_key=key)

    @router.post("/signing-key")
    def show(caller: Caller = admin) -> SigningKey:
        """Return the key that the site's server signs the ids of its users with; that it was shown is recorded."""
        runtime.audit.record(caller, "browsers.show-key", "browsers/signing-key")
        return SigningKey(key=signing_key(runtime.secret))

    return router
