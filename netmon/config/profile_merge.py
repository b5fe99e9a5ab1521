"""Merge what a profile extends into it, parents first, and check every name that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from netmon.config.explain import with_allowed
from netmon.config.fields import Reading
from netmon.config.profile_groups import Named
from netmon.config.strict_yaml import Node
from netmon.locale import tr
from netmon.model.profile import Group, Identity, Profile, ProfileId, Quirks, ReadSpec


@dataclass(slots=True)
class ProfileDraft:
    """One file, before what it extends is merged in."""

    id: str
    node: Node
    extends: tuple[tuple[Node, str], ...]
    drop: tuple[tuple[Node, str], ...]
    without: tuple[tuple[Node, str], ...]
    profile: Profile
    named: list[Named] = field(default_factory=list)


class Merge:
    """Merge every profile with what it extends, parents first."""

    def __init__(self, drafts: Mapping[str, ProfileDraft], reading: Reading) -> None:
        self._drafts = drafts
        self._reading = reading
        self._done: dict[str, Profile] = {}
        self._open: list[str] = []

    def all(self) -> dict[ProfileId, Profile]:
        """Return all profiles, merged."""
        return {ProfileId(id_): self._merged(id_) for id_ in self._drafts}

    def _merged(self, id_: str) -> Profile:
        if id_ in self._done:
            return self._done[id_]
        draft = self._drafts[id_]
        self._open.append(id_)
        parents = [p for node, name in draft.extends if (p := self._parent(node, name))]
        self._open.pop()
        whole = draft.profile
        for parent in reversed(parents):
            whole = _under(whole, parent)
        whole = replace(whole, without=whole.without | self._others(draft))
        whole = self._dropped(whole, draft)
        self._check_names(whole, draft)
        self._done[id_] = whole
        return whole

    def _parent(self, node: Node, name: str) -> Profile | None:
        if name in self._open:
            ring = " → ".join((*self._open, name))
            self._reading.wrong(node, tr("profiles extend each other in a ring: {ring}", ring=ring))
            return None
        if name not in self._drafts:
            self._reading.wrong(node, self._unknown(name))
            return None
        return self._merged(name)

    def _unknown(self, name: str) -> str:
        return with_allowed(tr('unknown profile "{word}"', word=name), name, list(self._drafts))

    def _others(self, draft: ProfileDraft) -> frozenset[ProfileId]:
        for node, name in draft.without:
            if name not in self._drafts:
                self._reading.wrong(node, self._unknown(name))
        return frozenset(ProfileId(name) for _, name in draft.without)

    def _dropped(self, whole: Profile, draft: ProfileDraft) -> Profile:
        known = {spec.id for group in whole.groups for spec in group.reads}
        gone = {name for _, name in draft.drop}
        for node, name in draft.drop:
            if name not in known:
                problem = tr('unknown reading "{word}"', word=name)
                self._reading.wrong(node, with_allowed(problem, name, sorted(known)))
        groups = tuple(
            replace(g, reads=tuple(r for r in g.reads if r.id not in gone)) for g in whole.groups
        )
        return replace(whole, groups=groups)

    def _check_names(self, whole: Profile, draft: ProfileDraft) -> None:
        """Refuse names of objects that the profile does not have."""
        everywhere = {n for g in whole.groups if g.scalar for n in g.columns}
        by_group = {group.name: _names_in(group) | everywhere for group in whole.groups}
        for named in draft.named:
            known = by_group.get(named.group, everywhere)
            if named.name in known or named.name.startswith("index"):
                continue
            problem = tr('unknown object "{word}"', word=named.name)
            self._reading.wrong(named.node, with_allowed(problem, named.name, sorted(known)))


def _names_in(group: Group) -> set[str]:
    return (
        set(group.columns) | {part.name for part in group.index} | {k.name for k in group.lookups}
    )


def _under(child: Profile, parent: Profile) -> Profile:
    """Return the child with what the parent says where the child says nothing."""
    mine = {group.name: group for group in child.groups}
    own = {spec.id for group in child.groups if group.scalar for spec in group.reads}
    own_alarms = {alarm.name for alarm in child.alarms}
    groups = []
    for group in parent.groups:
        if group.scalar:
            group = replace(group, reads=tuple(r for r in group.reads if r.id not in own))
        groups.append(_merge_group(mine.pop(group.name), group) if group.name in mine else group)
    identity = Identity(
        vendor=child.identity.vendor + parent.identity.vendor,
        model=child.identity.model + parent.identity.model,
        version=child.identity.version + parent.identity.version,
        serial=child.identity.serial + parent.identity.serial,
    )
    return replace(
        child,
        without=child.without | parent.without,
        identity=identity,
        groups=(*groups, *mine.values()),
        alarms=(*child.alarms, *(a for a in parent.alarms if a.name not in own_alarms)),
        interfaces=child.interfaces or parent.interfaces,
        neighbours=child.neighbours or parent.neighbours,
        quirks=child.quirks if child.quirks != Quirks() else parent.quirks,
    )


def _merge_group(child: Group, parent: Group) -> Group:
    reads: dict[str, ReadSpec] = {r.id: r for r in parent.reads} | {r.id: r for r in child.reads}
    lookups = {k.name: k for k in parent.lookups} | {k.name: k for k in child.lookups}
    return replace(
        parent,
        columns=MappingProxyType({**parent.columns, **child.columns}),
        reads=tuple(reads.values()),
        index=child.index or parent.index,
        lookups=tuple(lookups.values()),
        only=child.only or parent.only,
    )
