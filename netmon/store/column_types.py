"""How the values of the model are kept in columns, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Never

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

#: Numbers that are given by netmon, never by the database. SQLite's INTEGER has 64 bits.
Id: Final = BigInteger().with_variant(Integer(), "sqlite")

#: PostgreSQL keeps no NUL, UTF-8 no lone surrogate; an agent or a form may send either.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant to the microsecond: aware in Python, UTC in the database.

    Raises:
        ValueError: the value is naive.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without a time zone: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Any text. What no database keeps becomes U+FFFD, so one bad byte never stops a step."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else _UNKEPT.sub("\ufffd", value)


class Member(TypeDecorator[StrEnum]):
    """A member of an enumeration, as its text. A new member needs no migration.

    Raises:
        ValueError: the text is no member (a newer netmon wrote it).
    """

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        del dialect
        return None if value is None else self.kind(value)


class Json(TypeDecorator[Any]):
    """Evidence that is only ever read whole: JSON as text, no operators in queries."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:
        del dialect
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
        return _UNKEPT.sub("\ufffd", text)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        del dialect
        return None if value is None else json.loads(value)


class SharedJson(Json):
    """JSON of which many rows say the same: read once, and shared by all that say so."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        del dialect
        return None if value is None else _read_once(value)


@lru_cache(maxsize=4096)
def _read_once(text: str) -> object:
    return kept(json.loads(text))


def kept(value: object) -> object:
    """Return JSON as the model keeps it: its lists as tuples, its objects as mappings."""
    match value:
        case list():
            return tuple(kept(inner) for inner in value)
        case dict():
            return MappingProxyType({key: kept(inner) for key, inner in value.items()})
    return value


def _plain(value: object) -> object:
    """Return what ``json`` knows in place of what the model uses."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return _refuse(value)


def _refuse(value: object) -> Never:
    raise TypeError(f"not JSON: {type(value).__name__}")
