"""Root causes on random graphs: what really failed is raised, what is well never is.

Links show a loss of signal at both living ends, as fibres do. What cannot be told apart counts as
right either way: a node with one live way in that dies looks like that line's cut.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.inventory import Role
from tests.acceptance.district import inventory, target, trunk
from tests.acceptance.timeline import Story


@dataclass(frozen=True)
class Net:
    """Nodes 0 … n−1, of which 0 is where netmon is; and links between them."""

    nodes: int
    links: tuple[tuple[int, int], ...]


@st.composite
def nets(draw):
    nodes = draw(st.integers(3, 8))
    links = [(draw(st.integers(0, n - 1)), n) for n in range(1, nodes)]
    for _ in range(draw(st.integers(0, 4))):
        a, z = draw(st.integers(0, nodes - 1)), draw(st.integers(0, nodes - 1))
        if a != z:
            links.append((min(a, z), max(a, z)))
    return Net(nodes, tuple(links))


@st.composite
def failures(draw):
    net = draw(nets())
    dead = draw(st.sets(st.integers(1, net.nodes - 1), max_size=2))
    cut = draw(st.sets(st.integers(0, len(net.links) - 1), max_size=2))
    if not dead and not cut:
        dead = {net.nodes - 1}
    return net, frozenset(dead), frozenset(cut), draw(st.floats(0, 40))


def story_of(net: Net) -> Story:
    whole = inventory(monitor=None)
    names = [f"n-{i}" for i in range(net.nodes)]
    targets = {
        n: target(n, "node", Role.ACCESS, address=f"127.1.0.{i + 1}") for i, n in enumerate(names)
    }
    lines = {f"T-{i}": trunk(f"T-{i}", names[a], names[z]) for i, (a, z) in enumerate(net.links)}
    return Story(replace(whole, targets=targets, lines=lines, monitor="n-0"))


def reached(net: Net, dead: frozenset[int], cut: frozenset[int]) -> set[int]:
    seen, queue = {0}, deque([0])
    while queue:
        node = queue.popleft()
        for i, (a, z) in enumerate(net.links):
            if i in cut or node not in (a, z):
                continue
            other = z if node == a else a
            if other not in seen and other not in dead:
                seen.add(other)
                queue.append(other)
    return seen


@settings(max_examples=30)
@given(failures())
def test_every_cause_is_raised_and_nothing_well_is(case):
    net, dead, cut, late_s = case
    story = story_of(net)
    names = [f"n-{i}" for i in range(net.nodes)]
    story.at(min=2).power_off(*(names[i] for i in sorted(dead)))
    story.at(min=2, s=late_s).cut(*(f"T-{i}" for i in sorted(cut)))
    story.tell(min=8)
    raised = {e.subject for e in story.events() if e.kind == "fault_raised"}
    alive = reached(net, dead, cut)
    for i, name in enumerate(names):
        if i in alive:
            assert f"node:{name}" not in raised, story.log()
            assert story.state(f"node:{name}") == "up"
        else:
            assert story.state(f"node:{name}") in ("down", "unreachable"), story.log()
    assert blamed(net, raised) <= cut | behind(net, dead), story.log()
    assert cut_among(net, alive, cut) <= blamed(net, raised), story.log()
    for i in dead:
        ways = ways_in(net, i, alive)
        assert not ways or f"node:{names[i]}" in raised or ways & blamed(net, raised), story.log()
    story.check()


def blamed(net: Net, raised: set[str]) -> set[int]:
    """Return the links of which a fault was raised."""
    return {i for i in range(len(net.links)) if f"line:T-{i}" in raised}


def behind(net: Net, dead: frozenset[int]) -> set[int]:
    """Return the links that end on a dead node."""
    return {i for i, ends in enumerate(net.links) if set(ends) & dead}


def cut_among(net: Net, alive: set[int], cut: frozenset[int]) -> set[int]:
    """Return the cuts that both ends live to tell of."""
    return {i for i in cut if set(net.links[i]) <= alive}


def ways_in(net: Net, node: int, alive: set[int]) -> set[int]:
    """Return the links between a node and the living."""
    return {i for i, ends in enumerate(net.links) if node in ends and set(ends) - {node} <= alive}


@settings(max_examples=20)
@given(failures())
def test_after_full_recovery_nothing_is_left_open(case):
    net, dead, cut, late_s = case
    story = story_of(net)
    names = [f"n-{i}" for i in range(net.nodes)]
    story.at(min=2).power_off(*(names[i] for i in sorted(dead)))
    story.at(min=2, s=late_s).cut(*(f"T-{i}" for i in sorted(cut)))
    story.at(min=6).power_on(*(names[i] for i in sorted(dead)), ports_after_s=20)
    story.at(min=6, s=late_s).mend(*(f"T-{i}" for i in sorted(cut)))
    story.tell(min=5.9)
    before = {e.id for e in story.events() if e.kind == "fault_raised"}
    story.tell(min=22)
    assert story.faults() == []
    later = [
        e
        for e in story.events()
        if e.kind == "fault_raised"
        and e.id not in before
        and e.data["condition"] != "node_rebooted"
    ]
    assert later == [], story.log()
    assert all(t.state == "restored" for t in story.tickets())
    assert {str(n.state) for n in story.world.targets.values()} == {"up"}
    assert {str(n.state) for n in story.world.lines.values()} == {"up"}
    story.check()


@settings(max_examples=20)
@given(nets(), st.data())
def test_one_failure_is_one_fault(net, data):
    story = story_of(net)
    names = [f"n-{i}" for i in range(net.nodes)]
    if data.draw(st.booleans()):
        story.at(min=2).power_off(names[data.draw(st.integers(1, net.nodes - 1))])
    else:
        story.at(min=2).cut(f"T-{data.draw(st.integers(0, len(net.links) - 1))}")
    story.tell(min=8)
    assert len([e for e in story.events() if e.kind == "fault_raised"]) == 1, story.log()
    assert len(story.tickets()) == 1
