"""Keep accounts and tokens: who there is, who may not come in for a while, what is still valid.

Passwords are hashed and compared at the edge; here it is only counted what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netmon.core import audit
from netmon.core.draft import Draft
from netmon.core.roles import MAY, allowed
from netmon.locale import N_
from netmon.model.account import (
    Account,
    AddAccount,
    ApiToken,
    ChangeAccount,
    FailLogIn,
    IssueToken,
    LogIn,
    NoteUse,
    Permission,
    RemoveAccount,
    RevokeToken,
    SetPassword,
)
from netmon.model.errors import UsageError

#: So many wrong passwords in a row lock an account, for so long.
FAILURES: Final = 5
LOCKED: Final = timedelta(minutes=15)
#: A session lasts a shift.
SESSION: Final = timedelta(hours=12)
#: The use of a token is noted at most this often.
USE_NOTED: Final = timedelta(hours=1)
#: More sessions of one account than this end the oldest.
_SESSIONS: Final = 20
#: Nobody's name: it is what the administrator's token calls itself.
_RESERVED: Final = frozenset({"netmon", "admin", "machine"})

_SHORTEST: Final = 8
_LONG: Final = 12
_LONGEST: Final = 256
_KINDS: Final = 3
_DIFFERENT: Final = 5


def password_mistake(name: str, password: str) -> str | None:
    """Return what is wrong with a new password, as a marked sentence; None = nothing."""
    if len(password) > _LONGEST:
        return N_("the password is longer than 256 characters")
    kinds = sum(
        any(is_one(c) for c in password)
        for is_one in (str.islower, str.isupper, str.isdigit, _is_other)
    )
    if len(password) < _SHORTEST or (len(password) < _LONG and kinds < _KINDS):
        return N_(
            "the password is too short: 12 characters, or 8 with three of small letters, "
            "capitals, digits and others"
        )
    if len(set(password)) < _DIFFERENT:
        return N_("the password has too few different characters")
    if name.lower() in password.lower():
        return N_("the password has the account's name in it")
    return None


def _is_other(character: str) -> bool:
    return not character.isalnum()


def account_of(accounts: Iterable[Account], name: str) -> Account | None:
    """Return the account of a name among those that are not removed."""
    return next((one for one in accounts if one.name == name), None)


def may_log_in(account: Account, now: datetime) -> bool:
    """Say whether a right password lets it in."""
    return not account.disabled and (account.locked_until is None or account.locked_until <= now)


def is_valid(token: ApiToken, account: Account | None, now: datetime) -> bool:
    """Say whether a token still opens anything."""
    return (
        token.is_live
        and (token.expires_at is None or now < token.expires_at)
        and account is not None
        and account.is_live
        and not account.disabled
    )


def _known(draft: Draft, name: str) -> Account:
    found = account_of(draft.live(Account), name)
    if found is None:
        raise UsageError(N_('There is no account "{name}"'), name=name)
    return found


def _not_oneself(actor: str, via: str, account: Account) -> None:
    """Refuse what would lock oneself out; the administrator's token is nobody's account."""
    if actor == account.name and via != "administrator":
        raise UsageError(N_("Nobody changes the role or the state of their own account"))


def add(draft: Draft, act: AddAccount) -> Account:
    """Make an account."""
    if act.name in _RESERVED:
        raise UsageError(N_('"{name}" cannot be an account\'s name'), name=act.name)
    if account_of(draft.live(Account), act.name) is not None:
        raise UsageError(N_('There is an account "{name}" already'), name=act.name)
    made = Account(
        id=draft.next_record(),
        name=act.name,
        display=act.display,
        role=act.role,
        password_hash=act.password_hash,
        created_at=draft.now,
        created_by=act.actor,
        password_changed_at=draft.now,
    )
    draft.keep(made)
    return made


def change(draft: Draft, act: ChangeAccount) -> Account:
    """Give an account another role or name, or disable or enable it."""
    account = _known(draft, act.name)
    if act.role is not None or act.disabled is not None:
        _not_oneself(act.actor, act.via, account)
    after = replace(
        account,
        role=account.role if act.role is None else act.role,
        display=account.display if act.display is None else act.display,
        disabled=account.disabled if act.disabled is None else act.disabled,
    )
    if act.disabled is False:
        after = replace(after, failed_logins=0, locked_until=None)
    draft.keep(after)
    if after.disabled:
        _end(draft, (t for t in _tokens(draft, account) if t.session))
    return after


def set_password(draft: Draft, act: SetPassword) -> Account:
    """Give an account another password."""
    account = _known(draft, act.name)
    after = replace(
        account,
        password_hash=act.password_hash,
        password_changed_at=draft.now,
        failed_logins=0,
        locked_until=None,
    )
    draft.keep(after)
    _end(draft, (t for t in _tokens(draft, account) if t.session and act.via != f"session:{t.id}"))
    return after


def remove(draft: Draft, act: RemoveAccount) -> Account:
    """Remove an account; its tokens end with it."""
    account = _known(draft, act.name)
    _not_oneself(act.actor, act.via, account)
    after = replace(account, removed_at=draft.now)
    draft.keep(after)
    _end(draft, _tokens(draft, account))
    return after


def log_in(draft: Draft, act: LogIn) -> ApiToken:
    """Begin a session."""
    account = _known(draft, act.actor)
    if not may_log_in(account, draft.now):
        raise UsageError(N_("The name or the password is wrong, or the account is closed"))
    if account.failed_logins or account.locked_until:
        draft.keep(replace(account, failed_logins=0, locked_until=None))
    _tidy(draft)
    sessions = [token for token in _tokens(draft, account) if token.session]
    _end(draft, sessions[: max(0, len(sessions) - _SESSIONS + 1)])
    made = ApiToken(
        id=draft.next_record(),
        owner=account.id,
        label="login",
        digest=act.digest,
        scopes=tuple(sorted(permission.value for permission in Permission)),
        created_at=draft.now,
        created_by=account.name,
        session=True,
        expires_at=draft.now + SESSION,
    )
    draft.keep(made)
    return made


def fail_log_in(draft: Draft, act: FailLogIn) -> None:
    """Count a wrong password; enough of them in a row lock the account."""
    account = account_of(draft.live(Account), act.actor)
    data: dict[str, str | int | float | bool | None] = {"known": account is not None}
    if account is not None and may_log_in(account, draft.now):
        failed = account.failed_logins + 1
        locked = draft.now + LOCKED if failed >= FAILURES else None
        data["locked"] = locked is not None
        draft.keep(replace(account, failed_logins=0 if locked else failed, locked_until=locked))
    audit.record(draft, act.actor, "login", f"user:{act.actor}", ok=False, data=data)


def issue(draft: Draft, act: IssueToken) -> ApiToken:
    """Make a token; its scopes are no more than its owner's role allows."""
    account = _known(draft, act.owner)
    beyond = sorted(set(act.scopes) - {permission.value for permission in MAY[account.role]})
    if beyond:
        raise UsageError(
            N_("The role {role} does not allow: {scopes}"),
            role=account.role.value,
            scopes=", ".join(beyond),
        )
    _tidy(draft)
    made = ApiToken(
        id=draft.next_record(),
        owner=account.id,
        label=act.label,
        digest=act.digest,
        scopes=act.scopes,
        created_at=draft.now,
        created_by=act.actor,
        expires_at=act.expires_at,
    )
    draft.keep(made)
    return made


def revoke(draft: Draft, act: RevokeToken) -> ApiToken:
    """End a token."""
    found = next((token for token in draft.live(ApiToken) if token.id == act.token), None)
    if found is None:
        raise UsageError(N_("There is no token {id}"), id=act.token)
    after = replace(found, ended_at=draft.now)
    draft.keep(after)
    return after


def note_use(draft: Draft, act: NoteUse) -> None:
    """Note that a token is in use."""
    found = next((token for token in draft.live(ApiToken) if token.id == act.token), None)
    if found is not None and is_use_due(found, draft.now):
        draft.keep(replace(found, last_used_at=draft.now))


def is_use_due(token: ApiToken, now: datetime) -> bool:
    """Say whether the use of a token is to be noted: rarely, for each is a write."""
    return token.last_used_at is None or now - token.last_used_at >= USE_NOTED


def permissions(token: ApiToken, account: Account) -> frozenset[Permission]:
    """Return what a token opens."""
    return allowed(account.role, token.scopes)


def _tokens(draft: Draft, account: Account) -> Iterator[ApiToken]:
    return (token for token in draft.live(ApiToken) if token.owner == account.id)


def _end(draft: Draft, tokens: Iterable[ApiToken]) -> None:
    for token in list(tokens):
        draft.keep(replace(token, ended_at=draft.now))


def _tidy(draft: Draft) -> None:
    """End what is past its expiry: it need not be at hand any more."""
    _end(
        draft,
        (t for t in draft.live(ApiToken) if t.expires_at is not None and t.expires_at <= draft.now),
    )
