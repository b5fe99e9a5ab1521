"""A syslog message: who says what, how urgently (RFC 5424, RFC 3164)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class Facility(StrEnum):
    """Which part of a system speaks (RFC 5424 table 1), in the order of the numbers."""

    KERN = "kern"
    USER = "user"
    MAIL = "mail"
    DAEMON = "daemon"
    AUTH = "auth"
    SYSLOG = "syslog"
    LPR = "lpr"
    NEWS = "news"
    UUCP = "uucp"
    CRON = "cron"
    AUTHPRIV = "authpriv"
    FTP = "ftp"
    NTP = "ntp"
    AUDIT = "audit"
    ALERT = "alert"
    CLOCK = "clock"
    LOCAL0 = "local0"
    LOCAL1 = "local1"
    LOCAL2 = "local2"
    LOCAL3 = "local3"
    LOCAL4 = "local4"
    LOCAL5 = "local5"
    LOCAL6 = "local6"
    LOCAL7 = "local7"


@unique
class Urgency(StrEnum):
    """How urgent a device calls its message (RFC 5424 table 2: severity), 0 the most.

    It is the device's own word, and not the ``Severity`` of a fault.
    """

    EMERGENCY = "emergency"
    ALERT = "alert"
    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"
    INFORMATIONAL = "informational"
    DEBUG = "debug"

    @property
    def rank(self) -> int:
        """0 is the most urgent: the number that stands in the PRI."""
        return _RANK[self]


_RANK: Final = {urgency: rank for rank, urgency in enumerate(Urgency)}

#: By their numbers.
FACILITIES: Final = tuple(Facility)
URGENCIES: Final = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was understood; what it does not tell is empty."""

    facility: Facility = Facility.USER
    urgency: Urgency = Urgency.NOTICE
    host: str = ""  #: who it says it is: HOSTNAME
    app: str = ""  #: APP-NAME or tag; of network elements the module: ``IFNET``, ``LINK``
    event: str = ""  #: MSGID; of network elements the mnemonic: ``LINK_STATE``, ``UPDOWN``
    text: str = ""  #: what people read; the module and the mnemonic included where they stand there
    cut: bool = False  #: it was longer than is taken
