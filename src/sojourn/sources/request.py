"""The request of a source or action: compiled once, written for the parameters of each call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from liquid.exceptions import LiquidError
from liquid.template import BoundTemplate

from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.external import External
from sojourn.sources import liquid

SCHEMES = ("http", "https")


class BadRequest(Exception):
    """A request cannot be written for these parameters; the message says why and has no values."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it goes out."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes | None


class RequestTemplate:
    """The request of a source or action.

    Parameters
    ----------
    called : External
        Its document.

    Examples
    --------
    >>> from sojourn.model.external import Source
    >>> weather = Source.model_validate({
    ...     "kind": "source", "id": "weather", "request": {"url": "https://api.example.com/now?q={{ city }}"},
    ...     "parameters": {"city": "string"},
    ... })
    >>> str(RequestTemplate(weather).write({"city": "São Paulo & more"}).url)
    'https://api.example.com/now?q=S%C3%A3o%20Paulo%20%26%20more'
    """

    def __init__(self, called: External) -> None:
        request = called.request
        self.method = request.method
        self.names = tuple(called.parameters)
        self._url = liquid.URL.from_string(request.url)
        self._headers = {name: liquid.HEADER.from_string(text) for name, text in request.headers.items()}
        place = body_environment(request.headers, request.body)
        self._body = None if request.body is None else place.from_string(request.body)
        self._content_type = "application/json" if place is liquid.JSON else "text/plain; charset=utf-8"

    def write(self, params: Mapping[str, Any]) -> Request:
        """Write the request for the parameters of a call.

        Raises
        ------
        BadRequest
            What comes out is no request.
        """
        given = {name: params.get(name) for name in self.names}
        headers = {name: _header(name, text, given) for name, text in self._headers.items()}
        body = None if self._body is None else _render(self._body, given, "the body").encode()
        if body is not None and "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = self._content_type
        return Request(self.method, _url(_render(self._url, given, "the URL").strip()), headers, body)


def _render(template: BoundTemplate, params: Mapping[str, Any], what: str) -> str:
    try:
        return template.render(**params)
    except liquid.UnfitValue as error:
        raise BadRequest(f"{what}: {error}") from error
    except LiquidError as error:
        raise BadRequest(f"{what} cannot be rendered: {error.message}") from error


def _header(name: str, template: BoundTemplate, params: Mapping[str, Any]) -> str:
    text = _render(template, params, f"the header `{name}`")
    if not text.isascii():
        raise BadRequest(f"the header `{name}` has more than ASCII; the filter `url_encode` helps")
    return text


def _url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise BadRequest("what comes out is no URL") from error
    if url.scheme not in SCHEMES or not url.host:
        raise BadRequest("the URL does not begin with http:// or https:// and a host")
    return url


def body_environment(headers: Mapping[str, str], body: str | None) -> liquid.RequestEnvironment:
    """Return how values are written into a body: by its content type, else by how it begins."""
    kind = next((text.lower() for name, text in headers.items() if name.lower() == "content-type"), "")
    if "json" in kind or (not kind and (body or "").lstrip()[:1] in ("{", "[")):
        return liquid.JSON
    return liquid.FORM if "x-www-form-urlencoded" in kind else liquid.PLAIN


def check_request(called: External) -> Iterable[Problem]:
    """Yield what is wrong with the texts of a request: no Liquid, or names that are no parameters."""
    request = called.request
    texts = [("url", liquid.URL, request.url)]
    texts += [(f"headers.{name}", liquid.HEADER, text) for name, text in request.headers.items()]
    if request.body is not None:
        texts.append(("body", liquid.PLAIN, request.body))
    for field, environment, text in texts:
        path = f"request.{field}"
        try:
            read = environment.from_string(text).analyze(include_partials=False).globals
        except LiquidError as error:
            yield Problem("CALL-002", f"this is no Liquid: {error.message}", path)
            continue
        for name in read:
            if name not in called.parameters:
                near = did_you_mean(name, called.parameters)
                message = f"`{name}` is no parameter of `{called.id}` and is empty{near}"
                yield Problem("CALL-003", message, path, severity="warning")
    if not request.url.lstrip().startswith(("http://", "https://", "{")):
        message = "a URL begins with http:// or https://: calls with this one fail"
        yield Problem("CALL-004", message, "request.url", severity="warning")
