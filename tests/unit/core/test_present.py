"""The present at the start, after a step, and under another inventory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from netmon.core.present import absorb, awaken, forget_old_tickets, reconcile, under
from netmon.core.step import Noticed, Pinged, SurveyEnded, Ticked, advance
from netmon.model.condition import ConditionId, Held, Key, Phase, Severity, Verdict
from netmon.model.event import EventKind
from netmon.model.fault import Ended, Fault, FaultId
from netmon.model.inventory import Maintenance, Ref, TargetId
from netmon.model.judgement import Judgement
from netmon.model.policy import DEFAULT_RULES
from netmon.model.ticket import Priority, Ticket, TicketId, TicketState
from netmon.model.wire import Silence
from netmon.model.world import (
    LineState,
    Memory,
    SubjectState,
    TargetNow,
    TargetState,
)
from tests.acceptance import agents, district
from tests.acceptance.district import START
from tests.acceptance.timeline import Story

C = ConditionId
LINE = "line:L-1"


def fault(number: int, subject: str, condition: ConditionId = C.LINE_DOWN, **more) -> Fault:
    return Fault(FaultId(number), subject, condition, Severity.MAJOR, START, START, **more)


def memory(**more) -> Memory:
    values = {"saved_at": START, "last_step": 7, "last_fault": 9, "last_event": 20}
    return Memory(**(values | more))


def test_states_begin_as_they_were_left_and_what_nobody_knows_is_unknown():
    states = {
        "node:agg-1": SubjectState("node:agg-1", "down", START),
        LINE: SubjectState(LINE, "unreachable", START),
    }
    world = awaken(memory(states=states), district.inventory(), START)
    assert world.targets[TargetId("agg-1")] == TargetNow(TargetState.DOWN, START)
    assert world.targets[TargetId("agg-2")].state is TargetState.UNKNOWN
    assert world.lines["L-1"].state is LineState.UNREACHABLE
    assert (world.last_step, world.last_fault, world.last_event) == (7, 9, 20)


def test_only_open_faults_are_present():
    kept = fault(1, LINE)
    closed = fault(2, "line:L-2", cleared_at=START)
    world = awaken(memory(faults=(kept, closed)), district.inventory(), START)
    assert world.faults == {1: kept}
    assert world.open_by_key == {kept.key: 1}


def test_what_was_in_the_balance_long_ago_begins_anew_and_is_written_so():
    down, lost = Key(LINE, C.LINE_DOWN), Key("line:L-2", C.LINE_DOWN)
    held = {down: Held(Phase.PENDING, START, START), lost: Held(Phase.CLEARING, START, START)}
    faults = (fault(1, "line:L-2"),)
    for minutes, phases in ((0, (Phase.PENDING, Phase.CLEARING)), (5, (None, Phase.RAISED))):
        world = awaken(
            memory(held=held, faults=faults),
            district.inventory(),
            START + timedelta(minutes=minutes),
        )
        absorb(world, reconcile(world, START + timedelta(minutes=minutes)))
        found = [world.held[key].phase if key in world.held else None for key in (down, lost)]
        assert tuple(found) == phases


def test_a_reload_is_no_sleep():
    held = {Key(LINE, C.LINE_DOWN): Held(Phase.PENDING, START, START)}
    world = awaken(memory(held=held), district.inventory(), START)
    absorb(world, reconcile(world, START))
    later = START + timedelta(hours=1)
    list(under(world, district.inventory()))
    absorb(world, reconcile(world, later))
    assert Key(LINE, C.LINE_DOWN) in world.held


def test_the_first_inventory_is_all_additions_and_the_second_look_none():
    world = awaken(Memory(), district.inventory(), START)
    change = reconcile(world, START)
    assert {e.kind for e in change.step.events} == {EventKind.LINE_ADDED}
    assert len(change.step.events) == len(world.inventory.lines)
    absorb(world, change)
    assert reconcile(world, START).step.is_empty


def test_what_is_gone_is_closed_and_forgotten():
    states = {"line:old": SubjectState("line:old", "down", START)}
    held = {
        Key("line:old", C.LINE_DOWN): Held(Phase.RAISED, START, START),
        Key("interface:gone/E1", C.INTERFACE_DOWN): Held(Phase.CLEAR, START),
        Key("netmon:self", C.NETMON_CONFIG): Held(Phase.RAISED, START, START),
    }
    faults = (fault(1, "line:old"), fault(2, "netmon:self", C.NETMON_CONFIG))
    world = awaken(memory(states=states, held=held, faults=faults), district.inventory(), START)
    change = reconcile(world, START)
    absorb(world, change)
    assert set(world.faults) == {2}
    assert set(world.held) == {Key("netmon:self", C.NETMON_CONFIG)}
    assert change.step.gone == ("line:old",)
    kinds = [e.kind for e in change.step.events if e.subject == "line:old"]
    assert kinds == [EventKind.FAULT_CLEARED, EventKind.LINE_REMOVED]


def test_a_fault_without_a_ticket_goes_under_planned_work():
    window = Maintenance("M-1", (Ref(LINE),), "work")
    whole = district.with_maintenance(district.inventory(), window)
    world = awaken(memory(faults=(fault(1, LINE),)), whole, START)
    absorb(world, reconcile(world, START))
    assert world.faults[FaultId(1)].suppressed_by == "maintenance:M-1"


def test_conditions_nobody_judges_any_more_are_closed():
    whole = district.inventory()
    rules = {C.LINE_FLAPPING: replace(DEFAULT_RULES[C.LINE_FLAPPING], enabled=False)}
    whole = replace(whole, policy=replace(whole.policy, rules=rules))
    keys = [
        (LINE, C.LINE_FLAPPING),
        ("interface:acc-1/Eth1", C.INTERFACE_DOWN),  # of acc-1 only lines' ports are watched
        ("interface:acc-1/Eth1", C.INTERFACE_ERRORS),
    ]
    faults = tuple(fault(i, s, c) for i, (s, c) in enumerate(keys, 1))
    world = awaken(memory(faults=faults), whole, START)
    absorb(world, reconcile(world, START))
    assert set(world.faults) == {3}


def test_what_ends_without_getting_well_says_why():
    whole = district.inventory()
    rules = {C.LINE_FLAPPING: replace(DEFAULT_RULES[C.LINE_FLAPPING], enabled=False)}
    whole = replace(whole, policy=replace(whole.policy, rules=rules))
    faults = (
        fault(1, "line:gone"),
        fault(2, LINE, C.LINE_FLAPPING),
        fault(3, "interface:acc-1/Eth1", C.INTERFACE_DOWN),
    )
    world = awaken(memory(faults=faults), whole, START)
    ended = {f.id: f.ended_by for f in reconcile(world, START).step.faults}
    assert ended == {1: Ended.REMOVED, 2: Ended.RULE_DISABLED, 3: Ended.NOT_WATCHED}


def test_ports_watched_by_another_spelling_stay_watched_and_a_lines_port_does_not():
    whole = district.inventory()
    targets = dict(whole.targets)
    acc = TargetId("acc-1")
    targets[acc] = replace(targets[acc], ports=("GigabitEthernet0/0/1", "GE-L-A"))
    whole = replace(whole, targets=targets)
    faults = (
        fault(1, "interface:acc-1/GE0/0/1", C.INTERFACE_DOWN),
        fault(2, "interface:acc-1/GE-L-A", C.INTERFACE_DOWN),
        fault(3, "interface:acc-1/GE0/0/2", C.INTERFACE_DOWN),
    )
    world = awaken(memory(faults=faults), whole, START)
    absorb(world, reconcile(world, START))
    assert set(world.faults) == {1}


def test_raised_faults_are_counted_once():
    world = awaken(Memory(), district.inventory(), START)
    rule = Judgement(Key("device:env-1", C.SMOKE), Verdict.BAD)
    for _ in range(2):
        absorb(world, advance(world, [Noticed(rule)], START))
    assert world.raised == {("smoke", "critical"): 1}


def test_closed_tickets_are_forgotten_after_the_window_and_others_never():
    def ticket(number: int, state: TicketState, closed_at=None) -> Ticket:
        return Ticket(TicketId(number), state, Priority.P2, START, (), LINE, "line_down",
                      closed_at=closed_at)  # fmt: skip

    tickets = (ticket(1, TicketState.CLOSED, START), ticket(2, TicketState.RESTORED))
    world = awaken(memory(tickets=tickets), district.inventory(), START)
    forget_old_tickets(world, START + timedelta(hours=24))
    assert set(world.tickets) == {1, 2}
    forget_old_tickets(world, START + timedelta(hours=24, seconds=1))
    assert set(world.tickets) == {2}


# --- another inventory ----------------------------------------------------------------------------


def known_world():
    world = awaken(Memory(), district.inventory(), START)
    for ident in world.targets:
        world.targets[ident] = TargetNow(TargetState.UP, START, START, profiles=("x",))
    return world


def test_the_same_inventory_asks_nobody_anew():
    assert list(under(known_world(), district.inventory())) == []


def test_who_moved_is_another_and_who_got_another_password_is_the_same():
    world, whole = known_world(), district.inventory()
    targets = dict(whole.targets)
    moved, told = TargetId("acc-1"), TargetId("acc-2")
    targets[moved] = replace(targets[moved], address="127.9.9.9")
    targets[told] = replace(targets[told], credential=replace(district.CREDENTIAL, id="other"))
    world.states["node:acc-1"] = SubjectState("node:acc-1", "up", START)
    assert set(under(world, replace(whole, targets=targets))) == {moved, told}
    assert world.targets[moved] == TargetNow(TargetState.UP, START)
    assert world.targets[told].profiles == ("x",)


def test_new_lines_have_their_ends_looked_for_and_gone_ones_are_gone():
    world, whole = known_world(), district.inventory()
    more = district.tail("L-9", "acc-2", None)
    changed = set(under(world, district.with_lines(whole, without="L-3", more=(more,))))
    assert changed == {"acc-2", "agg-1"}
    assert "L-3" not in world.lines
    assert world.lines["L-9"].state is LineState.UNKNOWN


def test_a_device_that_becomes_a_node_is_another():
    world, whole = known_world(), district.inventory()
    targets = dict(whole.targets)
    env = TargetId("env-1")
    targets[env] = replace(targets[env], kind="node")
    assert list(under(world, replace(whole, targets=targets))) == [env]
    assert world.targets[env].profiles == ()


def test_a_target_that_leaves_is_gone():
    world, whole = known_world(), district.inventory()
    targets = {k: v for k, v in whole.targets.items() if k != "env-1"}
    assert list(under(world, replace(whole, targets=targets))) == []
    assert "env-1" not in world.targets


@pytest.mark.parametrize("text", ["began", "of tomorrow", "began yesterday", ""])
def test_a_window_kept_as_an_other_netmon_keeps_it_is_told_anew(text):
    window = Maintenance("M-1", (Ref(LINE),), "work")
    whole = district.with_maintenance(district.inventory(), window)
    states = {"maintenance:M-1": SubjectState("maintenance:M-1", text, START)}
    world = awaken(memory(states=states), whole, START)
    kinds = [e.kind for e in reconcile(world, START).step.events]
    assert kinds.count(EventKind.MAINTENANCE_BEGAN) == 1


def _story_of_flaps() -> Story:
    story = Story()
    story.tell(min=3)
    story.at(min=3).flap("L-5", times=2, down_s=20, up_s=20)
    return story


def test_a_restart_calms_nothing():
    """What came and went before it counts as well: a line that flaps is one fault, not three."""
    story = _story_of_flaps()
    story.at(min=4, s=30).restart()
    story.at(min=5).flap("L-5", times=2, down_s=20, up_s=20)
    story.tell(min=7)
    assert "line:L-5 line_flapping" in story.faults()
    assert story.world.flaps["line:L-5"].count >= 6


def test_of_a_line_that_is_no_more_nobody_remembers_how_often_it_came_and_went():
    story = _story_of_flaps()
    story.at(min=5).reload(lambda whole: district.with_lines(whole, without="L-5"))
    story.tell(min=6)
    story.at(min=6, s=1).restart()
    story.tell(min=7)
    assert "line:L-5" not in story.world.flaps


def test_what_had_just_booted_is_still_starting_after_a_restart():
    story = Story()
    story.at(min=3).power_off("agg-2")
    story.at(min=5).power_on("agg-2", ports_after_s=90.0)
    story.at(min=5, s=40).restart()
    story.tell(min=12)
    story.wants(after=5, before=12).raised("node:agg-2", C.NODE_REBOOTED)
    raised = [e.subject for e in story.events(EventKind.FAULT_RAISED)]
    assert [subject for subject in raised if subject != "node:agg-2"] == ["line:BB-3"]


def test_a_boot_is_noticed_of_what_was_dead_when_netmon_ended():
    story = Story()
    story.at(min=3).power_off("acc-2")
    story.at(min=5).restart()
    story.at(min=7).power_on("acc-2")
    story.tell(min=9)
    story.wants(after=7, before=9).raised("node:acc-2", C.NODE_REBOOTED)


def test_a_restart_does_not_take_a_line_for_up_before_its_far_end_was_asked():
    story = Story()
    story.at(min=3).does(lambda truth: truth.dark.add("L-1"))
    story.at(min=3).does(lambda truth: truth.carried.add("L-1"))
    story.at(min=5).restart()
    story.tell(min=8)
    assert story.states("line:L-1")[-1] == "down"
    assert story.states("line:L-1").count("down") == 1


def test_a_suspicion_is_not_forgotten_because_nothing_else_was_written_for_long():
    """netmon notes that it watches one, so that a short absence is known to be short."""
    key = Key("device:env-1", C.TEMPERATURE_HIGH)
    pending = Held(Phase.PENDING, START, START)
    world = awaken(memory(held={key: pending}), district.inventory(), START)
    absorb(world, reconcile(world, START))
    change = advance(world, [Ticked()], START + timedelta(seconds=10))
    assert change.step.watched
    assert not change.step.is_empty
    world.held[key] = Held(Phase.CLEAR, START)
    assert not advance(world, [Ticked()], START + timedelta(seconds=10)).step.watched


def _asked(world, answered, silent):
    """Have a netmon that has just started hear who is there, before it asks what they have."""
    truth = district.Truth(world.inventory)
    found = []
    for ident, why in (*((i, None) for i in answered), *((i, Silence.TIMEOUT) for i in silent)):
        target = world.inventory.targets[TargetId(ident)]
        found.append(SurveyEnded(target.id, agents.surveyed(target, truth, 0.0, why), 0.1))
        if why is not None:
            found += [Pinged(target.address, None, again=True)] * 3
    return found


def test_an_old_suspicion_waits_after_a_start_for_what_might_explain_it():
    """Its hold-down was over long ago, and yet nobody has asked the port before it anew."""
    key = Key("node:agg-2", C.NODE_DOWN)
    now = START + timedelta(minutes=1)
    held = {key: Held(Phase.PENDING, START, START)}
    world = awaken(memory(held=held, saved_at=now), district.inventory(), now)
    world.ping_available = True
    absorb(world, reconcile(world, now))
    change = advance(world, _asked(world, ["core-1"], ["agg-2"]), now + timedelta(seconds=2))
    assert not [fault for fault in change.step.faults if fault.key == key]
    absorb(world, change)
    later = advance(world, _asked(world, [], ["agg-2"]), now + timedelta(seconds=15))
    assert [fault.began_at for fault in later.step.faults if fault.key == key] == [START]
