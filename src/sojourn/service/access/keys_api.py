"""The routes of API keys, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.engine.clock import SystemClock
from sojourn.model.instants import format_instant
from sojourn.service.access.access import Access
from sojourn.service.access.account_api import Strict
from sojourn.service.access.caller import Caller
from sojourn.service.access.keyring import UsedKey
from sojourn.service.keys import KeyRole


class NewKey(Strict):
    """A key to make."""

    role: KeyRole = Field(description="ingest: tracks and identifies. server: all calls, and reads. admin: all.")
    label: Annotated[str, Field(max_length=200)] = ""


class ApiKey(BaseModel):
    """A key, without the key itself."""

    id: str
    role: KeyRole
    label: str
    created_at: str
    used_at: str | None = Field(description="When it was used last, to some minutes.")


class MadeKey(ApiKey):
    """A key that was just made."""

    secret: str = Field(description="The key itself, shown this once.")


def keys_routes(access: Access) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/keys", tags=["keys"])
    admin = Depends(access.guard.needs("keys"))

    @router.get("", dependencies=[admin])
    def keys() -> list[ApiKey]:
        """Return every key, the oldest first; never the keys themselves."""
        return [told(used) for used in access.keyring.listed()]

    @router.post("", status_code=201)
    def create(wanted: NewKey, caller: Caller = admin) -> MadeKey:
        """Make a key; it is shown this once."""
        secret, made = access.keyring.create(caller, wanted.role, SystemClock().now(), wanted.label)
        return MadeKey(secret=secret, **told(made).model_dump())

    @router.delete("/{id}", status_code=204)
    def revoke(id: str, caller: Caller = admin) -> None:
        """Make a key useless from now on."""
        access.keyring.revoke(caller, id)

    return router


def told(used: UsedKey) -> ApiKey:
    """Return a key as it is told."""
    key = used.key
    return ApiKey(
        id=key.id, role=key.role, label=key.label, created_at=format_instant(key.created_at), used_at=used.used_at
    )
