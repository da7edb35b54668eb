"""Secrets over HTTP: where documents have them, and other ones for them. None is ever in an answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, model_validator

from sojourn.model.names import Id
from sojourn.model.sealing import Sealer
from sojourn.model.secrets import Vault
from sojourn.service.access.account_api import Strict
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import AccessError
from sojourn.service.access.guard import Guard
from sojourn.service.studio.secret_places import Way, secrets_of, with_secret
from sojourn.workspace.draft_changes import DraftChanges


class SecretGiven(BaseModel):
    """A secret to seal."""

    text: str = Field(min_length=1, max_length=20_000)


class SecretSealed(BaseModel):
    """A secret as a document has it."""

    sealed: str


class KnownSecret(BaseModel):
    """A secret of a document of the folder, without the secret itself."""

    kind: str
    id: str
    title: str | None
    path: str
    way: Way = Field(description="`sealed`, `env` (a variable of the server's environment), or `text` in the file.")
    variable: str | None
    trouble: str | None = Field(description="Why it cannot be used now; null: it can.")
    sealable: bool


class SetSecret(Strict):
    """Another text or variable for a secret; neither takes it out of the document."""

    kind: Annotated[str, Field(max_length=40)]
    id: Id
    path: Annotated[str, Field(min_length=1, max_length=500)]
    text: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> SetSecret:
        if self.text is not None and self.env is not None:
            raise ValueError("send `text` or `env`, not both")
        return self


class NoSecret(AccessError):
    """The document has no such secret."""

    code = "SECRET-001"
    status = 404

    def __init__(self, kind: str, id: str, path: str) -> None:
        super().__init__(f"{kind} `{id}` has no secret at `{path:.100}`", hint="`GET /api/secrets` lists them")


def secret_routes(sealer: Sealer, vault: Vault, changes: DraftChanges, audit: Audit, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/secrets", tags=["configuration"])
    configures = Depends(guard.needs("configure"))

    @router.post("/seal", dependencies=[configures])
    def seal(secret: SecretGiven) -> SecretSealed:
        """Seal a secret for this workspace: `{sealed: …}` may stand wherever a document takes a secret."""
        return SecretSealed(sealed=sealer.seal(secret.text))

    @router.get("", dependencies=[configures])
    def secrets() -> list[KnownSecret]:
        """Return where the folder's documents have secrets."""
        return [
            KnownSecret(
                kind=raw.kind, id=raw.id, title=raw.body.get("title"), path=place.path, way=place.way,
                variable=place.variable, trouble=place.trouble, sealable=place.sealable,
            )
            for _, raw in changes.drafting.documents()
            for place in secrets_of(raw.body, vault)
        ]  # fmt: skip

    @router.put("")
    def put(wanted: SetSecret, caller: Caller = configures) -> list[KnownSecret]:
        """Set a secret of a draft anew, or take it out; publish to let it take effect. A text is sealed."""
        draft = changes.drafting.draft(wanted.kind, wanted.id)
        place = next((each for each in secrets_of(draft.document, vault) if each.path == wanted.path), None)
        if place is None:
            raise NoSecret(wanted.kind, wanted.id, wanted.path)
        value: Any = {"env": wanted.env} if wanted.env is not None else None
        if wanted.text is not None:
            value = {"sealed": sealer.seal(wanted.text)} if place.sealable else wanted.text
        body = with_secret(draft.document, wanted.path, value)
        before, after = changes.save(wanted.kind, wanted.id, draft.etag, body)
        audit.record(
            caller, "draft.save", f"{wanted.kind}/{wanted.id}", dict(before.document), dict(after.document)
        )  # fmt: skip
        return secrets()

    return router
