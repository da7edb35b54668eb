"""Where documents have secrets: what each is called and of which sort it is, never what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import ValidationError

from sojourn.model.document import KINDS
from sojourn.model.external import Secret
from sojourn.model.paths import Path, read_path, write_path
from sojourn.model.secrets import SecretMissing, Vault
from sojourn.service.access.redaction import is_secret

Way = Literal["sealed", "env", "text"]
WAYS: Final[Mapping[str, Way]] = {"sealed": "sealed", "env": "env", "value": "text"}
PLAIN: Final = "request.headers"
"""These are texts with Liquid, which cannot be sealed."""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """A secret of a document.

    Attributes
    ----------
    path : str
        Where it stands.
    way : str
        `sealed`: only this workspace's server can read it. `env`: a variable of the server's environment. `text`: as
        it is, in the file.
    variable : str or None
        Name of the variable.
    trouble : str or None
        Why it cannot be used now.
    sealable : bool
        Whether it may be sealed.
    """

    path: str
    way: Way
    variable: str | None
    trouble: str | None
    sealable: bool


def secrets_of(document: Mapping[str, Any], vault: Vault | None = None) -> list[SecretPlace]:
    """Return the secrets of a document.

    Parameters
    ----------
    vault : Vault, optional
        Tells which of them can be used; by default what the process has.

    Examples
    --------
    >>> body = {"kind": "source", "id": "s", "auth": {"type": "bearer", "token": {"env": "NO_SUCH_TOKEN"}}}
    >>> [(found.path, found.way, found.variable) for found in secrets_of(body)]
    [('auth.token', 'env', 'NO_SUCH_TOKEN')]
    """
    model = KINDS.get(str(document.get("kind")))
    found = []
    for part in model.secret_parts if model is not None else ():
        path = read_path(part)
        found += [_place(at, value, vault or Vault()) for at, value in _found(_at(document, path), path, named=False)]
    return found


def with_secret(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a document with another value for one of its secrets; None takes it out.

    Raises
    ------
    KeyError
        It has no such secret.
    """
    if path not in [place.path for place in secrets_of(document)]:
        raise KeyError(path)
    changed: dict[str, Any] = _set(document, read_path(path), value)
    return changed


def _set(value: Any, path: Path, new: Any) -> Any:
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_set(inner, rest, new) if n == first else inner for n, inner in enumerate(value)]
    changed = {name: _set(inner, rest, new) if name == first and rest else inner for name, inner in value.items()}
    if not rest:
        changed[str(first)] = new
        if new is None:
            del changed[str(first)]
    return changed


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _found(value: Any, path: Path, *, named: bool) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _found(inner, (*path, n), named=named)
    elif isinstance(value, Mapping):
        if len(value) == 1 and next(iter(value)) in WAYS and isinstance(next(iter(value.values())), str):
            yield path, dict(value)
            return
        for name, inner in value.items():
            yield from _found(inner, (*path, str(name)), named=named or is_secret(str(name)) or name == "value")
    elif isinstance(value, str) and value and named:
        yield path, value


def _place(path: Path, value: Any, vault: Vault) -> SecretPlace:
    text = write_path(path)
    form: dict[str, str] = value if isinstance(value, dict) else {"value": value}
    [(name, given)] = form.items()
    trouble = None
    try:
        vault.reveal(Secret.model_validate(form))
    except SecretMissing as error:
        trouble = error.message
    except ValidationError:
        trouble = "it is not written as a secret can be"
    variable = given if name == "env" else None
    return SecretPlace(text, WAYS[name], variable, trouble, sealable=not text.startswith(PLAIN))
