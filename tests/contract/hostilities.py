"""What an agent may do wrong: each case is a behaviour, a request, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from netmon.model.wire import Credential, Get, Peer, Reply, Request, Silence, Walk
from netmon.snmp.usm_message import AUTH
from tests.agents.authority import UNKNOWN_ENGINE_IDS, WRONG_DIGESTS
from tests.agents.hostile import AFTER, COUNTS, NAMES, ROWS, refusal, response
from tests.agents.misdeeds import (
    Behaviour,
    all_long_form,
    at_level,
    backwards,
    below,
    body,
    echo,
    endless,
    error_at,
    error_on_the_way,
    fewer,
    flipped,
    forged_reports,
    from_elsewhere,
    good,
    high_tag,
    long_message,
    noise,
    nothing,
    null_varbinds,
    old_boots,
    other_names,
    other_user,
    pdu,
    second_try,
    shuffled,
    slow,
    spoilt,
    stuck,
    too_big_above,
    twice,
)
from tests.agents.snmpd import V1, V2C, v3

GIVEN = (NAMES.child(1), COUNTS.child(1), COUNTS.child(2), AFTER)
RIGHT = [b"port 1", 1000, 2000, 1]
ALL_COUNTS = [row * 1000 for row in range(1, ROWS + 1)]
ALL_ROWS = tuple((row,) for row in range(1, ROWS + 1))
V3 = v3()

_MUTE = frozenset({Silence.TIMEOUT, Silence.MALFORMED})


def get(peer: Peer) -> Request:
    """Read four instances."""
    return Get(peer, GIVEN)


def walk(peer: Peer) -> Request:
    """Walk one column."""
    return Walk(peer, (COUNTS,), max_rows=200)


@dataclass(frozen=True)
class Good:
    """The answer is right and whole."""

    problems: frozenset[Silence] = frozenset()
    values: tuple[object, ...] = tuple(RIGHT)

    def check(self, reply: Reply) -> None:
        assert reply.silence is None
        assert frozenset(reply.problems) == self.problems
        if isinstance(reply.request, Walk):
            assert reply.rows == ALL_ROWS
            assert reply.columns == [ALL_COUNTS]
        else:
            assert tuple(reply.values) == self.values


@dataclass(frozen=True)
class Silent:
    """Nothing of use came, and the reply says why."""

    why: frozenset[Silence]

    def check(self, reply: Reply) -> None:
        assert reply.silence in self.why
        assert not reply.values
        assert not reply.rows


@dataclass(frozen=True)
class Partial:
    """A walk that ended early: it keeps what was right before, and says why it ended."""

    why: Silence
    least: int = 0

    def check(self, reply: Reply) -> None:
        assert reply.silence is None
        assert self.why in reply.problems
        assert len(reply.rows) >= self.least
        assert list(reply.rows) == sorted(set(reply.rows))


Expected = Good | Silent | Partial
MUTE = Silent(_MUTE)


@dataclass(frozen=True)
class Case:
    """One hostility."""

    name: str
    behave: Behaviour
    own: Expected
    theirs: Expected | None = None  #: of pysnmp, where its library is known to be weaker
    why: str = ""  #: what pysnmp does instead
    request: Callable[[Peer], Request] = get
    credential: Credential = V2C
    peer: dict[str, object] = field(default_factory=dict)
    asks_at_most: int = 40

    def expected(self, engine: str) -> Expected:
        return self.theirs if engine == "pysnmp" and self.theirs else self.own


GEN_ERR = frozenset({Silence.GEN_ERR})
DROPPED = Silent(frozenset({Silence.TIMEOUT}))
GIVES_UP = Silent(frozenset({Silence.TIMEOUT, Silence.WRONG_DIGEST, Silence.UNKNOWN_ENGINE}))
DROPS = "it drops such a reply without a word"
TRUSTS = "a Report that nobody vouches for ends its request"
HUGE = b"\x30\x84\xff\xff\xff\xff\x02\x01\x01"

CASES = (
    Case("an honest get", good, Good()),
    Case("an honest get in v1", good, Good(), credential=V1),
    Case("an honest get in v3", good, Good(), credential=V3),
    Case("an honest walk", good, Good(), request=walk),
    Case("an honest walk in v1", good, Good(), request=walk, credential=V1),
    Case("an honest walk in v3", good, Good(), request=walk, credential=V3),
    # bytes
    *(
        Case(f"cut after {size} octets", spoilt(lambda d, n=size: d[: min(n, len(d) - 1)]), MUTE)
        for size in (0, 1, 2, 6, 12, 20, 40, 70)
    ),
    Case("cut before its last octet", spoilt(lambda d: d[:-1]), MUTE),
    Case("cut, then whole", spoilt(lambda d: d[:-1], then_good=True), Good()),
    Case("octets behind the message", spoilt(lambda d: d + b"\x05\x00", then_good=True), Good()),
    Case("a huge length", spoilt(lambda d: HUGE + d[2:]), MUTE),
    Case("an indefinite length", spoilt(lambda d: b"\x30\x80" + d[2:] + b"\0\0"), MUTE,
         theirs=Good(), why="it reads all of BER, not only what RFC 3417 §8 leaves of it"),
    Case("noise, then the answer", noise, Good()),
    Case("lengths in the long form", body(all_long_form), Good()),
    Case("lengths in the long form, header too", long_message, Good()),
    Case("a value with a high tag", body(high_tag), MUTE),
    Case("our own request come back", echo, MUTE, theirs=Good(values=(None,) * 4),
         why="it does not look at the PDU's type"),
    # identity
    Case("another request-id", pdu(request_id=12345), MUTE),
    Case("a negative request-id", pdu(request_id=-1), MUTE),
    Case(
        "another port",
        from_elsewhere(address=False),
        MUTE,
        theirs=Good(values=(b"forged",) * 4),
        why="its v1 and v2c dispatcher does not look at where a reply comes from",
    ),
    Case(
        "another address",
        from_elsewhere(address=True),
        MUTE,
        theirs=Good(values=(b"forged",) * 4),
        why="its v1 and v2c dispatcher does not look at where a reply comes from",
    ),
    Case(
        "another port, then the right one",
        from_elsewhere(address=False, then_good=True),
        Good(),
        theirs=Good(values=(b"forged",) * 4),
        why="its v1 and v2c dispatcher does not look at where a reply comes from",
    ),
    # time
    Case("never an answer", nothing, Silent(frozenset({Silence.TIMEOUT})), asks_at_most=2),
    Case("an answer to the second try", second_try, Good()),
    Case("a late answer to the first try", slow, Good()),
    Case("every answer three times", twice, Good()),
    Case("every answer of a walk three times", twice, Good(), request=walk),
    # errors
    Case("tooBig above two varbinds", too_big_above(2), Good()),
    Case("tooBig above three varbinds of a walk", too_big_above(3), Good(), request=walk),
    Case("tooBig for one varbind", too_big_above(0), Silent(frozenset({Silence.TOO_BIG}))),
    Case(
        "genErr for one varbind",
        error_at(5, COUNTS.child(1)),
        Good(GEN_ERR, (b"port 1", None, 2000, 1)),
    ),
    Case("genErr for none in particular", body(lambda a: refusal(a, 5, 0)), Silent(GEN_ERR)),
    Case("an error-index beyond the end", body(lambda a: refusal(a, 5, 99)), Silent(GEN_ERR),
         theirs=Silent(frozenset({Silence.DEADLINE})),
         why="it raises where nobody catches, and never completes the request"),
    Case("a negative error-index", body(lambda a: response(a, [], status=5, index=0)),
         Silent(GEN_ERR)),
    Case("an error-status nobody knows", body(lambda a: refusal(a, 77, 0)), Silent(GEN_ERR)),
    Case(
        "noAccess for one varbind",
        error_at(6, AFTER),
        Good(frozenset({Silence.ACCESS}), (b"port 1", 1000, 2000, None)),
    ),
    Case(
        "noSuchName for one varbind in v1",
        error_at(2, COUNTS.child(2)),
        Good(values=(b"port 1", 1000, None, 1)),
        credential=V1,
    ),
    Case("genErr amid a walk", error_on_the_way(5, COUNTS.child(4)), Partial(Silence.GEN_ERR, 3),
         request=walk),
    # contents
    Case("fewer varbinds than asked", fewer, Good()),
    Case("no varbinds", body(lambda a: response(a, [])), MUTE),
    Case("no varbinds in a walk", body(lambda a: response(a, [])), MUTE, request=walk),
    Case("other names than asked", body(other_names), MUTE),
    Case("NULL for every value", body(null_varbinds), Good(values=(None,) * 4)),
    # walks
    Case("a walk that does not move", body(stuck), Partial(Silence.NOT_INCREASING, 1),
         request=walk),
    Case("a walk that goes backwards", body(backwards), Partial(Silence.NOT_INCREASING, 1),
         request=walk),
    Case("a walk that starts before its column", body(below), Partial(Silence.NOT_INCREASING),
         request=walk),
    Case("a walk without an end", body(endless), Partial(Silence.ENDLESS, 200), request=walk,
         asks_at_most=220),
    Case("a walk without an end in v1", body(endless), Partial(Silence.ENDLESS, 200),
         request=walk, credential=V1, asks_at_most=220),
    Case("a walk in disorder, known to be so", body(shuffled), Good(), request=walk,
         peer={"in_order": False}),
    Case("a walk that turns in a circle, order not minded", body(stuck),
         Partial(Silence.NOT_INCREASING, 1), request=walk, peer={"in_order": False}),
    # SNMPv3
    Case("v3: a flipped bit of the digest", flipped(),
         Silent(frozenset({Silence.UNAUTHENTIC})), credential=V3, theirs=DROPPED, why=DROPS),
    Case("v3: a flipped bit, then the answer", flipped(then_good=True), Good(), credential=V3),
    Case("v3: a reply without privacy", at_level(AUTH),
         Silent(frozenset({Silence.UNAUTHENTIC})), credential=V3, theirs=DROPPED, why=DROPS),
    Case("v3: a reply without authentication", at_level(0),
         Silent(frozenset({Silence.UNAUTHENTIC})), credential=V3, theirs=DROPPED, why=DROPS),
    Case("v3: replies of an earlier boot", old_boots, Partial(Silence.UNAUTHENTIC, 1),
         request=walk, credential=V3, peer={"max_varbinds": 4}, theirs=Good(),
         why="it does not hold a reply against the boots it knows"),
    Case("v3: a reply to another user", other_user,
         Silent(frozenset({Silence.UNAUTHENTIC})), credential=V3, theirs=DROPPED, why=DROPS),
    Case("v3: a forged Report, then the answer",
         forged_reports(WRONG_DIGESTS, 1, then_good=True), Good(), credential=V3,
         theirs=GIVES_UP, why=TRUSTS),
    Case("v3: forged engines, then the answer",
         forged_reports(UNKNOWN_ENGINE_IDS, 3, then_good=True), Good(), credential=V3,
         theirs=GIVES_UP, why=TRUSTS),
    Case("v3: a storm of forged engines",
         forged_reports(UNKNOWN_ENGINE_IDS, 200, then_good=False),
         Silent(frozenset({Silence.UNKNOWN_ENGINE})), credential=V3, theirs=GIVES_UP, why=TRUSTS),
    Case("v3: a storm of wrong digests", forged_reports(WRONG_DIGESTS, 200, then_good=False),
         Silent(frozenset({Silence.WRONG_DIGEST})), credential=V3, theirs=GIVES_UP, why=TRUSTS),
)  # fmt: skip
