"""What is lost, and single points of failure, as JSON: for scripts, the terminal and HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netmon.core.contact import masked
from netmon.locale.subjects import names
from netmon.model.impact import (
    Down,
    Impact,
    LostLine,
    LostNode,
    LostService,
    LostTenant,
    LostWay,
    SinglePoint,
)
from netmon.model.inventory import Contact, Inventory, Name, SiteId, TenantId
from netmon.model.wiring import WiredLine

Json = Mapping[str, object]


def impact_json(
    impact: Impact, inventory: Inventory, *, contacts: bool, doubts: Sequence[Json] = ()
) -> Json:
    """Return what is lost.

    Args:
        impact: what is lost.
        inventory: what everything is called.
        contacts: whether names and telephone numbers are written in full.
        doubts: lines of which LLDP says something else than the ledger (``core.wiring``).
    """
    return {
        "ref": impact.ref,
        "root": impact.root,
        "monitor": inventory.monitor,
        "name": _named(names(impact.ref, inventory)),
        "already": already_json(impact.already),
        "nodes": [_node(lost, inventory) for lost in impact.nodes],
        "lines": [_line(lost, inventory) for lost in impact.lines],
        "tenants": [_tenant(lost, inventory, contacts=contacts) for lost in impact.tenants],
        "ways": [_way(lost, inventory) for lost in impact.ways],
        "services": [_service(lost, inventory) for lost in impact.services],
        "doubts": [*doubts],
    }


def _named(name: Name) -> Json:
    return {"zh": name.zh, "en": name.en}


def _node(lost: LostNode, inventory: Inventory) -> Json:
    node = inventory.targets[lost.id]
    return {
        "id": lost.id,
        "name": _named(node.name),
        "role": node.role.value,
        "site": node.site,
        "loss": lost.loss.value,
        "why": lost.why.value,
    }


def _line(lost: LostLine, inventory: Inventory) -> Json:
    line = inventory.lines[lost.id]
    return {
        "id": lost.id,
        "name": _named(line.name),
        "kind": line.kind.value,
        "tenant": line.tenant,
        "provider": line.provider,
        "circuit_id": line.circuit_id,
        "loss": lost.loss.value,
        "why": lost.why.value,
        "carried_by": [*lost.carried_by],
    }


def _tenant(lost: LostTenant, inventory: Inventory, *, contacts: bool) -> Json:
    tenant = inventory.tenants[lost.id]
    contact = tenant.contact
    if contact is not None and not contacts:
        contact = masked(contact)
    return {
        "id": lost.id,
        "name": _named(tenant.name),
        "kind": tenant.kind.value,
        "loss": lost.loss.value,
        "lines": [*lost.lines],
        "left": [*lost.left],
        "contact": None if contact is None else _contact(contact),
    }


def _contact(contact: Contact) -> Json:
    return {"name": contact.name, "phone": contact.phone}


def _way(lost: LostWay, inventory: Inventory) -> Json:
    return {
        "site": lost.site,
        "name": _site_name(inventory, lost.site),
        "kind": lost.kind.value,
        "loss": lost.loss.value,
        "lines": [*lost.lines],
        "left": [*lost.left],
    }


def _site_name(inventory: Inventory, site: SiteId) -> Json:
    known = inventory.sites.get(site)
    return _named(known.name if known else Name(site, site))


def _service(lost: LostService, inventory: Inventory) -> Json:
    service = inventory.services[lost.id]
    return {
        "id": lost.id,
        "name": _named(service.name),
        "site": service.site,
        "why": lost.why.value,
    }


def doubt_json(told: WiredLine) -> dict[str, object]:
    """Return a line of which LLDP says something else than the ledger."""
    return {
        "line": told.line,
        "evidence": [
            {"node": seen.node, "interface": seen.interface, "sees": [*seen.sees]}
            for seen in told.evidence
        ],
    }


def point_json(point: SinglePoint, inventory: Inventory) -> Json:
    """Return one single point of failure."""
    return {
        "ref": point.ref,
        "name": _named(names(point.ref, inventory)),
        "nodes": [*point.nodes],
        "lines": [*point.lines],
        "tenants": [_owner(tenant, inventory) for tenant in point.tenants],
        "despite": [*point.despite],
        "ways": [{"site": site, "name": _site_name(inventory, site)} for site in point.ways],
    }


def _owner(tenant: TenantId, inventory: Inventory) -> Json:
    return {"id": tenant, "name": _named(inventory.tenants[tenant].name)}


def already_json(down: Down) -> Json:
    """Return what is down already."""
    return {"nodes": sorted(down.nodes), "lines": sorted(down.lines)}


def points_json(points: Iterable[SinglePoint], inventory: Inventory, already: Down) -> Json:
    """Return all single points of failure."""
    return {
        "root": inventory.monitor,
        "already": already_json(already),
        "items": [point_json(point, inventory) for point in points],
    }
