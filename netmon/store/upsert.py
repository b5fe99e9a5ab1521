"""Write rows, or replace whole those of the same key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from netmon.store.rows import Values

INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def upsert(conn: Connection, table: Table, values: Sequence[Values]) -> None:
    """Write rows of one table, all with the same columns."""
    if not values:
        return
    statement = INSERT[conn.dialect.name](table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    keys = list(table.primary_key.columns)
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), values)
