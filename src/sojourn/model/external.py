"""Calls to systems outside: sources that are read, actions that do something."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from sojourn.model.document import Document
from sojourn.model.entity import Attributes, types
from sojourn.model.forms import ByType, Model
from sojourn.model.instants import Duration
from sojourn.model.names import Editor
from sojourn.model.sealing import PATTERN


class Request(Model):
    """The request; `url`, `headers` and `body` are Liquid over the parameters."""

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    url: Annotated[str, Field(min_length=1), Editor("liquid")]
    headers: dict[str, Annotated[str, Editor("liquid")]] = Field(default_factory=dict)
    body: Annotated[str, Editor("liquid")] | None = None
    timeout: Duration = timedelta(seconds=10)


class Secret(Model):
    """A text that nobody else may see: given as it is, sealed for the workspace's server, or in the environment."""

    value: str | None = Field(default=None, repr=False)
    sealed: Annotated[str, Field(pattern=PATTERN)] | None = None
    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Secret:
        if sum(given is not None for given in (self.value, self.sealed, self.env)) != 1:
            raise PydanticCustomError("form", "write the text itself, {{sealed: …}} or {{env: NAME}}")
        return self


def _read_secret(value: object) -> object:
    return {"value": value} if isinstance(value, str) else value


SecretText = Annotated[Secret, BeforeValidator(_read_secret, json_schema_input_type=str | Secret), Editor("secret")]


class NoAuth(Model):
    """No credentials."""

    type: Literal["none"]


class BasicAuth(Model):
    """User name and password."""

    type: Literal["basic"]
    username: SecretText
    password: SecretText


class BearerAuth(Model):
    """A token in the `Authorization` header."""

    type: Literal["bearer"]
    token: SecretText


class ApiKeyAuth(Model):
    """A key in a header or in the query."""

    type: Literal["api_key"]
    name: Annotated[str, Field(min_length=1)]
    value: SecretText
    place: Literal["header", "query"] = Field(default="header", alias="in")


class OAuth2Auth(Model):
    """Client credentials, exchanged for a token."""

    type: Literal["oauth2"]
    token_url: Annotated[str, Field(pattern=r"^https?://")]
    client_id: SecretText
    client_secret: SecretText
    scope: str | None = None


Auth = Annotated[NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth2Auth, ByType("auth")]


class Limit(Model):
    """At most so many calls in a sliding window."""

    calls: Annotated[int, Field(ge=1)]
    per: Duration
    over: Literal["wait", "fail"] = "wait"


class Answer(dict[str, str]):
    """The types of an answer by field: what is not among them is dropped, so that no expression may ask for it."""

    def __repr__(self) -> str:
        """Tell it from the types of an event, which may have more properties than are declared."""
        return f"Answer({super().__repr__()})"


class External(Document):
    """What sources and actions share."""

    technical: ClassVar[bool] = True
    secret_parts: ClassVar[tuple[str, ...]] = ("auth", "request.headers")

    kind: str
    request: Request = Field(description="The call.")
    auth: Auth = Field(default=NoAuth(type="none"), description="How to sign in there.")
    parameters: Attributes = Field(default_factory=dict, description="What nodes give it, with its types.")
    response: Attributes = Field(default_factory=dict, description="What it answers, with its types.")
    limit: Limit | None = Field(default=None, description="How many calls in a time at most.")

    @property
    def answer(self) -> Answer:
        """Return the types of the answer, with the `status` that every call has."""
        return Answer({**types(self.response), "status": "string"})


class Source(External):
    """Data of another system, read by lookup nodes."""

    kind: Literal["source"]
    cache: Duration | None = Field(
        default=None, description="For how long an answer to the same parameters is used again."
    )


class Action(External):
    """A call that has effects, made by action nodes."""

    kind: Literal["action"]
