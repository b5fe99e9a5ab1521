"""Read how people are told: their channels, their quiet hours, and ``policies: telling:``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from netmon.config.certificates import certificates, header_secret, login
from netmon.config.explain import with_allowed
from netmon.config.fields import Fields, Read, Reading, Wrong, as_scalar, record
from netmon.config.strict_yaml import MapNode, Node
from netmon.config.values import duration, ident, integer, is_url, member, one_of, secret
from netmon.locale import tr
from netmon.model.hours import DAY, Hours, Window
from netmon.model.policy import Webhook
from netmon.model.secret import Secret
from netmon.model.telling import Channel, Quiet, Telling
from netmon.model.ticket import Priority
from netmon.notify import channels
from netmon.notify.webhook import signing_key

_TIMES: Final = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_WEEK: Final = frozenset(range(7))
_SECOND: Final = timedelta(seconds=1)
_HOUR: Final = timedelta(hours=1)


def telling(fields: Fields) -> Telling:
    """Read ``telling``; what it leaves out keeps its default."""
    usual = Telling()
    urgent = fields.may("urgent", record(_urgent)) or _Urgent()
    return Telling(
        wait=fields.may("wait", duration(timedelta(0), _HOUR), usual.wait),
        interval=fields.may("interval", duration(_SECOND), usual.interval),
        urgent_wait=urgent.wait,
        urgent_interval=urgent.interval,
        lines=fields.may("lines", integer(1, 200), usual.lines),
        give_up_after=fields.may("give_up_after", duration(timedelta(minutes=1)),
                                 usual.give_up_after),
        failing_after=fields.may("failing_after", duration(_SECOND), usual.failing_after),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Urgent:
    wait: timedelta = Telling().urgent_wait
    interval: timedelta = Telling().urgent_interval


def _urgent(fields: Fields) -> _Urgent:
    usual = _Urgent()
    return _Urgent(
        wait=fields.may("wait", duration(timedelta(0), _HOUR), usual.wait),
        interval=fields.may("interval", duration(_SECOND), usual.interval),
    )


def channel(fields: Fields) -> Channel:
    """Read one of a person's ``channels``."""
    found: Secret | None = fields.must("url", channel_url)  # None: it is wrong
    usual = channels.scheme_of(found.reveal()) if found else None
    return Channel(fields.may("id", ident, usual or "channel"), found or Secret(""))


def channel_url(node: Node, reading: Reading) -> Secret:
    """Return an Apprise URL; no mistake shows more of it than its scheme."""
    found = secret(node, reading)
    text = found.reveal()
    if not text or channels.is_right(text):
        return found  # an empty one is a mistake already: a file or a variable is missing
    scheme = channels.scheme_of(text)
    if scheme is None:
        raise Wrong(tr("this is no channel's URL; write SCHEME://…, such as wecombot://KEY"))
    if scheme in channels.schemes():
        raise Wrong(tr("the URL of a {scheme} channel has not the form that it must have",
                       scheme=scheme))  # fmt: skip
    problem = tr('unknown kind of channel "{scheme}"', scheme=scheme)
    raise Wrong(with_allowed(problem, scheme, channels.schemes()))


def quiet(hours: Mapping[str, Hours] | None) -> Read[Quiet]:
    """Return the reader of ``{hours: "22:00-07:00", except: P1}``.

    Args:
        hours: those that the policies name; None = they are broken: no name is wrong.
    """

    def build(fields: Fields) -> Quiet:
        return Quiet(
            hours=fields.must("hours", _hours(hours)),
            but=fields.may("except", member(Priority)),
        )

    return record(build)


def _hours(named: Mapping[str, Hours] | None) -> Read[Hours]:
    def read(node: Node, _: Reading) -> Hours:
        word = as_scalar(node).text
        times = _TIMES.fullmatch(word)
        if times is None:
            return _of_name(word, named)
        begin, end = (int(times[i]) * 60 + int(times[i + 1]) for i in (1, 3))
        if begin == end or max(begin, end) > DAY:
            raise Wrong(tr('"{word}" is no time of day; write 22:00-07:00', word=word))
        if begin < end:
            return Hours((Window(_WEEK, begin, end),))
        return Hours((Window(_WEEK, begin, DAY), *([Window(_WEEK, 0, end)] if end else [])))

    return read


def _of_name(word: str, named: Mapping[str, Hours] | None) -> Hours:
    if named is None:
        return Hours()
    if word not in named:
        problem = tr('"{word}" is neither hours such as 22:00-07:00 nor a name of "hours"',
                     word=word)  # fmt: skip
        raise Wrong(with_allowed(problem, word, list(named)) if named else problem)
    return named[word]


def webhook(hours: Mapping[str, Hours] | None) -> Read[Webhook]:
    """Return the reader of one of ``webhooks``."""

    def build(fields: Fields) -> Webhook:
        kind = fields.may("kind", one_of("json", "alertmanager", "apprise"), "json")
        found = Webhook(
            id=fields.must("id", ident),
            url=fields.must("url", _people_url if kind == "apprise" else _machine_url),
            kind=cast(Any, kind),
            secret=fields.may("secret", _signing_secret),
            token=fields.may("token", header_secret),
            login=fields.may("login", record(login)),
            ca=fields.may("ca", certificates, ""),
            lang=cast(Any, fields.may("lang", one_of("zh", "en"), "zh")),
            quiet=fields.may("quiet", quiet(hours)),
        )
        if kind != "json":
            fields.refuse("secret", tr("a secret signs what is posted as JSON"))
        if fields.has("token"):
            fields.refuse("login", tr("there is a token already; one of the two is sent"))
        if kind == "apprise":
            for key in ("token", "login", "ca"):
                fields.refuse(key, tr("this is for machines: for a webhook of another kind"))
        else:
            for key in ("lang", "quiet"):
                fields.refuse(key, tr("this is for people: for a webhook of kind apprise"))
        return found

    return record(build)


def _people_url(node: Node, reading: Reading) -> str:
    return channel_url(node, reading).reveal()


def _machine_url(node: Node, reading: Reading) -> str:
    """Return where a machine is told; the URL may have a key in it, and no mistake shows it."""
    text = secret(node, reading).reveal()
    if not is_url(text) and (text or not isinstance(node, MapNode)):
        raise Wrong(tr("what stands there is not a URL; it must be https://host/path"))
    return text


def _signing_secret(node: Node, reading: Reading) -> Secret:
    found = secret(node, reading)
    try:
        signing_key(found)
    except ValueError:
        raise Wrong(tr('behind "whsec_" a secret is in base64')) from None
    return found
