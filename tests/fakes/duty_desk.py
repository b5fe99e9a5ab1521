"""A desk of the real core and a store in memory, for the faces of duty."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from netmon.core.present import absorb
from netmon.core.step import advance
from netmon.model.act import Act
from netmon.model.inventory import Inventory
from netmon.ports import Store
from tests.fakes.desk import FakeClock, FakeDesk
from tests.fakes.on_call import START, OnCall

T = TypeVar("T")


class DutyDesk(FakeDesk):
    """Its acts are carried out, and what they leave is read back."""

    def __init__(self, whole: Inventory | None = None) -> None:
        self.house = OnCall(whole)
        super().__init__(self.house.world, FakeClock(START))

    async def read(self, question: Callable[[Store], T]) -> T:  # type: ignore[override]
        return question(self.house.store)  # type: ignore[arg-type]

    async def act(self, act: Act[T]) -> T:  # type: ignore[override]
        change = advance(self.world, [act], self.clock.now())
        if not change.step.is_empty:
            self.house.store.commit(change.step)
        absorb(self.world, change)
        (answer,) = change.answers
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value]
