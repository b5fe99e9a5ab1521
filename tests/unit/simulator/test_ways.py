from __future__ import annotations

import pytest

from netmon.simulator.ways import Hop, ways


def both(*hops: tuple[str, str, Hop]) -> dict[str, list[tuple[str, Hop]]]:
    graph: dict[str, list[tuple[str, Hop]]] = {}
    for one, other, hop in hops:
        graph.setdefault(one, []).append((other, hop))
        graph.setdefault(other, []).append((one, hop))
    return graph


def test_delays_add_up_and_losses_multiply():
    found = ways(["a"], both(("a", "b", Hop(0.1, 0.5)), ("b", "c", Hop(0.2, 0.5))))
    assert found["c"].delay_s == pytest.approx(0.3)
    assert found["c"].loss_ratio == pytest.approx(0.75)


def test_a_backup_is_taken_only_when_there_is_nothing_better():
    primary, backup = Hop(0.02), Hop(0.001, cost_s=0.05)
    assert ways(["a"], both(("a", "b", primary), ("a", "b", backup)))["b"].delay_s == 0.02
    assert ways(["a"], both(("a", "b", backup)))["b"].delay_s == 0.001


def test_what_no_line_reaches_is_not_found():
    assert set(ways(["a"], both(("a", "b", Hop(0.1)), ("x", "y", Hop(0.1))))) == {"a", "b"}


def test_without_a_root_nothing_is_reached():
    assert ways([], both(("a", "b", Hop(0.1)))) == {}
