"""Which escalation is for a ticket, its steps with their instants, and whom they reach now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netmon.core.calendar import open_spans
from netmon.core.draft import Draft
from netmon.core.roster import now_and_next, on_call
from netmon.model.escalation import EscalationStep, Failure
from netmon.model.inventory import LineId, SiteEnd, TargetId
from netmon.model.roster import EscalationRule, StepRule, Tell, Unless, Whom
from netmon.model.ticket import Priority, Ticket

_MOMENT: Final = timedelta(microseconds=1)
#: Without ``escalations`` in the inventory: so long the first rota has for what is urgent.
_USUAL: Final = timedelta(minutes=15)
_URGENT: Final = frozenset({Priority.P1, Priority.P2})


def of(draft: Draft, ticket: Ticket) -> EscalationRule | None:
    """Return the first rule that is for a ticket; where there are rotas and no rules, the usual."""
    rules = draft.inventory.escalations.values()
    if not rules:
        return _usual(list(draft.inventory.rotas), ticket)
    return next((rule for rule in rules if _is_for(draft, rule, ticket)), None)


def _usual(rotas: list[str], ticket: Ticket) -> EscalationRule | None:
    """The first rota at once; of what is urgent and not acknowledged, the second after a while."""
    if not rotas:
        return None
    first = StepRule((Tell(Whom.ROTA, rotas[0]),))
    if len(rotas) == 1 or ticket.priority not in _URGENT:
        return EscalationRule("usual", (first,))
    second = StepRule((Tell(Whom.ROTA, rotas[1]),), _USUAL, Unless.ACKNOWLEDGED)
    return EscalationRule("usual-urgent", (first, second))


def _is_for(draft: Draft, rule: EscalationRule, ticket: Ticket) -> bool:
    if rule.priorities and ticket.priority not in rule.priorities:
        return False
    if rule.conditions and ticket.condition not in {c.value for c in rule.conditions}:
        return False
    if rule.sites and rule.sites.isdisjoint(_sites(draft, ticket)):
        return False
    if rule.line_kinds and rule.line_kinds.isdisjoint(_line_kinds(draft, ticket)):
        return False
    policy = draft.inventory.policy
    open_now = open_spans(
        rule.hours, policy.calendar, policy.timezone, draft.now, draft.now + _MOMENT
    )
    return bool(len(open_now))


def _sites(draft: Draft, ticket: Ticket) -> set[str]:
    """Return where a ticket's subject is, and its lines' ends; with all that these lie in."""
    inventory = draft.inventory
    kind, _, ident = ticket.subject.partition(":")
    found = {ident} if kind == "site" else set()
    target = inventory.targets.get(TargetId(ident.partition("/")[0]))
    if target is not None:
        found.add(target.site)
    for line in (inventory.lines.get(LineId(one)) for one in (ident, *ticket.lines)):
        for end in (line.a, line.z) if line is not None else ():
            found.add(end.site if isinstance(end, SiteEnd) else inventory.targets[end.node].site)
    return found | {above for site in found for above in _above(draft, site)}


def _above(draft: Draft, site: str) -> Iterable[str]:
    sites = {str(ident): one for ident, one in draft.inventory.sites.items()}
    one = sites.get(site)
    while one is not None and one.parent is not None:
        yield one.parent
        one = sites.get(one.parent)


def _line_kinds(draft: Draft, ticket: Ticket) -> set[str]:
    lines = draft.inventory.lines
    named = (ticket.subject.partition(":")[2], *ticket.lines)
    return {lines[LineId(one)].kind.value for one in named if LineId(one) in lines}


def frozen(rule: EscalationRule, now: datetime) -> tuple[EscalationStep, ...]:
    """Return a rule's steps with their instants, in order; a repeated one is several."""
    plain = [
        (now + step.after + again * step.every, step)
        for step in rule.steps
        for again in range(step.times)
    ]
    plain.sort(key=lambda pair: pair[0])
    return tuple(
        EscalationStep(number, due, step.tell, step.unless)
        for number, (due, step) in enumerate(plain, start=1)
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a step can tell, and whom it cannot, and why."""

    people: tuple[str, ...]
    failed: tuple[tuple[str, Failure], ...]  #: ``rota:…`` or ``person:…``

    def said(self) -> dict[str, str]:
        """Return it as the journal keeps it."""
        told = {"told": ", ".join(self.people)} if self.people else {}
        failures = {why for _, why in self.failed}
        return told | {
            why.value: ", ".join(who for who, of in self.failed if of is why)
            for why in sorted(failures)
        }


def reached(draft: Draft, tells: Iterable[Tell]) -> Reached:
    """Return whom a step tells at this instant."""
    people: dict[str, None] = {}
    failed: list[tuple[str, Failure]] = []
    for tell in tells:
        person, failure = _person(draft, tell)
        if failure is None:
            people[person] = None
        else:
            failed.append((person, failure))
    return Reached(tuple(people), tuple(failed))


def reachable(draft: Draft, told: Iterable[str]) -> list[str]:
    """Return who of these can still be told."""
    known = draft.inventory.people
    return [person for person in told if person in known and known[person].channels]


def _person(draft: Draft, tell: Tell) -> tuple[str, Failure | None]:
    """Return who is told; or who is not, and why."""
    person: str | None = tell.id
    if tell.whom is not Whom.PERSON:
        if tell.id not in draft.inventory.rotas:
            return str(tell), Failure.UNKNOWN
        person = _of_rota(draft, tell)
    if person is None:
        return str(tell), Failure.NOBODY
    found = draft.inventory.people.get(person)
    if found is None:
        return f"{Whom.PERSON}:{person}", Failure.UNKNOWN
    return (person, None) if found.channels else (f"{Whom.PERSON}:{person}", Failure.NO_CHANNEL)


def _of_rota(draft: Draft, tell: Tell) -> str | None:
    rota, policy = draft.inventory.rotas[tell.id], draft.inventory.policy
    if tell.whom is Whom.ROTA:
        return on_call(rota, policy.calendar, policy.timezone, draft.now)
    _, later = now_and_next(rota, policy.calendar, policy.timezone, draft.now)
    return None if later is None else later.person
