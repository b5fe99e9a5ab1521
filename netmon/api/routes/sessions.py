"""To log in and out, and who one is."""

from __future__ import annotations

import secrets
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request

from netmon.api.access_schemas import LoginBody, SessionOut, WhoOut
from netmon.api.caller import PREFIX, caller, digest_of, live
from netmon.api.deps import Asked, DeskDep, PasswordsDep, done
from netmon.core.accounts import account_of, may_log_in
from netmon.locale import tr
from netmon.model.account import Account, FailLogIn, LogIn, RevokeToken

router = APIRouter(prefix="/api/v1", tags=["access"])

_OCTETS: Final = 32


@router.post("/sessions", status_code=201, responses={401: {}, 409: {}, 429: {}})
async def log_in(
    desk: DeskDep,
    passwords: PasswordsDep,
    body: LoginBody,
    _asked: Annotated[Asked, Query()],
) -> SessionOut:
    """Log in with name and password; the token opens for twelve hours what the role allows.

    Whether there is such an account, it is locked, or the password is wrong, is not told apart.
    """
    account = account_of(live(desk, Account), body.name)
    right = await passwords.match(body.password, account.password_hash if account else None)
    if account is None or not right or not may_log_in(account, desk.clock.now()):
        await done(desk, FailLogIn(body.name))
        raise HTTPException(
            401, tr("the name or the password is wrong, or the account is closed for now")
        )
    token = PREFIX + secrets.token_urlsafe(_OCTETS)
    made = await done(desk, LogIn(account.name, digest_of(token)))
    return SessionOut(
        token=token,
        name=account.name,
        role=account.role,
        expires_at=made.expires_at or made.created_at,
    )


@router.delete("/sessions", responses={409: {}})
async def log_out(request: Request, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> WhoOut:
    """End the session, or the token, that this is asked with."""
    told = _who(request)
    who = caller(request)
    if who is None or who.token is None:
        raise HTTPException(409, tr("the administrator's token is no session; it is not ended"))
    await done(desk, RevokeToken(told.name or "", who.token.id))
    return told


@router.get("/whoami")
async def whoami(request: Request, _asked: Annotated[Asked, Query()]) -> WhoOut:
    """Say who one is to netmon, and what one may."""
    return _who(request)


def _who(request: Request) -> WhoOut:
    who = caller(request)
    permissions = who.permissions if who else frozenset()
    account, token = (who.account, who.token) if who else (None, None)
    return WhoOut(
        name=account.name if account else None,
        role=account.role if account else None,
        administrator=who is not None and token is None,
        permissions=sorted(permissions),
        session=token is not None and token.session,
        expires_at=token.expires_at if token else None,
    )
