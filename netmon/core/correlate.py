"""One real cause, one fault: say which bad thing another bad thing explains.

Suppress creation and never monitoring: an explained condition stays pending, is asked on, and is
raised by itself should it outlive its explanation.
"""

from __future__ import annotations

from netmon.core.confirm import is_raised, is_suspect
from netmon.core.scene import Scene
from netmon.core.topology import cut_off, cut_off_by_line, lines_of, reached
from netmon.model.condition import ConditionId, Key
from netmon.model.inventory import LineId, PortEnd, TargetId


def is_line_bad(scene: Scene, line: LineId) -> bool:
    """Say whether a line is down, believed or suspected."""
    held = scene.held(Key(f"line:{line}", ConditionId.LINE_DOWN))
    return is_suspect(held) or is_raised(held)


def is_silent(scene: Scene, node: TargetId) -> bool:
    """Say whether a node has not answered its last question."""
    return scene.target(node).misses > 0


def is_explained(scene: Scene, key: Key) -> bool:
    """Say whether a bad condition follows from another that is, or is becoming, a fault."""
    kind, _, name = key.subject.partition(":")
    if key.condition in (ConditionId.NODE_DOWN, ConditionId.AGENT_SILENT) and kind == "node":
        return _node_is_explained(scene, TargetId(name))
    if key.condition is ConditionId.LINE_DOWN:
        return _line_is_explained(scene, LineId(name))
    return False


def _node_is_explained(scene: Scene, node: TargetId) -> bool:
    """Say whether every way from the root to a silent node is broken before it.

    A node whose only line is down is explained by the line. One that has lost several at once is
    itself the cause, and explains them.
    """
    topology = scene.topology
    if node == topology.root or node not in reached(topology, _all, _all):
        return False  # an incomplete graph explains nothing
    own = {link.line for link in topology.links.get(node, ())}
    several = len(own) > 1

    def line_passes(line: LineId) -> bool:
        return (several and line in own) or not is_line_bad(scene, line)

    return node not in reached(
        topology, lambda other: other == node or not is_silent(scene, other), line_passes
    )


def _line_is_explained(scene: Scene, line: LineId) -> bool:
    """Say whether one of a line's ends is a silent node that has lost all of its several lines."""
    found = scene.inventory.lines.get(line)
    if found is None:
        return False
    ends = [end.node for end in (found.a, found.z) if isinstance(end, PortEnd)]
    return any(explains_its_lines(scene, node) for node in ends)


def explains_its_lines(scene: Scene, node: TargetId) -> bool:
    """Say whether a silent node is the likelier cause of the loss of all its lines."""
    links = scene.topology.links.get(node, ())
    if node == scene.topology.root or len(links) < 2 or not is_silent(scene, node):
        return False
    return all(is_line_bad(scene, link.line) or is_silent(scene, link.to) for link in links)


def consequences(scene: Scene, key: Key) -> frozenset[Key]:
    """Return the keys that a new fault explains, should they be open already."""
    kind, _, name = key.subject.partition(":")
    if key.condition is ConditionId.LINE_DOWN:
        nodes = cut_off_by_line(scene.topology, LineId(name))
    elif key.condition is ConditionId.NODE_DOWN and kind == "node":
        nodes = cut_off(scene.topology, TargetId(name))
        links = scene.topology.links.get(TargetId(name), ())
        if explains_its_lines(scene, TargetId(name)):
            own = {Key(f"line:{link.line}", ConditionId.LINE_DOWN) for link in links}
            return frozenset(own | _silences(nodes))
    else:
        return frozenset()
    return frozenset(_silences(nodes))


def _silences(nodes: frozenset[TargetId]) -> set[Key]:
    silent = (ConditionId.NODE_DOWN, ConditionId.AGENT_SILENT)
    return {Key(f"node:{node}", condition) for node in nodes for condition in silent}


def impact(scene: Scene, subject: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines that are out while a subject is, and the tenants they serve."""
    kind, _, name = subject.partition(":")
    lines: tuple[LineId, ...] = ()
    if kind == "line":
        behind = lines_of(scene.topology, cut_off_by_line(scene.topology, LineId(name)))
        lines = tuple(dict.fromkeys((LineId(name), *behind)))
    elif kind == "node":
        node = TargetId(name)
        lines = lines_of(scene.topology, {node} | cut_off(scene.topology, node))
    known = [scene.inventory.lines[line] for line in lines if line in scene.inventory.lines]
    tenants = dict.fromkeys(line.tenant for line in known if line.tenant)
    return tuple(line.id for line in known), tuple(tenants)


def _all(_: object) -> bool:
    return True
