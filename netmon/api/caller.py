"""Who asks: the account behind a token, and what it may."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from netmon.api.access import Access
from netmon.core.accounts import is_valid, permissions
from netmon.model.account import Account, ApiToken, Permission
from netmon.model.record import R, RecordId
from netmon.ports import Desk

#: How a token of netmon's begins, so that who finds one knows what it is.
PREFIX: Final = "nm_"
#: How the administrator's token is told from an account's in the audit trail.
ADMINISTRATOR: Final = "administrator"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever shows a valid token."""

    permissions: frozenset[Permission]
    account: Account | None = None  #: None: it is the administrator's token
    token: ApiToken | None = None

    @property
    def via(self) -> str:
        """Return how they are known (``model.act.Act.via``)."""
        if self.token is None:
            return ADMINISTRATOR
        return f"{'session' if self.token.session else 'token'}:{self.token.id}"

    def may(self, permission: Permission | None) -> bool:
        """Say whether they may; what nobody is given is the administrator's token's."""
        return self.token is None or permission in self.permissions


_ADMINISTRATOR: Final = Caller(frozenset(Permission))


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def bearer(authorization: str | None) -> str | None:
    """Return the token of an Authorization header; None where there is none."""
    scheme, _, given = (authorization or "").partition(" ")
    return given.strip() or None if scheme.lower() == "bearer" else None


def caller_of(access: Access, desk: Desk, authorization: str | None) -> Caller | None:
    """Return who shows a valid token, looked up in the present: what is revoked is so at once."""
    given = bearer(authorization)
    if given is None:
        return None
    if access.is_administrators(given):
        return _ADMINISTRATOR
    digest = digest_of(given)
    token = next((one for one in live(desk, ApiToken) if one.digest == digest), None)
    if token is None:
        return None
    account = account_by_id(desk, token.owner)
    if account is None or not is_valid(token, account, desk.clock.now()):
        return None
    return Caller(permissions(token, account), account, token)


def live(desk: Desk, kind: type[R]) -> list[R]:
    """Return the records of a kind that are at hand, the oldest first."""
    found: dict[RecordId, R] = desk.world.live.get(kind, {})  # type: ignore[assignment]
    return [record for _, record in sorted(found.items())]


def account_by_id(desk: Desk, ident: RecordId) -> Account | None:
    """Return an account that is not removed."""
    found = desk.world.live.get(Account, {}).get(ident)
    return found if isinstance(found, Account) else None


def caller(request: Request) -> Caller | None:
    """Return who asks; None where reading is open and no valid token was shown."""
    found: Caller | None = getattr(request.state, "caller", None)
    return found


def may(request: Request, permission: Permission) -> bool:
    """Say whether whoever asks has a token that may, also where reading needs none."""
    who = caller(request)
    return who is not None and who.may(permission)


def still(request: Request) -> bool:
    """Say whether whoever began to read a stream may go on: a token may be revoked meanwhile."""
    if caller(request) is None:
        return True
    state = request.app.state
    now = caller_of(state.access, state.desk, request.headers.get("authorization"))
    return now is not None and now.may(Permission.READ)
