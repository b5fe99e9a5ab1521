"""Profiles in the terminal: the list of them, and what became of an imported module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from rich.table import Table

from netmon.locale import lang, tr
from netmon.model.profile import Match, Profile

Json = Mapping[str, Any]


class _Imported(Protocol):
    """What became of a module."""

    @property
    def id(self) -> str: ...
    @property
    def taken(self) -> Sequence[str]: ...
    @property
    def names(self) -> Sequence[str]: ...
    @property
    def covered(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def left_out(self) -> Mapping[str, Sequence[str]]: ...


def profile_json(profile: Profile) -> Json:
    """Return what a profile is for, as JSON."""
    return {
        "id": profile.id,
        "about": dict(profile.about),
        "always": profile.always,
        "match": [_clause(clause) for clause in profile.match],
        "readings": sum(len(group.reads) for group in profile.groups),
    }


def _clause(clause: Match) -> Json:
    told = {
        "object_id": [str(oid) for oid in clause.object_ids],
        "descr": list(clause.contains),
        "descr_regex": [pattern.pattern for pattern in clause.regex],
        "has": [str(oid) for oid in clause.has],
    }
    return {key: values for key, values in told.items() if values}


def profile_list(profiles: Iterable[Json]) -> Table:
    """Return profiles, one in a row, from their JSON."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column(tr("profile"), no_wrap=True)
    table.add_column(tr("readings"), justify="right", no_wrap=True)
    table.add_column(tr("for"), ratio=2)
    table.add_column(tr("recognised by"), ratio=3, no_wrap=True, overflow="ellipsis")
    for profile in profiles:
        about = profile["about"].get(lang().value, "")
        table.add_row(profile["id"], str(profile["readings"]), about, _recognised(profile))
    return table


def _recognised(profile: Json) -> str:
    if profile["always"]:
        return tr("every target")
    if not profile["match"]:
        return tr("profile: in the inventory alone")
    words = {"object_id": "sysObjectID", "descr": "sysDescr", "descr_regex": "sysDescr"}
    clauses = [
        " + ".join(f"{words.get(key, key)} {', '.join(values)}" for key, values in clause.items())
        for clause in profile["match"]
    ]
    return " · ".join(clauses)


def imported_lines(made: _Imported, path: Path | None) -> Iterator[str]:
    """Yield what became of a module: its file, then how many metrics went where, and why."""
    counts = tr(
        "{taken} taken over, {names} name rows, {covered} read already, {left} left out",
        taken=len(made.taken),
        names=len(made.names),
        covered=sum(map(len, made.covered.values())),
        left=sum(map(len, made.left_out.values())),
    )
    yield f"{made.id}: {counts}"
    yield f"  → {path}" if path else "  " + tr("nothing is left to read; no file is written")
    for reader, names in made.covered.items():
        line = tr("read by {profile}: {names}", profile=reader, names=", ".join(names))
        yield f"  {line}"
    for why, names in made.left_out.items():
        yield f"  {why}: {', '.join(names)}"
