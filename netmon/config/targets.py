"""Read nodes and devices: what is polled, and how it is reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, Literal, cast

from netmon.config.explain import with_allowed
from netmon.config.fields import Fields, Reading, Wrong, as_map, as_scalar, list_of, reference
from netmon.config.strict_yaml import ListNode, Node
from netmon.config.values import address, duration, ident, member, name, port, text, unknown_word
from netmon.locale import tr
from netmon.model.inventory import Role, SiteId, Target, TargetId
from netmon.model.wire import Credential

NODE_ROLES: Final = (
    Role.CORE,
    Role.AGGREGATION,
    Role.ACCESS,
    Role.ROUTER,
    Role.FIREWALL,
    Role.GAP,
    Role.SERVER,
    Role.OTHER,
)
DEVICE_ROLES: Final = (
    Role.UPS,
    Role.COOLING,
    Role.ENVIRONMENT,
    Role.LEAK,
    Role.PDU,
    Role.SERVER,
    Role.STORAGE,
    Role.DOOR,
    Role.OTHER,
)

#: Shorter, and a switch spends more time answering than forwarding.
SHORTEST_INTERVAL: Final = timedelta(seconds=1)

_PORTS: Final = ("lines", "all", "none")
_LABEL: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")  # Prometheus; "__" is its own
_NO_LABELS: Final[Mapping[str, str]] = MappingProxyType({})


def node(fields: Fields) -> Target:
    """Read one of ``nodes``."""
    return _target(fields, "node", NODE_ROLES)


def device(fields: Fields) -> Target:
    """Read one of ``devices``."""
    return _target(fields, "device", DEVICE_ROLES)


def _target(fields: Fields, kind: Literal["node", "device"], roles: tuple[Role, ...]) -> Target:
    return Target(
        id=TargetId(fields.must("id", ident)),
        kind=kind,
        name=fields.must("name", name),
        site=SiteId(fields.must("site", reference("sites"))),
        role=fields.must("role", member(Role, roles)),
        address=fields.must("address", address),
        port=fields.may("port", port, 161),
        credential=_credential(fields),
        profile=fields.may("profile", _profile, "auto"),
        interval=fields.may("interval", duration(SHORTEST_INTERVAL)),
        presence=fields.may("presence_interval", duration(SHORTEST_INTERVAL)),
        ports=cast(Any, fields.may("ports", _ports, "lines")),
        labels=fields.may("labels", _labels, _NO_LABELS),
    )


def _credential(fields: Fields) -> Credential:
    which = fields.must("credential", reference("credentials"))
    entry = fields.reading.tables["credentials"].get(which)
    if entry is None or entry.value is None:
        fields.ok = False  # said where the reference, or the credential, is checked
        return cast(Credential, None)
    return cast(Credential, entry.value)


def _profile(node: Node, reading: Reading) -> str:
    word = as_scalar(node).text
    known = reading.profiles
    if known is None or word == "auto" or word in known:
        return word
    problem = tr('unknown profile "{word}"', word=word)
    raise Wrong(with_allowed(problem, word, ["auto", *sorted(known)]))


def _ports(node: Node, reading: Reading) -> str | tuple[str, ...]:
    if isinstance(node, ListNode):
        return _port_names(node, reading)
    word = as_scalar(node).text
    if word not in _PORTS:
        raise Wrong(unknown_word(word, [*_PORTS, tr("a list of names")]))
    return word


def _port_names(node: ListNode, reading: Reading) -> tuple[str, ...]:
    names = list_of(text, least=1)(node, reading)
    for i, word in enumerate(names):
        if word in names[:i]:
            raise Wrong(tr('the port "{port}" is listed twice', port=word))
    return names


def _labels(node: Node, reading: Reading) -> Mapping[str, str]:
    found = {}
    for key, (where, value) in as_map(node).entries.items():
        if not _LABEL.fullmatch(key):
            reading.wrong(where, tr('"{word}" is not a label: letters, digits and "_"', word=key))
            continue
        try:
            found[key] = text(value, reading)
        except Wrong as wrong:
            reading.wrong(value, wrong.message)
    return MappingProxyType(found)
