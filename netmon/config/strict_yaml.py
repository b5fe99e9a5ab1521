"""YAML text becomes nodes that know where they stand, and nothing is guessed.

A scalar stays the text that was written: what it means is decided by who reads it, so that ``no``
is a word, ``1:30`` is not ninety and ``0161`` is not 113 (the traps of YAML 1.1). Duplicate keys,
foreign tags and aliases that multiply are refused. Anchors and merge keys (``<<``) work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from netmon.locale import N_, say, tr
from netmon.model.errors import Mistake

#: Deeper than any of our files; a bomb of brackets ends here and not in the stack.
MAX_DEPTH: Final = 40

#: Nodes that aliases may add to one file: a district of 10,000 nodes needs none of it.
MAX_EXPANDED: Final = 1_000_000

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TAGS: Final = frozenset(
    {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map")}
    | {"tag:yaml.org,2002:timestamp", "!"}
)
#: What YAML 1.1 §5.1 does not count as printable.
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(slots=True, eq=False)
class ScalarNode:
    """One value, as written."""

    path: str
    line: int  #: from 1
    column: int  #: from 1, in characters
    text: str
    plain: bool  #: written without quotes
    size: int = 1

    @property
    def is_null(self) -> bool:
        """Whether no value is given: nothing, ``~`` or ``null``, unquoted."""
        return self.plain and self.text in _NULLS


@dataclass(slots=True, eq=False)
class ListNode:
    """A list."""

    path: str
    line: int
    column: int
    items: list[Node]
    size: int = 1


@dataclass(slots=True, eq=False)
class MapNode:
    """A mapping: key text → key and value, in the order of the file."""

    path: str
    line: int
    column: int
    entries: dict[str, tuple[ScalarNode, Node]]
    size: int = 1


Node = ScalarNode | ListNode | MapNode
Report = Callable[[Mistake], None]


class _Unreadable(Exception):  # noqa: N818 - it never leaves this file
    """The rest of the file cannot be read; the mistake is reported already."""


def decode(data: bytes, path: str, report: Report) -> str | None:
    """Return the text of a file: UTF-8, with or without a byte order mark; None if it is not."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        byte = f"0x{error.object[error.start]:02x}"
        message = tr("byte {byte} is not UTF-8; save the file as UTF-8", byte=byte)
        report(Mistake(path, before.count(b"\n") + 1, column, message))
        return None
    if odd := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        column = odd.start() - text.rfind("\n", 0, odd.start())
        message = tr("control character {code} may not stand here", code=f"U+{ord(odd[0]):04X}")
        report(Mistake(path, line, column, message))
        return None
    return text


def compose(text: str, path: str, report: Report) -> Node | None:
    """Return the one document of a text, or None if there is none or it cannot be read.

    Duplicate keys and foreign tags are reported and the reading goes on; broken syntax ends it.
    """
    composer = _Composer(text, path, report)
    try:
        return composer.document()
    except _Unreadable:
        return None
    except yaml.MarkedYAMLError as error:
        report(_syntax_mistake(error, text, path))
    return None


class _Composer:
    """Build nodes from parser events: in our own hands, so that depth and aliases are bounded."""

    def __init__(self, text: str, path: str, report: Report) -> None:
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))
        self._path = path
        self._report = report
        self._anchors: dict[str, Node] = {}
        self._open: set[str] = set()  #: anchors whose node is not complete yet
        self._expanded = 0

    def document(self) -> Node | None:
        next(self._events)  # StreamStart
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        root = self._node(next(self._events), 0)
        next(self._events)  # DocumentEnd
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._mistake(after, tr("a second document (---) in one file; use a file of its own"))
        return root

    def _mistake(self, event: yaml.Event, message: str) -> None:
        line, column = _where(event)
        self._report(Mistake(self._path, line, column, message))

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if depth > MAX_DEPTH:
            self._mistake(event, tr("nested too deep"))
            raise _Unreadable
        anchor = getattr(event, "anchor", None)
        if anchor is None:
            return self._content(event, depth)
        self._open.add(anchor)
        node = self._content(event, depth)
        self._open.discard(anchor)
        self._anchors[anchor] = node
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        name = str(event.anchor)
        node = self._anchors.get(name)
        if node is None:
            inside = name in self._open
            self._mistake(
                event,
                tr('the alias "*{name}" stands inside its own anchor', name=name)
                if inside
                else tr('the alias "*{name}" has no anchor "&{name}" before it', name=name),
            )
            raise _Unreadable
        self._expanded += node.size
        if self._expanded > MAX_EXPANDED:
            self._mistake(event, tr("the aliases of this file multiply to too many values"))
            raise _Unreadable
        return node

    def _content(self, event: yaml.Event, depth: int) -> Node:
        line, column = _where(event)
        tag = getattr(event, "tag", None)
        if tag is not None and tag not in _TAGS:
            self._mistake(event, tr('the tag "{tag}" is not used here', tag=_short(tag)))
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style and tag is None
            return ScalarNode(self._path, line, column, event.value, plain)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(ListNode(self._path, line, column, []), depth)
        return self._map(MapNode(self._path, line, column, {}), depth)

    def _list(self, node: ListNode, depth: int) -> ListNode:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            item = self._node(event, depth + 1)
            node.items.append(item)
            node.size += item.size
        return node

    def _map(self, node: MapNode, depth: int) -> MapNode:
        merged: list[Node] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            node.size += value.size + 1
            if not isinstance(key, ScalarNode):
                self._mistake(event, tr("a key must be one word"))
            elif key.plain and key.text == "<<":
                merged.append(value)
            elif key.text in node.entries:
                first = node.entries[key.text][0].line
                text = tr('the key "{key}" stands twice, first in line {first}',
                          key=key.text, first=first)  # fmt: skip
                self._mistake(event, text)
            else:
                node.entries[key.text] = (key, value)
        for value in merged:
            self._merge(node, value)
        return node

    def _merge(self, node: MapNode, value: Node) -> None:
        """Add what ``<<`` brings (YAML 1.1 merge key): what stands in the mapping itself wins."""
        sources = value.items if isinstance(value, ListNode) else [value]
        for source in sources:
            if isinstance(source, MapNode):
                for text, entry in source.entries.items():
                    node.entries.setdefault(text, entry)
            else:
                message = tr('"<<" takes an alias of a mapping, or a list of them')
                self._report(Mistake(self._path, source.line, source.column, message))


def _short(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _where(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


#: What the two parsers (libyaml's and PyYAML's own) say, and what it means to who wrote the file.
_SAYINGS: Final = (
    (
        "mapping values are not allowed",
        N_('a ":" may not stand here; quote the text, or check the indentation'),
    ),
    ("expected ':'", N_('a key without ":"')),
    ("quoted scalar", N_("a quotation mark is not closed")),
    ("flow sequence", N_('a "{mark}" is not closed, or a comma is missing')),
    ("flow mapping", N_('a "{mark}" is not closed, or a comma is missing')),
    ("cannot start any token", N_("a text may not begin with this character; quote it")),
    ("block mapping", N_("the indentation does not fit the lines above")),
    ("block collection", N_("the indentation does not fit the lines above")),
)

#: What is not closed is shown where it was opened.
_OPENED: Final = ("quoted scalar", "flow sequence", "flow mapping")


def _syntax_mistake(error: yaml.MarkedYAMLError, text: str, path: str) -> Mistake:
    """Say in the reader's words what the parser says in its own."""
    problem = f"{error.context or ''} {error.problem or ''}".strip()
    marks = [error.problem_mark, error.context_mark]
    if any(word in problem for word in _OPENED):
        marks.reverse()
    mark = marks[0] or marks[1]
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    saying = next((ours for theirs, ours in _SAYINGS if theirs in problem), None)
    if "\t" in here[: max(column, len(here) - len(here.lstrip()))]:
        message = tr("a tab may not indent; use spaces")
    elif saying is None:
        message = tr("not valid YAML: {problem}", problem=problem)
    else:
        message = say(saying, mark=here[column - 1 : column])
    return Mistake(path, line, column, message)
