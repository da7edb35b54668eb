"""The route that sends a proof of a template."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.display import Display
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import NotAllowed
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.service.studio.allowance import Allowance
from sojourn.service.studio.previewing import Previewing
from sojourn.service.studio.previewing_api import Letter
from sojourn.service.studio.probing import send_test
from sojourn.service.studio.proofs import (
    NotRendered,
    TooManyProofs,
    addresses_of,
    channel_for,
    hidden,
    marked_as_proof,
)
from sojourn.workspace.drafting import Drafting


class ProofLetter(Letter):
    """What to render, for whom, and to whom it goes."""

    channel: str | None = Field(default=None, description="A channel document; by default the default one of the type.")
    to: list[str] = Field(default=[], max_length=10, description="Addresses of those who look at it.")


class ProofReceipt(BaseModel):
    """What the provider said of one proof."""

    to: str | None
    outcome: Literal["sent", "failed", "bounced", "soft_bounced", "retry"]
    reason: str | None
    code: int | None


class Proofs(BaseModel):
    """What became of the proofs."""

    channel: str
    provider: str
    proofs: list[ProofReceipt]


def proof_routes(runtime: Runtime, drafting: Drafting, previewing: Previewing, audit: Audit, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/templates", tags=["studio"])
    tester = Depends(guard.needs("test"))
    allowance = Allowance(TooManyProofs)

    @router.post("/proof")
    async def send_proof(letter: ProofLetter, caller: Caller = tester) -> Proofs:
        """Render a template and send it as a proof; no report counts it, and its links are not counted."""
        if letter.profile is not None and not caller.may("profiles"):
            raise NotAllowed("profiles", caller.role)
        document, found = await run_in_threadpool(_rendered, previewing, letter)
        kind = next(each for each in CHANNEL_TYPES if each == document["channel"])
        channel = channel_for(await run_in_threadpool(drafting.catalog), kind, letter.channel)
        addresses = addresses_of(kind, letter.to)
        allowance.take(caller.id, len(addresses))
        fields, now = marked_as_proof(kind, found["fields"]), runtime.clock.now()
        display = Display.model_validate(document.get("display") or {})
        receipts = []
        for place, to in enumerate(addresses):
            key = f"proof.{int(now.timestamp() * 1_000_000)}.{place}"
            told = await send_test(runtime, channel, to, letter.profile or "", fields, key, display)
            receipts.append(ProofReceipt(to=to, outcome=told["outcome"], reason=told["reason"], code=told["code"]))
        after = {
            "channel": channel.id, "locale": letter.locale, "profile": letter.profile,
            "proofs": [{"to": hidden(receipt.to), "outcome": receipt.outcome} for receipt in receipts],
        }  # fmt: skip
        await run_in_threadpool(audit.record, caller, "template.proof", f"template/{document['id']}", None, after)
        return Proofs(channel=channel.id, provider=channel.provider, proofs=receipts)

    return router


def _rendered(previewing: Previewing, letter: ProofLetter) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the template and its message.

    Raises
    ------
    NotRendered
        There is no message.
    """
    document = dict(letter.template) if letter.template is not None else dict(previewing.saved(str(letter.id)))
    profile = previewing.profile(letter.profile, letter.attributes)
    found = previewing.render(document, profile, letter.event, letter.nodes, letter.locale, letter.others)
    if found["outcome"] != "rendered":
        wrong = [problem.message for problem in found["problems"] if problem.severity == "error"]
        why = found["detail"] or "; ".join(wrong) or found["outcome"]
        raise NotRendered(f"the template gives no message: {why}"[:500], hint="look at the preview")
    return document, found
