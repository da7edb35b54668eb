"""What is put behind the addresses of the links in messages: UTM and other parameters."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from sojourn.model.errors import did_you_mean
from sojourn.model.forms import Model

PLACEHOLDERS: Final = ("channel", "document", "link", "node", "template")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-\[\]]{0,62}")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


def _check_value(text: str) -> str:
    for name in _PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            near = did_you_mean(name, PLACEHOLDERS) or f"; there are {', '.join(f'`{{{p}}}`' for p in PLACEHOLDERS)}"
            raise ValueError(f"nothing is known as `{{{name[:60]}}}` of a link{near}")
    return text


def _check_name(text: str) -> str:
    if _NAME.fullmatch(text):
        return text
    raise ValueError(f"`{text:.60}` is not the name of a parameter; write it like `utm_source`")


def _check_host(text: str) -> str:
    if _HOST.fullmatch(text):
        return text.lower()
    raise ValueError(f"`{text:.60}` is not a host name; write it like `shop.example`")


ParameterName = Annotated[str, AfterValidator(_check_name)]
ParameterValue = Annotated[str, Field(max_length=200), AfterValidator(_check_value)]
HostName = Annotated[str, Field(max_length=253), AfterValidator(_check_host)]


class Links(Model):
    """Parameters of the links in messages; a template's come before its channel's, these before the workspace's."""

    parameters: dict[ParameterName, ParameterValue] = Field(
        default_factory=dict,
        description="By name, such as `utm_source`; `{channel}`, `{document}`, `{node}`, `{template}` and `{link}` "
        "stand for what the link is part of. An empty text takes a parameter away.",
    )
    hosts: list[HostName] | None = Field(
        default=None, description="Only links to these hosts and the hosts below them get parameters; none: all do."
    )
