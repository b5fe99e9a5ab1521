"""Propose a profile for what a recording shows and no profile reads yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from netmon.core.match import SYS_DESCR, SYS_OBJECT_ID
from netmon.core.poll_once import PolledTarget, PollOnce, poll_once
from netmon.core.proposal.identity import (
    ENTERPRISES,
    GENERIC,
    enterprise_of,
    identity_lines,
    match_lines,
    vendor_of,
)
from netmon.core.proposal.judge import Subject, judge
from netmon.core.proposal.seen import Seen, asked
from netmon.core.proposal.shape import Found, ScalarSeen, TableSeen, shapes
from netmon.core.proposal.table import draft_table, known_names
from netmon.core.proposal.yaml_text import remark, scalar
from netmon.core.text import text
from netmon.locale import tr
from netmon.model.inventory import Name, Role, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.profile import Profiles
from netmon.model.wire import Credential, Peer, Value, Version

_STANDARD: Final = Oid.parse("1.3.6.1.2.1")
#: Subtrees below mib-2 that tell of devices, and which some profile need not have read.
_DEVICES: Final = {33: "UPS-MIB", 43: "Printer-MIB", 105: "POWER-ETHERNET-MIB"}
_MOST_SCALARS: Final = 150  #: readings of scalars in one subtree
_WORD: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A profile's text, and how much of it is read."""

    id: str
    text: str
    readings: int  #: objects that are active in it
    tables: int
    left_out: int  #: tables of which there is a remark alone


@dataclass(slots=True)
class _Body:
    scalars: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)  #: scalars
    tables: list[str] = field(default_factory=list)
    left_out: list[tuple[TableSeen, str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    readings: int = 0
    drafted: int = 0


def propose(
    records: Sequence[tuple[Oid, int, Value]], profiles: Profiles, id_: str | None = None
) -> Proposal:
    """Return a profile that reads what the profiles there are do not.

    Args:
        records: the recording, ascending: instance, BER tag, value.
        profiles: all device knowledge so far.
        id_: the new profile's; None = made of sysDescr.
    """
    seen = Seen.of(records)
    proposed = _Proposer(seen, profiles)
    body = proposed.body()
    name = id_ or _id_of(seen, profiles)
    lines = [*_heading(seen, name, proposed.matched, body), *proposed.head()]
    if body.scalars:
        active = any(line.startswith("  - ") for line in body.scalars)
        lines += ["scalars:" if active else "# scalars:", *body.scalars]
    if body.tables:
        lines += ["tables:", *body.tables]
    lines += body.remarks
    return Proposal(name, "\n".join(lines) + "\n", body.readings, body.drafted, len(body.left_out))


class _Proposer:
    def __init__(self, seen: Seen, profiles: Profiles) -> None:
        self._seen = seen
        self.matched, self._instances, self._columns = _read_already(seen, profiles)
        self._vendor = vendor_of(seen)
        self._known = known_names(seen)
        self._shapes = {root: list(shapes(seen, root)) for root in self._roots()}

    def _roots(self) -> list[Oid]:
        """Return the subtrees to draft: the vendor's first, then other enterprises', then MIBs."""
        lo, hi = self._seen.span(ENTERPRISES)
        numbers = [arc for arc, _, _ in self._seen.children(lo, hi, len(ENTERPRISES))]
        own = sorted((n for n in numbers if n not in GENERIC), key=lambda n: (n != self._vendor, n))
        standard = [_STANDARD.child(n) for n in _DEVICES]
        read = (*self._instances, *self._columns)
        unread = [root for root in standard if not any(map(root.covers, read))]
        return [*(ENTERPRISES.child(n) for n in own), *unread]

    def head(self) -> Iterator[str]:
        """Yield ``match:`` and ``identity:``."""
        own = [s for root, found in self._shapes.items() if ENTERPRISES.covers(root) for s in found]
        vendor = self._vendor
        scalars = [s.oid for s in own if isinstance(s, ScalarSeen)]
        yield from match_lines(self._seen, scalars)
        mine = [s for s in own if vendor is None or enterprise_of(s.oid) == vendor]
        yield from identity_lines(self._seen, mine, vendor)

    def body(self) -> _Body:
        """Return what is read, and remarks about what is not."""
        body = _Body()
        for root, found in self._shapes.items():
            self._scalars(body, root, found)
            for shape in found:
                if isinstance(shape, TableSeen):
                    self._table(body, shape, force=False)
        if not body.readings:
            for table, _, _ in sorted(body.left_out, key=lambda left: left[0].count):
                if not body.readings:
                    self._table(body, table, force=True)
        body.remarks = [*_left_out(body), *self._elsewhere()]
        return body

    def _scalars(self, body: _Body, root: Oid, found: Sequence[Found]) -> None:
        count = 0
        for shape in found:
            if not isinstance(shape, ScalarSeen) or self._is_read(shape.oid):
                continue
            tail = self._short(shape.oid).removesuffix("_0")
            while f"s{tail}" in body.named:
                tail += "_0"
            body.named.add(f"s{tail}")
            sensor = tail.lstrip("em").replace("_", ".") or "value"
            entry = judge(Subject(f"s{tail}", shape.oid, shape.tag, (shape.value,), sensor))
            if entry is None:
                continue
            count += entry.active
            if count > _MOST_SCALARS:
                more = tr("and more scalars below {oid}", oid=root)
                body.scalars.append(f"  # {more}")
                return
            body.readings += entry.active
            body.scalars += entry.lines("  ")

    def _table(self, body: _Body, table: TableSeen, *, force: bool) -> None:
        name = f"t{self._short(table.oid)}"
        draft = draft_table(table, name, self._columns, self._known, force=force)
        if draft.lines:
            body.tables += draft.lines
            body.readings += draft.readings
            body.drafted += 1
            body.left_out = [left for left in body.left_out if left[0] is not table]
        elif draft.left_out and not force:
            body.left_out.append((table, name, draft.left_out))

    def _short(self, oid: Oid) -> str:
        """Return the arcs that tell an object from others in this profile."""
        if self._vendor is not None and enterprise_of(oid) == self._vendor:
            return "_".join(map(str, oid[len(ENTERPRISES) + 1 :]))
        root, mark = (ENTERPRISES, "e") if ENTERPRISES.covers(oid) else (_STANDARD, "m")
        return mark + "_".join(map(str, oid[len(root) :]))

    def _is_read(self, oid: Oid) -> bool:
        return oid in self._instances or Oid(oid[:-1]) in self._columns

    def _elsewhere(self) -> list[str]:
        """Return remarks on what stands in other subtrees and is not drafted."""
        told = []
        lo, hi = self._seen.span(_STANDARD)
        for arc, first, behind in self._seen.children(lo, hi, len(_STANDARD)):
            root = _STANDARD.child(arc)
            if root not in self._shapes and behind - first > 1:
                told.append(f"{root} ({behind - first})")
        for number in sorted(GENERIC):
            first, behind = self._seen.span(ENTERPRISES.child(number))
            if behind > first:
                told.append(f"{ENTERPRISES.child(number)} ({behind - first})")
        line = tr("Not looked at (values): {what}", what=", ".join(told))
        return [f"# {line}"] if told else []


def _left_out(body: _Body) -> list[str]:
    if not body.left_out:
        return []
    title = tr("Tables left out:")
    lines = [f"# {title}"]
    for table, name, why in body.left_out:
        size = tr("{rows} rows × {columns} columns", rows=table.count, columns=len(table.columns))
        lines.append(f"#   {name} {table.oid}: {size}: {why}")
    return lines


def _read_already(
    seen: Seen, profiles: Profiles
) -> tuple[tuple[str, ...], frozenset[Oid], frozenset[Oid]]:
    """Return the profiles that apply, and the instances and columns that they read."""
    peer = Peer("recording", "192.0.2.1", 161, Credential("", Version.V2C))
    target = Target(
        TargetId("recording"), "device", Name("", ""), SiteId(""), Role.OTHER,
        peer.address, peer.credential, ports="none",
    )  # fmt: skip
    stage: PollOnce | PolledTarget = poll_once(peer, target, profiles)
    instances: set[Oid] = set()
    columns: set[Oid] = set()
    while not isinstance(stage, PolledTarget):
        got, walked = asked(stage.requests)
        instances |= got
        columns |= walked
        stage = stage.feed(seen.answer(stage.requests))
    return stage.surveyed.plan.profiles, frozenset(instances), frozenset(columns)


def _id_of(seen: Seen, profiles: Profiles) -> str:
    """Return an id made of sysDescr's first words, or of the enterprise's number."""
    words = _WORD.findall(text(seen.value(SYS_DESCR)).lower())[:2]
    told = seen.value(SYS_OBJECT_ID)
    number = enterprise_of(told) if isinstance(told, Oid) else None
    name = "-".join(words)[:32].strip("-") or f"enterprise-{number or 'none'}"
    while name in profiles:
        name += "-2"
    return name


def _heading(seen: Seen, name: str, matched: Sequence[str], body: _Body) -> Iterator[str]:
    title = tr("A proposal made of a recording; it reads {n} objects. Check:", n=body.readings)
    yield f"# {title}"
    for text_ in (
        tr("scale and unit: a number behind # is what was seen; count means: nobody knows yet"),
        tr("states: write what each value means and how bad it is, also values not seen"),
        tr("sentinels: values that mean not there go to invalid: or absent:"),
        tr("names: sensor: is what people read; delete what nobody needs"),
    ):
        yield f"# - {text_}"
    if matched:
        already = tr("Read already by: {profiles}", profiles=", ".join(matched))
        yield f"# {already}"
    yield f"profile: {scalar(name)}"
    descr = remark(text(seen.value(SYS_DESCR)))
    if descr:
        yield f"# sysDescr: {descr}"
