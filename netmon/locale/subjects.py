"""Objects as people know them: ``LN-0001 区档案馆`` for ``line:LN-0001``."""

from __future__ import annotations

from netmon.locale import name_of
from netmon.model.inventory import (
    Inventory,
    LineId,
    Name,
    ProviderId,
    ServiceId,
    SiteId,
    TargetId,
    TenantId,
)


def label(ref: str, inventory: Inventory) -> str:
    """Return an object's id and its name; the id alone where the inventory has no such object."""
    kind, _, ident = ref.partition(":")
    if kind == "netmon":
        return kind
    if kind == "interface":
        node, _, port = ident.partition("/")
        name = _name("node", node, inventory)
        return f"{port} · {node} {name_of(name)}" if name else ident
    if kind == "alert":
        return ident.partition("/")[0]
    name = _name(kind, ident, inventory)
    if name is None or name_of(name) == ident:
        return ident or ref
    return f"{ident} {name_of(name)}"


def name(ref: str, inventory: Inventory) -> str:
    """Return an object's name; its id where there is none."""
    kind, _, ident = ref.partition(":")
    found = _name(kind, ident, inventory)
    return name_of(found) if found else ident


def names(ref: str, inventory: Inventory) -> Name:
    """Return an object's name in both languages; its id where there is none."""
    kind, _, ident = ref.partition(":")
    return _name(kind, ident, inventory) or Name(ident, ident)


def _name(kind: str, ident: str, inventory: Inventory) -> Name | None:
    match kind:
        case "node" | "device" | "target":
            target = inventory.targets.get(TargetId(ident))
            return target.name if target else None
        case "line":
            line = inventory.lines.get(LineId(ident))
            return line.name if line else None
        case "service":
            service = inventory.services.get(ServiceId(ident))
            return service.name if service else None
    return _owner(kind, ident, inventory)


def _owner(kind: str, ident: str, inventory: Inventory) -> Name | None:
    if kind == "site":
        site = inventory.sites.get(SiteId(ident))
        return site.name if site else None
    if kind == "tenant":
        tenant = inventory.tenants.get(TenantId(ident))
        return tenant.name if tenant else None
    if kind == "provider":
        provider = inventory.providers.get(ProviderId(ident))
        return provider.name if provider else None
    return None
