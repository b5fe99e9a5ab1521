"""What differs between two inventories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from netmon.model.inventory import Inventory
from netmon.model.reload import Difference, How

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
    "rules": "rule",
}


def changes(old: Inventory, new: Inventory) -> tuple[Difference, ...]:
    """Return what differs, list by list: removed and changed in the old order, then added.

    A credential's change shows on the credential and on every target that uses it.
    """
    found: list[Difference] = []
    for table, kind in _KINDS.items():
        found.extend(_of_table(getattr(old, table), getattr(new, table), kind))
    if what := differing(old.policy, new.policy):
        found.append(Difference(How.CHANGED, "policies", what))
    if old.monitor != new.monitor:
        found.append(Difference(How.CHANGED, "monitor", ("node",)))
    return tuple(found)


def _of_table(old: Mapping[Any, Any], new: Mapping[Any, Any], kind: str) -> Iterator[Difference]:
    for which, before in old.items():
        ref = f"{kind or before.kind}:{which}"
        after = new.get(which)
        if after is None:
            yield Difference(How.REMOVED, ref)
        elif before != after and (what := differing(before, after)):
            yield Difference(How.CHANGED, ref, what)
    for which, after in new.items():
        if which not in old:
            yield Difference(How.ADDED, f"{kind or after.kind}:{which}")


def differing(before: Any, after: Any) -> tuple[str, ...]:  # noqa: ANN401 - any dataclass
    """Return the fields in which two values of one class differ."""
    return tuple(
        f.name for f in fields(before) if getattr(before, f.name) != getattr(after, f.name)
    )
