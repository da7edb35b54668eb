"""The routes of people's rights and of the suppression list."""

from __future__ import annotations

import shutil
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from sojourn.service.access.account_api import Strict
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.documented import takes
from sojourn.service.rights.rights import Rights, spool

MAX_LIST: Final = 64 * 1024 * 1024
ProfileId = Annotated[str, Field(min_length=1, max_length=1_000)]
Address = Annotated[str, Field(min_length=1, max_length=1_000)]


class Whom(Strict):
    """A person, by any of its ids."""

    profile: ProfileId


class Erase(Strict):
    """People to erase."""

    profiles: Annotated[list[ProfileId], Field(min_length=1, max_length=1_000)]
    suppress: bool = Field(default=False, description="Keep a hash of their addresses: nothing goes there again.")


class Erased(BaseModel):
    """What was erased."""

    erased: int
    scrubbed: bool = Field(description="False: what is left in free blocks of the store's file is overwritten tonight.")


class PreferencesLink(BaseModel):
    """A link to a person's preference centre; who has it can change what the person gets."""

    url: str


class SuppressedAddress(Strict):
    """An address that nothing is sent to."""

    channel: str = Field(default="email", max_length=40)
    address: Address


class SuppressionRow(BaseModel):
    """A row of the suppression list."""

    channel: str
    address: str = Field(description="Or `sha256:…` of who was erased.")
    reason: str | None
    at: str


class SuppressionPage(BaseModel):
    """A page of the suppression list, the oldest first."""

    rows: list[SuppressionRow]
    next: int | None = Field(description="`after` of the next page; null on the last one.")
    of: int


class Changed(BaseModel):
    """Whether anything was changed."""

    changed: bool


class RejectedAddress(BaseModel):
    """A row of a list that was not taken."""

    line: int
    code: str
    reason: str
    item: str


class TakenList(BaseModel):
    """What came of a list."""

    taken: int
    known: int
    rejected: list[RejectedAddress]


def rights_routes(rights: Rights, guard: Guard) -> APIRouter:
    """Return the routes; all are about personal data."""
    router = APIRouter(prefix="/api", tags=["rights"])
    sees, changes = Depends(guard.needs("read", "profiles")), Depends(guard.needs("profiles", "configure"))

    @router.post(
        "/people/export", response_class=FileResponse,
        responses={200: {"content": {"application/zip": {}}, "description": "A zip file of JSON and NDJSON."}},
    )  # fmt: skip
    def export(whom: Whom, caller: Caller = sees) -> FileResponse:
        """Return all that is held about a person (GDPR, articles 15 and 20)."""
        path = spool()
        try:
            rights.export(whom.profile, path, caller)
        except BaseException:
            shutil.rmtree(path.parent)
            raise
        done = BackgroundTask(shutil.rmtree, path.parent)
        return FileResponse(path, media_type="application/zip", filename="person.zip", background=done)

    @router.post("/people/erase")
    def erase(wanted: Erase, caller: Caller = changes) -> Erased:
        """Erase people everywhere (GDPR, article 17); this cannot be undone."""
        return Erased(**rights.erase(wanted.profiles, caller, suppress=wanted.suppress))

    @router.post("/people/preferences-link", dependencies=[sees])
    def preferences_link(whom: Whom) -> PreferencesLink:
        """Return a signed link to a person's preference centre, for an own page or app."""
        return PreferencesLink(url=rights.preferences_url(whom.profile))

    @router.get("/suppressions", dependencies=[sees])
    def suppressions(
        search: Annotated[str, Query(max_length=200)] = "", channel: Annotated[str | None, Query(max_length=40)] = None,
        after: Annotated[int, Query(ge=0, le=1 << 53)] = 0, limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    ) -> SuppressionPage:  # fmt: skip
        """Return a page of the suppression list."""
        return SuppressionPage(**rights.suppressed(search, channel, after, limit))

    @router.get(
        "/suppressions/export", dependencies=[sees], response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {}}, "description": "channel, address, reason, at."}},
    )  # fmt: skip
    def export_list(
        raw: Annotated[
            bool, Query(description="For a program: no apostrophe before what a spreadsheet would run.")
        ] = False,
    ) -> StreamingResponse:
        """Return the whole suppression list as CSV."""
        name = {"Content-Disposition": 'attachment; filename="suppressions.csv"'}
        return StreamingResponse(rights.suppression_list(raw=raw), media_type="text/csv", headers=name)

    @router.post("/suppressions")
    def suppress(wanted: SuppressedAddress, caller: Caller = changes) -> Changed:
        """Put an address on the suppression list."""
        return Changed(**rights.suppress(wanted.channel, wanted.address, caller))

    @router.post("/suppressions/remove")
    def unsuppress(wanted: SuppressedAddress, caller: Caller = changes) -> Changed:
        """Take an address off the suppression list."""
        return Changed(**rights.unsuppress(wanted.channel, wanted.address, caller))

    @router.post("/suppressions/import", openapi_extra=takes("text/csv"))
    async def take(
        request: Request, channel: Annotated[str, Query(max_length=40)] = "email", caller: Caller = changes
    ) -> TakenList:
        """Take a list in: CSV with a header and a column `address`; bad rows are told, the others taken."""
        text = await _text(request)
        return TakenList(**await run_in_threadpool(_take, text, channel, caller))

    def _take(text: str, channel: str, caller: Caller) -> dict[str, Any]:
        return rights.take_suppressions(text.splitlines(keepends=True), channel, caller)

    return router


async def _text(request: Request) -> str:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_LIST:
            raise HTTPException(413, f"a list has {MAX_LIST >> 20} MiB at most")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the list is not UTF-8: {error}") from error
