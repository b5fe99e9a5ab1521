from __future__ import annotations

from datetime import timedelta

import pytest

from netmon.config.scenario import Deed, Scenario, Step
from netmon.model.inventory import Name
from netmon.model.oid import Oid
from netmon.simulator.agent import Agent
from netmon.simulator.build import at_port
from netmon.simulator.stage import play
from tests.unit.simulator.asking import value, walk
from tests.unit.simulator.world import HC_IN, IF_NAME, OPER, UPTIME, World

UP, DOWN = 1, 2
PRIMARY = ("agg", "GigabitEthernet1/0/1"), ("sw", "GigabitEthernet0/0/25")
SOURCE = Oid.parse("1.3.6.1.2.1.33.1.4.1.0")
CHARGE = Oid.parse("1.3.6.1.2.1.33.1.2.4.0")
MINUTES = Oid.parse("1.3.6.1.2.1.33.1.2.3.0")
BATTERY = Oid.parse("1.3.6.1.2.1.33.1.2.1.0")
ALARMS = Oid.parse("1.3.6.1.2.1.33.1.6.2.1.2")
ALARMS_PRESENT = Oid.parse("1.3.6.1.2.1.33.1.6.1.0")
SENSOR = Oid.parse("1.3.6.1.2.1.99.1.1.1.4")
TABLE_CHANGE = Oid.parse("1.3.6.1.2.1.31.1.5.0")
DISCONTINUITY = Oid.parse("1.3.6.1.2.1.31.1.1.1.19")
ALIAS = Oid.parse("1.3.6.1.2.1.31.1.1.1.18")
LLDP_NAMES = Oid.parse("1.0.8802.1.1.2.1.4.1.1.9")
EVERYTHING = {
    "core", "agg", "agg-2", "sw", "ups", "air", "cool", "wet", "door", "pdu", "srv", "127.2.0.1",
}  # fmt: skip


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_a_healthy_district_is_reached_whole_and_real_targets_are_left_alone(world):
    assert world.alive() == EVERYTHING


def test_ports_have_the_names_of_the_inventory_and_the_lines_in_their_alias(world):
    for machine, name in PRIMARY:
        assert world.of_port(machine, name, ALIAS) == b"P Primary"
        assert world.of_port(machine, name, OPER) == UP
    names = walk(world.agent("agg"), IF_NAME).values()
    assert len(set(names)) == len(names) > 50


def test_neighbours_see_each_other(world):
    assert set(walk(world.agent("agg"), LLDP_NAMES).values()) == {b"core", b"sw"}


def test_a_cut_line_takes_both_ports_and_the_far_end(world):
    world.do(Deed.CUT, "P")
    assert {world.of_port(machine, name, OPER) for machine, name in PRIMARY} == {DOWN}
    assert world.alive() == EVERYTHING, "the backup carries on"
    world.do(Deed.CUT, "V")
    assert world.alive() == EVERYTHING - {"127.2.0.1"}
    world.do(Deed.RESTORE, "P")
    world.do(Deed.RESTORE, "V")
    assert world.alive() == EVERYTHING
    assert {world.of_port(machine, name, OPER) for machine, name in PRIMARY} == {UP}


def test_what_lies_behind_a_dead_node_is_out_of_reach(world):
    world.do(Deed.CUT, "S")
    world.do(Deed.POWER_OFF, "agg")
    assert EVERYTHING - world.alive() == {"agg", "sw", "127.2.0.1", "pdu"}
    assert world.of_port("core", "10GE2/0/1", OPER) == DOWN
    assert world.of_port("core", "10GE2/0/2", OPER) == UP
    assert world.of_port("sw", "GigabitEthernet0/0/25", OPER) == DOWN
    world.do(Deed.POWER_ON, "agg")
    assert world.alive() == EVERYTHING


def test_without_the_node_where_netmon_stands_nothing_is_reached(world):
    world.do(Deed.POWER_OFF, "core")
    assert world.alive() == set()


def test_traffic_stops_with_the_line_and_goes_on_after_it(world):
    name = ("sw", "GigabitEthernet0/0/25")
    world.now = 100
    before = world.of_port(*name, HC_IN)
    world.now = 110
    assert world.of_port(*name, HC_IN) > before
    world.do(Deed.CUT, "P")
    at_cut = world.of_port(*name, HC_IN)
    world.now = 200
    assert world.of_port(*name, HC_IN) == at_cut
    world.do(Deed.RESTORE, "P")
    world.now = 210
    assert world.of_port(*name, HC_IN) > at_cut


def test_what_one_end_sends_the_other_receives(world):
    out = Oid.parse("1.3.6.1.2.1.31.1.1.1.10")
    start = world.of_port(*PRIMARY[0], out), world.of_port(*PRIMARY[1], HC_IN)
    world.now = 60
    moved = world.of_port(*PRIMARY[0], out), world.of_port(*PRIMARY[1], HC_IN)
    assert moved[0] - start[0] == moved[1] - start[1] > 0


def test_a_full_line_carries_nearly_its_bandwidth(world):
    world.do(Deed.SATURATE, "P")
    start = world.of_port(*PRIMARY[0], HC_IN)
    world.now = 60
    ratio = (world.of_port(*PRIMARY[0], HC_IN) - start) * 8 / 60 / 100e6
    assert 0.94 < ratio < 1.0
    world.do(Deed.RESTORE, "P")
    start = world.of_port(*PRIMARY[0], HC_IN)
    world.now = 120
    assert (world.of_port(*PRIMARY[0], HC_IN) - start) * 8 / 60 / 100e6 < 0.85


def test_a_reboot_is_silence_and_then_a_young_agent_with_young_counters(world):
    assert value(world.agent("sw"), UPTIME) > 3 * 86400 * 100
    world.do(Deed.REBOOT, "sw", over_s=40)
    assert "sw" not in world.alive()
    world.pass_time(41)
    assert "sw" in world.alive()
    world.pass_time(10)
    assert 900 <= value(world.agent("sw"), UPTIME) <= 1200
    assert world.of_port("sw", "GigabitEthernet0/0/25", HC_IN) < 100e6 / 8 * 12


def test_a_counter_reset_is_told_as_a_discontinuity_without_a_restart(world):
    world.now = 50
    world.do(Deed.COUNTER_RESET, "agg")
    assert world.of_port(*PRIMARY[0], HC_IN) == 0
    assert world.of_port(*PRIMARY[0], DISCONTINUITY) == value(world.agent("agg"), UPTIME)


def test_a_shuffle_numbers_anew_and_keeps_names_and_counters(world):
    names = set(walk(world.agent("sw"), IF_NAME).values())
    before = walk(world.agent("sw"), IF_NAME)
    counter = world.of_port(*PRIMARY[1], HC_IN)
    assert value(world.agent("sw"), TABLE_CHANGE) == 0
    world.now = 5
    world.do(Deed.IFINDEX_SHUFFLE, "sw")
    after = walk(world.agent("sw"), IF_NAME)
    assert set(after.values()) == names
    assert after != before
    assert world.of_port(*PRIMARY[1], HC_IN) >= counter
    assert value(world.agent("sw"), TABLE_CHANGE) == value(world.agent("sw"), UPTIME)


def alarms(ups: Agent) -> set[int]:
    """Return the well-known alarms that stand."""
    standing = {name[-1] for name in walk(ups, ALARMS).values()}
    assert value(ups, ALARMS_PRESENT) == len(standing)
    return standing


def test_a_ups_runs_down_on_battery_and_charges_on_mains(world):
    ups = world.agent("ups")
    assert (value(ups, SOURCE), value(ups, CHARGE), value(ups, BATTERY)) == (3, 100, 2)
    full = value(ups, MINUTES)
    world.do(Deed.MAINS_FAIL, "ups")
    world.now = 120
    assert value(ups, SOURCE) == 5
    assert value(ups, CHARGE) < 100
    assert value(ups, MINUTES) < full
    assert alarms(ups) == {2, 6}, "on battery, input bad"
    world.now = 700
    assert value(ups, BATTERY) == 3, "low"
    assert alarms(ups) == {2, 3, 6}
    low = value(ups, CHARGE)
    world.do(Deed.MAINS_RETURN, "ups")
    world.now = 760
    assert value(ups, SOURCE) == 3
    assert alarms(ups) == set()
    assert low < value(ups, CHARGE) < 100


def test_a_room_warms_and_cools_and_a_failed_unit_warms_it(world):
    def celsius() -> float:
        return value(world.agent("air"), SENSOR.child(1001)) / 10

    usual = celsius()
    assert 20 < usual < 25
    world.do(Deed.HEAT, "dc", amount=12.0, over_s=120.0)
    world.now = 60
    assert usual + 4 < celsius() < usual + 8
    world.now = 130
    assert celsius() == pytest.approx(usual + 12, abs=1)
    world.do(Deed.COOL, "dc", over_s=60.0)
    world.now = 200
    assert celsius() == pytest.approx(usual, abs=1)
    world.do(Deed.FAIL, "cool")
    world.now = 400
    assert usual + 3 < celsius() < usual + 5
    world.do(Deed.REPAIR, "cool")
    world.now = 600
    assert celsius() == pytest.approx(usual, abs=1)


def test_water_and_doors_are_told(world):
    leak, door = (value(world.agent(id_), SENSOR.child(1001)) for id_ in ("wet", "door"))
    assert (leak, door) == (2, 2)
    world.do(Deed.LEAK, "dc")
    world.do(Deed.DOOR_OPEN, "dc")
    leak, door = (value(world.agent(id_), SENSOR.child(1001)) for id_ in ("wet", "door"))
    assert (leak, door) == (1, 1)
    world.do(Deed.DRY, "dc")
    world.do(Deed.DOOR_CLOSE, "dc")
    assert value(world.agent("wet"), SENSOR.child(1001)) == 2


def test_a_silent_agent_is_there_and_does_not_speak(world):
    world.do(Deed.SILENCE, "sw")
    path = world.machine("sw").path
    assert (path.alive, path.speaks) == (True, False)
    world.do(Deed.SPEAK, "sw")
    assert path.speaks


def test_loss_is_on_the_way_to_everything_behind_the_line(world):
    world.do(Deed.LOSS, "B1", amount=0.2)
    assert world.district.fars["127.2.0.1"].loss_ratio == pytest.approx(0.2)
    assert world.machine("agg").path.loss_ratio == pytest.approx(0.2)
    assert world.machine("agg-2").path.loss_ratio == 0
    world.do(Deed.RESTORE, "B1")
    assert world.machine("agg").path.loss_ratio == 0


def test_a_flapping_line_is_cut_and_whole_in_turns_until_it_is_restored(world):
    world.do(Deed.FLAP, "V", over_s=20.0)
    seen = []
    for _ in range(4):
        seen.append(world.cable("V").up)
        world.pass_time(10)
    assert seen == [False, True, False, True]
    world.do(Deed.RESTORE, "V")
    world.pass_time(60)
    assert world.cable("V").up


def test_a_scenario_happens_in_time_and_repeats(world):
    steps = (Step(20.0, Deed.CUT, "V"), Step(30.0, Deed.RESTORE, "V"))
    play(world.district, Scenario(Name("", ""), steps, 60.0))
    seen = {}
    for second in range(1, 130):
        world.pass_time(1)
        seen[second] = world.cable("V").up
    down = [second for second, up in seen.items() if not up]
    assert down == [*range(20, 30), *range(80, 90)]


def test_the_simulated_targets_move_to_another_port_and_the_real_ones_do_not(world):
    moved = at_port(world.inventory, 12345)
    assert {t.port for t in moved.targets.values() if t.id != "real"} == {12345}
    assert moved.targets["real"].port == 161
    assert moved.lines is world.inventory.lines


def test_every_run_is_the_same(tmp_path, world):
    other = World(tmp_path)
    for later in (world, other):
        later.now = timedelta(hours=1).total_seconds()
    root = Oid.parse("1.3.6.1")
    assert walk(world.agent("sw"), root) == walk(other.agent("sw"), root)
