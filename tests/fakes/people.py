"""Accounts of the tests, and the tokens by which they are known."""

from __future__ import annotations

from netmon.api.caller import digest_of
from netmon.model.account import AddAccount, IssueToken, LogIn, Permission, Role

#: Nobody hashes it in these tests: what is kept of it opens nothing.
NO_PASSWORD = "$argon2id$none"


async def logged_in(desk, role: Role, name: str | None = None) -> dict[str, str]:
    """Make an account and a session; return the header that shows it."""
    name = name or f"the-{role.value}"
    await desk.act(AddAccount("chief", name, role, NO_PASSWORD))
    await desk.act(LogIn(name, digest_of(f"nm_{name}")))
    return {"Authorization": f"Bearer nm_{name}"}


async def token_of(desk, owner: str, *scopes: Permission, expires_at=None) -> dict[str, str]:
    """Make a token for an account that there is."""
    token = f"nm_{owner}-{'-'.join(scopes)}"
    act = IssueToken("chief", owner, "of a test", digest_of(token), scopes, expires_at)
    await desk.act(act)
    return {"Authorization": f"Bearer {token}"}
