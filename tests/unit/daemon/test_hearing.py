"""Whose a message is, and what of it comes to the writer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from netmon.core.present import awaken
from netmon.core.rules import Logged
from netmon.core.topology import topology_of
from netmon.daemon import hearing as hearing_module
from netmon.daemon.hearing import Hearing
from netmon.model.inventory import Name, TargetId
from netmon.model.message import Message
from netmon.model.reading import Facts, System
from netmon.model.rule import EventRule, MessagePattern, Origin, RuleId
from netmon.model.world import Memory, TargetNow
from tests.acceptance import district
from tests.acceptance.district import START

RELAY = "192.0.2.99"
RULE = EventRule(
    RuleId("r"), Origin.SYSLOG, Name("r", "r"), MessagePattern(re.compile("LOOP")), ("node:acc-1",)
)
LINK = Message(event="UPDOWN", text="Interface GE1, changed state to down")


class Silent:
    """A listener that hears nothing by itself."""

    dropped_so_far = 0

    async def start(self, known):
        self.known = known

    async def run(self, hear):
        self.hear = hear

    def dropped(self):
        return {"kernel": self.dropped_so_far}

    def overflow(self):
        return None

    async def close(self):
        pass


@pytest.fixture
def heard():
    whole = district.inventory()
    policy = replace(whole.policy, syslog_relays=(RELAY,))
    whole = replace(whole, policy=policy, rules={RULE.id: RULE})
    world = awaken(Memory(), whole, START)
    names = {"acc-2": "Access-Two", "agg-1": "twin", "agg-2": "TWIN"}
    for ident, name in names.items():
        facts = Facts(system=System(name=name))
        world.targets[TargetId(ident)] = TargetNow(facts=facts)
    inputs = []
    made = Hearing(Silent(), inputs.append, lambda: world)
    made.adopt(whole, topology_of(whole))
    made.inputs, made.inventory = inputs, whole
    return made


def address(hearing: Hearing, ident: str) -> str:
    return hearing.inventory.targets[TargetId(ident)].address


async def test_a_message_is_of_the_target_at_its_address_whatever_it_calls_itself(heard):
    heard._hear(address(heard, "acc-1"), Message(host="elsewhere", text="LOOP"))
    [given] = heard.inputs
    assert isinstance(given, Logged)
    assert given.target == "acc-1"
    assert [match.rule for match in given.matches] == ["r"]


async def test_what_no_rule_knows_is_counted_and_troubles_nobody(heard):
    heard._hear(address(heard, "acc-1"), Message(text="all is well"))
    heard._hear(address(heard, "acc-2"), Message(text="LOOP"))  # not whom the rule listens to
    assert heard.inputs == []
    assert heard.counters()["syslog_messages_total", ""] == 2


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("acc-1", "acc-1"),
        ("ACC-1", "acc-1"),
        ("access-two", "acc-2"),
        ("twin", None),
        ("nobody", None),
        ("", None),
    ],
)
async def test_behind_a_relay_the_host_says_whose_it_is(heard, host, target):
    heard._hear(RELAY, replace(LINK, host=host))
    assert [given.target for given in heard.inputs] == ([target] if target else [])
    assert heard.counters().get(("syslog_dropped_total", "unknown_host"), 0) == (target is None)


async def test_behind_a_relay_the_host_may_be_an_address(heard):
    heard._hear(RELAY, replace(LINK, host=address(heard, "acc-1")))
    assert [given.target for given in heard.inputs] == ["acc-1"]


async def test_who_is_known(heard):
    known = heard._speakers.is_known
    assert known(RELAY)
    assert known(address(heard, "acc-1"))
    assert not known("192.0.2.98")


async def test_links_are_asked_for_at_once_then_once_in_a_while(heard):
    for _ in range(50):
        heard._hear(address(heard, "acc-1"), LINK)
    first, second = heard.inputs
    assert first.wait_s == 0.0
    assert 0.5 < second.wait_s <= 1.0
    heard._hear(address(heard, "acc-1"), replace(LINK, text="Interface GE2, changed state to up"))
    assert heard.inputs[-1].wait_s == 0.0, "another port is another matter"


async def test_a_rule_that_is_slow_rests(heard, monkeypatch, caplog):
    monkeypatch.setattr(hearing_module, "_SLOW_S", -1.0)
    for _ in range(3):
        heard._hear(address(heard, "acc-1"), Message(text="LOOP"))
    assert len(heard.inputs) == 1
    assert heard.counters()["syslog_resting_rules", ""] == 1
    assert caplog.text.count("rule too slow") == 1


async def test_a_message_that_breaks_something_is_counted(heard, monkeypatch):
    monkeypatch.setattr(hearing_module, "match_message", None)
    heard._hear(address(heard, "acc-1"), Message(text="LOOP"))
    assert heard.counters()["syslog_dropped_total", "exception"] == 1
    assert heard.counters()["syslog_messages_total", ""] == 0


async def test_without_a_listener_there_are_no_figures():
    made = Hearing(None, lambda _: None, lambda: None)
    await made.run()
    assert made.counters() == {}
