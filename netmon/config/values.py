"""Readers of single values: words, numbers with units, dates, addresses, secrets.

Each takes the text as written and decides what it means by what is wanted, not by how it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from netmon.config.explain import did_you_mean, with_allowed
from netmon.config.fields import (
    Fields,
    Read,
    Reading,
    Wrong,
    as_map,
    as_scalar,
    record,
)
from netmon.config.strict_yaml import MapNode, Node
from netmon.locale import tr
from netmon.model.inventory import Name
from netmon.model.secret import Secret

E = TypeVar("E", bound=StrEnum)

_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LINE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_INTEGER: Final = re.compile(r"[+-]?(0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DURATION: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d))+")
_DURATION_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BANDWIDTH: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kMGT])")
_BITS: Final = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_HOST: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
_HOST_LETTER: Final = re.compile(r"[A-Za-z_]")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUE: Final = frozenset({"true", "yes", "on"})
_FALSE: Final = frozenset({"false", "no", "off"})
_TEN_YEARS: Final = timedelta(days=3660)


def text(node: Node, _: Reading) -> str:
    """Return a text as written."""
    value = as_scalar(node).text
    if not value.strip():
        raise Wrong(tr("the text is empty"))
    return value


def ident(node: Node, _: Reading) -> str:
    """Return an id: small letters, digits, ``.``, ``_`` and ``-``."""
    word = as_scalar(node).text
    if _ID.fullmatch(word):
        return word
    problem = tr('"{word}" is not an id: small letters, digits, ".", "_", "-", '
                 "a letter or digit first", word=word)  # fmt: skip
    small = word.lower().replace(" ", "-")
    raise Wrong(did_you_mean(problem, small) if _ID.fullmatch(small) else problem)


def line_ident(node: Node, _: Reading) -> str:
    """Return a line's id, which may have capital letters."""
    word = as_scalar(node).text
    if _LINE_ID.fullmatch(word):
        return word
    raise Wrong(
        tr('"{word}" is not a line id: letters, digits, ".", "_", "-", a letter or digit first',
           word=word)
    )  # fmt: skip


def name(node: Node, reading: Reading) -> Name:
    """Return a name: one text for both languages, or ``{zh: …, en: …}``."""
    if not isinstance(node, MapNode):
        one = text(node, reading)
        return Name(one, one)
    return record(_both)(node, reading)


def _both(fields: Fields) -> Name:
    zh, en = fields.may("zh", text), fields.may("en", text)
    if zh is None and en is None and fields.ok:
        raise Wrong(tr("a name needs zh, en or both"))
    return Name(zh or en or "", en or zh or "")


def one_of(*words: str) -> Read[str]:
    """Return the reader of one of these words."""

    def read(node: Node, _: Reading) -> str:
        word = as_scalar(node).text
        if word in words:
            return word
        raise Wrong(unknown_word(word, words))

    return read


def member(kind: type[E], among: Iterable[E] | None = None) -> Read[E]:
    """Return the reader of an enum's value, of these members only where given."""
    known = {m.value: m for m in (kind if among is None else among)}

    def read(node: Node, _: Reading) -> E:
        word = as_scalar(node).text
        found = known.get(word)
        if found is None:
            raise Wrong(unknown_word(word, known))
        return found

    return read


def unknown_word(word: str, allowed: Iterable[str]) -> str:
    """Say that a word is none of those allowed, and which was probably meant."""
    return with_allowed(tr('unknown value "{word}"', word=word), word, list(allowed))


def boolean(node: Node, _: Reading) -> bool:
    """Return true or false; ``yes``, ``no``, ``on`` and ``off`` are understood."""
    word = as_scalar(node).text.lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise Wrong(tr('"{word}" is neither true nor false', word=word))


def integer(least: int, most: int) -> Read[int]:
    """Return the reader of a whole number within bounds. ``0161`` is refused, not octal."""

    def read(node: Node, _: Reading) -> int:
        word = as_scalar(node).text
        if not _INTEGER.fullmatch(word) or len(word) > 18:
            raise Wrong(tr('"{word}" is not a whole number', word=word))
        value = int(word)
        if not least <= value <= most:
            raise Wrong(_out_of_bounds(word, least, most))
        return value

    return read


def number(least: float, most: float, unit: str = "") -> Read[float]:
    """Return the reader of a number within bounds; ``unit`` may be written behind it."""

    def read(node: Node, _: Reading) -> float:
        word = as_scalar(node).text
        digits = word.removesuffix(unit).rstrip() if unit else word
        if not _NUMBER.fullmatch(digits) or len(digits) > 18:
            raise Wrong(tr('"{word}" is not a number', word=word))
        value = float(digits)
        if not least <= value <= most:
            raise Wrong(_out_of_bounds(word, least, most))
        return value

    return read


def _out_of_bounds(word: str, least: float, most: float) -> str:
    return tr("{word} is out of bounds: {least} to {most}",
              word=word, least=f"{least:g}", most=f"{most:g}")  # fmt: skip


#: A TCP or UDP port.
port: Final = integer(1, 65535)


def ratio(node: Node, _: Reading) -> float:
    """Return a ratio, 0 to 1, written ``90%`` or ``0.9``."""
    word = as_scalar(node).text
    digits = word.removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(digits) or len(digits) > 18:
        raise Wrong(tr('"{word}" is not a ratio; write 90% or 0.9', word=word))
    value = float(digits) / (100 if word.endswith("%") else 1)
    if 0 <= value <= 1:
        return value
    problem = tr("{word} is not between 0 and 1", word=word)
    raise Wrong(did_you_mean(problem, f"{digits}%") if 1 < value <= 100 else problem)


def percent(least: float) -> Read[float]:
    """Return the reader of a percentage, written ``99.9`` or ``99.9%``, as a ratio."""
    read_number = number(least, 100, "%")

    def read(node: Node, reading: Reading) -> float:
        return read_number(node, reading) / 100

    return read


def duration(least: timedelta = timedelta(0), most: timedelta = _TEN_YEARS) -> Read[timedelta]:
    """Return the reader of ``500ms``, ``30s``, ``5m``, ``2h``, ``7d``, ``1h30m``."""

    def read(node: Node, _: Reading) -> timedelta:
        word = as_scalar(node).text
        if not _DURATION.fullmatch(word) or len(word) > 40:
            raise Wrong(_not_a_duration(word))
        seconds = sum(float(n) * _SECONDS[unit] for n, unit in _DURATION_PART.findall(word))
        if seconds < least.total_seconds():
            raise Wrong(tr("{word} is too short: at least {least}", word=word, least=spell(least)))
        if seconds > most.total_seconds():
            raise Wrong(tr("{word} is too long: at most {most}", word=word, most=spell(most)))
        return timedelta(seconds=seconds)

    return read


def _not_a_duration(word: str) -> str:
    problem = tr('"{word}" is not a duration; write 500ms, 30s, 5m, 2h or 7d', word=word)
    if _INTEGER.fullmatch(word):
        return did_you_mean(problem, f"{word}s")
    squeezed = word.replace(" ", "").lower()
    return did_you_mean(problem, squeezed) if _DURATION.fullmatch(squeezed) else problem


def spell(value: timedelta) -> str:
    """Write a duration the way our files do."""
    seconds = value.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds * 1000:g}ms"


def bandwidth(node: Node, _: Reading) -> int:
    """Return bits per second from ``64k``, ``100M``, ``1G`` (decimal, as carriers sell it)."""
    word = as_scalar(node).text
    found = _BANDWIDTH.fullmatch(word)
    if found is None or len(word) > 20:
        raise Wrong(_not_a_bandwidth(word))
    bits = round(float(found[1]) * _BITS[found[2]])
    if bits == 0:
        raise Wrong(tr("the bandwidth is 0"))
    return bits


def _not_a_bandwidth(word: str) -> str:
    problem = tr('"{word}" is not a bandwidth; write 64k, 100M or 1G (bit/s)', word=word)
    loose = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([kKmMgGtT]?)(?i:i?(b|bps|bit/s|bit)?)", word)
    if loose is None:
        return problem
    unit = {"k": "k", "m": "M", "g": "G", "t": "T", "": "M"}[loose[2].lower()]
    return did_you_mean(problem, f"{loose[1]}{unit}")


def day(node: Node, _: Reading) -> date:
    """Return a date, ``2026-11-23``."""
    word = as_scalar(node).text
    if _DAY.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            raise Wrong(tr("there is no day {word}", word=word)) from None
    raise Wrong(tr('"{word}" is not a date; write 2026-11-23', word=word))


def instant(node: Node, reading: Reading) -> datetime:
    """Return an instant in UTC; without an offset it is in the district's zone."""
    word = as_scalar(node).text
    try:
        value = datetime.fromisoformat(word)
    except ValueError:
        value = None
    if value is None or len(word) <= len("2026-11-23"):
        raise Wrong(
            tr('"{word}" is not a date with a time of day; write 2026-11-23 08:00', word=word)
        )
    aware = value if value.tzinfo is not None else value.replace(tzinfo=reading.zone)
    return aware.astimezone(UTC)


def address(node: Node, _: Reading) -> str:
    """Return an IPv4 or IPv6 literal in its usual form."""
    word = as_scalar(node).text
    try:
        value = ip_address(word)
    except ValueError:
        raise Wrong(_not_an_address(word)) from None
    if value.is_multicast or value.is_unspecified:
        raise Wrong(tr("{word} is not the address of one machine", word=word))
    return str(value)


def _not_an_address(word: str) -> str:
    if "/" in word:
        return tr('"{word}" has a prefix length; write the address alone', word=word)
    if _HOST.fullmatch(word) and _HOST_LETTER.search(word) and ":" not in word:
        return tr('"{word}" is a host name; write its IP address, so that polling does not '
                  "depend on DNS", word=word)  # fmt: skip
    return tr('"{word}" is not an IP address', word=word)


def host(node: Node, _: Reading) -> str:
    """Return a host name or an IP address: services are asked the way people reach them."""
    word = as_scalar(node).text
    try:
        return str(ip_address(word))
    except ValueError:
        if _HOST.fullmatch(word):
            return word
    raise Wrong(tr('"{word}" is neither a host name nor an IP address', word=word))


def url(node: Node, _: Reading) -> str:
    """Return an ``http`` or ``https`` URL."""
    word = as_scalar(node).text
    if not is_url(word):
        raise Wrong(tr('"{word}" is not a URL; write https://host/path', word=word))
    return word


def is_url(word: str) -> bool:
    """Say whether a word is an ``http`` or ``https`` URL."""
    try:
        parts = urlsplit(word)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and not any(c.isspace() for c in word)


def secret(node: Node, reading: Reading) -> Secret:
    """Return a secret: a text, ``{env: NAME}`` or ``{file: PATH}``. No mistake shows it."""
    if not isinstance(node, MapNode):
        return Secret(text(node, reading))
    return record(_secret_from)(as_map(node), reading)


def _secret_from(fields: Fields) -> Secret:
    variable, path = fields.may("env", text), fields.may("file", text)
    if not fields.ok:
        return Secret("")
    if variable is not None and path is None:
        found = fields.reading.environ.get(variable)
        if not found:
            fields.wrong("env", tr("the environment variable {name} is not set", name=variable))
        return Secret(found or "")
    if path is not None and variable is None:
        return Secret(_secret_file(fields, path))
    raise Wrong(tr("a secret is a text, {env: NAME} or {file: PATH}"))


def _secret_file(fields: Fields, path: str) -> str:
    try:
        found = (fields.reading.root / Path(path)).read_text("utf-8").rstrip("\r\n")
    except FileNotFoundError:
        fields.wrong("file", tr("there is no file {path}", path=path))
        return ""
    except (OSError, UnicodeDecodeError, ValueError):
        fields.wrong("file", tr("the file {path} cannot be read", path=path))
        return ""
    if not found:
        fields.wrong("file", tr("the file {path} is empty", path=path))
    return found
