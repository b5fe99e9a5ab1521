"""What differs between two inventories, for ``netmon check --diff`` and for a reload's log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum, unique
from typing import Any, Final

from netmon.model.inventory import Inventory

#: Each mapping of the inventory, and the kind its objects have in a ref.
_KINDS: Final = {
    "sites": "site",
    "tenants": "tenant",
    "providers": "provider",
    "credentials": "credential",
    "targets": "",
    "lines": "line",
    "services": "service",
    "maintenance": "maintenance",
    "people": "person",
    "rotas": "rota",
}


@unique
class How(StrEnum):
    """How an object differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One object that differs."""

    how: How
    ref: str  #: ``line:LN-0001``; ``policies`` and ``monitor`` stand for themselves
    what: tuple[str, ...] = ()  #: of a changed one: the fields that differ, as in the model


def changes(old: Inventory, new: Inventory) -> tuple[Change, ...]:
    """Return what differs, list by list: removed and changed in the old order, then added.

    A credential's change shows on the credential and on every target that uses it.
    """
    found: list[Change] = []
    for table, kind in _KINDS.items():
        found.extend(_of_table(getattr(old, table), getattr(new, table), kind))
    if what := _differing(old.policy, new.policy):
        found.append(Change(How.CHANGED, "policies", what))
    if old.monitor != new.monitor:
        found.append(Change(How.CHANGED, "monitor", ("node",)))
    return tuple(found)


def _of_table(old: Mapping[Any, Any], new: Mapping[Any, Any], kind: str) -> Iterator[Change]:
    for which, before in old.items():
        ref = f"{kind or before.kind}:{which}"
        after = new.get(which)
        if after is None:
            yield Change(How.REMOVED, ref)
        elif what := _differing(before, after):
            yield Change(How.CHANGED, ref, what)
    for which, after in new.items():
        if which not in old:
            yield Change(How.ADDED, f"{kind or after.kind}:{which}")


def _differing(before: Any, after: Any) -> tuple[str, ...]:  # noqa: ANN401 - any dataclass
    return tuple(
        f.name for f in fields(before) if getattr(before, f.name) != getattr(after, f.name)
    )
