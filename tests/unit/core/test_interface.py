"""Ports are found by the names that people give them, and no two have one name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.interface import canonical, find_interface, unique_names

NAMES = ["NULL0", "GigabitEthernet0/0/1", "GigabitEthernet0/0/10", "XGigabitEthernet0/0/1"]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("GE0/0/1", "GigabitEthernet0/0/1"),
        ("gi0/0/1", "GigabitEthernet 0/0/1"),
        ("XGE0/0/1", "XGigabitEthernet0/0/1"),
        ("XGE1/0/1", "Ten-GigabitEthernet1/0/1"),
        ("10GE1/0/1", "Te1/0/1"),
        ("Eth0/1", "Ethernet0/1"),
        ("FGE1/0/49", "FortyGigE1/0/49"),
        ("25GE1/0/1", "Twenty-FiveGigE1/0/1"),
        ("Vlanif10", "Vlan-interface10"),
        ("BAGG1", "Bridge-Aggregation1"),
        ("Po1", "port-channel1"),
        ("Lo0", "LoopBack0"),
        ("gei-0/1/1/1", "gei_0/1/1/1"),
    ],
)
def test_long_and_short_names_mean_one_port(a, b):
    assert canonical(a) == canonical(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("GE0/0/1", "GE0/0/10"),
        ("GE0/0/1", "XGE0/0/1"),
        ("GE0/0/1", "GE0/0/1.100"),
        ("Eth0/1", "Eth-Trunk0"),
        ("25GE1/0/1", "5GE1/0/1"),
    ],
)
def test_other_ports_have_other_names(a, b):
    assert canonical(a) != canonical(b)


def test_an_exact_name_counts_before_an_exact_description():
    assert find_interface(["a", "b"], ["b", "a"], "b") == 1


def test_a_port_is_found_by_its_description():
    assert find_interface(["1", "2"], ["uplink", "downlink"], "downlink") == 1


def test_a_port_is_found_in_other_words():
    assert find_interface(NAMES, ["", "", "", ""], "GE0/0/1") == 1
    assert find_interface(NAMES, ["", "", "", ""], "XGE0/0/1") == 3


def test_a_name_that_means_nothing_or_two_finds_nothing():
    assert find_interface(NAMES, [""] * 4, "GE0/0/7") is None
    assert find_interface(["GE1", "Gi1"], ["", ""], "GigabitEthernet1") is None


@given(
    st.lists(st.tuples(*[st.sampled_from(["", "a", "b", "a#2", "if#1", "a#2#2"])] * 2), max_size=8)
)
def test_no_two_interfaces_have_one_name(rows):
    names = unique_names(
        [name for name, _ in rows], [descr for _, descr in rows], range(1, len(rows) + 1)
    )
    assert len(set(names)) == len(rows)
    assert all(names)


def test_a_name_of_its_own_is_kept():
    assert unique_names(["a", "b", "b", ""], ["x", "y", "y", "z"], [1, 2, 3, 4]) == (
        "a", "b#2", "b#3", "z",
    )  # fmt: skip
