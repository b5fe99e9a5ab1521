"""What goes wrong with a server: one clear line, nothing lost, and on again by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import psycopg
import pytest

from netmon.model.errors import StoreError
from netmon.store import engine
from netmon.store.sql_store import SqlStore, open_store
from tests.agents.postgres import Postgres
from tests.agents.stores import at, event, fault, notice, step

pytestmark = pytest.mark.needs("initdb")


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.url(postgres.create())


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[SqlStore]:
    store = open_store(url, tmp_path / "data")
    yield store
    store.close()


def refusal(url: str, data_dir: Path) -> str:
    with pytest.raises(StoreError) as failure:
        open_store(url, data_dir).close()
    text = str(failure.value)
    assert len(text.splitlines()) == 1
    assert "s3cret" not in text
    return text


def run(postgres: Postgres, url: str, statement: str) -> None:
    with psycopg.connect(
        postgres.url(url.rsplit("/", 1)[1], "postgresql"), autocommit=True
    ) as conn:
        conn.execute(statement.encode())


def test_a_server_that_comes_back_is_written_to_by_the_same_step(
    postgres: Postgres, store: SqlStore
) -> None:
    store.commit(step(1, faults=(fault(1),), notices=(notice(1),)))
    postgres.stop()
    try:
        for _ in range(2):
            with pytest.raises(StoreError, match="the server does not answer"):
                store.commit(step(2, faults=(fault(2, "node:a"),)))
        with pytest.raises(StoreError, match="the server does not answer"):
            store.outbox(1, at(0))
    finally:
        postgres.start()
    store.commit(step(2, faults=(fault(2, "node:a"),)))
    assert [f.id for f in store.load().faults] == [1, 2]
    assert [n.key for n in store.outbox(1, at(0))] == ["desk:1"]


def test_a_cut_session_is_not_even_noticed(postgres: Postgres, store: SqlStore, url: str) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    name = url.rsplit("/", 1)[1]
    run(postgres, url, f"{cut} AND datname = '{name}'")
    store.commit(step(1, faults=(fault(1),)))
    assert store.load().last_step == 1


@pytest.mark.parametrize("is_written", [True, False])
def test_a_session_cut_while_it_commits_leaves_no_doubt(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, is_written: bool
) -> None:
    dialect = store._engine.dialect
    commit = dialect.do_commit
    cuts = []

    def cut_once(connection: Any) -> None:
        if cuts:
            return commit(connection)
        cuts.append(1)
        if is_written:
            commit(connection)
        connection.dbapi_connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(dialect, "do_commit", cut_once)
    store.commit(step(1, faults=(fault(1),), events=(event(1),)))
    assert [f.id for f in store.load().faults] == [1]
    assert [e.id for e in store.events(0, 9)] == [1]
    assert cuts == [1]


def test_a_second_netmon_is_refused_whatever_its_data_directory(
    store: SqlStore, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_WAIT_FOR_LOCK_S", 0.2)
    assert "in use by another netmon" in refusal(url, tmp_path / "other")
    store.commit(step(1))
    store.close()
    open_store(url, tmp_path / "other").close()


def test_a_password_is_never_printed(postgres: Postgres, tmp_path: Path) -> None:
    host = f"127.0.0.1:{postgres.port}"
    for where in (
        "postgresql+psycopg://netmon:s3cret@127.0.0.1:1/netmon",
        "postgresql://127.0.0.1:1/netmon?password=s3cret",
        f"postgresql://nobody:s3cret@{host}/postgres",
        f"postgresql://{postgres.user}:s3cret@{host}/nowhere",
        f"postgresql://{postgres.user}:s3cret@{host}/postgres?sslmode=require",
        f"postgresql://{postgres.user}@{host}/postgres?password=s3cret&nonsense=s3cret",
    ):
        assert refusal(where, tmp_path).startswith("postgresql 127.0.0.1:")


def test_a_missing_database_is_said(postgres: Postgres, tmp_path: Path) -> None:
    text = refusal(postgres.url("nowhere"), tmp_path)
    assert text.endswith('the server refuses: database "nowhere" does not exist')


def test_a_newer_database_is_not_touched(postgres: Postgres, url: str, tmp_path: Path) -> None:
    open_store(url, tmp_path).close()
    run(postgres, url, "UPDATE netmon_revision SET version_num = '0999'")
    run(postgres, url, "DROP TABLE outbox")
    assert "was written by a newer netmon (revision 0999)" in refusal(url, tmp_path)
    run(postgres, url, "CREATE TABLE outbox ()")


def test_another_programs_tables_are_let_be_unless_they_have_our_names(
    postgres: Postgres, url: str, tmp_path: Path
) -> None:
    run(postgres, url, "CREATE TABLE recipes (name text)")
    open_store(url, tmp_path).close()
    other = postgres.url(postgres.create())
    run(postgres, other, "CREATE TABLE tickets (seat text)")
    assert "is not a netmon database" in refusal(other, tmp_path)


def test_a_read_only_server_is_said_at_the_start(
    postgres: Postgres, url: str, tmp_path: Path
) -> None:
    open_store(url, tmp_path).close()
    name = url.rsplit("/", 1)[1]
    run(postgres, url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "the server is read-only" in refusal(url, tmp_path)


def test_instants_are_utc_whatever_the_servers_zone(
    postgres: Postgres, url: str, tmp_path: Path
) -> None:
    run(postgres, url, f"ALTER DATABASE {url.rsplit('/', 1)[1]} SET timezone = 'Asia/Shanghai'")
    store = open_store(url, tmp_path)
    store.commit(step(1, faults=(fault(1),)))
    saved = store.load().saved_at
    assert saved is not None
    assert (saved, saved.tzinfo) == (at(1), UTC)
    store.close()


def test_the_data_directory_is_locked_too(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=f"process {os.getpid()}"):
        open_store(None, tmp_path / "data")
    store.commit(step(1))
