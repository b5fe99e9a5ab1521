"""Who may do what: accounts, their roles, and the tokens by which they are known.

A password and a token are never here: only what they can be checked against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique

from netmon.model.act import Act, Detail
from netmon.model.record import Record, RecordId


@unique
class Role(StrEnum):
    """What an account is for; ``core.roles`` says what each may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ENGINEER = "engineer"
    APPROVER = "approver"
    ADMIN = "admin"
    AUDITOR = "auditor"


@unique
class Permission(StrEnum):
    """One thing that can be allowed; also the scope of a token."""

    READ = "read"  #: what is watched, faults, tickets, figures: all without personal data
    SELF = "self"  #: one's own password, sessions and tokens
    CONTACTS = "contacts"  #: names and telephone numbers of people
    TICKETS = "tickets"
    DUTY = "duty"  #: hand-overs and swaps
    ALERTS = "alerts"  #: tell netmon of other tools' alerts
    OUTAGES = "outages"  #: amend what is recorded of outages
    MAINTENANCE = "maintenance"
    RELOAD = "reload"  #: take up the inventory's files
    OUTBOX = "outbox"  #: try again to deliver what could not be
    ORDERS = "orders"  #: request, survey, build and test lines
    APPROVE = "approve"  #: decide on orders
    ACCOUNTS_READ = "accounts_read"
    ACCOUNTS = "accounts"  #: accounts, and the tokens of others
    AUDIT = "audit"  #: read the audit trail; nobody may alter it


@dataclass(frozen=True, slots=True)
class Account(Record):
    """Somebody, or a machine, that netmon knows. ``name`` is unique among those not removed."""

    name: str
    display: str
    role: Role
    password_hash: str = field(repr=False)  #: argon2id, as a PHC string
    created_at: datetime
    created_by: str
    password_changed_at: datetime
    disabled: bool = False
    failed_logins: int = 0  #: in a row
    locked_until: datetime | None = None
    removed_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Say whether it is not removed."""
        return self.removed_at is None


@dataclass(frozen=True, slots=True)
class ApiToken(Record):
    """A token of an account: for a program, or, as a session, for a person who logged in."""

    owner: RecordId  #: the account
    label: str
    digest: str = field(repr=False)  #: SHA-256 of the token, in hex
    scopes: tuple[str, ...]  #: permissions; it has those of them that its owner's role has
    created_at: datetime
    created_by: str
    session: bool = False
    expires_at: datetime | None = None  #: None = never
    last_used_at: datetime | None = None  #: to the hour or so
    ended_at: datetime | None = None  #: revoked, or found to be expired

    @property
    def is_live(self) -> bool:
        """Say whether it was not ended; it may be past its expiry all the same."""
        return self.ended_at is None


# -- acts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddAccount(Act[Account]):
    """Make an account."""

    actor: str
    name: str
    role: Role
    password_hash: str = field(repr=False)
    display: str = ""

    @property
    def called(self) -> str:
        """Return what it is called."""
        return "user.add"

    @property
    def about(self) -> str:
        """Return whom it is about."""
        return f"user:{self.name}"

    @property
    def details(self) -> Mapping[str, Detail]:
        """Return what else is worth recording."""
        return {"role": self.role.value}


@dataclass(frozen=True, slots=True)
class ChangeAccount(Act[Account]):
    """Give an account another role or name, or disable it; None leaves as it is."""

    actor: str
    name: str
    role: Role | None = None
    display: str | None = None
    disabled: bool | None = None

    @property
    def called(self) -> str:
        """Return what it is called."""
        return "user.change"

    @property
    def about(self) -> str:
        """Return whom it is about."""
        return f"user:{self.name}"

    @property
    def details(self) -> Mapping[str, Detail]:
        """Return what else is worth recording."""
        return {
            name: value
            for name, value in (
                ("role", self.role and self.role.value),
                ("display", self.display),
                ("disabled", self.disabled),
            )
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class SetPassword(Act[Account]):
    """Give an account another password: its sessions end, and it is no longer locked."""

    actor: str
    name: str
    password_hash: str = field(repr=False)

    @property
    def called(self) -> str:
        """Return what it is called."""
        return "user.password"

    @property
    def about(self) -> str:
        """Return whom it is about."""
        return f"user:{self.name}"


@dataclass(frozen=True, slots=True)
class RemoveAccount(Act[Account]):
    """Remove an account, and end its tokens."""

    actor: str
    name: str

    @property
    def called(self) -> str:
        """Return what it is called."""
        return "user.remove"

    @property
    def about(self) -> str:
        """Return whom it is about."""
        return f"user:{self.name}"


@dataclass(frozen=True, slots=True)
class LogIn(Act[ApiToken]):
    """Begin a session; the password was right."""

    actor: str
    digest: str = field(repr=False)

    @property
    def called(self) -> str:
        """Return what it is called."""
        return "login"

    @property
    def about(self) -> str:
        """Return whom it is about."""
        return f"user:{self.actor}"


@dataclass(frozen=True, slots=True)
class FailLogIn(Act[None]):
    """Count a password that was wrong, or a name that nobody has."""

    actor: str

    @property
    def called(self) -> None:
        """Say that it makes its own entry, or none."""
        return


@dataclass(frozen=True, slots=True)
class IssueToken(Act[ApiToken]):
    """Make a token for an account."""

    actor: str
    owner: str
    label: str
    digest: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_at: datetime | None

    @property
    def called(self) -> str:
        """Return what it is called."""
        return "token.new"

    @property
    def about(self) -> str:
        """Return whom it is about."""
        return f"user:{self.owner}"

    @property
    def details(self) -> Mapping[str, Detail]:
        """Return what else is worth recording."""
        return {
            "label": self.label,
            "scopes": " ".join(self.scopes),
            "expires_at": self.expires_at.isoformat(timespec="seconds")
            if self.expires_at
            else None,
        }


@dataclass(frozen=True, slots=True)
class RevokeToken(Act[ApiToken]):
    """End a token."""

    actor: str
    token: RecordId

    @property
    def called(self) -> str:
        """Return what it is called."""
        return "token.revoke"

    @property
    def about(self) -> str:
        """Return whom it is about."""
        return f"token:{self.token}"


@dataclass(frozen=True, slots=True)
class NoteUse(Act[None]):
    """Note that a token is in use. No audit entry comes of it."""

    actor: str
    token: RecordId

    @property
    def called(self) -> None:
        """Say that it makes its own entry, or none."""
        return
