"""Read lines: what they carry, between which ends, for whom and on which promise."""

from __future__ import annotations

from typing import Any, Final, cast

from netmon.config.fields import Fields, Wrong, record, reference
from netmon.config.hours import service_hours
from netmon.config.values import (
    address,
    bandwidth,
    day,
    duration,
    line_ident,
    member,
    name,
    number,
    one_of,
    percent,
    text,
)
from netmon.locale import tr
from netmon.model.inventory import (
    Line,
    LineId,
    LineKind,
    PortEnd,
    ProviderId,
    SiteEnd,
    SiteId,
    Sla,
    TargetId,
    TenantId,
)

_COSTLIEST: Final = 1e9  #: a month, in the district's currency
_LEAST_AVAILABILITY: Final = 50.0  #: percent; less is a ratio written where a percentage stands


def line(fields: Fields) -> Line:
    """Read one of ``lines``."""
    found = Line(
        id=LineId(fields.must("id", line_ident)),
        name=fields.must("name", name),
        kind=fields.must("kind", member(LineKind)),
        tenant=cast(TenantId | None, fields.may("tenant", reference("tenants"))),
        provider=cast(ProviderId | None, fields.may("provider", reference("providers"))),
        circuit_id=fields.may("circuit_id", text),
        bandwidth_bps=fields.must("bandwidth", bandwidth),
        a=fields.must("a", record(_port_end)),
        z=fields.must("z", record(_far_end)),
        group=cast(Any, fields.may("group", record(_group))),
        in_service=fields.may("in_service", day),
        ends=fields.may("ends", day),
        monthly_cost=fields.may("monthly_cost", number(0, _COSTLIEST)),
        sla=fields.may("sla", record(_sla)),
    )
    if fields.ok:
        _check(fields, found)
    return found


def _check(fields: Fields, found: Line) -> None:
    if found.in_service and found.ends and found.ends < found.in_service:
        fields.wrong("ends", tr("the line ends before it is in service"))
    if found.a == found.z:
        fields.wrong("z", tr("both ends are the same port"))


def _port_end(fields: Fields) -> PortEnd:
    return PortEnd(
        TargetId(fields.must("node", reference("nodes"))), fields.must("interface", text)
    )


def _far_end(fields: Fields) -> PortEnd | SiteEnd:
    at_node = any([fields.has("node"), fields.has("interface")])
    at_site = any([fields.has("site"), fields.has("address")])
    if at_node and not at_site:
        return _port_end(fields)
    if at_site and not at_node:
        where = SiteId(fields.must("site", reference("sites")))
        return SiteEnd(where, fields.may("address", address))
    raise Wrong(tr("a far end is {node, interface} or {site, address}, one of them"))


def _group(fields: Fields) -> tuple[str, str]:
    return fields.must("id", line_ident), fields.must("role", one_of("primary", "backup"))


def _sla(fields: Fields) -> Sla:
    return Sla(
        availability_ratio=fields.may("availability", percent(_LEAST_AVAILABILITY)),
        response=fields.may("response", duration()),
        restore=fields.may("restore", duration()),
        hours=fields.may("hours", service_hours),
    )
