"""Rotas and escalations as they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from netmon.config.inventory import load_inventory
from netmon.model.condition import ConditionId
from netmon.model.hours import ALWAYS, Hours, Window
from netmon.model.inventory import Inventory
from netmon.model.roster import Days, Layer, StepRule, Swap, Tell, Unless, Whom
from netmon.model.ticket import Priority

PEOPLE = "people: [{id: ann, name: Ann}, {id: bob, name: Bob}]"
OFFICE = Hours((Window(frozenset(range(5)), 540, 1020),), statutory=True)


def load(tmp_path: Path, oncall: str) -> Inventory:
    text = (
        "policies:\n"
        '  hours: {office: {windows: ["Mon-Fri 09:00-17:00"], statutory: true}}\n'
        "sites: [{id: room, name: Room, kind: machine-room}]\n"
        f"oncall:\n  {PEOPLE}\n{oncall}"
    )
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    return load_inventory(tmp_path, None)


def test_the_short_form_is_one_layer(tmp_path):
    rotas = load(
        tmp_path, "  rotas: [{id: r, name: R, people: [ann, bob], start: 2026-01-05, shift: 1d}]\n"
    ).rotas
    assert rotas["r"].layers == (Layer(("ann", "bob"), date(2026, 1, 5), timedelta(days=1)),)


def test_layers_know_hours_by_name_and_in_place(tmp_path):
    rota = load(
        tmp_path,
        "  rotas:\n"
        "    - id: r\n"
        "      name: R\n"
        "      layers:\n"
        "        - {people: [ann], start: 2026-01-05, hours: office}\n"
        '        - {people: [bob], start: 2026-01-05, hours: ["Sat,Sun"], handover: "08:30"}\n'
        "        - {people: [bob], start: 2026-01-05, outside: office, days: off}\n",
    ).rotas["r"]
    office, weekend, rest = rota.layers
    assert (office.hours, office.outside) == (OFFICE, None)
    assert weekend.hours == Hours((Window(frozenset({5, 6})),))
    assert weekend.handover == 510
    assert (rest.hours, rest.outside, rest.days) == (ALWAYS, OFFICE, Days.OFF)


def test_a_swap_on_a_day_is_from_one_hand_over_to_the_next(tmp_path):
    rota = load(
        tmp_path,
        "  rotas:\n"
        '    - {id: r, name: R, people: [ann, bob], start: 2026-01-05, handover: "08:30",\n'
        "       swaps: [{person: ann, with: bob, on: 2026-02-28},\n"
        "               {person: ann, with: bob, from: 2026-03-01 08:00, to: 2026-03-02 08:00}]}\n",
    ).rotas["r"]
    assert rota.swaps == (
        Swap(datetime(2026, 2, 28, 0, 30, tzinfo=UTC), datetime(2026, 3, 1, 0, 30, tzinfo=UTC),
             "ann", "bob"),
        Swap(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC), "ann", "bob"),
    )  # fmt: skip


def test_an_escalation_takes_one_value_or_a_list(tmp_path):
    rule = load(
        tmp_path,
        "  rotas: [{id: r, name: R, people: [ann], start: 2026-01-05}]\n"
        "  escalations:\n"
        "    - id: urgent\n"
        "      when: {priority: [P1, P2], condition: smoke, site: room,\n"
        "             line_kind: uplink, hours: office}\n"
        "      steps:\n"
        "        - {tell: rota:r}\n"
        "        - {tell: [next:r, person:bob], after: 15m, unless: restored,\n"
        "           times: 3, every: 10m}\n",
    ).escalations["urgent"]
    assert rule.priorities == {Priority.P1, Priority.P2}
    assert rule.conditions == {ConditionId.SMOKE}
    assert (rule.sites, rule.line_kinds, rule.hours) == ({"room"}, {"uplink"}, OFFICE)
    assert rule.steps == (
        StepRule((Tell(Whom.ROTA, "r"),)),
        StepRule(
            (Tell(Whom.NEXT, "r"), Tell(Whom.PERSON, "bob")),
            timedelta(minutes=15), Unless.RESTORED, 3, timedelta(minutes=10),
        ),
    )  # fmt: skip
