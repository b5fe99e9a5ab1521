"""API tokens."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import Field

from netmon.api.access_schemas import NewToken, TokenBody, TokenOut
from netmon.api.caller import PREFIX, Caller, account_by_id, caller, digest_of, live
from netmon.api.deps import Asked, ByWhom, DeskDep, Paged, cut, done, not_found
from netmon.api.schemas import Listing
from netmon.core.accounts import account_of
from netmon.core.roles import MAY
from netmon.locale import tr
from netmon.model.account import Account, ApiToken, IssueToken, Permission, RevokeToken
from netmon.ports import Desk

router = APIRouter(prefix="/api/v1/tokens", tags=["access"])

_USUAL: Final = timedelta(days=90)
_OCTETS: Final = 32


class TokenFilter(Paged):
    """Which tokens to list, the oldest first."""

    owner: str | None = None
    sessions: bool = Field(default=False, description="those of people who logged in, too")


@router.get("")
async def tokens(
    request: Request, desk: DeskDep, asked: Annotated[TokenFilter, Query()]
) -> Listing[TokenOut]:
    """List tokens: one's own, or, to who may see accounts, everybody's."""
    who = caller(request)
    now = desk.clock.now()
    mine = [
        _out(desk, one)
        for one in live(desk, ApiToken)
        if _is_theirs(who, one, Permission.ACCOUNTS_READ)
        and (one.expires_at is None or one.expires_at > now)
        and (asked.sessions or not one.session)
    ]
    found = [one for one in mine if asked.owner in (None, one.owner)]
    page, cursor = cut(found, lambda one: str(one.id), asked)
    return Listing(items=list(page), next=cursor)


@router.post("", status_code=201, responses={403: {}, 404: {}, 409: {}})
async def new_token(
    request: Request, desk: DeskDep, body: TokenBody, _asked: Annotated[Asked, Query()]
) -> NewToken:
    """Make a token; it is in this answer, and nowhere afterwards."""
    who = caller(request)
    owner = _owner(desk, who, body.owner)
    scopes = _scopes(who, owner, body)
    token = PREFIX + secrets.token_urlsafe(_OCTETS)
    expires_at = _expiry(desk.clock.now(), body)
    made = await done(
        desk,
        IssueToken(body.actor, owner.name, body.label, digest_of(token), scopes, expires_at),
    )
    return NewToken(**_out(desk, made).model_dump(), token=token)


@router.delete("/{token_id}", responses={404: {}, 409: {}})
async def revoke_token(
    token_id: int, request: Request, desk: DeskDep, asked: Annotated[ByWhom, Query()]
) -> TokenOut:
    """End a token, at once."""
    found = next((one for one in live(desk, ApiToken) if one.id == token_id), None)
    if found is None or not _is_theirs(caller(request), found, Permission.ACCOUNTS):
        raise not_found(tr("there is no token {id}", id=token_id))
    told = _out(desk, found)
    await done(desk, RevokeToken(asked.actor, found.id))
    return told


def _is_theirs(who: Caller | None, token: ApiToken, others: Permission) -> bool:
    if who is None:
        return False
    return who.may(others) or (who.account is not None and who.account.id == token.owner)


def _owner(desk: Desk, who: Caller | None, name: str | None) -> Account:
    own = who.account if who else None
    if own is not None and name in (None, own.name):
        return own
    if who is None or not who.may(Permission.ACCOUNTS):
        raise HTTPException(403, tr("another's token is for an administrator to make"))
    if name is None:
        raise HTTPException(422, tr("\"owner\" is missing: the administrator's token is nobody's"))
    found = account_of(live(desk, Account), name)
    if found is None:
        raise not_found(tr('there is no account "{name}"', name=name))
    return found


def _scopes(who: Caller | None, owner: Account, body: TokenBody) -> tuple[str, ...]:
    """Return what the token opens: never more than whoever makes it may."""
    wanted = frozenset(body.scopes) or MAY[owner.role]
    if not body.scopes and who is not None:
        wanted &= who.permissions
    beyond = [scope.value for scope in wanted if who is None or not who.may(scope)]
    if beyond:
        told = ", ".join(sorted(beyond))
        raise HTTPException(403, tr("you may not give what you have not: {scopes}", scopes=told))
    return tuple(sorted(scope.value for scope in wanted))


def _expiry(now: datetime, body: TokenBody) -> datetime | None:
    if body.never_expires:
        if body.expires_at is not None:
            raise HTTPException(422, tr('"expires_at" and "never_expires" exclude each other'))
        return None
    if body.expires_at is not None and body.expires_at <= now:
        raise HTTPException(422, tr('"expires_at" is past'))
    return body.expires_at or now + _USUAL


def _out(desk: Desk, token: ApiToken) -> TokenOut:
    owner = account_by_id(desk, token.owner)
    return TokenOut(
        id=token.id,
        owner=owner.name if owner else "",
        label=token.label,
        scopes=list(token.scopes),
        session=token.session,
        created_at=token.created_at,
        created_by=token.created_by,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
    )
