"""The routes of accounts, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.service.access.access import Access
from sojourn.service.access.account_api import Name, Password, Strict
from sojourn.service.access.accounts import Account
from sojourn.service.access.caller import Caller
from sojourn.service.access.permissions import Role


class NewUser(Strict):
    """An account to make."""

    name: Name
    role: Role
    password: Password
    display_name: Name | None = None


class UserChange(Strict):
    """What to change of an account; what is left out stays."""

    role: Role | None = None
    password: Password | None = None
    display_name: Name | None = None
    disabled: bool | None = None


class User(BaseModel):
    """An account."""

    id: str
    name: str
    display_name: str
    role: Role
    disabled: bool
    has_password: bool
    provider: Annotated[str | None, Field(description="Issuer of the OpenID Connect provider it signs in at.")]
    created_at: str
    signed_in_at: str | None


def users_routes(access: Access) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/users", tags=["users"])
    admin = Depends(access.guard.needs("accounts"))

    @router.get("", dependencies=[admin])
    def users() -> list[User]:
        """Return every account, by name."""
        return [told(account) for account in access.accounts.all()]

    @router.post("", status_code=201)
    def add(wanted: NewUser, caller: Caller = admin) -> User:
        """Make an account."""
        return told(access.people.add(caller, wanted.name, wanted.role, wanted.password, wanted.display_name))

    @router.patch("/{id}")
    def change(id: str, wanted: UserChange, caller: Caller = admin) -> User:
        """Change an account; its sessions end when role, password or the right to sign in changes."""
        return told(
            access.people.change(
                caller, id, role=wanted.role, password=wanted.password, display_name=wanted.display_name,
                is_disabled=wanted.disabled,
            )
        )  # fmt: skip

    @router.delete("/{id}", status_code=204)
    def delete(id: str, caller: Caller = admin) -> None:
        """Delete an account."""
        access.people.delete(caller, id)

    return router


def told(account: Account) -> User:
    """Return an account as it is told."""
    return User(
        id=account.id, name=account.name, display_name=account.display_name, role=account.role,
        disabled=account.is_disabled, has_password=account.password is not None, provider=account.issuer,
        created_at=account.created_at, signed_in_at=account.signed_in_at,
    )  # fmt: skip
