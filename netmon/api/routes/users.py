"""Accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request

from netmon.api.access_schemas import AccountBody, AccountChange, AccountOut, Name, PasswordBody
from netmon.api.caller import caller, live
from netmon.api.deps import Asked, ByWhom, DeskDep, Paged, PasswordsDep, cut, done, not_found
from netmon.api.passwords import Passwords
from netmon.api.schemas import Listing
from netmon.core.accounts import account_of, may_log_in, password_mistake
from netmon.core.roles import MAY
from netmon.locale import say, tr
from netmon.model.account import (
    Account,
    AddAccount,
    ChangeAccount,
    FailLogIn,
    Permission,
    RemoveAccount,
    Role,
    SetPassword,
)
from netmon.ports import Desk

router = APIRouter(prefix="/api/v1/users", tags=["access"])


class AccountFilter(Paged):
    """Which accounts to list, the oldest first."""

    role: Role | None = None


@router.get("")
async def users(desk: DeskDep, asked: Annotated[AccountFilter, Query()]) -> Listing[AccountOut]:
    """List accounts."""
    found = [one for one in live(desk, Account) if asked.role in (None, one.role)]
    page, cursor = cut(found, lambda one: one.name, asked)
    return Listing(items=[_out(one) for one in page], next=cursor)


@router.post("", status_code=201, responses={403: {}, 409: {}})
async def add_user(
    request: Request,
    desk: DeskDep,
    passwords: PasswordsDep,
    body: AccountBody,
    _asked: Annotated[Asked, Query()],
) -> AccountOut:
    """Make an account."""
    _within(request, body.role)
    _check(body.name, body.password)
    kept = await passwords.hashed(body.password)
    return _out(await done(desk, AddAccount(body.actor, body.name, body.role, kept, body.display)))


@router.patch("/{name}", responses={403: {}, 404: {}, 409: {}})
async def change_user(
    name: Name,
    request: Request,
    desk: DeskDep,
    body: AccountChange,
    _asked: Annotated[Asked, Query()],
) -> AccountOut:
    """Give an account another role or name, or disable or enable it."""
    _within(request, body.role or _known(desk, name).role)
    _known(desk, name)
    act = ChangeAccount(body.actor, name, body.role, body.display, body.disabled)
    return _out(await done(desk, act))


@router.put("/{name}/password", responses={401: {}, 403: {}, 404: {}, 409: {}})
async def set_password(
    name: Name,
    request: Request,
    desk: DeskDep,
    passwords: PasswordsDep,
    body: PasswordBody,
    _asked: Annotated[Asked, Query()],
) -> AccountOut:
    """Set a password: one's own, with the present one, or, as an administrator, another's."""
    who = caller(request)
    own = who is not None and who.account is not None and who.account.name == name
    if not own and (who is None or not who.may(Permission.ACCOUNTS)):
        raise HTTPException(403, tr("another's password is for an administrator to set"))
    account = _known(desk, name)
    if own:
        await _prove(desk, passwords, account, body.current)
    else:
        _within(request, account.role)
    _check(name, body.password)
    kept = await passwords.hashed(body.password)
    return _out(await done(desk, SetPassword(body.actor, name, kept)))


@router.delete("/{name}", responses={404: {}, 409: {}})
async def remove_user(name: Name, desk: DeskDep, asked: Annotated[ByWhom, Query()]) -> AccountOut:
    """Remove an account; its tokens end with it."""
    _known(desk, name)
    return _out(await done(desk, RemoveAccount(asked.actor, name)))


def _within(request: Request, role: Role) -> None:
    """Refuse a token that opens less than the role would: it could make itself a fuller one."""
    who = caller(request)
    beyond = [] if who is None else sorted(p for p in MAY[role] if not who.may(p))
    if beyond:
        what = tr("this token may not {beyond}: the role {role} is not its to give",
                  beyond=", ".join(beyond), role=role)  # fmt: skip
        raise HTTPException(403, what)


async def _prove(desk: Desk, passwords: Passwords, account: Account, current: str | None) -> None:
    """Refuse whoever does not know the present password; guesses count as those of a log-in."""
    right = await passwords.match(current or "", account.password_hash)
    if right and may_log_in(account, desk.clock.now()):
        return
    if current is not None:
        await done(desk, FailLogIn(account.name))
    raise HTTPException(403, tr('"current" is not the present password'))


def _known(desk: Desk, name: str) -> Account:
    found = account_of(live(desk, Account), name)
    if found is None:
        raise not_found(tr('there is no account "{name}"', name=name))
    return found


def _check(name: str, password: str) -> None:
    mistake = password_mistake(name, password)
    if mistake is not None:
        raise HTTPException(422, f'"password": {say(mistake)}')


def _out(account: Account) -> AccountOut:
    return AccountOut(
        name=account.name,
        display=account.display,
        role=account.role,
        disabled=account.disabled,
        locked_until=account.locked_until,
        created_at=account.created_at,
        created_by=account.created_by,
        password_changed_at=account.password_changed_at,
    )
