"""Read sites, tenants and providers: where things stand and whose they are."""

from __future__ import annotations

from typing import cast

from netmon.config.fields import Fields, record, reference
from netmon.config.values import ident, member, name, number, text
from netmon.model.inventory import (
    Contact,
    Provider,
    ProviderId,
    Site,
    SiteId,
    SiteKind,
    Tenant,
    TenantId,
    TenantKind,
)


def site(fields: Fields) -> Site:
    """Read one of ``sites``."""
    return Site(
        id=SiteId(fields.must("id", ident)),
        name=fields.must("name", name),
        kind=fields.must("kind", member(SiteKind)),
        parent=cast(SiteId | None, fields.may("parent", reference("sites"))),
        address=fields.may("address", text),
        location=fields.may("location", record(_location)),
    )


def _location(fields: Fields) -> tuple[float, float]:
    return fields.must("lat", number(-90, 90)), fields.must("lon", number(-180, 180))


def tenant(fields: Fields) -> Tenant:
    """Read one of ``tenants``."""
    return Tenant(
        id=TenantId(fields.must("id", ident)),
        name=fields.must("name", name),
        kind=fields.must("kind", member(TenantKind)),
        site=cast(SiteId | None, fields.may("site", reference("sites"))),
        contact=fields.may("contact", record(_contact)),
    )


def _contact(fields: Fields) -> Contact:
    return Contact(name=fields.must("name", text), phone=fields.must("phone", text))


def provider(fields: Fields) -> Provider:
    """Read one of ``providers``."""
    return Provider(
        id=ProviderId(fields.must("id", ident)),
        name=fields.must("name", name),
        phone=fields.may("phone", text),
    )
