"""Everything that the doctor can find, by name, and how bad it is."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import NamedTuple

from netmon.core.doctor.question import Topic


@unique
class Mark(StrEnum):
    """How a line of the screen ends."""

    GOOD = "good"
    BAD = "bad"
    WARN = "warning"
    NONE = "unknown"  #: could not be found out, or does not apply


@unique
class Code(StrEnum):
    """What can be found, the roots of trouble first."""

    NO_ROUTE = "no_route"
    PORT_REFUSED = "port_refused"
    HOST_DEAD = "host_dead"
    AGENT_SILENT = "agent_silent"
    MAYBE_DEAD = "maybe_dead"
    NOT_SNMP = "not_snmp"
    ANSWERS_LATE = "answers_late"
    V1_ONLY = "v1_only"
    V2C_NOT_V1 = "v2c_not_v1"
    V3_NOT_SPOKEN = "v3_not_spoken"
    COMMUNITY_WRONG = "community_wrong"
    ENGINE_ID_WRONG = "engine_id_wrong"
    USER_UNKNOWN = "user_unknown"
    AUTH_PROTOCOL_WRONG = "auth_protocol_wrong"
    AUTH_WRONG = "auth_wrong"
    LEVEL_LOWER_WORKS = "level_lower_works"
    LEVEL_UNSUPPORTED = "level_unsupported"
    BOOTS_STUCK = "boots_stuck"
    TIME_WINDOW = "time_window"
    PRIV_PROTOCOL_WRONG = "priv_protocol_wrong"
    PRIV_WRONG = "priv_wrong"
    CONTEXT_WRONG = "context_wrong"
    UNAUTHENTIC = "unauthentic"
    V3_SILENT = "v3_silent"
    ACCESS_REFUSED = "access_refused"
    ACCESS_ERROR = "access_error"
    VIEW_EMPTY = "view_empty"
    VIEW_SYSTEM_ONLY = "view_system_only"
    VIEW_REFUSED = "view_refused"
    PORT_MISTYPED = "port_mistyped"
    PORT_MISSING = "port_missing"
    VIEW_PARTLY = "view_partly"
    FRAGMENTS_LOST = "fragments_lost"
    LARGE_SILENT = "large_silent"
    ORDER_BROKEN = "order_broken"
    BULK_BROKEN = "bulk_broken"
    LOSS = "loss"
    NEAR_TIMEOUT = "near_timeout"
    ENGINE_DUPLICATE = "engine_duplicate"
    ENGINE_CLOCK = "engine_clock"
    PROFILE_FORCED = "profile_forced"
    PROFILE_GENERIC = "profile_generic"
    CLOCK_OFF = "clock_off"
    TOO_BIG = "too_big"
    SHUFFLED = "shuffled"
    PING_SILENT = "ping_silent"
    PING_OK = "ping_ok"
    PING_NOT_PERMITTED = "ping_not_permitted"
    ENGINE_FOUND = "engine_found"
    ENGINE_SILENT = "engine_silent"
    ENGINE_UNIQUE = "engine_unique"
    ACCESS_OK = "access_ok"
    VIEW_OK = "view_ok"
    SIZE_OK = "size_ok"
    SIZE_ENOUGH = "size_enough"
    AGENT_CUTS = "agent_cuts"
    SIZE_UNTRIED = "size_untried"
    BULK_OK = "bulk_ok"
    BULK_NONE = "bulk_none"
    SPEED = "speed"
    IDENTITY = "identity"
    UPTIME = "uptime"
    CLOCK_OK = "clock_ok"
    PROFILES = "profiles"
    PORTS_OK = "ports_ok"
    OUT_OF_TIME = "out_of_time"


class Row(NamedTuple):
    """What is known of a code."""

    topic: Topic
    mark: Mark
    says: str
    step: str = ""  #: empty for what is good, or not known
