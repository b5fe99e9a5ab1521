"""Read the outage record for a question about a period."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import HTTPException
from pydantic import Field

from netmon.api.deps import Asked
from netmon.config.explain import near
from netmon.core.availability import Ask
from netmon.core.belonging import Wanted
from netmon.core.calendar import open_spans
from netmon.core.outages import BAD, History, history
from netmon.core.period import edge, month_of
from netmon.locale import say, tr
from netmon.model.accounting import AccountingMethod
from netmon.model.errors import UsageError
from netmon.model.hours import ALWAYS
from netmon.model.inventory import Inventory, LineKind
from netmon.model.outage import Amendment, Finding, Interval, PlannedWork
from netmon.model.record import RecordQuery
from netmon.ports import Desk, Store

#: A longer period is a mistake.
_LONGEST = timedelta(days=3660)


class PeriodAsked(Asked):
    """A period, written as a year, a month, a day or an instant; up to, and without, its end."""

    since: str | None = Field(None, alias="from", max_length=40)
    until: str | None = Field(None, alias="to", max_length=40)


class SubjectsAsked(PeriodAsked):
    """Which lines or targets; every condition must hold."""

    line: str | None = Field(None, max_length=200)
    target: str | None = Field(None, max_length=200)
    tenant: str | None = Field(None, max_length=200)
    provider: str | None = Field(None, max_length=200)
    site: str | None = Field(None, max_length=200)
    kind: LineKind | None = None


def period(
    asked: PeriodAsked, desk: Desk, usual: timedelta | None = None
) -> tuple[datetime, datetime]:
    """Return the period that is asked for; by default this month so far, or the last ``usual``.

    Raises:
        HTTPException: it is none, with the field named.
    """
    now, zone = desk.clock.now(), desk.world.inventory.policy.timezone
    begin, end = month_of(now, zone) if usual is None else (now - usual, now)
    if asked.until is not None:
        end = _edge("to", asked.until, zone)
    if asked.since is not None:
        begin = _edge("from", asked.since, zone)
    elif asked.until is not None:
        begin = month_of(end - timedelta(microseconds=1), zone)[0]
    if begin >= end:
        raise HTTPException(422, tr('"from" is not before "to"'))
    if end - begin > _LONGEST:
        raise HTTPException(422, tr('"from" is more than ten years before "to"'))
    return begin, end


def _edge(field: str, word: str, zone: str) -> datetime:
    try:
        return edge(word, zone)
    except UsageError as error:
        raise HTTPException(422, f'"{field}": ' + say(error.sentence, **error.params)) from error


def wanted(asked: SubjectsAsked, inventory: Inventory, past: History) -> Wanted:
    """Return which subjects are asked for.

    Raises:
        HTTPException: there is no such object, now or in the record.
    """
    line = _plain(asked.line, "line")
    target = _plain(_plain(asked.target, "node"), "device")
    lines = {str(i) for i in inventory.lines} | _of_record(past, is_line=True)
    targets = {str(i) for i in inventory.targets} | _of_record(past, is_line=False)
    _must("line", line, lines)
    _must("target", target, targets)
    _must("tenant", asked.tenant, {*map(str, inventory.tenants), *of_record(past, "tenant")})
    _must(
        "provider", asked.provider, {*map(str, inventory.providers), *of_record(past, "provider")}
    )
    _must("site", asked.site, set(map(str, inventory.sites)))
    kind = asked.kind.value if asked.kind is not None else None
    return Wanted(line, target, asked.tenant, asked.provider, asked.site, kind)


def _plain(name: str | None, kind: str) -> str | None:
    return None if name is None else name.removeprefix(f"{kind}:")


def _of_record(past: History, *, is_line: bool) -> set[str]:
    parts = (subject.partition(":") for subject in past.pieces)
    return {name for kind, _, name in parts if (kind == "line") is is_line}


def of_record(past: History, whose: str) -> set[str]:
    """Return the tenants or carriers of a past; the inventory may no longer have them."""
    told = {piece.about.get(whose) for pieces in past.pieces.values() for piece in pieces}
    return {name for name in told if name is not None}


def _must(field: str, name: str | None, known: set[str]) -> None:
    if name is None or name in known:
        return
    meant = near(name, sorted(known))
    if meant is None:
        raise HTTPException(422, tr('"{field}": there is no "{name}"', field=field, name=name))
    raise HTTPException(
        422,
        tr(
            '"{field}": there is no "{name}"; did you mean "{meant}"?',
            field=field,
            name=name,
            meant=meant,
        ),
    )


def only(asked: SubjectsAsked) -> tuple[str, ...]:
    """Return the refs one of which is asked for; nothing where it may be any."""
    if asked.line is not None:
        return (f"line:{_plain(asked.line, 'line')}",)
    if asked.target is None:
        return ()
    name = _plain(_plain(asked.target, "node"), "device")
    return f"node:{name}", f"device:{name}"


async def read_past(
    desk: Desk, begin: datetime, end: datetime, subjects: tuple[str, ...] = ()
) -> History:
    """Return what happened in a period, as it is told by now; of some subjects, or of all."""
    since, until = {"end": begin}, {"begin": end}
    of = {"subject": subjects} if subjects else {}

    def ask(
        store: Store,
    ) -> tuple[list[Interval], list[Amendment], list[PlannedWork], list[Finding]]:
        intervals = store.records(RecordQuery(Interval, equal=of, at_least=since, below=until))
        # What was found out of an outage may be older than the period that it reaches into.
        oldest = min([begin, *(i.begin for i in intervals if i.state in BAD)])
        return (
            intervals,
            store.records(RecordQuery(Amendment, equal=of, at_least=since, below=until)),
            store.records(RecordQuery(PlannedWork, at_least=since, below=until)),
            store.records(RecordQuery(Finding, at_least={"at": oldest})),
        )

    found = await desk.read(ask)
    return history(*found, now=desk.clock.now())


def ask_of(inventory: Inventory, begin: datetime, end: datetime, method: AccountingMethod) -> Ask:
    """Return a question of a period, by a method."""
    policy = inventory.policy
    hours = policy.hours.get(method.hours, ALWAYS)
    return Ask(begin, end, method, open_spans(hours, policy.calendar, policy.timezone, begin, end))
