"""Hold what ports say of the wiring against the ledger: LLDP neighbours and descriptions.

Law: nobody is accused by what might be another. A neighbour is one of ours only if its sysName is
that of exactly one target; and where that one tells of neighbours too, it must see us in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from netmon.core.scene import Scene
from netmon.model.inventory import Line, PortEnd, TargetId
from netmon.model.reading import Neighbour
from netmon.model.wiring import Contradiction, Seen, Sight, Unrecorded, Wired, WiredLine
from netmon.model.world import TargetNow

#: Two surveys so far apart are two looks: agents forget a neighbour after 120 s at most, and a
#: neighbour that starts is another's for seconds.
APART: Final = timedelta(seconds=60)

#: What machines are called before anybody has named them.
_UNNAMED: Final = frozenset(
    {
        "huawei", "h3c", "hpe", "hp", "quidway", "ruijie", "zte", "zxr10", "maipu", "dptech",
        "cisco", "router", "switch", "localhost", "sysname", "default", "unknown", "none",
    }
)  # fmt: skip


# --- who a neighbour is ---------------------------------------------------------------------------


def short_name(name: str | None) -> str | None:
    """Return a sysName as it is compared: without its domain, in lower case."""
    return _parts(name)[0] or None


def _parts(name: str | None) -> tuple[str, str]:
    """Return a name and its domain."""
    text = (name or "").strip().strip(".").casefold()
    if text.replace(".", "").isdigit():
        return text, ""
    host, _, domain = text.partition(".")
    return host, domain


def _is_same(one: str | None, other: str | None) -> bool:
    """Say whether two sysNames are one; a domain counts only where both have it."""
    (host, domain), (host2, domain2) = _parts(one), _parts(other)
    return bool(host) and host == host2 and (not domain or not domain2 or domain == domain2)


def identify(scene: Scene, neighbour: Neighbour) -> TargetId | None:
    """Return the one node of ours that a neighbour is; None = none of them, or not to be told."""
    if neighbour.name is None:
        found = scene.topology.at_address.get(neighbour.chassis, ())
    else:
        short = short_name(neighbour.name)
        if short is None or short in _UNNAMED:
            return None
        named = scene.called(short)
        found = tuple(t for t in named if _is_same(_name_of(scene, t), neighbour.name))
    nodes = [t for t in found if scene.inventory.targets[t].kind == "node"]
    return nodes[0] if len(nodes) == 1 == len(found) else None


def _name_of(scene: Scene, target: TargetId) -> str | None:
    return scene.target(target).facts.system.name


def is_expected(scene: Scene, neighbour: Neighbour, node: TargetId) -> bool:
    """Say whether a neighbour may be taken for a node: also where others are called so too."""
    if _is_same(neighbour.name, _name_of(scene, node)):
        return True
    return neighbour.chassis == scene.inventory.targets[node].address


def neighbours_at(now: TargetNow, interface: str) -> tuple[Neighbour, ...]:
    """Return whom a target sees at a port that the inventory names."""
    at, names = now.ports.get(interface), now.facts.interfaces.names
    if at is None or at >= len(names):
        return ()
    return tuple(one for one in now.neighbours if one.interface == names[at])


# --- what an end of a line says against the ledger ------------------------------------------------


def ends(line: Line) -> Iterator[tuple[PortEnd, TargetId | None]]:
    """Yield a line's ports, and the node that each should lead to; None = to a place."""
    if not isinstance(line.z, PortEnd):
        yield line.a, None
    elif line.a.node != line.z.node:
        yield line.a, line.z.node
        yield line.z, line.a.node


def _misled(
    scene: Scene,
    line: Line,
    end: PortEnd,
    other: TargetId | None,
    seen: Sequence[Neighbour],
) -> TargetId | None:
    """Return the node of ours that is where another, or none, should be."""
    if other is not None and any(is_expected(scene, one, other) for one in seen):
        return None
    for one in seen:
        found = identify(scene, one)
        if found is None or found == end.node or not _sees(scene, found, end.node):
            continue
        if not isinstance(line.z, PortEnd) and scene.inventory.targets[found].site == line.z.site:
            continue  # a node of ours at the very place
        return found
    return None


def _sees(scene: Scene, node: TargetId, other: TargetId) -> bool:
    """Say whether a node sees another in turn, or tells of no neighbours at all."""
    told = scene.target(node).neighbours
    return not told or any(is_expected(scene, one, other) for one in told)


def _against(
    scene: Scene, line: Line, end: PortEnd, other: TargetId | None, sight: Sight | None
) -> Contradiction | None:
    if sight is None:
        return None
    found = _misled(scene, line, end, other, sight.strangers.get(line.id, ()))
    if found is not None:
        expected = line.z.site if other is None and not isinstance(line.z, PortEnd) else other
        return Contradiction("neighbour", end.node, end.interface, found, str(expected))
    lines, text = sight.described.get(line.id, ((), ""))
    if known := [name for name in lines if name in scene.inventory.lines]:
        named = ", ".join(known)
        return Contradiction("description", end.node, end.interface, named, line.id, text)
    return None


def contradictions(scene: Scene, line: Line) -> Iterator[tuple[Contradiction, bool]]:
    """Yield what a line's ends say against the ledger, and whether two surveys have seen it."""
    for end, other in ends(line):
        now = scene.target(end.node)
        latest = _against(scene, line, end, other, now.sight)
        if latest is None or now.sight is None:
            continue
        before = now.sight_before
        again = before is not None and now.sight.at - before.at >= APART
        yield latest, again and _against(scene, line, end, other, before) == latest


# --- the whole district ---------------------------------------------------------------------------


def wired(scene: Scene, line: Line) -> WiredLine:
    """Return what LLDP says of a line."""
    evidence, misled, right = [], False, False
    for end, other in ends(line):
        seen = neighbours_at(scene.target(end.node), end.interface)
        if not seen:
            continue
        evidence.append(Seen(end.node, end.interface, tuple(_called(scene, one) for one in seen)))
        misled |= _misled(scene, line, end, other, seen) is not None
        right |= other is not None and any(is_expected(scene, one, other) for one in seen)
    state = Wired.CONFIRMED if right else Wired.UNSEEN
    return WiredLine(line.id, Wired.CONTRADICTED if misled else state, tuple(evidence))


def _called(scene: Scene, neighbour: Neighbour) -> str:
    return identify(scene, neighbour) or neighbour.name or neighbour.chassis


def unrecorded(scene: Scene) -> Iterator[Unrecorded]:
    """Yield nodes that see each other with no line between them in the ledger, each pair once."""
    known = {
        frozenset((node, link.to)) for node, links in scene.topology.links.items() for link in links
    }
    for node in scene.inventory.targets:
        now = scene.target(node)
        names = now.facts.interfaces.names
        bound = (now.ports.get(port) for port in scene.topology.bound.get(node, ()))
        lines = {names[at] for at in bound if at is not None and at < len(names)}
        for one in now.neighbours:
            other = identify(scene, one)
            if other is None or other == node or one.interface is None or one.interface in lines:
                continue
            pair = frozenset((node, other))
            if pair not in known and _sees(scene, other, node):
                known.add(pair)
                yield Unrecorded((node, one.interface), (other, one.port))
