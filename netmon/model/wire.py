"""What is asked of an agent and what comes back: Request, Reply, Silence.

A Request is made once, when a target's plan is compiled, and sent again every cycle: it is
compared by identity, so that an engine may keep its encoded template and the layout of its answers
beside it. Values stay in columns (one flat list per column): a tuple per varbind kept alive costs
more than reading it from the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from ipaddress import IPv4Address

from netmon.model.oid import Index, Oid
from netmon.model.secret import Secret

#: A value as the wire gives it: INTEGER, Counter32/64, Gauge32 and TimeTicks are int; OCTET STRING,
#: BITS and Opaque are bytes; net-snmp's Opaque float and double are float; NULL, noSuchObject,
#: noSuchInstance and endOfMibView are None, for absence is absence.
Value = int | float | bytes | Oid | IPv4Address | None


@unique
class Version(StrEnum):
    """The protocol's version (RFC 1157, RFC 1901, RFC 3411)."""

    V1 = "1"
    V2C = "2c"
    V3 = "3"


@unique
class AuthProtocol(StrEnum):
    """USM authentication (RFC 3414 §6, §7; RFC 7860)."""

    MD5 = "MD5"
    SHA = "SHA"
    SHA_224 = "SHA-224"
    SHA_256 = "SHA-256"
    SHA_384 = "SHA-384"
    SHA_512 = "SHA-512"


@unique
class PrivProtocol(StrEnum):
    """USM privacy (RFC 3414 §8, RFC 3826); 192 and 256 bits in both key-localisation variants."""

    DES = "DES"
    AES_128 = "AES-128"
    AES_192 = "AES-192"  #: draft-blumenthal-aes-usm-04
    AES_256 = "AES-256"  #: draft-blumenthal-aes-usm-04
    AES_192_C = "AES-192-C"  #: draft-reeder-snmpv3-usm-3desede-00, as Cisco does
    AES_256_C = "AES-256-C"  #: draft-reeder-snmpv3-usm-3desede-00, as Cisco does


@dataclass(frozen=True, slots=True)
class Credential:
    """How to get in. Secrets are masked in every print."""

    id: str
    version: Version
    community: Secret | None = None  #: v1 and v2c
    user: str | None = None  #: v3 msgUserName
    auth: tuple[AuthProtocol, Secret] | None = None  #: v3, None = noAuth
    priv: tuple[PrivProtocol, Secret] | None = None  #: v3, None = noPriv
    context: str = ""  #: v3 contextName
    engine_id: bytes | None = None  #: v3, None = discovered


@dataclass(frozen=True, slots=True, eq=False)
class Peer:
    """An SNMP agent to talk to: where it is, how to get in and how patient to be."""

    key: str  #: the target's id, for logs and metrics
    address: str  #: an IPv4 or IPv6 literal
    port: int
    credential: Credential
    timeout_s: float = 1.5
    retries: int = 2
    presence_s: float = 0.8  #: how long the presence question waits
    urgent: bool = False  #: its questions go before what waits for the same agent
    deadline_s: float = 15.0  #: a request not complete this long after submission ends as it stands
    max_varbinds: int = 60  #: in one datagram, at the start; the engine learns less where it must
    bulk: bool = True  #: False: an agent whose GETBULK is broken is walked with GETNEXT
    in_order: bool = True  #: False: an agent known to answer walks with non-increasing OIDs


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Get:
    """Read exact instances. ``Reply.values`` aligns with ``oids``."""

    peer: Peer
    oids: tuple[Oid, ...]
    part: str = ""  #: what this is, for people: ``ifTable``, ``presence``


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Walk:
    """Read whole columns whose rows are not known, several at once (RFC 3416 §4.2.3).

    ``Reply.rows`` is the union of the rows of all columns, ascending; holes are None.
    """

    peer: Peer
    columns: tuple[Oid, ...]
    part: str = ""
    max_rows: int = 100_000  #: a guard: a longer column ends the walk as ``Silence.ENDLESS``


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Rows:
    """Read known rows of several columns by exact GETs. Aligned with ``rows``; holes are None."""

    peer: Peer
    columns: tuple[Oid, ...]
    rows: tuple[Index, ...]
    part: str = ""


Request = Get | Walk | Rows


@unique
class Silence(StrEnum):
    """Why a question, or a part of it, has no answer. A measurement and not an exception."""

    TIMEOUT = "timeout"  #: nothing came, retries included
    DEADLINE = "deadline"  #: the target's time was up before the answer was whole
    REFUSED = "refused"  #: ICMP port unreachable, or no route to the address
    MALFORMED = "malformed"  #: only datagrams that are not SNMP, or answer something else
    TOO_BIG = "too_big"  #: tooBig even for one varbind
    GEN_ERR = "gen_err"  #: the agent answered with an error-status (RFC 3416 §3)
    ACCESS = "access"  #: noAccess or authorizationError
    NOT_INCREASING = "not_increasing"  #: a walk met an OID not above the one before
    ENDLESS = "endless"  #: a walk passed its row limit
    UNSUPPORTED_SEC_LEVEL = "unsupported_sec_level"  #: usmStatsUnsupportedSecLevels
    NOT_IN_TIME_WINDOW = "not_in_time_window"  #: usmStatsNotInTimeWindows, after re-synchronising
    UNKNOWN_USER = "unknown_user"  #: usmStatsUnknownUserNames
    UNKNOWN_ENGINE = "unknown_engine"  #: usmStatsUnknownEngineIDs, after discovery
    WRONG_DIGEST = "wrong_digest"  #: usmStatsWrongDigests: wrong password or auth protocol
    DECRYPTION = "decryption"  #: usmStatsDecryptionErrors: wrong priv password or protocol
    UNAUTHENTIC = "unauthentic"  #: a reply whose own authentication is wrong was dropped


@dataclass(slots=True, eq=False)
class Reply:
    """What came back for one Request. Exactly one per Request, whatever the far side did.

    ``silence`` is set when nothing of use came; ``problems`` when a part failed and the rest is
    good.
    """

    request: Request
    values: list[Value] = field(default_factory=list)  #: Get: aligned with ``oids``
    rows: tuple[Index, ...] = ()  #: Walk, Rows; the same object while the rows are the same
    columns: list[list[Value]] = field(default_factory=list)  #: Walk, Rows: aligned with ``rows``
    silence: Silence | None = None
    problems: tuple[Silence, ...] = ()
    elapsed_s: float = 0.0  #: from the first datagram sent to the last received
    datagrams: int = 0  #: sent, retries included
    retries: int = 0

    @property
    def is_whole(self) -> bool:
        """Say whether all that was asked came: then the agent was there a moment ago."""
        return self.silence is None and not self.problems
