"""The routes of whoever signs in: welcome, set-up, session, own settings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sojourn.model.instants import Zone
from sojourn.service.access.access import Access
from sojourn.service.access.accounts import Account
from sojourn.service.access.browser_sessions import LONGEST_S, csrf_of
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import NoPasswords, NotSignedIn
from sojourn.service.access.guard import is_browser
from sojourn.service.access.permissions import OF_ROLE, Permission, Role, listed
from sojourn.service.documented import refuses
from sojourn.service.workspace_facts import WorkspaceFacts

Language = Literal["en", "ko"]
Theme = Literal["auto", "light", "dark"]


Name = Annotated[str, Field(min_length=1, max_length=100)]
Password = Annotated[str, Field(min_length=1, max_length=2_000)]


class Strict(BaseModel):
    """A request; what it does not know is an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class FirstAccount(Strict):
    """The first administrator."""

    code: Annotated[str, Field(max_length=200, description="As `sojourn serve` prints it.")]
    name: Name
    password: Password
    display_name: Name | None = None


class Credentials(Strict):
    """Who signs in."""

    name: Name
    password: Password


class Preferences(Strict):
    """What a user chooses; what is left out stays."""

    language: Language | None = None
    theme: Theme | None = None
    time_zone: Zone | None = None
    display_name: Name | None = None


class NewPassword(Strict):
    """A user's own new password."""

    old: Password
    new: Password


class OidcName(BaseModel):
    """The OpenID Connect provider."""

    name: str = Field(description="What the button says.")


class SignInWays(BaseModel):
    """How one may sign in."""

    password: bool
    oidc: OidcName | None


class WorkspaceName(BaseModel):
    """The workspace."""

    name: str


class Welcome(BaseModel):
    """What is known before anybody signs in."""

    version: str
    workspace: WorkspaceName
    setup_needed: bool = Field(description="There is no account yet; `sojourn serve` prints where to make one.")
    sign_in: SignInWays


class SignedInUser(BaseModel):
    """Who is signed in."""

    id: str
    name: str
    display_name: str
    role: Role
    language: Language
    theme: Theme
    time_zone: str
    has_password: bool = Field(description="Else the account signs in by OpenID Connect only.")


class KnownWorkspace(BaseModel):
    """A workspace of this server that the browser has been signed in to."""

    title: str
    address: str = Field(description="Where it is on this server: `/` or `/w/NAME/`.")
    here: bool
    signed_in: bool


class Session(BaseModel):
    """A session, and what its user may do."""

    user: SignedInUser
    csrf: str = Field(description="Goes into the header X-CSRF-Token of calls that change something.")
    permissions: list[Permission]
    workspaces: list[KnownWorkspace] = Field(
        description="Those of a server of several that this browser knows; empty where there is one."
    )


class Mine(NamedTuple):
    """Whoever is signed in with a browser."""

    caller: Caller
    account: Account
    token: str


class SignedIn:
    """A dependency of a route: who is signed in with a browser; keys and commands have no settings of their own."""

    guards: ClassVar = True

    def __init__(self, access: Access) -> None:
        self._access = access

    def __call__(self, request: Request) -> Mine:
        """Return who is signed in.

        Raises
        ------
        NotSignedIn
            Nobody, or no person.
        """
        caller = self._access.guard.caller(request)
        if caller.user is None:
            raise NotSignedIn(is_browser=is_browser(request))
        return Mine(caller, self._access.accounts.find(caller.user), request.cookies.get(self._access.door.cookie, ""))


def account_routes(access: Access, facts: WorkspaceFacts) -> APIRouter:
    """Return the routes; they check for themselves who calls, as nobody may be signed in yet."""
    router = APIRouter(prefix="/api", tags=["account"])

    def told(account: Account, token: str, request: Request) -> Session:
        user = SignedInUser(
            id=account.id, name=account.name, display_name=account.display_name, role=account.role,
            language=_language(account, request), theme=_theme(account),
            time_zone=account.time_zone or facts.time_zone(), has_password=account.password is not None,
        )  # fmt: skip
        known = [
            KnownWorkspace(
                title=each.title, address=each.address, here=each.address == f"{access.door.mount}/",
                signed_in=each.is_signed_in,
            )
            for each in access.neighbours.known({**request.cookies, access.door.cookie: token})
        ]  # fmt: skip
        return Session(user=user, csrf=csrf_of(token), permissions=listed(OF_ROLE[account.role]), workspaces=known)

    def begin(account: Account, request: Request, response: Response) -> Session:
        old = request.cookies.get(access.door.cookie)
        if old is not None:
            access.sessions.end(old)
        token = access.sessions.begin(account)
        set_cookie(response, token, access)
        return told(account, token, request)

    mine = Depends(SignedIn(access))

    @router.get("/welcome")
    def welcome() -> Welcome:
        """Return what a page must know before anybody signs in."""
        return Welcome(
            version=facts.version, workspace=WorkspaceName(name=facts.name()), setup_needed=access.setup.is_needed,
            sign_in=SignInWays(
                password=access.takes_passwords, oidc=OidcName(name=access.oidc.settings.name) if access.oidc else None
            ),
        )  # fmt: skip

    @router.post("/setup", responses=refuses(429))
    def setup(wanted: FirstAccount, request: Request, response: Response) -> Session:
        """Make the first administrator, and sign in."""
        access.guard.check_origin(request)
        account = access.setup.make(wanted.code, wanted.name, wanted.password, wanted.display_name)
        return begin(account, request, response)

    @router.post("/session", responses=refuses(401, 429))
    def sign_in(wanted: Credentials, request: Request, response: Response) -> Session:
        """Sign in by name and password; the session's token is in a cookie."""
        access.guard.check_origin(request)
        if not access.takes_passwords:
            raise NoPasswords
        return begin(access.sign_in.account(wanted.name, wanted.password, address_of(request)), request, response)

    @router.get("/session")
    def session(request: Request, me: Mine = mine) -> Session:
        """Return who is signed in."""
        return told(me.account, me.token, request)

    @router.delete("/session", status_code=204)
    def sign_out(response: Response, everywhere: bool = False, me: Mine = mine) -> None:
        """Sign out, here or everywhere."""
        if everywhere:
            access.sessions.end_all(me.account.id)
        access.sessions.end(me.token)
        response.delete_cookie(access.door.cookie, path="/")

    @router.patch("/session")
    def prefer(wanted: Preferences, request: Request, me: Mine = mine) -> Session:
        """Change one's own settings."""
        id = me.account.id
        access.accounts.prefer(id, language=wanted.language, theme=wanted.theme, time_zone=wanted.time_zone)
        if wanted.display_name is not None:
            access.people.change(me.caller, id, display_name=wanted.display_name)
        return told(access.accounts.find(id), me.token, request)

    @router.post("/session/password")
    def new_password(wanted: NewPassword, request: Request, response: Response, me: Mine = mine) -> Session:
        """Change one's own password; all other sessions end."""
        access.sign_in.account(me.account.name, wanted.old, address_of(request))
        changed = access.people.change(me.caller, me.account.id, password=wanted.new)
        return begin(changed, request, response)

    return router


def address_of(request: Request) -> str:
    """Return where a call came from."""
    return request.client.host if request.client else ""


def set_cookie(response: Response, token: str, access: Access) -> None:
    """Give a session's token to the browser; its scripts cannot read it."""
    response.set_cookie(
        access.door.cookie, token, max_age=LONGEST_S, path="/", httponly=True, samesite="lax",
        secure=access.base_url.startswith("https://"),
    )  # fmt: skip


def _language(account: Account, request: Request) -> Language:
    """Return what the user chose, else what the browser prefers of the two."""
    if account.language is not None:
        return "ko" if account.language == "ko" else "en"
    wanted = [part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return "ko" if next((word for word in wanted if word in ("en", "ko")), "en") == "ko" else "en"


def _theme(account: Account) -> Theme:
    return "light" if account.theme == "light" else "dark" if account.theme == "dark" else "auto"
