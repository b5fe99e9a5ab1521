"""Say what is wrong with an object ref that means nothing, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from netmon.config.cross import kind_of
from netmon.config.duties import KINDS
from netmon.config.explain import did_you_mean, near, with_allowed
from netmon.locale import tr
from netmon.model.inventory import Inventory, PortEnd, TargetId

_TARGETS: Final = ("node", "device")


def unknown_ref(inventory: Inventory, word: str) -> str:
    """Return one sentence about a word that is no object of the inventory."""
    kind, _, name = word.partition(":")
    if not name:
        return _no_ref(inventory, word)
    if kind not in KINDS:
        return with_allowed(tr('unknown kind "{word}"', word=kind), kind, list(KINDS))
    if kind == "interface":
        return _no_port(inventory, word, name)
    problem = tr('unknown {kind} "{word}"', kind=kind_of(KINDS[kind]), word=name)
    target = inventory.targets.get(TargetId(name))
    if kind in _TARGETS and target is not None:
        found = kind_of(KINDS[target.kind])
        return tr("{problem}; it is a {kind}", problem=problem, kind=found)
    meant = near(name, _ids(inventory)[kind])
    return problem if meant is None else did_you_mean(problem, meant)


def _ids(inventory: Inventory) -> Mapping[str, Iterable[str]]:
    targets = inventory.targets.values()
    return {
        "node": [target.id for target in targets if target.kind == "node"],
        "device": [target.id for target in targets if target.kind == "device"],
        "line": inventory.lines,
        "site": inventory.sites,
        "provider": inventory.providers,
        "tenant": inventory.tenants,
        "service": inventory.services,
    }


def _no_ref(inventory: Inventory, word: str) -> str:
    problem = tr('"{word}" is not an object ref; write node:ID, line:ID, site:ID …', word=word)
    known = {name: kind for kind, names in reversed([*_ids(inventory).items()]) for name in names}
    meant = near(word, known)
    return problem if meant is None else did_you_mean(problem, f"{known[meant]}:{meant}")


def _no_port(inventory: Inventory, word: str, name: str) -> str:
    node, slash, port = name.partition("/")
    if not slash or not port:
        return tr('"{word}" is not an interface; write interface:NODE/NAME', word=word)
    if TargetId(node) not in inventory.targets:
        problem = tr('unknown {kind} "{word}"', kind=kind_of("nodes"), word=node)
        return with_allowed(problem, node, list(inventory.targets))
    problem = tr('no line of the inventory ends on the port "{port}" of {node}',
                 port=port, node=node)  # fmt: skip
    ends = (end for line in inventory.lines.values() for end in (line.a, line.z))
    ports = [e.interface for e in ends if isinstance(e, PortEnd) and e.node == node]
    return with_allowed(problem, port, ports)
