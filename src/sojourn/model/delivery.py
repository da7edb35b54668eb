"""What every document that sends names: a template, a channel, a group, variants."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from sojourn.model.channels import CHANNEL_TYPES, ChannelType
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.forms import Model
from sojourn.model.names import ChannelId, Editor, GroupId, TemplateId

Share = Annotated[float, Field(ge=0, le=100), Editor("percent")]
Missing = Literal["channel", "group", "template"]


class Addressing(Model):
    """The channel, template and group of one message."""

    template: TemplateId | None = Field(default=None, description="What the message says.")
    channel: ChannelId | None = Field(
        default=None, description="The channel document that sends it; none: the default one of its type."
    )
    group: GroupId | None = Field(default=None, description="The subscription group that it belongs to.")
    transactional: bool = Field(
        default=False, description="Sent whatever the consent, caps and quiet hours: a receipt, a password."
    )


def channel_type(name: str, catalog: Catalog) -> ChannelType | None:
    """Return the type of a channel that is named by its type or by its document; None when it is neither."""
    document = catalog.get("channel", name)
    if document is not None:
        kind: ChannelType = document.type
        return kind
    return next((kind for kind in CHANNEL_TYPES if kind == name), None)


def check_channel(name: str, wanted: ChannelType | None, path: str, catalog: Catalog) -> Iterable[Problem]:
    """Check that a channel exists and is of the wanted type (None: of any)."""
    found = channel_type(name, catalog)
    known = [*CHANNEL_TYPES, *catalog.ids("channel")]
    if found is None and name not in known:
        yield Problem("DOC-020", f"no channel `{name}`{did_you_mean(name, known)}", path)
    if found is not None and wanted is not None and found != wanted:
        yield Problem("DOC-021", f"the channel `{name}` is for `{found}`, not for `{wanted}`", path)


def check_template(id: str, wanted: ChannelType | None, path: str, catalog: Catalog) -> Iterable[Problem]:
    """Check that a template exists and is of the wanted channel type (None: of any)."""
    template = catalog.get("template", id)
    if template is None:
        yield from check_exists("template", id, path, catalog)
    elif wanted is not None and template.channel != wanted:
        yield Problem("DOC-021", f"the template `{id}` is for `{template.channel}`, not for `{wanted}`", path)


def check_group(id: str, wanted: ChannelType | None, path: str, catalog: Catalog) -> Iterable[Problem]:
    """Check that a subscription group exists and is of the wanted channel type (None: of any)."""
    group = catalog.get("group", id)
    if group is None:
        yield from check_exists("group", id, path, catalog)
    elif wanted is not None and group.channel != wanted:
        yield Problem("DOC-021", f"the group `{id}` is for `{group.channel}`, not for `{wanted}`", path)


def check_exists(kind: str, id: str, path: str, catalog: Catalog) -> Iterable[Problem]:
    """Check that a document exists."""
    known = catalog.ids(kind)
    if id not in known:
        yield Problem("DOC-020", f"no {kind} `{id}`{did_you_mean(id, known)}", path)


def check_addressing(message: Addressing, wanted: ChannelType | None, path: str, catalog: Catalog) -> Iterable[Problem]:
    """Check the channel, the template and the group of a message, each against the channel type."""
    if message.channel is not None:
        yield from check_channel(message.channel, wanted, f"{path}channel", catalog)
    if message.template is not None:
        yield from check_template(message.template, wanted, f"{path}template", catalog)
    if message.group is not None:
        yield from check_group(message.group, wanted, f"{path}group", catalog)


def check_shares(shares: Sequence[float], path: str) -> Iterable[Problem]:
    """Check that shares are a whole: 100 percent."""
    total = math.fsum(shares)
    if not math.isclose(total, 100, abs_tol=1e-9):
        yield Problem("DOC-022", f"the shares sum to {total:g}; they must sum to 100", path)


def warn_of_shares(shares: Sequence[float], path: str) -> Iterable[Problem]:
    """Warn of variants that nobody gets."""
    for i, share in enumerate(shares):
        if not share:
            message = "nobody gets this variant: its share is 0"
            yield Problem("WARN-006", message, f"{path}[{i}].share", severity="warning", hint="take the variant out")
