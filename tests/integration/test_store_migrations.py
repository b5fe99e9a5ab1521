"""The migrations make exactly the tables the program means, and can be taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect, text

from netmon.model.errors import StoreError
from netmon.store.engine import open_engine, url_of
from netmon.store.migrate import HEAD, bring_up_to_date, migrate, scripts
from netmon.store.sql_store import open_store
from netmon.store.tables import REVISION_TABLE, metadata
from tests.agents.postgres import Postgres
from tests.agents.stores import fault, step, ticket

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("initdb"))]


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    text_url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        text_url = server.url(server.create())
    engine = open_engine(url_of(text_url, tmp_path))
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_newest_revision_is_the_one_the_program_names() -> None:
    assert scripts().get_heads() == [HEAD]


def test_every_revision_goes_up_and_down_and_up_again(engine: Engine) -> None:
    for revision in reversed(list(scripts().walk_revisions())):
        migrate(engine, revision.revision)
        migrate(engine, str(revision.down_revision or "base"))
        migrate(engine, revision.revision)
    assert tables(engine) == {*metadata.tables, REVISION_TABLE}
    migrate(engine, "base")
    assert tables(engine) == {REVISION_TABLE}
    bring_up_to_date(engine)
    assert tables(engine) == {*metadata.tables, REVISION_TABLE}


def test_the_tables_made_are_the_tables_meant(engine: Engine) -> None:
    bring_up_to_date(engine)
    options = {
        "version_table": REVISION_TABLE,
        "compare_type": True,
        "compare_server_default": True,
    }
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []


def test_the_checks_made_are_the_checks_meant(engine: Engine) -> None:
    """Alembic does not compare check constraints."""
    bring_up_to_date(engine)
    inspector = inspect(engine)
    for name, table in metadata.tables.items():
        checks = [c for c in table.constraints if isinstance(c, CheckConstraint)]
        meant = {str(check.name) for check in checks}
        made = {str(check["name"]) for check in inspector.get_check_constraints(name)}
        assert made == meant


def test_faults_of_an_older_netmon_are_kept(engine: Engine) -> None:
    """They ended by getting well, as far as anybody knows."""
    migrate(engine, "0001")
    at = "'2026-11-23T08:00:00.000000Z'" if engine.dialect.name == "sqlite" else "now()"
    columns = "id, subject, condition, severity, raised_at, began_at, cleared_at, params"
    values = f"7, 'line:LN-0001', 'line_down', 'major', {at}, {at}, {at}, '{{}}'"
    with engine.begin() as conn:
        conn.execute(text(f"INSERT INTO faults ({columns}) VALUES ({values})"))
    bring_up_to_date(engine)
    with engine.connect() as conn:
        assert conn.execute(text("SELECT id, ended_by FROM faults")).all() == [(7, None)]


def test_a_migration_that_fails_changes_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("power cut")

    monkeypatch.setattr("netmon.store.migrate._check_bonds", fail)
    with pytest.raises(StoreError, match="power cut"):
        bring_up_to_date(engine)
    assert tables(engine) == set()


def test_foreign_keys_are_on_again_after_a_migration(tmp_path: Path) -> None:
    store = open_store(None, tmp_path)
    with pytest.raises(StoreError):
        store.commit(step(1, tickets=(ticket(1, 99),)))
    store.close()


def test_the_file_is_set_up_for_a_careful_writer(tmp_path: Path) -> None:
    engine = open_engine(url_of(None, tmp_path))
    open_store(None, tmp_path).close()
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    with engine.connect() as conn:
        for pragma, value in wanted.items():
            assert conn.execute(text(f"PRAGMA {pragma}")).scalar() == value
    engine.dispose()


def test_the_database_itself_refuses_a_second_open_fault(tmp_path: Path) -> None:
    store = open_store(None, tmp_path)
    store.commit(step(1, faults=(fault(1),)))
    store.close()
    other = sqlite3.connect(tmp_path / "netmon.db")
    copy = "INSERT INTO faults SELECT 2, " + ", ".join(
        column.name for column in metadata.tables["faults"].columns if column.name != "id"
    )
    with pytest.raises(sqlite3.IntegrityError):
        other.execute(f"{copy} FROM faults")
    other.close()
