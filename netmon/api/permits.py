"""What each path needs: one table; a way to write that has no row is the administrator's alone.

A row is a method (``*`` any that writes), the beginning of a path, ``*`` standing for one step of
it, and the permission. The first row that fits counts. A test walks all routes of the application.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from netmon.model.account import Permission

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_P: Final = Permission
_API: Final = "/api/v1"

#: Whoever has no token yet may write here: it is how one gets one.
LOG_IN: Final = f"{_API}/sessions"

_WRITES: Final[Sequence[tuple[str, str, Permission]]] = (
    ("DELETE", "/sessions", _P.SELF),
    ("PUT", "/users/*/password", _P.SELF),  # of others: the route asks for more
    ("*", "/users", _P.ACCOUNTS),
    ("*", "/tokens", _P.SELF),  # of others: the route asks for more
    ("*", "/tickets", _P.TICKETS),
    ("*", "/duty", _P.DUTY),
    ("*", "/handovers", _P.DUTY),
    ("*", "/alertmanager", _P.ALERTS),
    ("*", "/outages", _P.OUTAGES),
    ("*", "/outbox", _P.OUTBOX),
    ("*", "/notify", _P.OUTBOX),
    ("*", "/maintenance", _P.MAINTENANCE),
    ("*", "/reload", _P.RELOAD),
    ("POST", "/orders/*/approve", _P.APPROVE),
    ("POST", "/orders/*/reject", _P.APPROVE),
    ("*", "/orders", _P.ORDERS),
)

#: What is not for every reader, and on loopback needs a token too.
_READS: Final[Sequence[tuple[str, str, Permission]]] = (
    ("*", "/audit", _P.AUDIT),
    ("*", "/users", _P.ACCOUNTS_READ),
    ("*", "/tokens", _P.SELF),  # those of others: the route asks for more
    ("*", "/whoami", _P.SELF),
)


def permit_of(method: str, path: str) -> Permission | None:
    """Return what a request needs; None = only the administrator's token opens it."""
    reads = method in READS
    steps = _steps(path)
    for of, row, permission in _READS if reads else _WRITES:
        if of in ("*", method) and _fits(steps, _steps(_API + row)):
            return permission
    return Permission.READ if reads else None


def _steps(path: str) -> list[str]:
    return path.strip("/").split("/")


def _fits(steps: Sequence[str], row: Sequence[str]) -> bool:
    return len(steps) >= len(row) and all(
        ours in ("*", theirs) for theirs, ours in zip(steps, row, strict=False)
    )
