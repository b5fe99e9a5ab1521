"""What a state is called and what it raises agree: nobody is sent to cool a room that is cold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

import pytest

from netmon.config.profiles import load_profiles
from netmon.model.condition import ConditionId
from netmon.model.profile import ReadSpec
from netmon.model.reading import StateSeverity

TOO_HIGH = {ConditionId.TEMPERATURE_HIGH, ConditionId.HUMIDITY_HIGH, ConditionId.DEW_POINT_HIGH}
TOO_LOW = {ConditionId.TEMPERATURE_LOW, ConditionId.HUMIDITY_LOW}
ROOM = TOO_HIGH | TOO_LOW | {ConditionId.WATER_LEAK, ConditionId.SMOKE, ConditionId.DOOR_OPEN}

LOW = re.compile(r"\b(low(er|est)?|below|under|underflow|cold)\b")
HIGH = re.compile(r"\b(high(er|est)?|upper|above|over|overflow|hot)\b")
NO_PROBE = re.compile(
    r"^lost$|no comm|read error|not functioning|disconnect|unplugged"
    r"|\b(sensor|probe)s? .*(error|fault|lost|fail|missing|broken)"
)


class Bad(NamedTuple):
    """A state that raises something."""

    place: str
    name: str  #: in words: ``below min``
    raises: str
    severity: StateSeverity


def specs(of: ReadSpec) -> Iterator[ReadSpec]:
    """Yield what a reading may turn out to be."""
    if not of.switch:
        yield of
    for case in (*of.cases.values(), *(spec for _, spec in of.words)):
        if case is not None:
            yield from specs(case)


def bad_states() -> Iterator[Bad]:
    """Yield every state of every profile that raises something."""
    for id_, profile in load_profiles().by_id.items():
        reads = [read for group in profile.groups for read in group.reads]
        for spec in (spec for read in reads for spec in specs(read)):
            for state in (*spec.states.values(), *([spec.other] if spec.other else [])):
                raises = state.condition or spec.condition
                if raises and state.severity not in (StateSeverity.OK, StateSeverity.UNKNOWN):
                    name = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", state.name).lower()
                    place = f"{id_}: {spec.object} {state.name} → {raises}"
                    yield Bad(place, name, raises, state.severity)


@pytest.fixture(scope="module")
def told() -> list[Bad]:
    return sorted(set(bad_states()))


def places(told: list[Bad], named: re.Pattern[str], raising: Collection[str]) -> list[str]:
    return [bad.place for bad in told if named.search(bad.name) and bad.raises in raising]


@pytest.mark.parametrize(
    ("named", "never"),
    [
        pytest.param(LOW, TOO_HIGH, id="too low is not too high"),
        pytest.param(HIGH, TOO_LOW, id="too high is not too low"),
        pytest.param(NO_PROBE, ROOM, id="a lost probe is no flood"),
    ],
)
def test_a_state_raises_what_it_says(told, named, never):
    assert places(told, named, never) == []


@pytest.mark.parametrize(
    ("named", "meant"),
    [(LOW, TOO_LOW), (HIGH, TOO_HIGH), (NO_PROBE, {ConditionId.HARDWARE_STATE})],
)
def test_there_are_such_states(told, named, meant):
    assert places(told, named, meant)


def test_an_open_door_is_a_warning(told):
    doors = [bad for bad in told if bad.raises == ConditionId.DOOR_OPEN and bad.name == "open"]
    assert doors
    assert [bad.place for bad in doors if bad.severity is not StateSeverity.WARNING] == []
