"""A Request made ready to be sent, kept beside it as long as it lives."""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod

from netmon.model.wire import Request
from netmon.snmp.channel import Channel
from netmon.snmp.job import Job, Learnt
from netmon.snmp.usm import UsmSession


class Plan(ABC):
    """What does not change from one cycle to the next. It does not keep its Request alive."""

    __slots__ = ("channel", "deadline_s", "key", "learnt", "reference", "session", "timeout_s")

    def __init__(self, asked: Request, learnt: Learnt, channel: Channel) -> None:
        peer = asked.peer
        self.channel = channel
        self.learnt = learnt
        self.key = peer.key
        self.timeout_s = peer.timeout_s
        self.deadline_s = peer.deadline_s
        self.session: UsmSession | None = None
        self.reference: weakref.ref[Request] | None = None

    @abstractmethod
    def start(self, asked: Request) -> Job:
        """Begin to ask all of the Request that this plan was made of."""
