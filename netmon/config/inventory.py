"""Load a directory of YAML files as one cross-checked inventory, or say all that is wrong."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from netmon.config.collector import no_collection
from netmon.config.credentials import credential
from netmon.config.cross import cross_check, place
from netmon.config.duties import maintenance, person
from netmon.config.explain import with_allowed
from netmon.config.fields import (
    Broken,
    Entry,
    Fields,
    Read,
    Reading,
    Wrong,
    as_map,
    record,
    reference,
)
from netmon.config.lines import line
from netmon.config.places import provider, site, tenant
from netmon.config.policy import policy
from netmon.config.profiles import OWN
from netmon.config.rotas import escalation, rota
from netmon.config.rules import rule
from netmon.config.services import service
from netmon.config.statutory import statutory
from netmon.config.strict_yaml import ListNode, MapNode, Node, ScalarNode, compose, decode
from netmon.config.targets import device, node
from netmon.locale import tr
from netmon.model.errors import ConfigError, Mistake
from netmon.model.inventory import Inventory, TargetId
from netmon.model.policy import Policy

T = TypeVar("T")

#: The lists and how each record is read, in the order in which they need each other.
_LISTS: Final[Mapping[str, Callable[[Fields], Any]]] = MappingProxyType(
    {
        "sites": site,
        "tenants": tenant,
        "providers": provider,
        "credentials": credential,
        "nodes": node,
        "devices": device,
        "lines": line,
        "services": service,
        "maintenance": maintenance,
        "rules": rule,
    }
)
_ONCE: Final = ("policies", "monitor")
_TOP: Final = (*_LISTS, "policies", "oncall", "monitor")

#: Top-level keys that begin so are a place for anchors and nothing else.
_ANCHORS: Final = "x-"


def load_inventory(
    path: Path, profiles: Collection[str] | None, environ: Mapping[str, str] | None = None
) -> Inventory:
    """Read every ``*.yaml`` below a directory.

    Args:
        path: the directory.
        profiles: the ids that ``profile:`` may name; None = they are not checked.
        environ: where ``{env: NAME}`` looks; None = the process's environment.

    Raises:
        ConfigError: with every mistake, by file, line and column.
    """
    known = None if profiles is None else frozenset(profiles)
    reading = Reading(path, os.environ if environ is None else environ, known)
    files = _read_files(path, reading)
    with no_collection():
        parts = _gather(files, reading)
        inventory = _build(parts, reading, _digest(path, files))
        cross_check(reading)
    if reading.mistakes or inventory is None:
        raise ConfigError(sorted(reading.mistakes))
    return inventory


def _read_files(path: Path, reading: Reading) -> dict[Path, bytes]:
    """Return the content of every file, by name."""
    if not path.is_dir():
        what = tr("is not a directory") if path.exists() else tr("there is no such directory")
        raise ConfigError([Mistake(str(path), 0, 0, what)])
    files: dict[Path, bytes] = {}
    for file in _yaml_files(path, reading):
        content = _content(file, reading)
        if content is not None:
            files[file] = content
    if not files and not reading.mistakes:
        message = tr("holds no *.yaml file")
        raise ConfigError([Mistake(str(path), 0, 0, message)])
    return files


def _yaml_files(path: Path, reading: Reading) -> Iterator[Path]:
    """Yield the files to read, sorted; hidden files and directories are not ours.

    Nor are the user's profiles: ``config.profiles`` reads them.
    """
    for folder, names, files in os.walk(path):
        others = {OWN} if Path(folder) == path else set()
        names[:] = sorted(n for n in names if not n.startswith(".") and n not in others)
        for name in sorted(files):
            file = Path(folder) / name
            if name.startswith("."):
                continue
            if name.endswith(".yml"):
                message = tr("only *.yaml is read; rename the file")
                reading.mistakes.append(Mistake(str(file), 0, 0, message))
            elif name.endswith(".yaml"):
                yield file


def _content(file: Path, reading: Reading) -> bytes | None:
    reason = tr("it is not a file")
    if file.is_file() or not file.exists():  # a pipe would keep us waiting
        try:
            return file.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
    message = tr("cannot be read: {reason}", reason=reason)
    reading.mistakes.append(Mistake(str(file), 0, 0, message))
    reading.complete = False
    return None


def _digest(path: Path, files: Mapping[Path, bytes]) -> str:
    """Return SHA-256 over names and content, in hexadecimal."""
    total = hashlib.sha256()
    for file in sorted(files):
        content = files[file]
        total.update(f"{file.relative_to(path).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _gather(files: Mapping[Path, bytes], reading: Reading) -> dict[str, list[Node]]:
    """Return what stands under each top-level key, over all files."""
    parts: dict[str, list[Node]] = {key: [] for key in _TOP}
    for file, content in files.items():
        root = _root(content, str(file), reading)
        if root is None:
            reading.complete = False
            continue
        for word, (key, value) in root.entries.items():
            if word in parts:
                if not (isinstance(value, ScalarNode) and value.is_null):
                    parts[word].append(value)
            elif not word.startswith(_ANCHORS):
                problem = tr('unknown collection "{word}"', word=word)
                reading.wrong(key, with_allowed(problem, word, _TOP))
                reading.complete = False
    return parts


def _root(content: bytes, path: str, reading: Reading) -> MapNode | None:
    text = decode(content, path, reading.mistakes.append)
    if text is None:
        return None
    before = len(reading.mistakes)
    root = compose(text, path, reading.mistakes.append)
    if root is None:
        if len(reading.mistakes) == before:
            reading.mistakes.append(Mistake(path, 0, 0, tr("the file holds nothing")))
        return None
    if isinstance(root, MapNode):
        return root
    reading.wrong(root, tr("a collection must stand here, such as nodes: or lines:"))
    return None


def _build(parts: Mapping[str, list[Node]], reading: Reading, digest: str) -> Inventory | None:
    found_policy = _one(parts["policies"], "policies", record(policy), reading)
    if found_policy is not None:
        reading.zone = ZoneInfo(found_policy.timezone)
    for table, build in _LISTS.items():
        _read_list(parts[table], table, build, reading)
    reading.tables |= {"people": {}, "rotas": {}, "escalations": {}}
    known = None if parts["policies"] and found_policy is None else found_policy or Policy()
    for value in parts["oncall"]:
        _run(value, record(_oncall(known)), reading)
    monitor = _one(parts["monitor"], "monitor", record(_monitor), reading)
    if reading.mistakes:
        return None
    return Inventory(
        sites=_values(reading, "sites"),
        tenants=_values(reading, "tenants"),
        providers=_values(reading, "providers"),
        credentials=_values(reading, "credentials"),
        targets=MappingProxyType({**_values(reading, "nodes"), **_values(reading, "devices")}),
        lines=_values(reading, "lines"),
        services=_values(reading, "services"),
        policy=found_policy or Policy(calendar=statutory()),
        maintenance=_values(reading, "maintenance"),
        people=_values(reading, "people"),
        rotas=_values(reading, "rotas"),
        monitor=monitor,
        rules=_values(reading, "rules"),
        escalations=_values(reading, "escalations"),
        digest=digest,
    )


def _values(reading: Reading, table: str) -> Mapping[Any, Any]:
    entries = reading.tables[table].items()
    return MappingProxyType({word: entry.value for word, entry in entries})


def _run(value: Node, read: Read[T], reading: Reading) -> T | None:
    try:
        return read(value, reading)
    except Wrong as wrong:
        reading.wrong(value, wrong.message)
    except Broken:
        pass
    return None


def _one(values: list[Node], key: str, read: Read[T], reading: Reading) -> T | None:
    """Read a mapping that may stand in one file only."""
    for value in values[1:]:
        message = tr('"{key}" stands in {other} already; there is one', key=key,
                     other=place(values[0]))  # fmt: skip
        reading.wrong(value, message)
    return _run(values[0], read, reading) if values else None


def _read_list(
    values: list[Node], table: str, build: Callable[[Fields], Any], reading: Reading
) -> None:
    """Read the lists of all files as one; a broken record keeps its id known."""
    entries = reading.tables.setdefault(table, {})
    for value in values:
        if not isinstance(value, ListNode):
            message = tr('"{key}" is a list: each record begins with "- id:"', key=table)
            reading.wrong(value, message)
            reading.complete = False
            continue
        for item in value.items:
            entry = _register(item, entries, reading)
            found = _run(item, record(build), reading)
            if entry is not None:
                entry.value = found


def _register(item: Node, entries: dict[str, Entry], reading: Reading) -> Entry | None:
    """Keep a record's place under its id, if it has one of its own."""
    which = item.entries.get("id") if isinstance(item, MapNode) else None
    if which is None or not isinstance(which[1], ScalarNode) or which[1].is_null:
        return None
    word = which[1].text
    if word in entries:
        other = place(entries[word].node)
        message = tr('the id "{id}" is taken already, in {other}', id=word, other=other)
        reading.wrong(which[1], message)
        return None
    entries[word] = Entry(as_map(item))
    return entries[word]


def _oncall(policy: Policy | None) -> Callable[[Fields], None]:
    """Return the reader of ``oncall``; None: the policy is broken, so no name of hours is wrong."""
    hours = None if policy is None else policy.hours
    tables: tuple[tuple[str, Callable[[Fields], Any]], ...] = (
        ("people", person(hours)),
        ("rotas", rota(hours)),
        ("escalations", escalation(hours)),
    )

    def read(fields: Fields) -> None:
        for table, build in tables:
            if fields.has(table):
                _read_list([fields.at(table)], table, build, fields.reading)

    return read


def _monitor(fields: Fields) -> TargetId:
    return TargetId(fields.must("node", reference("nodes")))
