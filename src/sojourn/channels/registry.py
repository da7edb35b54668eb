"""Finds providers: the file ``channels/<type>/<provider>.py`` is the provider of that name for that type.

A provider's file has the class as ``PROVIDER``. Those in ``channels/every`` serve all types.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from sojourn.channels.port import Provider, Surroundings
from sojourn.model.channels import ChannelType
from sojourn.model.errors import Problem, SojournError, did_you_mean

EVERY = "every"


class UnknownProvider(SojournError):
    """A channel document names a provider that does not exist."""

    code = "CHANNEL-001"


@cache
def providers(channel_type: ChannelType) -> dict[str, type[Provider]]:
    """Return the providers of a channel type by name."""
    return _in_folder(EVERY) | _in_folder(channel_type)


@cache
def _in_folder(folder: str) -> dict[str, type[Provider]]:
    try:
        package = importlib.import_module(f"sojourn.channels.{folder}")
    except ModuleNotFoundError:
        return {}
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = {name: importlib.import_module(f"{package.__name__}.{name}") for name in names}
    return {name: module.PROVIDER for name, module in modules.items() if hasattr(module, "PROVIDER")}


def check_channel(channel_type: ChannelType, provider: str, settings: Mapping[str, Any]) -> list[Problem]:
    """Check the provider and the settings of a channel document.

    Returns
    -------
    list of Problem
        Paths are ``provider`` and ``settings.<name>``.
    """
    known = providers(channel_type)
    if provider not in known:
        near = did_you_mean(provider, known)
        message = f"no provider `{provider}` for `{channel_type}`{near}"
        return [Problem("CHANNEL-001", message, "provider", hint=f"use one of: {', '.join(known)}")]
    try:
        known[provider].settings_model.model_validate(dict(settings))
    except ValidationError as error:
        return [_problem(provider, known[provider], fault) for fault in error.errors()]
    return []


def _problem(name: str, provider: type[Provider], fault: Any) -> Problem:
    path = ".".join(["settings", *map(str, fault["loc"])])
    fields = ", ".join(provider.settings_model.model_fields)
    near = did_you_mean(str(fault["loc"][-1]), provider.settings_model.model_fields) if fault["loc"] else ""
    known = near if fault["type"] == "extra_forbidden" else ""
    return Problem("CHANNEL-002", f"{fault['msg']}{known}", path, hint=f"settings of `{name}`: {fields}")


def tells_delivery(provider: type[Provider]) -> bool:
    """Tell whether a provider's service says later that a message has come to its reader's device or mailbox."""
    return bool(getattr(provider, "tells_delivery", False))


def works_on(channel_type: ChannelType, name: str) -> bool:
    """Tell whether a provider has something to do when no message comes, such as closing files."""
    return bool(getattr(providers(channel_type).get(name), "works_on", False))


def make_provider(name: str, settings: Mapping[str, Any], surroundings: Surroundings) -> Provider:
    """Make the provider of a channel document.

    Raises
    ------
    UnknownProvider
        There is none of that name for the type.
    pydantic.ValidationError
        The settings are not right; `check_channel` says so before.
    """
    known = providers(surroundings.channel_type)
    if name not in known:
        hint = f"use one of: {', '.join(known)}"
        raise UnknownProvider(f"no provider `{name}` for `{surroundings.channel_type}`", hint=hint)
    kind = known[name]
    return kind(kind.settings_model.model_validate(dict(settings)), surroundings)
