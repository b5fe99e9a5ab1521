"""Who a target is: vendor, model, version and serial number, from ordered sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from netmon.core.found import Found
from netmon.core.match import SYS_DESCR, SYS_OBJECT_ID, longest_cover
from netmon.core.text import key, text
from netmon.model.oid import Oid
from netmon.model.profile import Profile, Source
from netmon.model.reading import System
from netmon.model.wire import Value

SYS_UP_TIME = Oid.parse("1.3.6.1.2.1.1.3.0")
SYS_NAME = Oid.parse("1.3.6.1.2.1.1.5.0")
_TICKS_PER_SECOND = 100.0

#: What agents put where they have nothing to say, lower case.
_NOTHING = frozenset({"", "n/a", "na", "none", "null", "unknown", "not available", "-", "--", "0"})


def identify(matched: Sequence[Profile], found: Found) -> System:
    """Return the system group and the identity, the most specific profile's word first."""
    descr, object_id = found.scalars.get(SYS_DESCR), found.scalars.get(SYS_OBJECT_ID)
    ticks = found.integer(SYS_UP_TIME)
    specific = [profile.identity for profile in reversed(matched)]
    return System(
        descr=text(descr) or None,
        object_id=object_id if isinstance(object_id, Oid) else None,
        name=text(found.scalars.get(SYS_NAME)) or None,
        uptime_s=None if ticks is None else ticks / _TICKS_PER_SECOND,
        vendor=_first((s for i in specific for s in i.vendor), found),
        model=_first((s for i in specific for s in i.model), found),
        version=_first((s for i in specific for s in i.version), found),
        serial=_first((s for i in specific for s in i.serial), found),
    )


def _first(sources: Iterable[Source], found: Found) -> str | None:
    for source in sources:
        if told := _told(source, found):
            return told
    return None


def _told(source: Source, found: Found) -> str | None:
    constant = source.text is not None and not source.descr
    raw = source.text if constant else _raw(source, found)
    if raw is None:
        return None
    if source.regex is not None:
        hit = source.regex.search(raw)
        if hit is None:
            return None
        raw = _group(hit) if source.text is None else source.text
    raw = " ".join(raw.split())
    return None if raw.lower() in _NOTHING | source.unless else raw


def _group(hit: re.Match[str]) -> str:
    named = hit.groupdict().get("value")
    if named is not None:
        return str(named)
    return str(next((g for g in hit.groups() if g), "") if hit.groups() else hit[0])


def _raw(source: Source, found: Found) -> str | None:
    if source.descr:
        meant = all(_is(found.scalars.get(oid), values) for oid, values in source.where.items())
        return text(found.scalars.get(SYS_DESCR)) if meant else None
    if source.object_ids is not None:
        object_id = found.scalars.get(SYS_OBJECT_ID)
        cover = longest_cover(source.object_ids, object_id if isinstance(object_id, Oid) else None)
        return source.object_ids[cover] if cover else None
    if source.oid is not None:
        return text(found.scalars.get(source.oid), source.coding)
    if source.join:
        parts = [text(found.scalars.get(oid), source.coding) for oid in source.join]
        return ".".join(parts) if all(parts) else None
    return _first_row(source, found)


def _first_row(source: Source, found: Found) -> str | None:
    if source.column is None:
        return None
    for row, value in sorted(found.column(source.column).items()):
        if all(_is(found.cell(c, row), values) for c, values in source.where.items()):
            told = text(value, source.coding).strip()
            if told.lower() not in _NOTHING:
                return told
    return None


def _is(value: Value, values: frozenset[int | str]) -> bool:
    return key(value) in values


def identity_oids(matched: Iterable[Profile]) -> tuple[tuple[Oid, ...], tuple[Oid, ...]]:
    """Return the scalars and the columns that the identity needs."""
    sources = [
        source
        for profile in matched
        for field in (
            profile.identity.vendor,
            profile.identity.model,
            profile.identity.version,
            profile.identity.serial,
        )
        for source in field
    ]
    scalars = dict.fromkeys(oid for s in sources for oid in (s.oid, *s.join) if oid)
    columns = dict.fromkeys(c for s in sources if s.column for c in (s.column, *s.where))
    return tuple(scalars), tuple(columns)
