"""Read services and the questions asked about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, cast

from netmon.config.fields import Fields, list_of, record, reference
from netmon.config.values import (
    boolean,
    duration,
    host,
    ident,
    integer,
    name,
    one_of,
    port,
    text,
    url,
)
from netmon.model.inventory import Service, ServiceCheck, ServiceId, SiteId

_SHORTEST_INTERVAL: Final = timedelta(seconds=1)
_SHORTEST_TIMEOUT: Final = timedelta(milliseconds=100)
_LONGEST_TIMEOUT: Final = timedelta(minutes=2)
_RECORDS: Final = ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT")


def service(fields: Fields) -> Service:
    """Read one of ``services``."""
    return Service(
        id=ServiceId(fields.must("id", ident)),
        name=fields.must("name", name),
        site=cast(SiteId | None, fields.may("site", reference("sites"))),
        checks=fields.must("checks", list_of(record(_check), least=1)),
    )


def _check(fields: Fields) -> ServiceCheck:
    kind = fields.must("type", one_of(*_SETTINGS))
    if not fields.ok:
        fields.give_up()
    given = {
        "id": fields.may("id", ident),
        "interval": fields.may("interval", duration(_SHORTEST_INTERVAL)),
        "timeout": fields.may("timeout", duration(_SHORTEST_TIMEOUT, _LONGEST_TIMEOUT)),
    } | _SETTINGS[kind](fields)
    settings = {key: value for key, value in given.items() if value is not None}
    return ServiceCheck(cast(Any, kind), MappingProxyType(settings))


def _http(fields: Fields) -> dict[str, object]:
    return {
        "url": fields.must("url", url),
        "method": fields.may("method", one_of("GET", "HEAD"), "GET"),
        "status": fields.may("status", list_of(integer(100, 599), least=1), (200,)),
        "contains": fields.may("contains", text),
        "verify": fields.may("verify", boolean, default=True),
    }


def _tls(fields: Fields) -> dict[str, object]:
    return {
        "host": fields.must("host", host),
        "port": fields.may("port", port, 443),
        "name": fields.may("name", host),
    }


def _dns(fields: Fields) -> dict[str, object]:
    return {
        "server": fields.must("server", host),
        "port": fields.may("port", port, 53),
        "name": fields.must("name", host),
        "record": fields.may("record", one_of(*_RECORDS), "A"),
        "expect": fields.may("expect", list_of(text, least=1)),
    }


def _tcp(fields: Fields) -> dict[str, object]:
    return {"host": fields.must("host", host), "port": fields.must("port", port)}


def _icmp(fields: Fields) -> dict[str, object]:
    return {"host": fields.must("host", host)}


#: Each type of check and the settings it takes beside id, interval and timeout.
_SETTINGS: Final[Mapping[str, Callable[[Fields], dict[str, object]]]] = MappingProxyType(
    {"http": _http, "tls": _tls, "dns": _dns, "tcp": _tcp, "icmp": _icmp}
)
