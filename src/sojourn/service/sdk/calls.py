"""What the browser SDK says to the server; unknown fields are left out, so that older pages go on."""

from __future__ import annotations

from typing import Annotated

import msgspec

from sojourn.store.inbox import Reaction

Name = Annotated[str, msgspec.Meta(max_length=512)]


class Call(msgspec.Struct, rename="camel"):
    """A call of a page: whose key, and who visits it; what is told twice with one `messageId` counts once."""

    write_key: Name
    anonymous_id: Name | None = None
    user_id: Name | None = None
    signature: Name | None = None
    message_id: Name | None = None

    @property
    def profile(self) -> str | None:
        """Return the id of the profile that the call is about."""
        return self.user_id or (f"anon:{self.anonymous_id}" if self.anonymous_id else None)


class Located(Call):
    """Where the visitor is, in degrees, after he allowed it."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] = 0.0
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] = 0.0


class Reported(msgspec.Struct, rename="camel"):
    """What became of a message on the page."""

    token: Annotated[str, msgspec.Meta(max_length=8_000)]
    kind: Reaction
    link: Name | None = None


class Reports(msgspec.Struct, rename="camel"):
    """What became of messages."""

    write_key: Name
    events: Annotated[list[Reported], msgspec.Meta(max_length=100)]
