"""One real cause, one fault: say which bad thing another bad thing explains.

Suppress creation and never monitoring: an explained condition stays pending, is asked on, and is
raised by itself should it outlive its explanation. Whoever cannot be told apart from a neighbour is
explained by it; nobody is explained by an incomplete graph.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netmon.core.checks.line import DOWN, carrier_of, ends_of, is_down, is_proved
from netmon.core.confirm import is_raised
from netmon.core.cuts import severed
from netmon.core.impact import cores_of, lines_out, taken_by
from netmon.core.life import is_answering, is_dead, is_starting
from netmon.core.scene import Scene
from netmon.core.topology import connected, cut_off, cut_off_by_line, ways_in, whole_net
from netmon.model.condition import ConditionId, Held, Key
from netmon.model.inventory import Line, LineId, PortEnd, TargetId
from netmon.model.policy import HoldDown, Quorum
from netmon.model.reading import Lane
from netmon.model.topology import Link
from netmon.model.world import TargetNow

_SILENCES: Final = (ConditionId.NODE_DOWN, ConditionId.AGENT_SILENT)

#: After its hold-down a suspicion waits so long for fresh evidence of its neighbours: a question
#: that is asked at once and tried three times takes 4.5 s.
EVIDENCE_WITHIN: Final = timedelta(seconds=12)
#: A ping that nobody answers is given up after so long.
_ON_ITS_WAY: Final = timedelta(seconds=1)
#: A poll that a trap caused comes within this time.
HINT_LASTS: Final = timedelta(seconds=10)
#: A node's ports are seen going down by so much earlier than its silence is, at the most.
_CLEARLY: Final = timedelta(seconds=10)
#: What began earlier than this before its supposed cause is a matter of its own.
_TOGETHER: Final = timedelta(minutes=2)


def is_explained(scene: Scene, key: Key, *, apart: bool = False) -> bool:
    """Say whether a bad condition follows from another that is, or is becoming, a fault.

    Args:
        scene: the present.
        key: the condition.
        apart: leave aside that a subject which flaps explains what it does meanwhile.
    """
    kind, _, name = key.subject.partition(":")
    if key.condition in _SILENCES and kind in ("node", "device"):
        return is_dead(scene.target(TargetId(name))) and _target_is_explained(scene, TargetId(name))
    if key.condition is ConditionId.LINE_DOWN or is_carried(scene, key):
        flap = None if apart else scene.flap(key.subject)
        return (flap is not None and flap.flapping) or _line_is_explained(scene, LineId(name))
    return False


def is_carried(scene: Scene, key: Key) -> bool:
    """Say whether a line is called degraded because it is down and another carries its service."""
    if key.condition is not ConditionId.LINE_DEGRADED:
        return False
    line = scene.inventory.lines.get(LineId(key.subject.partition(":")[2]))
    if line is None or line.group is None:
        return False
    if is_down(scene, line):
        return carrier_of(scene, line) is not None
    fault = scene.open_fault(key)
    return fault is not None and "carrier" in fault.params


def hold_of(scene: Scene, key: Key) -> HoldDown:
    """Return for how long, and how often, a condition must be seen before it is believed.

    A trap and the poll that it caused are two witnesses: then nobody waits.
    """
    rule = scene.inventory.policy.rule(key.condition)
    if is_carried(scene, key):
        rule = scene.inventory.policy.rule(ConditionId.LINE_DOWN)
    elif key.condition is not ConditionId.LINE_DOWN:
        return rule.hold
    if rule.hold.raise_after and is_hinted(scene, LineId(key.subject.partition(":")[2])):
        return replace(rule.hold, raise_after=timedelta(0), raise_quorum=Quorum())
    return rule.hold


def is_hinted(scene: Scene, line: LineId) -> bool:
    """Say whether somebody spoke of a port of a line a moment ago."""
    found = scene.inventory.lines.get(line)
    ends = () if found is None else (found.a, found.z)
    return any(isinstance(end, PortEnd) and _spoken_of(scene, end) for end in ends)


def _spoken_of(scene: Scene, end: PortEnd) -> bool:
    node = scene.target(end.node)
    if not node.hints:
        return False
    at = node.ports.get(end.interface)
    names = node.facts.interfaces.names
    spoken_at = node.hints.get(names[at]) if at is not None and at < len(names) else None
    return spoken_at is not None and scene.now - spoken_at <= HINT_LASTS


def is_evident(scene: Scene, key: Key, held: Held) -> bool:
    """Say whether all that might explain a suspicion has been asked since it arose.

    The freshness barrier: nobody is judged by what was true of their neighbours before they fell.
    It does not hold for ever, for a neighbour may never answer.
    """
    hold = hold_of(scene, key)
    if scene.now - held.since >= hold.raise_after + EVIDENCE_WITHIN:
        return True
    kind, _, name = key.subject.partition(":")
    if key.condition is ConditionId.NODE_DOWN and kind in ("node", "device"):
        return _is_target_evident(scene, TargetId(name), held.since)
    if key.condition is ConditionId.LINE_DOWN or is_carried(scene, key):
        ripe_at = held.since + hold.raise_after
        return _is_line_evident(scene, LineId(name), held.since, ripe_at)
    return True


# --- targets --------------------------------------------------------------------------------------


def _target_is_explained(scene: Scene, target: TargetId) -> bool:
    """Say whether every way to a dead target is broken before it.

    A node whose only way in is a line that is down is explained by the line. One that has lost
    several at once is itself the cause, and explains them.
    """
    if scene.all_dead:
        return True
    root = scene.topology.root
    if root is None or target == root:
        return False
    if _blocks(scene, root):
        return True
    if target not in connected(scene.topology):
        return False
    ways = _ways(scene, target)
    return not ways or _is_its_line(scene, target, ways)


def _is_its_line(scene: Scene, node: TargetId, ways: list[Link]) -> bool:
    """Say whether the one way that a dead node still had is a line that is down.

    A line that was down before the node fell silent was no way any more.
    """
    key = Key(scene.inventory.targets[node].ref, ConditionId.NODE_DOWN)
    held = scene.held(key)
    silent_since = held.first_bad if held is not None and held.first_bad else scene.now
    left = [way for way in ways if not _was_down(scene, way.line, silent_since)]
    return len(left) == 0 or (len(left) == 1 and is_line_bad(scene, left[0].line))


def _was_down(scene: Scene, line: LineId, before: datetime) -> bool:
    """Say whether a line was down clearly before an instant."""
    flap = scene.flap(f"line:{line}")
    if flap is None or flap.is_up is not False or flap.since is None:
        return False
    bad = (ConditionId.LINE_DOWN, ConditionId.LINE_DEGRADED)
    if not any(is_raised(scene.held(Key(f"line:{line}", condition))) for condition in bad):
        return False  # it was down because something else was
    return flap.since + _CLEARLY <= before


def _ways(scene: Scene, node: TargetId) -> list[Link]:
    """Return a node's links to neighbours that let traffic through."""
    links = ways_in(scene.topology, node)
    return [link for link in links if not _blocks(scene, link.to)]


def _blocks(scene: Scene, node: TargetId) -> bool:
    """Say whether nothing gets through a node: it is dead, or starting.

    A dead agent may pass traffic on: one behind it that answers proves it.
    """
    now = scene.target(node)
    if not is_dead(now):
        return is_starting(now, scene.now, scene.watched_since)
    held = scene.held(Key(scene.inventory.targets[node].ref, ConditionId.NODE_DOWN))
    since = held.first_bad if held and held.first_bad else scene.watched_since
    behind = cut_off(scene.topology, node)
    return not any(_answered_since(scene, other, since) for other in scene.answering(behind))


def _answered_since(scene: Scene, target: TargetId, since: datetime | None) -> bool:
    now = scene.target(target)
    if not is_answering(now) or now.last_reply_at is None:
        return False
    return since is None or now.last_reply_at > since


def _is_target_evident(scene: Scene, target: TargetId, since: datetime) -> bool:
    if scene.pinging and not _is_ping_fresh(scene.target(target), since):
        return False
    topology = scene.topology
    links = ways_in(topology, target)
    if links and target != topology.root and target in connected(topology):
        return all(_is_way_fresh(scene, link, since) for link in links)
    if topology.root is not None and target != topology.root:
        return _is_fresh(scene, topology.root, since)
    others = (other for other in scene.inventory.targets if other != target)
    return any(_answered_since(scene, other, since) for other in others)


def _is_ping_fresh(now: TargetNow, since: datetime) -> bool:
    """Say whether ICMP was asked since then; what was on its way then says nothing."""
    if now.ping is None or now.pinged_at is None:
        return False
    return now.pinged_at >= since + _ON_ITS_WAY


def _is_way_fresh(scene: Scene, link: Link, since: datetime) -> bool:
    if not _is_fresh(scene, link.to, since):
        return False
    return is_line_bad(scene, link.line) or _has_told_ports(scene, link.to, since)


def _has_told_ports(scene: Scene, target: TargetId, since: datetime) -> bool:
    """Say whether a target has told of its ports since then, if it can."""
    now = scene.target(target)
    polled = now.polled_at.get(Lane.STATUS)
    if polled is None:
        return not is_answering(now) or not now.facts.interfaces.names
    return not is_answering(now) or polled >= since


def _is_fresh(scene: Scene, target: TargetId, since: datetime) -> bool:
    """Say whether it is known how a target is: it has been silent, or given a sign of life."""
    now = scene.target(target)
    if now.misses and now.ping and now.pinged_at is not None:
        return not now.ping_misses and now.pinged_at >= since
    return now.misses > 0 or _answered_since(scene, target, since)


# --- lines ----------------------------------------------------------------------------------------


def is_line_bad(scene: Scene, line: LineId) -> bool:
    """Say whether a line is down: believed, or by the latest evidence."""
    if is_raised(scene.held(Key(f"line:{line}", ConditionId.LINE_DOWN))):
        return True
    if is_carried(scene, Key(f"line:{line}", ConditionId.LINE_DEGRADED)):
        return True
    found = scene.inventory.lines.get(line)
    return found is not None and is_down(scene, found)


def _line_is_explained(scene: Scene, line: LineId) -> bool:
    """Say whether one of a line's ends is a node that is dead for all its lines, or starting."""
    if scene.all_dead:
        return True
    return any(
        explains_its_lines(scene, node)
        or is_starting(scene.target(node), scene.now, scene.watched_since)
        for node in _ends(scene, line)
    )


def _ends(scene: Scene, line: LineId) -> list[TargetId]:
    found = scene.inventory.lines.get(line)
    if found is None:
        return []
    return [end.node for end in (found.a, found.z) if isinstance(end, PortEnd)]


def explains_its_lines(scene: Scene, node: TargetId) -> bool:
    """Say whether a dead node is itself the cause, and so of its lines' being down as well.

    One that is believed to be stays it, however many ways to it are left by what befalls others.
    """
    if node == scene.topology.root or not is_dead(scene.target(node)):
        return False
    if node not in connected(scene.topology):
        return False
    if _is_root_fault(scene, node):
        return True
    ways = _ways(scene, node)
    return bool(ways) and not _is_its_line(scene, node, ways)


def _is_root_fault(scene: Scene, node: TargetId) -> bool:
    key = Key(scene.inventory.targets[node].ref, ConditionId.NODE_DOWN)
    fault = scene.open_fault(key) if is_raised(scene.held(key)) else None
    return fault is not None and fault.root is None


def _is_line_evident(scene: Scene, line: LineId, since: datetime, ripe_at: datetime) -> bool:
    """Say whether both ends were asked, and, of a dead end, those it might be reached by.

    An end that answers has also told of its ports when the suspicion was ripe: it is not decided by
    what they were before. Where only the far end's silence speaks against a line, it must have been
    asked often enough; and so must the line that carries its service meanwhile.
    """
    found = scene.inventory.lines.get(line)
    if found is not None and not _is_heard_out(scene, found, since):
        return False
    for node in _ends(scene, line):
        if found is not None and _hangs_on(scene, node, found):
            continue
        if not _is_fresh(scene, node, since) or not _has_told_ports(scene, node, ripe_at):
            return False
        links = ways_in(scene.topology, node)
        dead = is_dead(scene.target(node))
        if dead and not all(_is_fresh(scene, link.to, since) for link in links):
            return False
    return True


def _hangs_on(scene: Scene, node: TargetId, line: Line) -> bool:
    """Say whether a line that its other port calls down is the only way to a node.

    Then the node's silence is the line's, whatever it is of, and nobody need wait for it.
    """
    if node not in connected(scene.topology):
        return False
    ends = ends_of(scene, line)
    other = ends.a if node != line.a.node else ends.z
    ways = ways_in(scene.topology, node)
    return other is not None and other.oper in DOWN and [way.line for way in ways] == [line.id]


def _is_heard_out(scene: Scene, line: Line, since: datetime) -> bool:
    if not is_proved(ends_of(scene, line), scene.line(line.id)):
        return False
    carrier = carrier_of(scene, line)
    if carrier is None:
        return True
    other = scene.inventory.lines[carrier]
    polled = scene.target(other.a.node).polled_at.get(Lane.STATUS)
    if polled is None or polled < since:
        return False
    known = scene.line(carrier)
    return not known.pings or (known.far_at is not None and known.far_at >= since)


# --- what follows ---------------------------------------------------------------------------------


def consequences(scene: Scene, key: Key) -> frozenset[Key]:
    """Return the keys that a new fault may explain, should they be open already."""
    kind, _, name = key.subject.partition(":")
    if key.condition is ConditionId.NETMON_ISOLATED:
        return frozenset(
            Key(t.ref, ConditionId.NODE_DOWN) for t in scene.inventory.targets.values()
        )
    if key.condition is ConditionId.LINE_FLAPPING:
        same = (ConditionId.LINE_DOWN, ConditionId.LINE_DEGRADED)
        return frozenset(Key(key.subject, condition) for condition in same)
    if key.condition is ConditionId.LINE_DOWN or is_carried(scene, key):
        return frozenset(_silences(scene, cut_off_by_line(scene.topology, LineId(name))))
    if key.condition is not ConditionId.NODE_DOWN or kind not in ("node", "device"):
        return frozenset()
    node = TargetId(name)
    own = {Key(key.subject, c) for c in (ConditionId.AGENT_SILENT, ConditionId.NO_DATA)}
    behind = cut_off(scene.topology, node)
    if node == scene.topology.root:
        behind = frozenset(scene.inventory.targets) - {node}
    links = scene.topology.links.get(node, ())
    lines = {Key(f"line:{link.line}", ConditionId.LINE_DOWN) for link in links}
    return frozenset(own | lines | _silences(scene, behind))


def is_consequence(scene: Scene, key: Key, began_at: datetime, root: Key, since: datetime) -> bool:
    """Say whether an open fault that may follow from another does, and began with it."""
    if began_at < since - _TOGETHER:
        return False
    return key.subject == root.subject or is_explained(scene, key)


def _silences(scene: Scene, nodes: frozenset[TargetId]) -> set[Key]:
    targets = [scene.inventory.targets[n] for n in nodes if n in scene.inventory.targets]
    return {Key(target.ref, condition) for target in targets for condition in _SILENCES}


def impact(scene: Scene, subject: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines that are out while a subject is, and the tenants they serve."""
    kind = subject.partition(":")[0]
    taken = taken_by(scene.inventory, subject) if kind in ("line", "node") else None
    if taken is None:
        return (), ()
    net, cores = whole_net(scene.topology), cores_of(scene.inventory)
    cut = severed(net, taken.nodes, taken.lines, cores)
    out = lines_out(scene.topology, taken, cut)
    known = [scene.inventory.lines[line] for line in out if line in scene.inventory.lines]
    tenants = dict.fromkeys(line.tenant for line in known if line.tenant)
    return tuple(line.id for line in known), tuple(tenants)
