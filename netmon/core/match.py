"""Which profiles apply to a target, the most general first.

Several may: the standard MIBs that the agent answers, and the vendor's. Where two tell the same
thing, the more specific one is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

from netmon.core.found import Found
from netmon.core.text import text
from netmon.model.oid import Oid
from netmon.model.profile import Match, Profile, ProfileId, Profiles
from netmon.model.reading import System
from netmon.model.wire import Value

SYS_DESCR = Oid.parse("1.3.6.1.2.1.1.1.0")
SYS_OBJECT_ID = Oid.parse("1.3.6.1.2.1.1.2.0")

#: How much a clause says: arcs of sysObjectID count one each; a ``has`` is a standard MIB's.
_DESCR_WEIGHT = 64
_HAS_WEIGHT = 1


class Reason(NamedTuple):
    """Why a profile applies to a device."""

    kind: Literal["object_id", "descr", "has", "always", "named"]
    what: str = ""  #: the subtree, the words or the scalar by which it was recognised


def reason(profile: Profile, system: System) -> Reason:
    """Return why a profile that applies does; ``named``: because the inventory says so."""
    if profile.always:
        return Reason("always")
    told: dict[Oid, Value] = {oid: b"" for clause in profile.match for oid in clause.has}
    told |= {SYS_DESCR: (system.descr or "").encode(), SYS_OBJECT_ID: system.object_id}
    found = Found({oid: value for oid, value in told.items() if value is not None})
    best = max(profile.match, key=lambda clause: _weigh(clause, found), default=None)
    if best is None or _weigh(best, found) < 0:
        return Reason("named")
    if best.object_ids:
        return Reason("object_id", str(longest_cover(best.object_ids, system.object_id)))
    if best.contains or best.regex:
        descr = system.descr or ""
        said = [word for word in best.contains if word.lower() in descr.lower()]
        said += [hit[0] for pattern in best.regex if (hit := pattern.search(descr))]
        return Reason("descr", next(iter(said), ""))
    return Reason("has", " | ".join(map(str, best.has)))


def match_profiles(profiles: Profiles, wanted: str, found: Found) -> tuple[Profile, ...]:
    """Return the profiles that apply, the most general first.

    Args:
        profiles: all there are.
        wanted: ``auto``, or the id of the one to use whatever the device says of itself; the
            standard MIBs apply all the same.
        found: the system group, ``profiles.probes`` and ``further_probes`` as they were answered.
    """
    weights: dict[ProfileId, int] = {}
    for profile in profiles.by_id.values():
        weight = _weight_of(profile, found)
        if wanted not in ("auto", profile.id) and weight > _HAS_WEIGHT:
            weight = -1
        if profile.id == wanted:
            weight = 1_000
        if weight >= 0:
            weights[profile.id] = weight
    refused = {other for id_ in weights for other in profiles.by_id[id_].without}
    chosen = [profiles.by_id[id_] for id_ in weights if id_ not in refused]
    return tuple(sorted(chosen, key=lambda p: weights[p.id]))


def further_probes(profiles: Profiles, found: Found) -> tuple[Oid, ...]:
    """Return the scalars to ask for before profiles are matched, now that the system group is told.

    Most agents need none: a scalar that is asked for beside a sysObjectID is asked of those alone.
    """
    clauses = [
        m
        for p in profiles.by_id.values()
        for m in p.match
        if m.says_who and any(clause.has for clause in (m, *m.unless))
    ]
    meant = (m for m in clauses if _weigh(replace(m, has=(), unless=()), found) >= 0)
    wanted = dict.fromkeys(oid for m in meant for clause in (m, *m.unless) for oid in clause.has)
    asked = frozenset(profiles.probes)
    return tuple(oid for oid in wanted if oid not in asked)


def _weight_of(profile: Profile, found: Found) -> int:
    """Return how specific the profile's best matching clause is; −1 if none matches."""
    if profile.always:
        return 0
    return max((_weigh(m, found) for m in profile.match), default=-1)


def _weigh(clause: Match, found: Found) -> int:
    # What fails most often comes first: of hundreds of profiles a handful are meant.
    object_id = found.scalars.get(SYS_OBJECT_ID)
    arcs = longest_cover(clause.object_ids, object_id if isinstance(object_id, Oid) else None)
    if clause.object_ids and arcs is None:
        return -1
    if clause.has and not any(oid in found.scalars for oid in clause.has):
        return -1
    by_descr = bool(clause.contains or clause.regex)
    if by_descr and not _is_described(clause, text(found.scalars.get(SYS_DESCR))):
        return -1
    if any(_weigh(other, found) >= 0 for other in clause.unless):
        return -1
    weight = len(arcs) if arcs else 0
    return weight + _DESCR_WEIGHT * by_descr + _HAS_WEIGHT * bool(clause.has)


def _is_described(clause: Match, descr: str) -> bool:
    lowered = descr.lower()
    if clause.contains and not any(word.lower() in lowered for word in clause.contains):
        return False
    return not clause.regex or any(pattern.search(descr) for pattern in clause.regex)


def longest_cover(oids: Iterable[Oid] | Mapping[Oid, str], of: Oid | None) -> Oid | None:
    """Return the longest of the subtrees that ``of`` lies in."""
    covers = [oid for oid in oids if of is not None and oid.covers(of)]
    return max(covers, key=len, default=None)
