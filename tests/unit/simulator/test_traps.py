"""What a simulated agent says unasked, as netmon's own receiver reads it."""

from __future__ import annotations

import pytest

from netmon.config.scenario import Deed
from netmon.core.trap import LINK_DOWN, LINK_UP
from netmon.model.oid import Oid
from netmon.simulator.traps import TrapSender
from netmon.snmp.notifications_community import read
from tests.unit.simulator.world import IF_NAME, World

OPER = Oid.parse("1.3.6.1.2.1.2.2.1.8")
AGG, SWITCH = "127.1.0.2", "127.1.0.4"


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def heard(world):
    found = []
    sender = TrapSender(lambda own, sent: found.append((own, read(sent, 1, {b"public"}))))
    world.district.told = sender.changed
    return found


def test_both_ends_of_a_line_say_that_it_is_down_and_up_again(world, heard):
    world.do(Deed.CUT, "P")
    assert {(own, said.trap) for own, said in heard} == {(AGG, LINK_DOWN), (SWITCH, LINK_DOWN)}
    varbinds = dict(heard[0][1].varbinds)
    (state,) = (value for oid, value in varbinds.items() if OPER.covers(oid))
    (name,) = (value for oid, value in varbinds.items() if IF_NAME.covers(oid))
    assert (state, name) == (2, b"GigabitEthernet1/0/1")
    world.do(Deed.RESTORE, "P")
    assert [said.trap for _, said in heard[2:]] == [LINK_UP, LINK_UP]
    assert len({said.request_id for _, said in heard}) == 4


def test_whoever_is_off_silent_or_cut_off_says_nothing(world, heard):
    world.do(Deed.SILENCE, "agg")
    world.do(Deed.CUT, "V")
    assert heard == []
    world.do(Deed.SPEAK, "agg")
    world.do(Deed.POWER_OFF, "sw")
    assert {own for own, _ in heard} == {AGG, "127.1.0.3"}
