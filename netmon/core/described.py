"""Which lines a port's description names, by their id or their circuit id.

Law: never a line that is not meant. A name counts as a whole word only, LN-1 is not in LN-10, and
only where it could not be anything else: it has a digit, and no other object is called so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from netmon.model.inventory import Inventory, Line, LineId

#: First word of a name → its words, and the line.
Words = Mapping[str, tuple[tuple[tuple[str, ...], LineId], ...]]

#: Of a description a word is what identifiers are made of; a Chinese name may follow at once.
_WORD: Final = re.compile(r"[A-Za-z0-9._-]+")
_BETWEEN: Final = re.compile(r"[\s._/#:-]+")
_SHORTEST: Final = 3
_SHORTEST_NUMBER: Final = 6  #: shorter ones are VLANs, ports and years


def _words(text: str) -> tuple[str, ...]:
    found = (word.strip("._-") for word in _WORD.findall(text.casefold()))
    return tuple(word for word in found if word)


def words_of(inventory: Inventory) -> Words:
    """Return by which words the lines of an inventory are known."""
    others = {name.casefold() for name in _other_names(inventory)}
    found: dict[str, list[tuple[tuple[str, ...], LineId]]] = defaultdict(list)
    for line in inventory.lines.values():
        for name in _names(line):
            words = _words(name)
            if words and _is_plain(name) and name.casefold() not in others:
                found[words[0]].append((words, line.id))
    return {word: tuple(names) for word, names in found.items()}


def _names(line: Line) -> Iterator[str]:
    yield line.id
    if line.circuit_id:
        yield line.circuit_id


def _other_names(inventory: Inventory) -> Iterator[str]:
    yield from inventory.targets
    yield from inventory.sites
    yield from inventory.tenants
    yield from inventory.providers


def _is_plain(name: str) -> bool:
    """Say whether a name can hardly be a word or a number of something else."""
    if not any(char.isdigit() for char in name):
        return False
    letters = any(char.isalpha() for char in name)
    return len(name) >= (_SHORTEST if letters else _SHORTEST_NUMBER)


def named(words: Words, description: str) -> tuple[LineId, ...]:
    """Return the lines that a description names, each once."""
    told = _words(description)
    found: dict[LineId, None] = {}
    for at, word in enumerate(told):
        for name, line in words.get(word, ()):
            if told[at : at + len(name)] == name:
                found[line] = None
    return tuple(found)


def names_itself(line: Line, description: str) -> bool:
    """Say whether a description names a line, however loosely it is written."""
    text = _BETWEEN.sub("", description.casefold())
    told = _words(description)
    for name in _names(line):
        words = _words(name)
        if words and any(told[i : i + len(words)] == words for i in range(len(told))):
            return True
        plain = re.escape(_BETWEEN.sub("", name.casefold()))
        if plain and re.search(rf"(?<!\d){plain}(?!\d)", text):
            return True
    return False
