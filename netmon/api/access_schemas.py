"""The JSON of accounts, tokens, sessions and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from netmon.api.schemas import Instant, Out
from netmon.model.account import Permission, Role

#: An account's name: as an id of the inventory, so that it can be that of a person of the rota.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=64)]
Text = Annotated[str, StringConstraints(max_length=64)]
#: Its rules are the core's; this only keeps a body from being worked on that cannot be one.
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Actor = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountOut(Out):
    """An account."""

    name: str
    display: str
    role: Role
    disabled: bool
    locked_until: datetime | None
    created_at: datetime
    created_by: str
    password_changed_at: datetime


class AccountBody(_Body):
    """An account to be made."""

    name: Name
    role: Role
    password: Password
    display: Text = ""
    actor: Actor = "admin"


class AccountChange(_Body):
    """What is to be another; what is left out stays."""

    role: Role | None = None
    display: Text | None = None
    disabled: bool | None = None
    actor: Actor = "admin"


class PasswordBody(_Body):
    """A new password; of one's own account with the present one."""

    password: Password
    current: Password | None = None
    actor: Actor = "admin"


class TokenOut(Out):
    """A token, without the token."""

    id: int
    owner: str
    label: str
    scopes: list[str]
    session: bool
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None  #: to the hour


class NewToken(TokenOut):
    """A token that was just made: it is told once, and never again."""

    token: str


class TokenBody(_Body):
    """A token to be made."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    owner: Name | None = Field(None, description="another's account; default: one's own")
    scopes: list[Permission] = Field(
        default_factory=list, max_length=32, description="default: all that the role allows"
    )
    expires_at: Instant | None = Field(None, description="default: in 90 days")
    never_expires: bool = False
    actor: Actor = "admin"


class LoginBody(_Body):
    """Who logs in."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: Password


class SessionOut(Out):
    """A session; its token is told once."""

    token: str
    name: str
    role: Role
    expires_at: datetime


class WhoOut(Out):
    """Who one is to netmon."""

    name: str | None  #: null: it is the administrator's token
    role: Role | None
    administrator: bool
    permissions: list[Permission]
    session: bool
    expires_at: datetime | None


class AuditOut(Out):
    """An entry of the audit trail."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    ok: bool
    data: dict[str, str | int | float | bool | None]
    previous: str
    digest: str


class BreakOut(Out):
    """Where the chain does not hold."""

    entry: int
    why: str


class VerificationOut(Out):
    """What a walk along the whole chain came to."""

    ok: bool
    entries: int
    last: int | None
    digest: str  #: of the newest entry: kept elsewhere, it proves that the trail was not made anew
    broken: BreakOut | None
