"""Read mappings key by key, keep every mistake with its place, and never stop at the first.

A reader is a function of a node that returns the value or raises ``Wrong``. ``Fields`` asks for
keys by name; what was not asked for is an unknown key. A record with a mistake is read to its end
and then given up (``Broken``): its id stays known, so that references to it are no mistakes too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast, overload

from netmon.config.explain import near, with_allowed
from netmon.config.strict_yaml import ListNode, MapNode, Node, ScalarNode
from netmon.locale import tr
from netmon.model.errors import Mistake

T = TypeVar("T")
D = TypeVar("D")


class Wrong(Exception):  # noqa: N818 - a mistake of the file's author, not of ours
    """A value is not what it must be. Raised by readers, kept by ``Fields``."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Broken(Exception):  # noqa: N818
    """A record cannot be built; its mistakes are kept already."""


@dataclass(slots=True)
class Entry:
    """One record of a list: where it stands, and what it is unless it is broken."""

    node: MapNode
    value: Any = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that must be an id of one of the lists."""

    node: Node
    tables: tuple[str, ...]
    word: str


@dataclass(slots=True)
class Reading:
    """What is known while the files of one directory are read."""

    root: Path  #: files named by ``{file: …}`` are relative to it
    environ: Mapping[str, str]
    profiles: frozenset[str] | None = None  #: known profile ids; None = not checked
    zone: tzinfo = UTC  #: of instants written without an offset
    hours: frozenset[str] | None = frozenset()  #: names of service hours; None = not known
    mistakes: list[Mistake] = field(default_factory=list)
    tables: dict[str, dict[str, Entry]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    complete: bool = True  #: False: a file or list is unreadable, so unknown ids prove nothing

    def wrong(self, node: Node, message: str) -> None:
        """Keep a mistake."""
        self.mistakes.append(Mistake(node.path, node.line, node.column, message))


Read = Callable[[Node, Reading], T]


class Fields:
    """One mapping, asked key by key.

    Where a value is missing or wrong, the mistake is kept and the caller gets None in its place:
    what it builds of it is thrown away. Look at ``ok`` before comparing values with each other.
    """

    __slots__ = ("_asked", "_missing", "node", "ok", "reading")

    def __init__(self, node: MapNode, reading: Reading) -> None:
        self.node = node
        self.reading = reading
        self.ok = True
        self._asked: dict[str, None] = {}
        self._missing: list[str] = []

    def must(self, key: str, read: Read[T]) -> T:
        """Return a value that may not be left out."""
        self._asked[key] = None
        entry = self.node.entries.get(key)
        if entry is None:
            self._missing.append(key)
            self.ok = False
            return cast(T, None)
        return self._read(entry[1], read)

    @overload
    def may(self, key: str, read: Read[T]) -> T | None: ...
    @overload
    def may(self, key: str, read: Read[T], default: D) -> T | D: ...
    def may(self, key: str, read: Read[T], default: Any = None) -> Any:
        """Return a value, or ``default`` where it is left out or empty."""
        self._asked[key] = None
        entry = self.node.entries.get(key)
        if entry is None or (isinstance(entry[1], ScalarNode) and entry[1].is_null):
            return default
        return self._read(entry[1], read)

    def has(self, key: str) -> bool:
        """Say whether a key stands here."""
        self._asked[key] = None
        return key in self.node.entries

    def at(self, key: str) -> Node:
        """Return the value's node; the whole mapping where there is none."""
        entry = self.node.entries.get(key)
        return self.node if entry is None else entry[1]

    def wrong(self, key: str, message: str) -> None:
        """Keep a mistake about a value."""
        self.reading.wrong(self.at(key), message)
        self.ok = False

    def refuse(self, key: str, message: str) -> None:
        """Keep a mistake if a key stands here that may not."""
        if self.has(key):
            self.reading.wrong(self.node.entries[key][0], message)
            self.ok = False

    def close(self) -> None:
        """Keep the mistakes that show at the end: unknown keys and missing ones.

        Raises:
            Broken: there was any mistake.
        """
        misspelt = set()
        for text, (key, _) in self.node.entries.items():
            if text not in self._asked:
                message = tr('unknown key "{word}"', word=text)
                self.reading.wrong(key, with_allowed(message, text, list(self._asked)))
                misspelt.add(near(text, self._asked))
                self.ok = False
        for text in self._missing:
            if text not in misspelt:
                self.reading.wrong(self.node, tr('the key "{key}" is missing', key=text))
        if not self.ok:
            raise Broken

    def give_up(self) -> NoReturn:
        """Stop where a mistake leaves open which other keys may stand here.

        Raises:
            Broken: always.
        """
        for text in self.node.entries:
            if near(text, self._missing) is None:
                self._asked[text] = None
        self.ok = False
        self.close()
        raise Broken

    def _read(self, node: Node, read: Read[T]) -> T:
        try:
            return read(node, self.reading)
        except Wrong as wrong:
            self.reading.wrong(node, wrong.message)
        except Broken:
            pass
        self.ok = False
        return cast(T, None)


def as_map(node: Node) -> MapNode:
    """Return the node if it is a mapping."""
    if isinstance(node, MapNode):
        return node
    raise Wrong(tr("a mapping (key: value) must stand here"))


def as_scalar(node: Node) -> ScalarNode:
    """Return the node if it is one value."""
    if not isinstance(node, ScalarNode):
        raise Wrong(tr("one value must stand here, not a list or mapping"))
    if node.is_null:
        raise Wrong(tr("a value must stand here"))
    return node


def record(build: Callable[[Fields], T]) -> Read[T]:
    """Return the reader of a mapping whose keys ``build`` asks for."""

    def read(node: Node, reading: Reading) -> T:
        fields = Fields(as_map(node), reading)
        try:
            value = build(fields)
        except Wrong:
            fields.close()  # a key that is unknown explains more than what is missing for it
            raise
        fields.close()
        return value

    return read


def list_of(read: Read[T], *, least: int = 0) -> Read[tuple[T, ...]]:
    """Return the reader of a list; every item's mistakes are kept."""

    def read_all(node: Node, reading: Reading) -> tuple[T, ...]:
        if not isinstance(node, ListNode):
            raise Wrong(tr("a list must stand here"))
        if len(node.items) < least:
            raise Wrong(tr("the list may not be empty"))
        return tuple(_items(node, reading, read))

    return read_all


def _items(node: ListNode, reading: Reading, read: Read[T]) -> list[T]:
    values, broken = [], False
    for item in node.items:
        try:
            values.append(read(item, reading))
        except Wrong as wrong:
            reading.wrong(item, wrong.message)
            broken = True
        except Broken:
            broken = True
    if broken:
        raise Broken
    return values


def reference(*tables: str) -> Read[str]:
    """Return the reader of an id that must be known in one of the lists, once all are read."""

    def read(node: Node, reading: Reading) -> str:
        word = as_scalar(node).text
        reading.references.append(Reference(node, tables, word))
        return word

    return read
