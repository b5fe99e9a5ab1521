"""The stores under test, and small steps to give them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from netmon.model.condition import ConditionId, Severity
from netmon.model.event import Event, EventKind, Notice
from netmon.model.fault import Fault, FaultId
from netmon.model.ticket import JournalEntry, Priority, Ticket, TicketId, TicketState
from netmon.model.world import Step
from netmon.ports import Store
from netmon.store.memory_store import MemoryStore
from netmon.store.sql_store import open_store
from netmon.store.tables import metadata, progress
from tests.agents.postgres import Postgres

T0 = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def fault(number: int, subject: str = "line:LN-0001", **changed: Any) -> Fault:
    """Return a fault; one minute per number, so that none is like another."""
    values: dict[str, Any] = {
        "id": FaultId(number),
        "subject": subject,
        "condition": ConditionId.LINE_DOWN,
        "severity": Severity.MAJOR,
        "raised_at": at(number),
        "began_at": at(number) - timedelta(seconds=8),
    }
    return Fault(**values | changed)


def ticket(number: int, *faults: int, **changed: Any) -> Ticket:
    values: dict[str, Any] = {
        "id": TicketId(number),
        "state": TicketState.OPEN,
        "priority": Priority.P2,
        "opened_at": at(number),
        "faults": tuple(map(FaultId, faults)),
        "subject": "line:LN-0001",
        "condition": "line_down",
    }
    return Ticket(**values | changed)


def entry(number: int, seq: int, **changed: Any) -> JournalEntry:
    values: dict[str, Any] = {
        "ticket": TicketId(number),
        "seq": seq,
        "at": at(seq),
        "actor": "netmon",
        "action": "opened",
    }
    return JournalEntry(**values | changed)


def event(number: int, **changed: Any) -> Event:
    values: dict[str, Any] = {
        "id": number,
        "at": at(number),
        "kind": EventKind.FAULT_RAISED,
        "subject": "line:LN-0001",
        "data": {"fault": number},
    }
    return Event(**values | changed)


def notice(number: int, receiver: str = "desk") -> Notice:
    return Notice(f"{receiver}:{number}", receiver, event(number))


def step(number: int, **parts: Any) -> Step:
    return Step(number, at(number), **parts)


class Stores:
    """Makes stores of one kind; each is empty. ``again`` closes one and opens its record anew."""

    def __init__(self, make: Callable[[], Callable[[], Store]]) -> None:
        self._make = make
        self._openers: dict[int, Callable[[], Store]] = {}
        self._open: list[Store] = []

    def new(self) -> Store:
        return self._opened(self._make())

    def again(self, store: Store) -> Store:
        store.close()
        return self._opened(self._openers[id(store)])

    def close(self) -> None:
        for store in self._open:
            store.close()

    def _opened(self, opener: Callable[[], Store]) -> Store:
        store = opener()
        self._openers[id(store)] = opener
        self._open.append(store)
        return store


def in_memory() -> Callable[[], Store]:
    store = MemoryStore()
    return lambda: store


def on_sqlite(template: Path, folder: Path) -> Callable[[], Store]:
    home = folder / f"store-{len(list(folder.iterdir()))}"
    shutil.copytree(template, home)
    return lambda: open_store(None, home)


def on_postgresql(server: Postgres, database: str, folder: Path) -> Callable[[], Store]:
    """Empty the one database: a new one each time costs a tenth of a second and 8 MB."""
    tables = [table.name for table in reversed(metadata.sorted_tables) if table is not progress]
    numbers = "last_step = 0, last_fault = 0, last_ticket = 0, last_event = 0, last_record = 0"
    emptied = [f"DELETE FROM {name}" for name in tables] + [
        f"UPDATE progress SET {numbers}, saved_at = NULL"
    ]
    with psycopg.connect(server.url(database, "postgresql"), autocommit=True) as connection:
        connection.execute("; ".join(emptied).encode())
    home = folder / f"store-{len(list(folder.iterdir()))}"
    return lambda: open_store(server.url(database), home)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    open_store(None, folder).close()
    return folder


@pytest.fixture(scope="session")
def postgresql_database(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = postgres.create()
    open_store(postgres.url(name), tmp_path_factory.mktemp("template")).close()
    return name


@pytest.fixture(
    params=[
        "MemoryStore",
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.needs("initdb")),
    ]
)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "MemoryStore":
        made = Stores(in_memory)
    elif request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        made = Stores(lambda: on_sqlite(template, tmp_path))
    else:
        server = request.getfixturevalue("postgres")
        name = request.getfixturevalue("postgresql_database")
        made = Stores(lambda: on_postgresql(server, name, tmp_path))
    yield made
    made.close()


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores.new()
