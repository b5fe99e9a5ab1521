"""What follows from another inventory is said before it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from netmon.core.consequences import consequences, danger, told, weighed
from netmon.core.present import absorb, awaken, reconcile, under
from netmon.locale import Lang, use
from netmon.locale.reload import SENTENCES, consequence_message
from netmon.model.condition import ConditionId, Severity
from netmon.model.fault import Fault, FaultId
from netmon.model.inventory import Inventory, Maintenance, Name, Ref, TargetId
from netmon.model.policy import DEFAULT_RULES
from netmon.model.reload import Asker, Consequence, Effect, Outcome, ReloadWish
from netmon.model.ticket import Priority, Ticket, TicketId, TicketState
from netmon.model.world import Memory, World
from tests.acceptance.district import (
    CREDENTIAL,
    START,
    inventory,
    tail,
    target,
    trunk,
    with_lines,
    with_maintenance,
)

C = ConditionId


def said(
    new: Inventory, live: World | None = None, old: Inventory | None = None
) -> dict[Effect, list[str]]:
    """Return whom what befalls; of series nobody asks."""
    found: dict[Effect, list[str]] = {}
    was = live.inventory if live else old or inventory()
    for one in consequences(was, new, START, live):
        found.setdefault(one.effect, []).append(one.subject)
    found.pop(Effect.SERIES, None)
    return found


def fault(number: int, subject: str, condition: ConditionId = C.LINE_DOWN, **more) -> Fault:
    return Fault(FaultId(number), subject, condition, Severity.MAJOR, START, START, **more)


def ticket(number: int, *faults: int) -> Ticket:
    return Ticket(
        TicketId(number), TicketState.OPEN, Priority.P2, START, tuple(map(FaultId, faults)),
        "line:L-1", "line_down",
    )  # fmt: skip


def present(
    *faults: Fault, tickets: tuple[Ticket, ...] = (), whole: Inventory | None = None
) -> World:
    return awaken(Memory(faults=faults, tickets=tickets), whole or inventory(), START)


def without(whole: Inventory, *lines: str, targets: tuple[str, ...] = ()) -> Inventory:
    return replace(
        whole,
        lines={k: v for k, v in whole.lines.items() if k not in lines},
        targets={k: v for k, v in whole.targets.items() if k not in targets},
    )


def test_the_same_inventory_has_no_consequences():
    live = present(fault(1, "line:L-1"), tickets=(ticket(1, 1),))
    assert consequences(inventory(), inventory(), START, live) == ()


# --- ways -----------------------------------------------------------------------------------------


def test_what_loses_its_only_way_is_cut_off():
    found = said(without(inventory(), "BB-3"))
    assert found[Effect.NODE_CUT_OFF] == ["node:agg-2", "node:acc-2"]
    assert found[Effect.LINE_CUT_OFF] == ["line:L-B", "line:L-4", "line:L-5"]
    assert Effect.NODE_SINGLE not in found


def test_what_loses_one_of_two_ways_hangs_by_one():
    found = said(without(inventory(), "BB-2"))
    assert found[Effect.NODE_SINGLE] == ["node:agg-1"]
    assert Effect.NODE_CUT_OFF not in found


def test_a_ring_that_is_cut_open_hangs_by_its_ends():
    found = said(without(inventory(), "R-2"))
    assert found[Effect.NODE_SINGLE] == ["node:ring-1", "node:ring-2"]


def test_what_hung_by_one_thread_before_is_no_consequence():
    assert said(with_lines(inventory(), more=(tail("L-9", "acc-2", None),))) == {
        Effect.ASKED_ANEW: ["node:acc-2"]
    }


def test_two_lines_between_the_same_nodes_are_two_ways():
    whole = with_lines(inventory(), more=(trunk("BB-4", "core-1", "agg-2"),))
    found = said(without(whole, "BB-4"), old=whole)
    assert found[Effect.NODE_SINGLE] == ["node:agg-2"]


def test_a_new_line_without_a_way_to_it_is_told():
    whole = inventory()
    lone = target("lone-1", "node", whole.targets[TargetId("acc-1")].role)
    whole = replace(whole, targets={**whole.targets, lone.id: lone})
    found = said(with_lines(whole, more=(tail("L-9", "lone-1", None),)))
    assert found == {Effect.LINE_WITHOUT_PARENT: ["line:L-9"]}


def test_without_a_monitor_nothing_is_explained():
    assert said(replace(inventory(), monitor=None)) == {Effect.ROOT_GONE: ["node:core-1"]}
    assert said(inventory(), old=replace(inventory(), monitor=None)) == {}


# --- partners and tenants -------------------------------------------------------------------------


def doubled() -> Inventory:
    lines = [
        replace(tail(f"D-{n}", "agg-1", None), tenant="tenant-L-1", group=("pair", kind))
        for n, kind in ((1, "primary"), (2, "backup"))
    ]
    return with_lines(without(inventory(), "L-1"), more=tuple(lines))


def test_a_line_that_loses_its_partner_and_a_tenant_with_one_line_left():
    found = said(without(doubled(), "D-2"), old=doubled())
    assert found[Effect.LINE_SINGLE] == ["line:D-1"]
    assert found[Effect.TENANT_SINGLE] == ["tenant:tenant-L-1"]


def test_a_partner_whose_term_is_over_is_none():
    whole = doubled()
    ended = replace(whole.lines["D-2"], ends=date(2026, 11, 22))
    found = said(with_lines(whole, more=(ended,)), old=whole)
    assert found == {
        Effect.LINE_SINGLE: ["line:D-1"],
        Effect.TENANT_SINGLE: ["tenant:tenant-L-1"],
    }


def test_a_tenant_without_a_line_is_told_unless_it_is_gone_too():
    whole = without(inventory(), "L-1")
    assert said(whole)[Effect.TENANT_WITHOUT_LINE] == ["tenant:tenant-L-1"]
    tenants = {k: v for k, v in whole.tenants.items() if k != "tenant-L-1"}
    assert Effect.TENANT_WITHOUT_LINE not in said(replace(whole, tenants=tenants))


# --- what is asked, judged, exported --------------------------------------------------------------


def test_other_credentials_have_their_targets_asked_anew():
    whole = inventory()
    other = replace(CREDENTIAL, id="other")
    targets = dict(whole.targets)
    targets[TargetId("agg-1")] = replace(targets[TargetId("agg-1")], credential=other)
    new = replace(whole, targets=targets)
    (one,) = consequences(whole, new, START)
    assert one == Consequence(Effect.ASKED_ANEW, "node:agg-1", {"what": "credential"})
    assert list(under(present(), new)) == ["agg-1"]


def test_a_rule_switched_off_closes_its_faults_and_on_again_closes_none():
    whole = inventory()
    rules = {**whole.policy.rules, C.LINE_DOWN: replace(DEFAULT_RULES[C.LINE_DOWN], enabled=False)}
    off = replace(whole, policy=replace(whole.policy, rules=rules))
    live = present(fault(1, "line:L-1"), fault(2, "line:L-2"), fault(3, "node:agg-1", C.NODE_DOWN))
    told_ = {one.effect: one for one in consequences(whole, off, START, live)}
    assert told_[Effect.RULE_OFF] == Consequence(Effect.RULE_OFF, "line_down", {"faults": 2})
    assert said(off, live)[Effect.FAULT_ENDS] == ["line:L-1", "line:L-2"]
    assert said(whole, old=off) == {Effect.RULE_ON: ["line_down"]}


def test_series_that_go_and_come_are_reckoned():
    (one,) = (
        c
        for c in consequences(inventory(), without(inventory(), "L-1"), START)
        if c.effect is Effect.SERIES
    )
    assert one.params["new"] == 0
    assert int(one.params["gone"] or 0) >= 12


# --- faults, tickets, windows ---------------------------------------------------------------------


def test_the_faults_that_are_said_to_end_are_those_that_end():
    faults = (
        fault(1, "line:L-1", ticket=1),
        fault(2, "line:L-2", ticket=1),
        fault(3, "node:acc-2", C.NODE_DOWN, ticket=2),
        fault(4, "device:env-1", C.TEMPERATURE_HIGH),
    )
    live = present(*faults, tickets=(ticket(1, 1, 2), ticket(2, 3)))
    new = without(inventory(), "L-1", "L-B", targets=("acc-2", "env-1"))
    meant = consequences(inventory(), new, START, live)
    ends = [(c.params["fault"], c.params["why"]) for c in meant if c.effect is Effect.FAULT_ENDS]
    assert ends == [(1, "removed"), (3, "removed"), (4, "removed")]
    assert [c.subject for c in meant if c.effect is Effect.TICKET_RESTORED] == ["ticket:2"]
    list(under(live, new))
    absorb(live, reconcile(live, START))
    assert set(live.faults) == {2}
    assert [t.id for t in live.tickets.values() if t.state is TicketState.RESTORED] == [2]


def test_a_line_whose_term_is_over_takes_its_fault_along():
    ended = replace(inventory().lines["L-1"], ends=date(2026, 11, 22))
    found = said(with_lines(inventory(), more=(ended,)), present(fault(1, "line:L-1")))
    assert found[Effect.FAULT_ENDS] == ["line:L-1"]


def window(what: str, ends_min: float = 60) -> Maintenance:
    return Maintenance(
        "M-1", (Ref(what),), "splicing", START - timedelta(minutes=5),
        START + timedelta(minutes=ends_min),
    )  # fmt: skip


def test_planned_work_that_begins_to_cover_something_bad():
    live = present(fault(1, "line:L-1"), fault(2, "line:L-2"))
    new = with_maintenance(inventory(), window("line:L-1"))
    (one,) = consequences(inventory(), new, START, live)
    assert (one.effect, one.subject) == (Effect.FAULT_COVERED, "line:L-1")
    assert one.params["window"] == "M-1"


@pytest.mark.parametrize(
    "new", [inventory(), with_maintenance(inventory(), window("line:L-1", ends_min=-1))]
)
def test_planned_work_taken_back_has_its_faults_heard(new):
    whole = with_maintenance(inventory(), window("line:L-1"))
    live = present(fault(1, "line:L-1", suppressed_by="maintenance:M-1"), whole=whole)
    assert said(new, live) == {
        Effect.FAULT_HEARD: ["line:L-1"],
        Effect.WINDOW_ENDS: ["maintenance:M-1"],
    }


# --- what may not happen by accident --------------------------------------------------------------


def shrunk(whole: Inventory, lines: int, targets: int) -> Inventory:
    return replace(
        whole,
        lines=dict(list(whole.lines.items())[:lines]),
        targets=dict(list(whole.targets.items())[:targets]),
    )


@pytest.mark.parametrize(
    ("lines", "targets", "of"),
    [
        (15, 11, None),
        (8, 11, None),  # 7 of 15 are no more than half
        (7, 11, ("lines", 8, 15)),
        (15, 6, None),
        (15, 5, ("targets", 6, 11)),
        (0, 0, ("lines", 15, 15)),
    ],
)
def test_most_of_what_there_is_is_not_removed_without_a_yes(lines, targets, of):
    whole = inventory()
    assert (len(whole.lines), len(whole.targets)) == (15, 11)
    new = shrunk(whole, lines, targets)
    assert danger(whole, new) == of
    outcomes = [
        weighed(present(), new, ReloadWish(Asker.FILE, yes=yes), START).outcome
        for yes in (False, True)
    ]
    assert outcomes == [Outcome.REFUSED if of else Outcome.TAKEN_UP, Outcome.TAKEN_UP]


def test_an_empty_inventory_may_grow():
    empty = shrunk(inventory(), 0, 0)
    assert danger(empty, inventory()) is None
    assert danger(empty, empty) is None


def test_a_reload_is_recorded_with_counts_and_who_asked():
    old, new = replace(inventory(), digest="a"), replace(without(inventory(), "L-1"), digest="b")
    wish = ReloadWish(Asker.API, "li")
    reloaded = weighed(present(fault(1, "line:L-1"), whole=old), new, wish, START)
    data = told(reloaded, wish)
    assert (data["by"], data["actor"], data["before"], data["after"]) == ("api", "li", "a", "b")
    assert (data["added"], data["removed"], data["changed"]) == (0, 1, 0)
    assert data["consequences"] == {
        "tenant_without_line": 1, "fault_ends": 1, "asked_anew": 1, "series": 1,
    }  # fmt: skip


# --- how it is said -------------------------------------------------------------------------------

#: What a consequence of each kind comes with.
PARAMS: dict[Effect, dict[str, str | int | float | bool | None]] = {
    Effect.LINE_CUT_OFF: {"node": "agg-1"},
    Effect.LINE_WITHOUT_PARENT: {"node": "agg-1"},
    Effect.LINE_SINGLE: {"group": "g"},
    Effect.TENANT_SINGLE: {"line": "L-1"},
    Effect.FAULT_ENDS: {"fault": 7, "condition": "line_down", "ticket": 1, "why": "removed"},
    Effect.FAULT_COVERED: {"fault": 7, "condition": "line_down", "ticket": 1, "window": "M-1"},
    Effect.FAULT_HEARD: {"fault": 7, "condition": "line_down", "ticket": None},
    Effect.RULE_OFF: {"faults": 2},
    Effect.ASKED_ANEW: {"what": "credential"},
    Effect.SERIES: {"gone": 3, "new": 4},
}
SUBJECTS: dict[Effect, str] = {Effect.RULE_OFF: "line_down", Effect.RULE_ON: "line_down"}


@pytest.mark.parametrize("effect", list(Effect))
def test_every_consequence_can_be_said_in_both_languages(effect):
    assert set(SENTENCES) == set(Effect)
    one = Consequence(effect, SUBJECTS.get(effect, "line:L-1"), PARAMS.get(effect, {}))
    texts = []
    for lang in Lang:
        with use(lang):
            texts.append(consequence_message(one, inventory()))
    assert len(set(texts)) == 2
    assert not any("{" in text for text in texts)


def test_a_sentence_has_the_names_people_know():
    whole = inventory()
    archive = replace(whole.tenants["tenant-L-1"], name=Name("档案馆", "Archive"))
    old = replace(whole, tenants={"tenant-L-1": archive})
    new = replace(whole, tenants={})
    one = Consequence(Effect.TENANT_WITHOUT_LINE, "tenant:tenant-L-1")
    assert consequence_message(one, new, old).startswith("tenant-L-1 Archive")
