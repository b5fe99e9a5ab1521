"""Load device profiles: YAML files become compiled knowledge, what they extend merged in.

The format is described on one page in ``netmon/profiles/README.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

import netmon.profiles
from netmon.config.collector import no_collection
from netmon.config.fields import Broken, Fields, Reading, Wrong, as_map, as_scalar, list_of, record
from netmon.config.profile_cache import cached
from netmon.config.profile_groups import Groups, scalars, tables
from netmon.config.profile_merge import Merge, ProfileDraft
from netmon.config.profile_values import (
    grouping_pattern,
    mapping_of,
    object_name,
    oid,
    one_or_more,
    pattern,
    profile_id,
    raw,
    raws,
    state,
)
from netmon.config.strict_yaml import ListNode, MapNode, Node, ScalarNode, compose, decode
from netmon.config.values import boolean, duration, integer, member, text
from netmon.locale import tr
from netmon.model.errors import ConfigError, Mistake
from netmon.model.oid import Oid
from netmon.model.profile import (
    AlarmTable,
    Coding,
    Identity,
    InterfaceTable,
    Match,
    NeighbourTable,
    Profile,
    ProfileId,
    Profiles,
    Quirks,
    Source,
)
from netmon.model.reading import COUNTERS

T = TypeVar("T")

#: The folder of a user's own profiles in an inventory.
OWN: Final = "profiles"

_INTERFACE_COLUMNS: Final = (
    *("name", "descr", "alias", "type", "speed", "high_speed", "admin", "oper"),
)
_REMOTE_COLUMNS: Final = (
    *("chassis_subtype", "chassis", "port_subtype", "port", "port_descr", "name", "descr"),
)
_LOCAL_COLUMNS: Final = ("id", "descr")


def shipped() -> Path:
    """Return the folder of the profiles that come with netmon."""
    return Path(netmon.profiles.__file__).parent


def known_profiles(inventory: Path) -> Profiles:
    """Load the shipped profiles and the user's own, which stand in ``profiles`` of an inventory.

    Raises:
        ConfigError: with every mistake.
    """
    return load_profiles(shipped(), inventory / OWN)


def load_profiles(*folders: Path) -> Profiles:
    """Load every ``*.yaml`` of the folders; of the shipped ones where none is named.

    A profile replaces the one of the same id in a folder before. A folder need not be there.

    Raises:
        ConfigError: with every mistake.
    """
    reading = Reading(Path(), {})
    files = [_files(folder, reading) for folder in folders or (shipped(),)]
    contents = [(f"{i}/{p.name}", data) for i, f in enumerate(files) for p, data in f.items()]
    return cached(contents, lambda: _compiled(files, reading))


def _files(folder: Path, reading: Reading) -> dict[Path, bytes]:
    """Return the content of every profile of a folder."""
    found: dict[Path, bytes] = {}
    for path in sorted(folder.glob("*.y*ml")):
        if path.suffix == ".yaml":
            try:
                found[path] = path.read_bytes()
                continue
            except OSError as error:
                message = tr("cannot be read: {reason}", reason=error.strerror or str(error))
        elif path.suffix == ".yml":
            message = tr("only *.yaml is read; rename the file")
        else:
            continue
        reading.mistakes.append(Mistake(str(path), 0, 0, message))
    return found


def _compiled(folders: Iterable[Mapping[Path, bytes]], reading: Reading) -> Profiles:
    drafts: dict[str, ProfileDraft] = {}
    with no_collection():
        for files in folders:
            drafts |= _drafts(files, reading)
        return _merged(dict(sorted(drafts.items(), key=_file)), reading)


def _file(item: tuple[str, ProfileDraft]) -> str:
    """Return what profiles are in the order of: their files' names."""
    return f"{item[0]}.yaml"


def _drafts(files: Mapping[Path, bytes], reading: Reading) -> dict[str, ProfileDraft]:
    drafts: dict[str, ProfileDraft] = {}
    for path, data in files.items():
        if (draft := _draft(path, data, reading)) is not None:
            if draft.id in drafts:
                reading.wrong(draft.node, tr('the profile "{id}" stands twice', id=draft.id))
            drafts.setdefault(draft.id, draft)
    return drafts


def _merged(drafts: Mapping[str, ProfileDraft], reading: Reading) -> Profiles:
    merged = Merge(drafts, reading).all()
    if reading.mistakes:
        raise ConfigError(sorted(reading.mistakes))
    clauses = (m for p in merged.values() for m in p.match if not m.says_who)
    probes = dict.fromkeys(oid for m in clauses for clause in (m, *m.unless) for oid in clause.has)
    return Profiles(MappingProxyType(merged), tuple(probes))


def _draft(path: Path, data: bytes, reading: Reading) -> ProfileDraft | None:
    written = decode(data, str(path), reading.mistakes.append)
    node = compose(written, str(path), reading.mistakes.append) if written is not None else None
    if node is None:
        return None
    try:
        draft = record(_profile)(node, reading)
    except Wrong as wrong:
        reading.wrong(node, wrong.message)
        return None
    except Broken:
        return None
    if draft.id != path.stem:
        message = tr('the profile "{id}" stands in a file of another name', id=draft.id)
        reading.wrong(node, message)
    return draft


def _profile(fields: Fields) -> ProfileDraft:
    id_ = fields.must("profile", profile_id) or ""
    about = fields.may("about", _about, {})
    abstract = fields.may("abstract", boolean, default=False)
    always = fields.may("always", boolean, default=False)
    groups = Groups()
    scalars(groups, id_, fields)
    fields.may("tables", tables(groups))
    refs = one_or_more(_reference)
    match = fields.may("match", _matches, ())
    profile = Profile(
        id=ProfileId(id_),
        about=MappingProxyType(about or {}),
        match=match or (),
        always=bool(always),
        identity=fields.may("identity", record(_identity), Identity()),
        groups=tuple(groups.groups),
        alarms=fields.may("alarms", list_of(record(_alarms)), ()),
        interfaces=fields.may("interfaces", record(_interfaces)),
        neighbours=fields.may("neighbours", record(_neighbours)),
        quirks=fields.may("quirks", record(_quirks), Quirks()),
    )
    draft = ProfileDraft(
        id=id_,
        node=fields.node,
        extends=fields.may("extends", refs, ()),
        drop=fields.may("drop", refs, ()),
        without=fields.may("without", refs, ()),
        profile=profile,
        named=groups.named,
    )
    if fields.ok and bool(abstract) == bool(match or always):
        raise Wrong(tr("a profile has match or always, or it is abstract"))
    return draft


def _about(node: Node, reading: Reading) -> Mapping[str, str]:
    """Read what a profile is for: a text, or one in each language."""
    if isinstance(node, MapNode):
        return mapping_of(lambda n, _: n.text, text)(node, reading)
    return dict.fromkeys(("zh", "en"), text(node, reading))


def _reference(node: Node, _: Reading) -> tuple[Node, str]:
    return node, as_scalar(node).text


# --- who it is for, who it is ---------------------------------------------------------------------


def _matches(node: Node, reading: Reading) -> tuple[Match, ...]:
    if isinstance(node, ListNode):
        return list_of(record(_match), least=1)(node, reading)
    return (record(_match)(as_map(node), reading),)


def _match(fields: Fields) -> Match:
    found = Match(
        object_ids=fields.may("object_id", one_or_more(oid), ()),
        contains=fields.may("descr", one_or_more(text), ()),
        regex=fields.may("descr_regex", one_or_more(pattern), ()),
        has=fields.may("has", one_or_more(oid), ()),
        unless=fields.may("unless", _matches, ()),
    )
    if fields.ok and not (found.object_ids or found.contains or found.regex or found.has):
        raise Wrong(tr("write at least one of: object_id, descr, descr_regex, has"))
    return found


def _identity(fields: Fields) -> Identity:
    return Identity(
        vendor=fields.may("vendor", one_or_more(_source), ()),
        model=fields.may("model", one_or_more(_source), ()),
        version=fields.may("version", one_or_more(_source), ()),
        serial=fields.may("serial", one_or_more(_source), ()),
    )


def _source(node: Node, reading: Reading) -> Source:
    if isinstance(node, ScalarNode):
        return Source(text=text(node, reading))
    return record(_source_fields)(as_map(node), reading)


def _source_fields(fields: Fields) -> Source:
    meant = fields.may("text", text)
    descr = fields.may("descr", grouping_pattern if meant is None else pattern)
    where = fields.may("where", mapping_of(oid, raws), MappingProxyType({}))
    words = fields.may("unless", one_or_more(text), ())
    found = Source(
        text=meant,
        oid=fields.may("oid", oid),
        join=fields.may("join", list_of(oid, least=2), ()),
        column=fields.may("column", oid),
        where=where,
        descr=descr is not None,
        object_ids=fields.may("object_id", mapping_of(oid, text)),
        regex=fields.may("regex", grouping_pattern) if descr is None else descr,
        coding=fields.may("coding", member(Coding), Coding.AUTO),
        unless=frozenset(word.lower() for word in words or ()),
    )
    told = meant if descr is None else None
    ways = (told, found.oid, found.join or None, found.column, found.object_ids, descr)
    if fields.ok and sum(way is not None for way in ways) != 1:
        raise Wrong(tr("write one of: text, oid, join, column, descr, object_id"))
    return found


# --- alarms, interfaces, neighbours, quirks -------------------------------------------------------


def _alarms(fields: Fields) -> AlarmTable:
    return AlarmTable(
        name=fields.must("table", object_name),
        column=fields.must("oid", oid),
        has=fields.must("has", oid),
        alarms=fields.must("alarms", mapping_of(raw, state)),
    )


def _interfaces(fields: Fields) -> InterfaceTable:
    columns = fields.must("columns", record(_some_oids(_INTERFACE_COLUMNS)))
    if fields.ok and not {"descr", "admin", "oper"} <= columns.keys():
        fields.wrong("columns", tr("descr, admin and oper must stand here"))
    return InterfaceTable(
        columns=columns,
        counters=fields.must("counters", record(_counters)),
        discontinuity=fields.may("discontinuity", oid),
    )


def _some_oids(names: Iterable[str]) -> _OidsOf:
    return _OidsOf(tuple(names))


@dataclass(frozen=True, slots=True)
class _OidsOf:
    names: tuple[str, ...]

    def __call__(self, fields: Fields) -> Mapping[str, Oid]:
        found = {name: fields.may(name, oid) for name in self.names}
        return MappingProxyType({k: v for k, v in found.items() if v is not None})


def _counters(fields: Fields) -> Mapping[str, tuple[Oid | None, Oid | None]]:
    found = {name: fields.may(name, record(_widths)) for name in COUNTERS}
    return MappingProxyType({k: v for k, v in found.items() if v is not None})


def _widths(fields: Fields) -> tuple[Oid | None, Oid | None]:
    return fields.may("counter64", oid), fields.may("counter32", oid)


def _neighbours(fields: Fields) -> NeighbourTable:
    return NeighbourTable(
        local=fields.must("local", record(_some_oids(_LOCAL_COLUMNS))),
        remote=fields.must("remote", record(_some_oids(_REMOTE_COLUMNS))),
    )


def _quirks(fields: Fields) -> Quirks:
    interval, presence = (fields.may(key, duration()) for key in ("interval", "presence"))
    return Quirks(
        max_varbinds=fields.may("max_varbinds", integer(1, 1000)),
        bulk=fields.may("bulk", boolean, default=True),
        in_order=fields.may("in_order", boolean, default=True),
        interval_s=None if interval is None else interval.total_seconds(),
        presence_s=None if presence is None else presence.total_seconds(),
        counters_64=fields.may("counters_64", boolean, default=True),
    )
