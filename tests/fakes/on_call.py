"""A duty desk on a clock by hand: a fault opens a ticket, and people are told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from netmon.core.present import absorb, awaken, reconcile
from netmon.core.step import Noticed, Ticked, advance
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.escalation import Escalation
from netmon.model.inventory import Inventory, Person
from netmon.model.judgement import Judgement
from netmon.model.name import Name
from netmon.model.policy import DEFAULT_RULES, HoldDown, Policy
from netmon.model.roster import EscalationRule, Layer, Rota
from netmon.model.secret import Secret
from netmon.model.telling import Channel
from netmon.model.ticket import Command, TicketAction
from netmon.model.world import Memory, World
from netmon.store.memory_store import MemoryStore
from tests.acceptance import district

#: A Tuesday, 08:00 in Shanghai.
START = datetime(2026, 11, 24, tzinfo=UTC)
PEOPLE = ("duty-1", "duty-2", "lead")


def person(ident: str, *, reached: bool = True) -> Person:
    channels = (Channel("log", Secret("log://")),) if reached else ()
    return Person(ident, Name(ident, ident), phone="1", channels=channels)


def rota(ident: str, *people: str, **more: object) -> Rota:
    return Rota(ident, Name(ident, ident), (Layer(people, date(2026, 11, 23), **more),))


def inventory(*rules: EscalationRule, **more: object) -> Inventory:
    holds = {c: replace(rule, hold=HoldDown()) for c, rule in DEFAULT_RULES.items()}
    whole = district.inventory(policy=Policy(rules=holds))
    rotas = (rota("network", "duty-1", "duty-2"), rota("second-line", "lead"))
    return replace(
        whole,
        people={one: person(one) for one in PEOPLE},
        rotas={one.id: one for one in rotas},
        escalations={rule.id: rule for rule in rules},
        **more,
    )


class OnCall:
    """Things happen to one ticket; ``told`` is who was told what of it, minutes after the start."""

    def __init__(self, whole: Inventory | None = None) -> None:
        self.store = MemoryStore()
        self.whole = whole or inventory()
        self.now = START
        self.world: World = awaken(Memory(), self.whole, START)
        self.notices: dict[str, tuple[float, str, str]] = {}

    def smoke(self, verdict: Verdict = Verdict.BAD) -> None:
        self.take(Noticed(Judgement(Key("device:env-1", ConditionId.SMOKE), verdict)))

    def clear(self) -> None:
        self.smoke(Verdict.GOOD)

    def does(self, action: TicketAction, **more: object) -> None:
        (ticket,) = self.world.tickets
        self.take(Command(ticket, action, "li", **more))

    def until(self, minutes: float) -> None:
        """Let time go by, looked at every ten seconds as the daemon does."""
        while self.now < START + timedelta(minutes=minutes):
            self.now += timedelta(seconds=10)
            self.take(Ticked())

    def wait(self, minutes: float) -> None:
        """Let time go by that nobody looks at."""
        self.now += timedelta(minutes=minutes)

    def restart(self, whole: Inventory | None = None) -> None:
        self.whole = whole or self.whole
        self.world = awaken(self.store.load(), self.whole, self.now)
        self._write(reconcile(self.world, self.now))

    def reload(self, whole: Inventory) -> None:
        self.world.former, self.world.inventory = self.world.inventory, whole
        self.whole = whole
        self._write(reconcile(self.world, self.now))

    def take(self, *inputs: object) -> None:
        self._write(advance(self.world, inputs, self.now))

    def _write(self, change) -> None:
        if not change.step.is_empty:
            self.store.commit(change.step)
        absorb(self.world, change)
        for notice in change.step.notices:
            assert notice.key not in self.notices, "told twice"
            minute = round((self.now - START).total_seconds() / 60, 1)
            self.notices[notice.key] = minute, notice.receiver, notice.event.kind.value

    @property
    def told(self) -> list[tuple[float, str, str]]:
        """Return who was told of what, but for warnings of the ticket's clocks."""
        return [one for one in self._all if one[2] != "due"]

    @property
    def warned(self) -> list[tuple[float, str]]:
        return [(minute, who) for minute, who, kind in self._all if kind == "due"]

    @property
    def _all(self) -> list[tuple[float, str, str]]:
        return [
            (minute, receiver.removeprefix("person:"), kind.removeprefix("ticket_"))
            for minute, receiver, kind in self.notices.values()
            if receiver.startswith("person:")
        ]

    @property
    def journal(self) -> list[tuple[str, dict[str, str]]]:
        return [
            (entry.action, dict(entry.after))
            for entry in self.store.journal(1)
            if entry.action in ("told", "not_told", "escalation_stopped")
            and entry.after.get("of") != "ticket_due"
        ]

    @property
    def running(self) -> list[Escalation]:
        return [*self.world.live.get(Escalation, {}).values()]
