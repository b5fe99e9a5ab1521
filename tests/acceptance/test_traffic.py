"""Traffic, quality, and ports nobody has a line on."""

from __future__ import annotations

from dataclasses import replace

from netmon.model.inventory import Inventory
from tests.acceptance.district import inventory
from tests.acceptance.timeline import Story


def with_ports(ports: object, node: str = "acc-1") -> Inventory:
    whole = inventory()
    targets = dict(whole.targets)
    targets[node] = replace(targets[node], ports=ports)
    return replace(whole, targets=targets)


def test_a_line_is_full_by_its_own_bandwidth_and_not_its_ports():
    story = Story()
    story.at(min=1).carries("L-1", 20e6)
    story.at(min=5).carries("L-1", 95e6)  # of 100 Mbit/s, on a port of 1 Gbit/s
    story.at(min=20).carries("L-1", 85e6)  # not yet
    story.at(min=30).carries("L-1", 50e6)
    story.tell(min=29)
    raised = story.wants(8, 11).raised("line:L-1", "line_saturated")
    assert raised.data["params"]["direction"] == "in"
    assert abs(raised.data["params"]["ratio"] - 0.95) < 0.01
    assert story.state("line:L-1") == "degraded"
    story.tell(min=45)
    story.wants(33, 36).cleared("line:L-1", "line_saturated")
    assert story.state("line:L-1") == "up"
    story.wants_nothing_else()


def test_a_full_line_that_falls_silent_is_neither_full_nor_free():
    story = Story()
    story.at(min=2).carries("L-1", 95e6)
    story.at(min=10).silence("agg-1")
    story.at(min=11).carries("L-1", 5e6)
    story.tell(min=30)
    story.wants(5, 8).raised("line:L-1", "line_saturated")
    assert "line:L-1 line_saturated" in story.faults()


def test_a_line_that_loses_packets_is_degraded_and_an_outage_is_no_loss():
    story = Story()
    story.at(min=10).cut("L-1")
    story.at(min=20).mend("L-1")
    story.tell(min=40)
    story.wants(10, 11).raised("line:L-1", "line_down")
    story.wants_nothing_else()
    now = story.world.lines["L-1"]
    assert now.loss_ratio == 0
    assert now.rtt_s is not None


def test_a_line_that_loses_every_third_question_is_degraded():
    story = Story()

    def loses_a_third(truth):
        honest = truth.far_answers
        turn = iter(range(1_000_000))
        truth.far_answers = lambda address, now_s: (
            honest(address, now_s) and (address != "192.0.2.1" or next(turn) % 3 != 0)
        )

    story.at(min=5).does(loses_a_third)
    story.tell(min=20)
    story.wants(6, 12).raised("line:L-1", "line_degraded")
    assert story.state("line:L-1") == "degraded"
    story.wants_nothing_else()


def test_of_all_ports_those_are_watched_that_have_been_in_use():
    story = Story(with_ports("all"))
    story.truth.machines["acc-1"].idle = tuple(f"Eth{i}" for i in range(20))
    story.truth.machines["acc-1"].lit = {"Eth1", "Eth2"}
    story.at(min=5).does(lambda truth: truth.machines["acc-1"].lit.discard("Eth1"))
    story.at(min=15).does(lambda truth: truth.machines["acc-1"].lit.add("Eth1"))
    story.tell(min=10)
    story.wants(5, 6).raised("interface:acc-1/Eth1", "interface_down")
    story.tell(min=20)
    story.wants(15, 17).cleared("interface:acc-1/Eth1", "interface_down")
    assert story.tickets() == []
    story.wants_nothing_else()
    story.check()


def test_a_port_that_flickers_is_nothing():
    story = Story(with_ports("all"))
    story.truth.machines["acc-1"].idle = ("Eth1",)
    story.truth.machines["acc-1"].lit = {"Eth1"}
    for minute in range(5, 25):
        story.at(min=minute).does(lambda truth: truth.machines["acc-1"].lit.discard("Eth1"))
        story.at(min=minute, s=4).does(lambda truth: truth.machines["acc-1"].lit.add("Eth1"))
    story.tell(min=30)
    story.wants_nothing_else()


def test_a_port_watched_by_name_is_judged_from_the_first_look():
    story = Story(with_ports(("Eth1", "Eth9")))
    story.truth.machines["acc-1"].idle = ("Eth1", "Eth2")
    story.tell(min=5)
    story.wants(0, 1.5).raised("interface:acc-1/Eth1", "interface_down")
    story.wants(0, 1).raised("interface:acc-1/Eth9", "ledger_mismatch")
    story.wants_nothing_else()


def test_a_restart_of_netmon_forgets_no_port():
    story = Story(with_ports("all"))
    story.truth.machines["acc-1"].idle = ("Eth1",)
    story.truth.machines["acc-1"].lit = {"Eth1"}
    story.at(min=5).does(lambda truth: truth.machines["acc-1"].lit.clear())
    story.at(min=10).restart()
    story.at(min=20).does(lambda truth: truth.machines["acc-1"].lit.add("Eth1"))
    story.tell(min=30)
    story.wants(5, 6).raised("interface:acc-1/Eth1", "interface_down")
    story.wants(20, 22).cleared("interface:acc-1/Eth1", "interface_down")
    story.wants_nothing_else()


def test_ports_no_longer_watched_have_no_faults():
    story = Story(with_ports("all"))
    story.truth.machines["acc-1"].idle = ("Eth1",)
    story.truth.machines["acc-1"].lit = {"Eth1"}
    story.at(min=5).does(lambda truth: truth.machines["acc-1"].lit.clear())
    story.at(min=10).reload(lambda _: with_ports("lines"))
    story.tell(min=15)
    story.wants(10, 10).cleared("interface:acc-1/Eth1", "interface_down")
    assert story.faults() == []


def test_a_reboot_does_not_raise_every_port():
    story = Story(with_ports("all"))
    story.truth.machines["acc-1"].idle = ("Eth1", "Eth2")
    story.truth.machines["acc-1"].lit = {"Eth1", "Eth2"}

    def boot(truth):
        truth.machines["acc-1"].booted_s = story.now_s
        truth.machines["acc-1"].lit.clear()

    story.at(min=5).does(boot)
    story.at(min=6).does(lambda truth: truth.machines["acc-1"].lit.update({"Eth1", "Eth2"}))
    story.tell(min=20)
    story.wants(5, 6).raised("node:acc-1", "node_rebooted")
    story.wants_nothing_else()


def test_a_line_switched_off_by_hand_is_down_all_the_same():
    story = Story()
    story.at(min=5).does(lambda truth: truth.shut.add("L-3"))
    story.tell(min=10)
    raised = story.wants(5, 6).raised("line:L-3", "line_down")
    assert raised.data["params"]["admin"] == "down"


def test_renumbered_interfaces_move_no_fault():
    story = Story()
    story.at(min=5).cut("L-1")

    def renumber(truth):
        truth.machines["agg-1"].renumbered += 2
        truth.machines["agg-1"].booted_s = story.now_s

    story.at(min=10).does(renumber)
    story.tell(min=25)
    story.wants(5, 6).raised("line:L-1", "line_down")
    story.wants(10, 11).raised("node:agg-1", "node_rebooted")
    assert story.state("line:L-1") == "down"
    assert story.state("line:L-2") == "up"
    story.wants_nothing_else()
