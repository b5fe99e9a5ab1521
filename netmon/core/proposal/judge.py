"""Judge what values are: a state, a measure, a counter, or nothing to be read.

What is certain enough to be polled is active; the rest is proposed in a comment that says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from netmon.core.proposal.seen import COUNTER_TAGS, INTEGER, TIME_TICKS
from netmon.core.proposal.words import (
    Guess,
    guess,
    hints,
    is_measure,
    severity_of,
    unit_of,
)
from netmon.core.proposal.yaml_text import flow, remark, scalar
from netmon.core.text import number, text
from netmon.locale import tr
from netmon.model.oid import Oid
from netmon.model.reading import StateSeverity
from netmon.model.wire import Value

_SENTINELS: Final = frozenset(
    {-1, -999, -9999, -32768, -(2**31), 32767, 65535, 2**31 - 1, 2**31 - 2, 2**32 - 1}
)
_LARGEST_STATE: Final = 15
_MOST_STATES: Final = 8
_SHOWN: Final = 6  #: values in a remark
_SAME: Final = 3  #: so many rows of one value look like a setting


@dataclass(frozen=True, slots=True)
class Subject:
    """One object: what is known of it before its values are judged."""

    name: str
    oid: Oid
    tag: int
    values: Sequence[Value]
    sensor: str
    labels: Sequence[str] = ()  #: what the rows are called, where that may say what they measure


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of the proposal."""

    pairs: tuple[tuple[str, str], ...]
    remark: str
    active: bool = True
    numeric: bool = False  #: a measure, of which the unit may be told by the row's name
    values: tuple[float, ...] = field(default=(), compare=False)

    switch: tuple[str, ...] = ()  #: lines of a switch that says what each row measures

    @property
    def name(self) -> str:
        """The object's."""
        return self.pairs[0][1]

    def lines(self, indent: str) -> list[str]:
        """Return it as one item of a list."""
        if not self.switch:
            return [f"{indent}{'' if self.active else '# '}- {flow(self.pairs)} # {self.remark}"]
        block = [f"{key}: {value}" for key, value in self.pairs]
        whole = [f"- {block[0]} # {self.remark}", *(f"  {x}" for x in (*block[1:], *self.switch))]
        return [f"{indent}{line}" for line in whole]


def judge(subject: Subject) -> Entry | None:
    """Return what to propose for an object; None for what is no number and no state."""
    told = [value for value in subject.values if value is not None]
    if told and all(isinstance(value, bytes) for value in told):
        return _texts(subject, [t for t in map(text, told) if t])
    numbers = [v for v in told if isinstance(v, int | float)]
    return _numbers(subject, numbers) if numbers else None


def _texts(subject: Subject, texts: Sequence[str]) -> Entry | None:
    if not texts:
        return None
    if all(map(is_measure, texts)):
        values = [v for v in (number(t.encode()) for t in texts) if v is not None]
        units = {unit_of(t) for t in texts if unit_of(t)}
        known = next(iter(units)) if len(units) == 1 else None
        return _measure(subject, values, known)
    known_states = {t: severity_of(t) for t in dict.fromkeys(texts)}
    said = any(s is not StateSeverity.UNKNOWN for s in known_states.values())
    if not said or len(known_states) > _MOST_STATES:
        return None
    states = {scalar(t): f"{_word(t)} {severity}" for t, severity in known_states.items()}
    return _entry(
        subject, texts, metric="state", sensor=scalar(subject.sensor), states=flow(states)
    )


def _word(name: str) -> str:
    """Return a state's name: one word."""
    word = "-".join("".join(c if c.isalnum() else " " for c in name).split())
    return word if word[:1].isalpha() else f"value-{word}"


def _numbers(subject: Subject, values: Sequence[float]) -> Entry:
    sensor = scalar(subject.sensor)
    if subject.tag in COUNTER_TAGS:
        return _entry(subject, values, metric="events_total", sensor=sensor)
    if subject.tag == TIME_TICKS:
        return _entry(subject, values, metric="age_seconds", sensor=sensor, scale="0.01")
    kept = [value for value in values if value not in _SENTINELS]
    if not any(kept):
        return _doubted(subject, values, tr("no value at present"))
    if _are_states(subject.tag, kept):
        if _count_the_rows(kept):
            return _doubted(subject, values, tr("does it number the rows?"))
        states = {str(int(v)): f"value{int(v)} unknown" for v in sorted(set(kept))}
        return _entry(subject, values, metric="state", sensor=sensor, states=flow(states))
    return _measure(subject, values, None)


def _are_states(tag: int, values: Sequence[float]) -> bool:
    return (
        tag == INTEGER
        and all(isinstance(v, int) and 0 <= v <= _LARGEST_STATE for v in values)
        and len(set(values)) <= _MOST_STATES
    )


def _count_the_rows(values: Sequence[float]) -> bool:
    start = int(values[0])
    return len(values) >= _SAME and [*values] == [*range(start, start + len(values))]


def _measure(subject: Subject, values: Sequence[float], known: Guess | None) -> Entry:
    kept = [value for value in values if value not in _SENTINELS]
    if not kept or not any(kept):
        return _doubted(subject, values, tr("no value at present"))
    found = known or _by_labels(subject.labels, kept)
    if found is None and len(kept) >= _SAME and len(set(kept)) == 1:
        return _doubted(subject, values, tr("the same in every row: a limit or a setting?"))
    pairs = {"metric": found.metric if found else "count", "sensor": scalar(subject.sensor)}
    if found and found.scale != "1":
        pairs["scale"] = found.scale
    odd = sentinels(values)
    if odd:
        pairs["invalid"] = f"[{', '.join(map(str, odd))}]"
    perhaps = [] if found else hints(kept)
    return _entry(subject, values, perhaps, numeric=known is None, **pairs)


def sentinels(values: Sequence[float]) -> list[int]:
    """Return which of the values often mean that there is none."""
    return sorted({int(value) for value in values if value in _SENTINELS})


def _by_labels(labels: Sequence[str], values: Sequence[float]) -> Guess | None:
    """Return what all the labels say; None where they differ or say nothing."""
    found = {guess(label, values) for label in labels}
    return next(iter(found)) if len(found) == 1 else None


def _entry(
    subject: Subject,
    values: Sequence[object],
    perhaps: Sequence[Guess] = (),
    *,
    numeric: bool = False,
    **pairs: str,
) -> Entry:
    said = shown(values)
    if perhaps:
        said += " · " + " ".join(
            f"{g.metric}{'' if g.scale == '1' else f', scale: {g.scale}'}?" for g in perhaps
        )
    head = (("object", subject.name), ("oid", str(subject.oid)))
    numbers = tuple(v for v in values if isinstance(v, int | float))
    return Entry((*head, *pairs.items()), said, numeric=numeric, values=numbers)


def _doubted(subject: Subject, values: Sequence[object], why: str) -> Entry:
    pairs = (
        ("object", subject.name),
        ("oid", str(subject.oid)),
        ("metric", "count"),
        ("sensor", scalar(subject.sensor)),
    )
    return Entry(pairs, f"{shown(values)} · {why}", active=False)


def shown(values: Sequence[object]) -> str:
    """Return some of the values, each once, for a remark."""
    once = [
        *dict.fromkeys(f"{v:.12g}" if isinstance(v, float) else remark(str(v), 24) for v in values)
    ]
    return ", ".join(once[:_SHOWN]) + (" …" if len(once) > _SHOWN else "")
