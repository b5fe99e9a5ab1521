"""Accounts, tokens and the audit trail in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from netmon.locale import tr
from netmon.locale.figures import moment

Json = Mapping[str, Any]


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def account_list(accounts: Iterable[Json]) -> Table:
    """Return accounts, one in a row."""
    table = _table(tr("name"), tr("role"), tr("shown as"), tr("state"), tr("made by"))
    for one in accounts:
        state = tr("disabled") if one["disabled"] else tr("locked") if one["locked_until"] else ""
        table.add_row(one["name"], one["role"], one["display"], state, one["created_by"])
    return table


def token_list(tokens: Iterable[Json], zone: ZoneInfo, now: datetime) -> Table:
    """Return tokens, one in a row."""
    table = _table(tr("token"), tr("account"), tr("label"), tr("until"), tr("last used"), tr("may"))
    for one in tokens:
        until = _when(one["expires_at"], zone, now) or tr("it is revoked")
        used = _when(one["last_used_at"], zone, now)
        scopes = "" if one["session"] else " ".join(one["scopes"])
        table.add_row(f"#{one['id']}", one["owner"], one["label"], until, used, scopes)
    return table


def audit_list(entries: Iterable[Json], zone: ZoneInfo, now: datetime) -> Table:
    """Return entries of the audit trail, one in a row."""
    table = _table(tr("entry"), tr("when"), tr("who"), tr("what"), tr("of"), "", tr("beside"))
    for one in entries:
        mark = Text("") if one["ok"] else Text(tr("refused"), "red")
        beside = " ".join(f"{key}={value}" for key, value in one["data"].items())
        when = _when(one["at"], zone, now)
        table.add_row(
            str(one["id"]), when, one["actor"], one["action"], one["subject"], mark, beside
        )
    return table


def _when(at: str | None, zone: ZoneInfo, now: datetime) -> str:
    return moment(datetime.fromisoformat(at), zone, now) if at else ""
