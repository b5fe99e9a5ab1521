"""Trains of ICMP questions: one lost packet is nothing, so whoever misses one is asked several.

No I/O and no clock of its own: it says after how many seconds which questions are to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netmon.daemon.schedule import jittered

#: Who has not answered by then does not answer, seconds.
TIMEOUT_S: Final = 1.0
#: A train: so many questions, so many seconds apart.
TRAIN: Final = 5
APART_S: Final = 0.4

#: When to ask an address again: seconds from now, one per question.
Delays = tuple[float, ...]


@dataclass(slots=True)
class _Asked:
    """What is known of an address."""

    is_silent: bool = False  #: it has answered none of a train
    answered_s: float = -1.0  #: when the last question that it answered was asked
    train_s: float = 0.0  #: when the last train began
    under_way: int = 0  #: its questions that are still to be asked or answered


class Trains:
    """What is known of every address that is asked."""

    def __init__(self) -> None:
        self._asked: dict[str, _Asked] = {}

    def clear(self) -> None:
        """Forget everybody."""
        self._asked.clear()

    def ask(self, address: str, now_s: float) -> Delays:
        """Return when to ask somebody who has fallen silent: a train, or once if it is known."""
        known = self._asked.setdefault(address, _Asked())
        if known.is_silent:
            return (0.0,)
        return () if known.under_way else _train(address, known, now_s)

    def answered(
        self, address: str, asked_s: float, now_s: float, *, answers: bool, again: bool
    ) -> tuple[bool, Delays]:
        """Return whether an answer, or a miss, tells anything, and when to ask again.

        Args:
            address: who was asked.
            asked_s: when.
            now_s: the instant.
            answers: whether an answer came.
            again: whether the question was one of a train.
        """
        known = self._asked.setdefault(address, _Asked())
        if again and known.under_way:
            known.under_way -= 1
        overtaken = not answers and asked_s < known.answered_s
        tells = not (again and overtaken)  # a later question has been answered
        if answers:
            known.answered_s, known.is_silent = max(known.answered_s, asked_s), False
        if answers or overtaken or known.is_silent or known.under_way:
            return tells, ()
        if again and known.answered_s < known.train_s:
            known.is_silent = True
            return tells, ()
        return tells, _train(address, known, now_s)


def _train(address: str, known: _Asked, now_s: float) -> Delays:
    known.under_way, known.train_s = TRAIN, now_s
    wait_s = jittered(APART_S, address)
    return tuple(place * wait_s for place in range(TRAIN))
