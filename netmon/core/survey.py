"""Find out what a target is and has: the conversation of the names lane, without I/O.

Stage 1 asks who it is, stage 2, where need be, what else tells one profile from another, stage 3
what the profiles that apply read, stage 4 what stage 3's rows are called. Each stage waits for the
one before; ``feed`` takes its replies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from netmon.core.decode import read_values
from netmon.core.found import Found
from netmon.core.identity import SYS_NAME, SYS_UP_TIME, identify, identity_oids
from netmon.core.lane import scalars_of
from netmon.core.match import SYS_DESCR, SYS_OBJECT_ID, further_probes, match_profiles
from netmon.core.neighbour import neighbours
from netmon.core.plan import (
    ENGINE_BOOTS,
    IF_NUMBER,
    IF_TABLE_LAST_CHANGE,
    Bound,
    compile_plan,
    counter_probe,
    find_interfaces,
    interface_table,
    silent_plan,
)
from netmon.core.row import rows_of
from netmon.model.inventory import Target
from netmon.model.oid import Oid
from netmon.model.plan import LanePlan, Surveyed
from netmon.model.profile import Group, Profile, Profiles
from netmon.model.reading import Facts, Interfaces, Reading, System, Told
from netmon.model.wire import Get, Peer, Reply, Request, Rows, Silence, Walk

_SYSTEM: Final = (
    SYS_UP_TIME,
    SYS_DESCR,
    SYS_OBJECT_ID,
    SYS_NAME,
    ENGINE_BOOTS,
    IF_NUMBER,
    IF_TABLE_LAST_CHANGE,
)
#: Columns walked at once: 12 columns × 5 rows fill a datagram of 1,472 octets.
_COLUMNS_AT_ONCE: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A survey under way: what to ask now, and what is known so far."""

    bound: Bound
    profiles: Profiles
    requests: tuple[Request, ...]
    matched: tuple[Profile, ...] = ()
    found: Found = field(default_factory=Found)
    stage: int = 1
    last_change: int | None = None  #: ifTableLastChange when the survey began

    def feed(self, replies: Sequence[Reply]) -> Survey | Surveyed:
        """Go on with the replies to ``requests``, in any order; a missing one counts as silence."""
        if self.stage == 1:
            return self._begun(replies)
        found = self.found.after(replies)
        if self.stage == 2:
            return self._matched(found)
        if self.stage == 3:
            return _named(replace(self, found=found))
        return _done(replace(self, found=found))

    def _begun(self, replies: Sequence[Reply]) -> Survey | Surveyed:
        silences = [reply.silence for reply in replies]
        if all(silence is not None for silence in silences):
            return _silent(self.bound.peer, next(iter(silences), None) or Silence.TIMEOUT)
        found = self.found.after(replies)
        probes = further_probes(self.profiles, found)
        if probes:
            request = Get(self.bound.peer, probes, "probes")
            return replace(self, requests=(request,), found=found, stage=2)
        return self._matched(found)

    def _matched(self, found: Found) -> Survey:
        """Go on to what the profiles read that apply."""
        matched = match_profiles(self.profiles, self.bound.target.profile, found)
        requests = _what_they_read(self.bound.peer, matched)
        return replace(
            self,
            requests=requests,
            matched=matched,
            found=found,
            stage=3,
            last_change=found.integer(IF_TABLE_LAST_CHANGE),
        )


def survey(
    peer: Peer, target: Target, profiles: Profiles, bound: frozenset[str] = frozenset()
) -> Survey:
    """Begin a survey.

    Args:
        peer: whom to ask.
        target: its entry in the inventory.
        profiles: all device knowledge.
        bound: names of its ports that carry lines: their counters are read.
    """
    requests: list[Request] = [Get(peer, _SYSTEM, "system")]
    if profiles.probes:
        requests.append(Get(peer, profiles.probes, "probes"))
    return Survey(Bound(peer, target, bound), profiles, tuple(requests))


def _silent(peer: Peer, silence: Silence) -> Surveyed:
    return Surveyed(System(), silent_plan(peer), Interfaces(), silent=silence)


# --- stage 3: what the profiles read --------------------------------------------------------------


def _what_they_read(peer: Peer, matched: Sequence[Profile]) -> tuple[Request, ...]:
    scalars, columns = identity_oids(matched)
    scalars += tuple(t.has for p in matched for t in p.alarms)
    requests: list[Request] = [Get(peer, scalars, "identity")] if scalars else []
    asked = dict.fromkeys((*columns, *_interface_columns(matched), *_neighbour_columns(matched)))
    parts: dict[Oid, str] = {}
    for group in (group for profile in matched for group in profile.groups):
        oids = tuple(dict.fromkeys(o for c in group.columns.values() for o in c.oids))
        if group.scalar and oids:
            requests.append(Get(peer, oids, group.name))
        elif oids:
            asked |= dict.fromkeys(oids)
            parts |= dict.fromkeys((_entry(o) for o in oids), group.name)
    return (*requests, *_walks(peer, asked, parts))


def _interface_columns(matched: Sequence[Profile]) -> list[Oid]:
    table = interface_table(matched)
    if table is None:
        return []
    high, _ = table.counters.get("in_octets", (None, None))
    return [*table.columns.values(), *(o for o in (high, table.discontinuity) if o is not None)]


def _neighbour_columns(matched: Sequence[Profile]) -> list[Oid]:
    tables = [p.neighbours for p in matched if p.neighbours is not None]
    return [oid for t in tables for oid in (*t.remote.values(), *t.local.values())]


def _entry(column: Oid) -> Oid:
    """Return the entry (row object) that a column belongs to."""
    return Oid(column[:-1])


def _walks(peer: Peer, columns: Iterable[Oid], parts: dict[Oid, str]) -> list[Request]:
    """Return walks of whole columns, those of one table together."""
    tables: dict[Oid, list[Oid]] = {}
    for column in sorted(set(columns)):
        tables.setdefault(_entry(column), []).append(column)
    walks: list[Request] = []
    for entry, oids in tables.items():
        part = parts.get(entry) or _KNOWN_TABLES.get(entry) or str(entry)
        walks += [
            Walk(peer, tuple(oids[at : at + _COLUMNS_AT_ONCE]), part)
            for at in range(0, len(oids), _COLUMNS_AT_ONCE)
        ]
    return walks


_KNOWN_TABLES: Final = {
    Oid.parse("1.3.6.1.2.1.2.2.1"): "ifTable",
    Oid.parse("1.3.6.1.2.1.31.1.1.1"): "ifXTable",
    Oid.parse("1.3.6.1.2.1.47.1.1.1.1"): "entPhysicalTable",
    Oid.parse("1.0.8802.1.1.2.1.3.7.1"): "lldpLocPortTable",
    Oid.parse("1.0.8802.1.1.2.1.4.1.1"): "lldpRemTable",
}


# --- stage 4: what the rows are called ------------------------------------------------------------


def _named(survey_: Survey) -> Survey | Surveyed:
    peer, found = survey_.bound.peer, survey_.found
    wanted: dict[Oid, None] = {}
    for profile in survey_.matched:
        scalars = scalars_of(profile)
        for group in profile.groups:
            if group.lookups and rows_of(replace(group, only=()), scalars, found):
                wanted |= dict.fromkeys(_lookup_columns(group))
    fresh = [oid for oid in wanted if oid not in found.columns]
    requests = _walks(peer, fresh, {})
    table = interface_table(survey_.matched)
    if table is not None:
        columns, rows = counter_probe(table, found)
        if rows:
            requests.append(Rows(peer, columns, rows, "ifTable"))
            if survey_.last_change is not None:
                requests.append(Get(peer, (IF_TABLE_LAST_CHANGE,), "ifTable"))
    if not requests:
        return _done(survey_)
    return replace(survey_, requests=tuple(requests), stage=4)


def _lookup_columns(group: Group) -> list[Oid]:
    return [oid for look in group.lookups for oid in (look.oid, look.climb) if oid is not None]


# --- the end --------------------------------------------------------------------------------------


def _done(survey_: Survey) -> Surveyed:
    found, matched = survey_.found, survey_.matched
    moved = found.integer(IF_TABLE_LAST_CHANGE) != survey_.last_change
    plan, names = compile_plan(survey_.bound, matched, found, moved=moved)
    table = interface_table(matched)
    interfaces = find_interfaces(table, found) if table else Interfaces()
    interfaces = replace(plan.interfaces.found, admin=interfaces.admin, oper=interfaces.oper)
    told = [n for p in matched if p.neighbours for n in neighbours(p.neighbours, found, interfaces)]
    return Surveyed(
        system=identify(matched, found),
        plan=plan,
        interfaces=interfaces,
        neighbours=tuple(told),
        readings=_readings(names, found),
        troubles=found.troubles,
        uptime_ticks=found.integer(SYS_UP_TIME),
        engine_boots=found.integer(ENGINE_BOOTS),
    )


def _readings(names: LanePlan, found: Found) -> tuple[Reading, ...]:
    """Read what hardly ever changes from what the survey has seen already."""
    if names.get is None:
        return ()
    cells = {
        column.child(*row): value
        for column, rows in found.columns.items()
        for row, value in rows.items()
    }
    values = [found.scalars.get(oid, cells.get(oid)) for oid in names.get.oids]
    return read_values(names, values)


def begin(surveyed: Surveyed, before: Facts | None = None) -> Facts:
    """Return what is known after a survey.

    The values that other lanes told before stay until those lanes are asked again: a survey is no
    reason for a gap.
    """
    names = Told(surveyed.readings, surveyed.troubles, surveyed.silent)
    if surveyed.silent is not None:
        return replace(before or Facts(), names=names)
    facts = Facts(
        system=surveyed.system,
        interfaces=surveyed.interfaces,
        names=names,
        uptime_ticks=surveyed.uptime_ticks,
        engine_boots=surveyed.engine_boots,
    )
    if before is None:
        return facts
    return replace(
        facts,
        interfaces=carried(before.interfaces, facts.interfaces),
        presence=before.presence,
        status=before.status,
        counters=before.counters,
    )


def carried(before: Interfaces, after: Interfaces) -> Interfaces:
    """Return ``after`` with the counters read before, by name; equal columns stay the same object.

    Whoever keeps label texts beside ``names`` may so go by identity.
    """
    if after.names == before.names:
        kept = replace(after, names=before.names, alias=_same(before.alias, after.alias))
        return replace(kept, counters=before.counters, discontinuity=before.discontinuity)
    at = {name: i for i, name in enumerate(before.names)}
    places = [at.get(name) for name in after.names]
    return replace(
        after,
        counters={
            name: [None if i is None else column[i] for i in places]
            for name, column in before.counters.items()
        },
        discontinuity=[None if i is None else before.discontinuity[i] for i in places]
        if before.discontinuity
        else [],
    )


def _same(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    return before if before == after else after
