"""Whose a line or a target is, and which of them somebody asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType

from netmon.core.outages import History
from netmon.model.inventory import Inventory, Line, LineId, SiteEnd, SiteId, TargetId

About = Mapping[str, str | None]


@unique
class By(StrEnum):
    """What figures are summed by."""

    LINE = "line"
    TENANT = "tenant"
    PROVIDER = "provider"
    SITE = "site"
    KIND = "kind"
    TARGET = "target"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines or targets: all that meet every condition."""

    line: str | None = None
    target: str | None = None
    tenant: str | None = None
    provider: str | None = None
    site: str | None = None  #: and what lies in it
    kind: str | None = None


def about(inventory: Inventory, subject: str) -> About:
    """Return whose a subject is, by the inventory; nothing where it has no such."""
    kind, _, name = subject.partition(":")
    line = inventory.lines.get(LineId(name)) if kind == "line" else None
    if line is not None:
        return MappingProxyType(
            {
                "kind": line.kind.value,
                "tenant": line.tenant,
                "provider": line.provider,
                "circuit_id": line.circuit_id,
                "site": _site_of(inventory, line),
            }
        )
    target = inventory.targets.get(TargetId(name)) if kind != "line" else None
    if target is None:
        return MappingProxyType({})
    return MappingProxyType({"kind": target.role.value, "site": target.site})


def _site_of(inventory: Inventory, line: Line) -> str | None:
    """Return the site that a line serves: its far end's."""
    if isinstance(line.z, SiteEnd):
        return line.z.site
    far = inventory.targets.get(line.z.node)
    return far.site if far is not None else None


def known_about(inventory: Inventory, history: History, subject: str) -> About:
    """Return whose a subject is, or was last where the inventory no longer has it."""
    now = about(inventory, subject)
    pieces = history.pieces.get(subject, ())
    return now or (pieces[-1].about if pieces else {})


def wanted_subjects(inventory: Inventory, history: History, wanted: Wanted) -> list[str]:
    """Return what is asked for, of the inventory in its order, then what it no longer has."""
    own = [line.ref for line in inventory.lines.values()]
    own += [target.ref for target in inventory.targets.values()]
    every = dict.fromkeys([*map(str, own), *sorted(history.pieces)])
    return [s for s in every if _is_wanted(inventory, history, wanted, s)]


def _is_wanted(inventory: Inventory, history: History, wanted: Wanted, subject: str) -> bool:
    kind, _, name = subject.partition(":")
    if wanted.line is not None and (kind, name) != ("line", wanted.line):
        return False
    if wanted.target is not None and (kind == "line" or name != wanted.target):
        return False
    whose = known_about(inventory, history, subject)
    same = {"tenant": wanted.tenant, "provider": wanted.provider, "kind": wanted.kind}
    if any(want is not None and whose.get(of) != want for of, want in same.items()):
        return False
    return wanted.site is None or wanted.site in sites_above(inventory, whose.get("site"))


def sites_above(inventory: Inventory, site: str | None) -> set[str]:
    """Return a site and all that it lies in."""
    found: set[str] = set()
    while site is not None and site not in found:
        found.add(site)
        known = inventory.sites.get(SiteId(site))
        site = known.parent if known is not None else None
    return found


def summed(
    inventory: Inventory, history: History, subjects: Iterable[str], by: By
) -> dict[str, list[str]]:
    """Return subjects by what they are summed by; what has none of it is under ``""``."""
    found: dict[str, list[str]] = {}
    for subject in subjects:
        found.setdefault(_key(inventory, history, subject, by), []).append(subject)
    return found


def _key(inventory: Inventory, history: History, subject: str, by: By) -> str:
    if by is By.ALL:
        return by.value
    if by in (By.LINE, By.TARGET):
        return subject
    return known_about(inventory, history, subject).get(by.value) or ""


def groups_of(inventory: Inventory) -> dict[str, str]:
    """Return line ref → the group that carries one service."""
    return {
        str(line.ref): f"group:{line.group[0]}"
        for line in inventory.lines.values()
        if line.group is not None
    }
