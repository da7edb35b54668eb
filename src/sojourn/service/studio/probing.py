"""One message through a channel's provider, to see whether its settings are right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic import ValidationError

from sojourn.channels.port import Bounced, Failed, Outgoing, Receipt, Retry, Sent, SoftBounced
from sojourn.channels.registry import make_provider
from sojourn.ingest.call import micros
from sojourn.model.channels import CHANNELS
from sojourn.model.display import Display
from sojourn.model.documents import Channel
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.service.runtime import Runtime

PATIENCE_S: Final = 60.0
"""How long a provider may take."""
ON_SCREEN: Final = timedelta(hours=1)
"""How long pages show a message that is only looked at."""
Row = dict[str, Any]


class BadTest(SojournError):
    """The test message lacks what the channel needs."""

    code = "TRY-002"


async def send_test(
    runtime: Runtime,
    channel: Channel,
    to: str | None,
    profile: str,
    fields: Mapping[str, Any],
    key: str,
    display: Display | None = None,
) -> Row:
    """Hand one message over to the provider of a channel document; pages show it for `ON_SCREEN` at most.

    Returns
    -------
    dict
        `outcome` (`sent`, `failed`, `bounced`, `soft_bounced`, `retry`), `reason`, `code`, `detail`, `took_ms`.

    Raises
    ------
    BadTest
        There is no address, nobody on whose pages it could be shown, or no content, or a field that the channel does
        not have.
    """
    check(channel, to, profile, fields)
    now = runtime.clock.now()
    # Numbers of messages are positive; what keeps messages keeps each number once.
    message = Outgoing(-micros(now), key, profile, "test", to, dict(fields), now, display=_brief(display or Display()))
    began = time.perf_counter()
    receipt = await _handed_over(runtime, channel, message)
    return {**told(receipt), "took_ms": round((time.perf_counter() - began) * 1_000, 1)}


def _brief(display: Display) -> Display:
    return display.model_copy(update={"expires": min(display.expires, ON_SCREEN)})


def check(channel: Channel, to: str | None, profile: str, fields: Mapping[str, Any]) -> None:
    """Check that a message is whole."""
    facts = CHANNELS[channel.type]
    if facts.on_screen and not profile:
        raise BadTest(f"a message over `{channel.type}` needs a profile, on whose pages it is shown", hint="choose one")
    if facts.address is not None and not (to or "").strip():
        raise BadTest(f"a message over `{channel.type}` needs an address", hint="give `to`")
    for name in fields:
        if name not in facts.fields:
            raise BadTest(f"`{channel.type}` has no field `{name}`{did_you_mean(name, facts.fields)}")
    if not any(fields.get(name) for name in facts.needs):
        raise BadTest(f"the message is empty: give one of {', '.join(facts.needs)}")


async def _handed_over(runtime: Runtime, channel: Channel, message: Outgoing) -> Receipt:
    try:
        provider = make_provider(channel.provider, channel.settings, runtime.surroundings(channel.id, channel.type))
    except ValidationError as error:
        return Failed("; ".join(f"settings.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()))
    except (SojournError, ValueError) as error:
        return Failed(str(error))
    try:
        async with asyncio.timeout(PATIENCE_S):
            [receipt] = await provider.send([message])
    except TimeoutError:
        return Retry(f"no answer within {PATIENCE_S:g} s")
    finally:
        await provider.close()
    return receipt


def told(receipt: Receipt) -> Row:
    """Return a receipt as answers have it."""
    match receipt:
        case Sent(detail):
            return {"outcome": "sent", "reason": None, "code": None, "detail": dict(detail)}
        case Failed(reason):
            return {"outcome": "failed", "reason": reason, "code": None, "detail": {}}
        case Bounced(code, reason):
            return {"outcome": "bounced", "reason": reason, "code": code, "detail": {}}
        case SoftBounced(code, reason):
            return {"outcome": "soft_bounced", "reason": reason, "code": code, "detail": {}}
        case Retry(reason):
            return {"outcome": "retry", "reason": reason, "code": None, "detail": {}}
