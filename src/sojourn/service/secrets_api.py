"""Secrets over HTTP: a text goes in and comes back sealed, and nothing is kept."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.model.sealing import Sealer
from sojourn.service.access.guard import Guard


class SecretGiven(BaseModel):
    """A secret to seal."""

    text: str = Field(min_length=1, max_length=20_000)


class SecretSealed(BaseModel):
    """A secret as a document has it."""

    sealed: str


def secret_routes(sealer: Sealer, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/secrets", tags=["configuration"])

    @router.post("/seal", dependencies=[Depends(guard.needs("configure"))])
    def seal(secret: SecretGiven) -> SecretSealed:
        """Seal a secret for this workspace: `{sealed: …}` may stand wherever a document takes a secret."""
        return SecretSealed(sealed=sealer.seal(secret.text))

    return router
