"""Nodes and lines of a real network: namespaces, and between them veth pairs and bridges.

The bridges stand in a namespace of their own, the plant, where a line is cut without a hand laid on
a node: both ports lose their carrier, as when a fibre breaks. Nothing of it is to be seen from
outside, and everything goes with the namespaces.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Of every node: it passes packets on, goes by the routes that have a carrier, and is quiet.
_SETTINGS = {
    "net.ipv4.ip_forward": 1,
    "net.ipv4.conf.all.ignore_routes_with_linkdown": 1,
    "net.ipv4.conf.all.rp_filter": 0,
    "net.ipv4.conf.default.rp_filter": 0,
    "net.ipv6.conf.default.disable_ipv6": 1,
}
_PLANT = "plant"


@dataclass(frozen=True)
class End:
    """Where a line ends: a node and the name of its port there."""

    node: str
    port: str


@dataclass(frozen=True)
class Line:
    """A line, by its place in the plant."""

    place: int
    a: End
    z: End

    @property
    def ends(self) -> tuple[tuple[End, str], tuple[End, str]]:
        """Return both ends with their addresses."""
        at = 2 * self.place
        return (self.a, f"198.51.100.{at}"), (self.z, f"198.51.100.{at + 1}")

    def beyond(self, node: str) -> tuple[str, str]:
        """Return a node's port on the line, and the address at its other end."""
        (a, a_address), (z, z_address) = self.ends
        return (a.port, z_address) if a.node == node else (z.port, a_address)

    def sides(self) -> tuple[str, str]:
        """Return its two ports in the plant."""
        return f"p{self.place}a", f"p{self.place}z"


@dataclass
class Wires:
    """The network. First it is drawn (``node``, ``line``, ``way``), then built."""

    prefix: str = field(default_factory=lambda: f"netmon-{os.getpid()}")
    nodes: dict[str, str] = field(default_factory=dict)  #: addresses
    lines: dict[str, Line] = field(default_factory=dict)
    ways: list[tuple[str, str, str, int]] = field(default_factory=list)

    def node(self, name: str, address: str) -> None:
        self.nodes[name] = address

    def line(self, name: str, a: tuple[str, str], z: tuple[str, str]) -> None:
        self.lines[name] = Line(len(self.lines), End(*a), End(*z))

    def way(self, node: str, to: str, *lines: str) -> None:
        """Let a node send what is for another, or ``default``, over the first line that is up."""
        where = self.nodes.get(to, to)
        self.ways += [(node, where, line, 10 + cost) for cost, line in enumerate(lines)]

    def address(self, line: str) -> str:
        """Return the address at end Z of a line."""
        return self.lines[line].ends[1][1]

    # -- built ------------------------------------------------------------------------------------

    def space(self, node: str) -> str:
        """Return the name of a node's namespace."""
        return f"{self.prefix}-{node}"

    def build(self) -> None:
        for name in (_PLANT, *self.nodes):
            _run("ip", "netns", "add", self.space(name))
            settings = [f"{key}={value}" for key, value in _SETTINGS.items()]
            self.run(name, "sysctl", "-qw", *settings)
        for line in self.lines.values():
            self._lay(line)
        for node, address in self.nodes.items():
            self._ip(node, ["link set lo up", f"address add {address}/32 dev lo"])
            self._route(node)

    def _lay(self, line: Line, numbers: Mapping[End, int] | None = None) -> None:
        bridge, numbers = f"br{line.place}", numbers or {}
        self._ip(
            _PLANT, [f"link add {bridge} type bridge forward_delay 0", f"link set {bridge} up"]
        )
        for (end, address), side in zip(line.ends, line.sides(), strict=True):
            index = f"index {numbers[end]} " if end in numbers else ""
            pair = f"{end.port} {index}type veth peer name {side} netns {self.space(_PLANT)}"
            self._ip(end.node, [
                f"link add {pair}",
                f"address add {address}/31 dev {end.port}",
                f"link set dev {end.port} up",
            ])  # fmt: skip
        self._ip(_PLANT, [f"link set dev {side} master {bridge} up" for side in line.sides()])

    def _route(self, node: str) -> None:
        deeds = []
        for at, to, name, cost in self.ways:
            if at == node:
                port, beyond = self.lines[name].beyond(node)
                by = f"via {beyond} dev {port} src {self.nodes[node]} metric {cost}"
                deeds.append(f"route replace {to} {by}")
        self._ip(node, deeds)

    def _ip(self, node: str, deeds: Iterable[str]) -> None:
        batch = "".join(f"{deed}\n" for deed in deeds)
        _run("ip", "-n", self.space(node), "-batch", "-", given=batch)

    def raze(self) -> None:
        """Take everything down; whoever lives in a namespace is to be ended before."""
        for name in (_PLANT, *self.nodes):
            subprocess.run(["ip", "netns", "del", self.space(name)], check=False, stderr=-3)

    # -- in use -----------------------------------------------------------------------------------

    def inside(self, node: str, *words: str) -> list[str]:
        """Return a command as it is run on a node."""
        return ["ip", "netns", "exec", self.space(node), *words]

    def run(self, node: str, *words: str) -> str:
        """Run a command on a node; return what it said."""
        return _run(*self.inside(node, *words))

    def number(self, node: str, port: str) -> int:
        """Return a port's ifIndex."""
        [told] = json.loads(_run("ip", "-n", self.space(node), "-j", "link", "show", "dev", port))
        return int(told["ifindex"])

    def cut(self, *lines: str) -> None:
        """Let the light go out at both ends of lines."""
        self._light(lines, "down")

    def mend(self, *lines: str) -> None:
        self._light(lines, "up")

    def _light(self, lines: Iterable[str], state: str) -> None:
        sides = [side for name in lines for side in self.lines[name].sides()]
        self._ip(_PLANT, [f"link set dev {side} {state}" for side in sides])

    def power_off(self, node: str) -> None:
        """Let a node and the light on all its lines go out."""
        self.cut(*self._of(node))
        self._ip(node, [f"link set dev {port} down" for port in self._ports(node)])

    def power_on(self, node: str) -> None:
        self._ip(node, [f"link set dev {port} up" for port in self._ports(node)])
        self.mend(*self._of(node))
        self._route(node)

    def _of(self, node: str) -> list[str]:
        return [n for n, line in self.lines.items() if node in (line.a.node, line.z.node)]

    def _ports(self, node: str) -> list[str]:
        return [self.lines[name].beyond(node)[0] for name in self._of(node)]

    def renew(self, node: str, lines: Sequence[str]) -> None:
        """Make a node's ports on lines anew, counters at 0; each gets the next one's ifIndex."""
        ends = [next(e for e, _ in self.lines[n].ends if e.node == node) for n in lines]
        numbers = [self.number(node, end.port) for end in ends]
        given = dict(zip(ends, (*numbers[1:], numbers[0]), strict=True))
        for name in lines:
            line = self.lines[name]
            self._ip(_PLANT, [f"link del {name}" for name in (*line.sides(), f"br{line.place}")])
        for name in lines:
            self._lay(self.lines[name], given)
        for end in {e.node: e for n in lines for e, _ in self.lines[n].ends}.values():
            self._route(end.node)

    @contextmanager
    def losing(self, node: str, rule: str) -> Iterator[None]:
        """Let a node lose packets by a match of iptables, before it sees or passes them."""
        words = ["iptables", "-t", "raw", "-A", "PREROUTING", *shlex.split(rule), "-j", "DROP"]
        self.run(node, *words)
        try:
            yield
        finally:
            words[3] = "-D"
            self.run(node, *words)

    def lost(self, node: str) -> int:
        """Return how many packets a node has lost by the rules of ``losing``."""
        told = self.run(node, "iptables", "-t", "raw", "-nvxL", "PREROUTING").splitlines()[2:]
        return sum(int(rule.split()[0]) for rule in told)


def _run(*words: str, given: str | None = None) -> str:
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{shlex.join(words)}\n{given or ''}{done.stdout}{done.stderr}")
    return done.stdout
