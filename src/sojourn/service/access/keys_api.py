"""The routes of API keys, for administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, field_validator

from sojourn.engine.clock import SystemClock
from sojourn.model.instants import Duration, Rate, format_instant
from sojourn.service.access.access import Access
from sojourn.service.access.account_api import Strict
from sojourn.service.access.caller import Caller
from sojourn.service.access.keyring import UsedKey
from sojourn.service.keys import KeyRole


class NewKey(Strict):
    """A key to make."""

    role: KeyRole = Field(
        description="ingest: tracks, identifies. server: all calls, reads. admin: all. metrics: these only."
    )
    label: Annotated[str, Field(max_length=200)] = ""
    rate: Rate | None = Field(default=None, description="How many requests it may make; none: as many as it likes.")


class ChangeKey(Strict):
    """Another limit for a key."""

    rate: Rate | None = Field(description="How many requests it may make; null: as many as it likes.")


class RotateKey(Strict):
    """Another secret for a key."""

    grace: Duration = Field(default=timedelta(days=1), description="How long the secret before is good, too.")

    @field_validator("grace")
    @classmethod
    def _is_bounded(cls, grace: timedelta) -> timedelta:
        if not timedelta(0) <= grace <= timedelta(days=90):
            raise ValueError("`grace` is 90 days at most")
        return grace


class ApiKey(BaseModel):
    """A key, without the key itself."""

    id: str
    role: KeyRole
    label: str
    created_at: str
    used_at: str | None = Field(description="When it was used last, to some minutes.")
    calls: int = Field(description="Requests that it has made, to some minutes.")
    refused: int = Field(description="Those of them that were refused, as it had made as many as it may.")
    rate: str | None
    former_until: str | None = Field(description="Until when the secret before is good, too.")


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
        rate = "" if wanted.rate is None else str(wanted.rate)
        secret, made = access.keyring.create(caller, wanted.role, SystemClock().now(), wanted.label, rate)
        return MadeKey(secret=secret, **told(made).model_dump())

    @router.post("/{id}/rotate")
    def rotate(id: str, wanted: RotateKey, caller: Caller = admin) -> MadeKey:
        """Give a key another secret, shown this once; the one before is good for a while."""
        secret, made = access.keyring.rotate(caller, id, SystemClock().now() + wanted.grace)
        return MadeKey(secret=secret, **told(made).model_dump())

    @router.patch("/{id}")
    def change(id: str, wanted: ChangeKey, caller: Caller = admin) -> ApiKey:
        """Let a key make so many requests."""
        return told(access.keyring.limit(caller, id, "" if wanted.rate is None else str(wanted.rate)))

    @router.delete("/{id}", status_code=204)
    def revoke(id: str, caller: Caller = admin) -> None:
        """Make a key useless from now on."""
        access.keyring.revoke(caller, id)

    return router


def told(used: UsedKey) -> ApiKey:
    """Return a key as it is told."""
    key = used.key
    until = key.former_until if key.former_until is not None and key.former_until > SystemClock().now() else None
    return ApiKey(
        id=key.id, role=key.role, label=key.label, created_at=format_instant(key.created_at), used_at=used.used_at,
        calls=used.calls, refused=used.refused, rate=key.rate or None,
        former_until=None if until is None else format_instant(until),
    )  # fmt: skip
