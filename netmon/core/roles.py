"""What each role may: one table, total over roles; a permission that is not in a row is not given.

Work and oversight are apart (GB/T 22239, 8.1.5): whoever keeps accounts can alter no entry of the
audit trail, for nobody can; the auditor sees all and changes nothing but the own password.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from netmon.model.account import Permission, Role

_P: Final = Permission
_VIEWER: Final = frozenset({_P.READ, _P.SELF})
_OPERATOR: Final = _VIEWER | {_P.CONTACTS, _P.TICKETS, _P.DUTY}
_ENGINEER: Final = _OPERATOR | {
    _P.ALERTS, _P.OUTAGES, _P.MAINTENANCE, _P.RELOAD, _P.OUTBOX, _P.ORDERS,
}  # fmt: skip

#: role -> what it may. Total: a test proves it.
MAY: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.VIEWER: _VIEWER,
        Role.OPERATOR: _OPERATOR,
        Role.ENGINEER: _ENGINEER,
        Role.APPROVER: _OPERATOR | {_P.APPROVE},  # who builds a line does not approve it
        Role.ADMIN: frozenset(Permission),
        Role.AUDITOR: _VIEWER | {_P.CONTACTS, _P.ACCOUNTS_READ, _P.AUDIT},
    }
)


def allowed(role: Role, scopes: Collection[str]) -> frozenset[Permission]:
    """Return what a token with these scopes may while its owner has this role."""
    return frozenset(permission for permission in MAY[role] if permission.value in scopes)
