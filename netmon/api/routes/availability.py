"""Figures of availability, and the statements of carriers."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from netmon.api.deps import DeskDep
from netmon.api.outage_schemas import (
    AvailabilityOut,
    StatementOut,
    StatementTotal,
    line_out,
    method_out,
    row_out,
)
from netmon.api.past import (
    PeriodAsked,
    SubjectsAsked,
    ask_of,
    of_record,
    only,
    period,
    read_past,
    wanted,
)
from netmon.core.availability import Ask, Counting, Row, row
from netmon.core.belonging import By, groups_of, summed, wanted_subjects
from netmon.core.outages import History
from netmon.core.statement import LineStatement, carriers_method, statement
from netmon.locale import N_, say, tr
from netmon.model.inventory import Inventory

router = APIRouter(prefix="/api/v1", tags=["availability"])

#: How penalty minutes are made (``core.statement``).
FORMULA: Final = N_(
    "penalty minutes of a line = the greater of: the sum over its outages of counted minutes "
    "beyond the promised time to restore; counted minutes down beyond (1 - promised availability) "
    "x minutes considered"
)


class AvailabilityAsked(SubjectsAsked):
    """Of what; by default this month so far, by class of line, or each line that is asked for."""

    by: By | None = None


class StatementAsked(PeriodAsked):
    """Of which carrier; by default this month so far."""

    provider: str = Field(max_length=200)


@router.get("/availability")
async def availability(
    desk: DeskDep, asked: Annotated[AvailabilityAsked, Query()]
) -> AvailabilityOut:
    """Return availability in three figures, with the method that made them."""
    begin, end = period(asked, desk)
    past = await read_past(desk, begin, end, only(asked))
    inventory = desk.world.inventory
    meant = wanted(asked, inventory, past)
    by = asked.by or _usual(asked)
    subjects = wanted_subjects(inventory, past, meant)
    of_targets = by is By.TARGET or meant.target is not None
    subjects = [s for s in subjects if s.startswith("line:") is not of_targets]
    ask = ask_of(inventory, begin, end, inventory.policy.accounting)
    rows, total = await asyncio.to_thread(_rows, inventory, past, subjects, by, ask)
    return AvailabilityOut(
        begin=begin,
        end=end,
        by=by.value,
        method=method_out(ask.method, inventory.policy),
        items=[row_out(one) for one in rows],
        total=row_out(total),
    )


def _usual(asked: AvailabilityAsked) -> By:
    if asked.target is not None:
        return By.TARGET
    told = (asked.line, asked.tenant, asked.provider, asked.site, asked.kind)
    return By.KIND if all(one is None for one in told) else By.LINE


def _rows(
    inventory: Inventory, past: History, subjects: list[str], by: By, ask: Ask
) -> tuple[list[Row], Row]:
    groups = groups_of(inventory)
    made: dict[str, Counting] = {}
    rows = [
        row(key, some, past, ask, groups, made)
        for key, some in summed(inventory, past, subjects, by).items()
    ]
    return rows, row(By.ALL.value, subjects, past, ask, groups, made)


@router.get("/statements")
async def statements(desk: DeskDep, asked: Annotated[StatementAsked, Query()]) -> StatementOut:
    """Return a carrier's statement: its lines' outages, and by how much its promise was missed."""
    begin, end = period(asked, desk)
    inventory = desk.world.inventory
    past = await read_past(desk, begin, end)
    known = {str(provider) for provider in inventory.providers} | of_record(past, "provider")
    provider = asked.provider.removeprefix("provider:")
    if provider not in known:
        raise HTTPException(
            422,
            tr(
                '"provider": there is no "{name}"; there are: {known}',
                name=provider,
                known=", ".join(sorted(known)) or "-",
            ),
        )
    ask = ask_of(inventory, begin, end, carriers_method(inventory.policy.accounting))
    lines = await asyncio.to_thread(statement, inventory, past, provider, ask)
    return StatementOut(
        provider=provider,
        begin=begin,
        end=end,
        method=method_out(ask.method, inventory.policy),
        formula=say(FORMULA),
        items=[line_out(line) for line in lines],
        total=_total(lines),
    )


def _total(lines: list[LineStatement]) -> StatementTotal:
    return StatementTotal(
        lines=len(lines),
        outages=sum(len(line.items) for line in lines),
        minutes=sum(line.minutes for line in lines),
        counted_minutes=sum(line.counted_minutes for line in lines),
        repeating=sum(line.is_repeating for line in lines),
        penalty_minutes=sum(line.penalty_minutes for line in lines),
    )
