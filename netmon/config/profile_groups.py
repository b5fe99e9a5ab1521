"""The readings of a profile: scalars and tables with what their values mean.

Names are checked later, when what a profile extends is known: ``Draft.named`` keeps where each
stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

from netmon.config.explain import did_you_mean, near
from netmon.config.fields import Fields, Read, Reading, Wrong, as_map, as_scalar, list_of, record
from netmon.config.formula import formula, names_of, places_of, template
from netmon.config.profile_values import (
    SAYS_KEYS,
    condition,
    factor,
    mapping_of,
    object_name,
    oid,
    one_or_more,
    pick,
    raw,
    raw_numbers,
    says,
    state,
    where,
)
from netmon.config.strict_yaml import ListNode, MapNode, Node, ScalarNode
from netmon.config.values import boolean, integer, member
from netmon.locale import tr
from netmon.model.profile import (
    METRICS,
    Coding,
    Column,
    Factor,
    Group,
    IndexKind,
    IndexPart,
    Limits,
    Lookup,
    ReadSpec,
    Says,
    Where,
)
from netmon.model.reading import Lane

T = TypeVar("T")

_MOST_OCTETS: Final = 128
_RANGE: Final = 2
_COLUMN_KEYS: Final = ("object", "oid", "coding", "labels", "static", "unsigned", "signed", "id")
#: What may stand beside a switch. Each case takes what it has a use for.
_READING_KEYS: Final = (
    *("metric", "sensor", "lane", "condition", "role", "invalid", "absent", "only", "when"),
    *("pick", "states", "other", "scale", "offset", "times", "log10", "below_zero", "range"),
    *("formula", "limits"),
)
_BLANK: Final = ReadSpec("", "", "", ())


@dataclass(slots=True)
class Named:
    """An object's name in a profile, and where it stands."""

    node: Node
    name: str
    group: str
    static_only: bool = False


@dataclass(slots=True)
class Groups:
    """The groups of one file and the names that they use."""

    groups: list[Group] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)


def scalars(groups: Groups, profile: str, fields: Fields) -> None:
    """Read ``scalars:``, and ``readings:`` of them."""
    collect = _Collect(profile, scalar=True)
    fields.may("scalars", list_of(record(collect.column)))
    fields.may("readings", list_of(record(collect.computed)))
    groups.named += collect.named
    if collect.columns or collect.reads:
        groups.groups.append(collect.group())


def tables(groups: Groups) -> Read[None]:
    """Return the reader of ``tables:``."""

    def read(node: Node, reading: Reading) -> None:
        for group, named in list_of(record(_table))(node, reading):
            if any(g.name == group.name for g in groups.groups):
                reading.wrong(node, tr('the table "{name}" stands here twice', name=group.name))
            groups.groups.append(group)
            groups.named += named

    return read


def _table(fields: Fields) -> tuple[Group, list[Named]]:
    name = fields.must("table", object_name)
    collect = _Collect(name or "", scalar=False)
    collect.index = fields.may("index", list_of(_index_part), ())
    fields.may("columns", list_of(record(collect.column)))
    collect.lookups = fields.may("lookups", list_of(record(collect.lookup)), ())
    fields.may("readings", list_of(record(collect.computed)))
    collect.only = fields.may("only", where, ())
    collect.note(fields, "only", (w.object for w in collect.only or ()))
    return collect.group(), collect.named


def _index_part(node: Node, reading: Reading) -> IndexPart:
    if isinstance(node, ScalarNode):
        return IndexPart(object_name(node, reading))
    return record(_index_fields)(node, reading)


def _index_fields(fields: Fields) -> IndexPart:
    return IndexPart(
        name=fields.must("name", object_name),
        kind=fields.may("type", member(IndexKind), IndexKind.INTEGER),
        length=fields.may("length", integer(1, _MOST_OCTETS)),
        implied=fields.may("implied", boolean, default=False),
    )


class _Collect:
    """One group while it is read."""

    def __init__(self, name: str, *, scalar: bool) -> None:
        self.name = name
        self.scalar = scalar
        self.index: tuple[IndexPart, ...] | None = ()
        self.columns: dict[str, Column] = {}
        self.reads: dict[str, ReadSpec] = {}
        self.lookups: tuple[Lookup, ...] | None = ()
        self.only: tuple[Where, ...] | None = ()
        self.named: list[Named] = []

    def group(self) -> Group:
        return Group(
            name=self.name,
            columns=MappingProxyType(self.columns),
            reads=tuple(self.reads.values()),
            index=self.index or (),
            lookups=self.lookups or (),
            only=self.only or (),
            scalar=self.scalar,
        )

    def note(self, fields: Fields, key: str, names: Iterable[str]) -> None:
        """Keep names to be checked."""
        node = fields.at(key)
        self.named += [Named(node, name, self.name) for name in names]

    def column(self, fields: Fields) -> None:
        """Read one object: a column or scalar, and its reading where it has a metric."""
        name = fields.must("object", object_name)
        oids = fields.must("oid", one_or_more(oid) if self.scalar else _one_oid)
        column = Column(
            name=name,
            oids=oids,
            coding=fields.may("coding", member(Coding), Coding.AUTO),
            labels=fields.may("labels", _labels, MappingProxyType({})),
            static=fields.may("static", boolean, default=False),
            unsigned=fields.may("unsigned", boolean, default=False),
            signed=fields.may("signed", integer(8, 32)),
        )
        if fields.ok and column.unsigned and column.signed:
            fields.wrong("signed", tr("an object is unsigned or signed, not both"))
        if fields.ok and name in self.columns:
            fields.wrong("object", tr('the object "{name}" stands here twice', name=name))
        if fields.ok:
            self.columns[name] = column
        if fields.has("metric") or fields.has("switch"):
            self._keep(fields, self._spec(fields, replace(_BLANK, object=name or "")))

    def computed(self, fields: Fields) -> None:
        """Read one entry of ``readings``: a further reading of an object, or of several."""
        name = fields.must("object", object_name)
        self.note(fields, "object", [name] if name else [])
        spec = self._spec(fields, replace(_BLANK, object=name or ""))
        if not spec.id:
            spec = replace(spec, id=f"{spec.object}/{spec.metric}")
        self._keep(fields, spec)

    def lookup(self, fields: Fields) -> Lookup:
        """Read one entry of ``lookups``."""
        found = Lookup(
            name=fields.must("object", object_name),
            oid=fields.must("oid", oid),
            by=fields.may("by", one_or_more(_place), ()),
            strip=fields.may("strip", oid),
            add=fields.may("add", one_or_more(integer(0, 2**32 - 1)), ()),
            coding=fields.may("coding", member(Coding), Coding.AUTO),
            climb=fields.may("climb", oid),
        )
        self.note(fields, "by", found.by or ())
        return found

    def _keep(self, fields: Fields, spec: ReadSpec) -> None:
        spec = replace(spec, id=spec.id or spec.object)
        if spec.id in self.reads:
            fields.wrong("id", tr('the reading "{id}" stands here twice', id=spec.id))
        if fields.ok:
            self.reads[spec.id] = spec

    def _spec(self, fields: Fields, base: ReadSpec) -> ReadSpec:
        """Read what makes a reading; ``base`` gives what is not said."""
        if fields.has("switch"):
            return self._switch(fields, base)
        metric = fields.may("metric", _metric, base.metric)
        if not metric and fields.ok:
            fields.must("metric", _metric)
        is_state = metric == "state"
        lane = base.lane if base.metric else (Lane.STATUS if is_state else Lane.COUNTERS)
        spec = replace(
            base,
            metric=metric or "",
            id=fields.may("id", object_name, base.id),
            sensor=fields.may("sensor", one_or_more(template), base.sensor),
            lane=fields.may("lane", member(Lane, (Lane.STATUS, Lane.COUNTERS, Lane.NAMES)), lane),
            condition=fields.may("condition", condition, base.condition),
            role=fields.may("role", object_name, base.role),
            invalid=fields.may("invalid", raw_numbers, base.invalid),
            absent=fields.may("absent", raw_numbers, base.absent),
            only=base.only + (fields.may("only", where, ()) or ()),
            when=base.when + (fields.may("when", where, ()) or ()),
            pick=fields.may("pick", pick, base.pick),
        )
        spec = self._states(fields, spec) if is_state else self._numbers(fields, spec)
        self._note_names(fields, spec)
        return spec

    def _states(self, fields: Fields, spec: ReadSpec) -> ReadSpec:
        spec = replace(
            spec,
            states=fields.may("states", mapping_of(raw, state), spec.states),
            other=fields.may("other", state, spec.other),
        )
        if fields.ok and not spec.states and spec.other is None:
            fields.must("states", mapping_of(raw, state))
        return spec

    def _numbers(self, fields: Fields, spec: ReadSpec) -> ReadSpec:
        lowest, highest = fields.may("range", _range, (spec.lowest, spec.highest)) or (None, None)
        return replace(
            spec,
            scale=fields.may("scale", factor, spec.scale),
            offset=fields.may("offset", factor, spec.offset),
            factors=fields.may("times", list_of(record(_factor)), spec.factors),
            log10=fields.may("log10", boolean, default=spec.log10),
            below_zero=fields.may("below_zero", factor, spec.below_zero),
            lowest=lowest,
            highest=highest,
            formula=fields.may("formula", formula, spec.formula),
            limits=fields.may("limits", record(_limits), spec.limits),
        )

    def _note_names(self, fields: Fields, spec: ReadSpec) -> None:
        self.note(fields, "sensor", places_of(spec.sensor or ()))
        self.note(fields, "formula", names_of(spec.formula or ()))
        self.note(fields, "times", [f.object for f in spec.factors or ()])
        for key, wheres in (("only", spec.only), ("when", spec.when)):
            self.note(fields, key, [w.object for w in wheres or ()])
        for w in spec.when or ():
            if w.regex is not None:
                fields.wrong("when", tr("a regular expression is for only, not for when"))
        limits = spec.limits
        every = limits.every if limits else ()
        self.note(fields, "limits", [name for name in every if isinstance(name, str)])

    def _switch(self, fields: Fields, base: ReadSpec) -> ReadSpec:
        """Read ``switch: {on: object, cases: {value: reading}}``; keys beside it hold for all.

        ``{on: [objects], words: [reading]}`` goes by what their texts say: ``says, and, unless``.
        """
        rest = {k: v for k, v in fields.node.entries.items() if k != "switch"}
        cases: dict[int | str, ReadSpec | None] = {}
        words: list[tuple[Says, ReadSpec]] = []

        def read(switch: Fields) -> tuple[str, ...]:
            by_words = switch.has("words")
            on = switch.must("on", one_or_more(object_name) if by_words else _one_object)
            switch.must("words" if by_words else "cases", read_words if by_words else read_cases)
            return on or ()

        def read_words(node: Node, reading: Reading) -> None:
            for entry in list_of(lambda item, _: as_map(item), least=1)(node, reading):
                own = {k: v for k, v in entry.entries.items() if k not in SAYS_KEYS}
                bare = replace(entry, entries=own)
                case = self._case(rest, bare, reading, base)
                if case is not None:
                    words.append((says(entry, reading), case))

        def read_cases(node: Node, reading: Reading) -> None:
            for key, value in as_map(node).entries.values():
                cases[raw(key, reading)] = self._case(rest, value, reading, base)

        on = fields.may("switch", record(read), ())
        self.note(fields, "switch", on or ())
        for key in (*_COLUMN_KEYS, *_READING_KEYS):
            fields.has(key)
        first = next(filter(None, (*cases.values(), *(case for _, case in words))), base)
        return replace(
            first,
            id=fields.may("id", object_name, base.id) or "",
            switch=on or (),
            cases=MappingProxyType(cases),
            words=tuple(words),
        )

    def _case(
        self, rest: dict[str, Any], node: Node, reading: Reading, base: ReadSpec
    ) -> ReadSpec | None:
        """Read one case: its own keys before those beside the switch; ``none`` reads nothing."""
        if isinstance(node, ScalarNode):
            if node.is_null or node.text == "none":
                return None
            raise Wrong(tr("a mapping (key: value) must stand here"))
        own = as_map(node)
        whole = MapNode(own.path, own.line, own.column, {**rest, **own.entries})

        def build(case: Fields) -> ReadSpec:
            for key in (*_COLUMN_KEYS, *rest):
                case.has(key)
            return self._spec(case, base)

        return record(build)(whole, reading)


def _one_oid(node: Node, reading: Reading) -> tuple[Any, ...]:
    return (oid(node, reading),)


def _one_object(node: Node, reading: Reading) -> tuple[str, ...]:
    return (object_name(node, reading),)


def _place(node: Node, reading: Reading) -> str:
    word = as_scalar(node).text
    return word if word.startswith("index") else object_name(node, reading)


def _labels(node: Node, reading: Reading) -> MappingProxyType[int | str, str]:
    return mapping_of(raw, lambda n, _: as_scalar(n).text)(node, reading)


def _metric(node: Node, _: Reading) -> str:
    word = as_scalar(node).text
    if word in METRICS:
        return word
    problem = tr('unknown metric "{word}"', word=word)
    meant = near(word, METRICS) or next((m for m in sorted(METRICS) if word.lower() in m), None)
    raise Wrong(problem if meant is None else did_you_mean(problem, meant))


def _range(node: Node, reading: Reading) -> tuple[float | None, float | None]:
    if not isinstance(node, ListNode) or len(node.items) != _RANGE:
        raise Wrong(tr("write a range as [lowest, highest]; ~ where there is none"))
    low, high = (
        None if isinstance(n, ScalarNode) and n.is_null else factor(n, reading) for n in node.items
    )
    return low, high


def _factor(fields: Fields) -> Factor:
    return Factor(
        object=fields.must("object", object_name),
        map=fields.may("map", mapping_of(raw, factor)),
        power_of_ten=fields.may("power_of_ten", integer(-3, 3), 0),
        times=fields.may("by", factor, 0.0),
    )


def _limits(fields: Fields) -> Limits:
    return Limits(
        low=fields.may("low", _limit),
        high=fields.may("high", _limit),
        low_warning=fields.may("low_warning", _limit),
        high_warning=fields.may("high_warning", _limit),
        scale=fields.may("scale", factor),
        offset=fields.may("offset", factor),
        invalid=fields.may("invalid", raw_numbers, frozenset()),
    )


def _limit(node: Node, reading: Reading) -> float | str:
    word = as_scalar(node).text
    return object_name(node, reading) if word[:1].isalpha() else factor(node, reading)
