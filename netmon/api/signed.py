"""The desk as one caller sees it: whatever they have done is done in their own name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from fastapi import Request

from netmon.api.caller import Caller, caller
from netmon.model.account import FailLogIn, LogIn
from netmon.model.act import Act
from netmon.model.event import Attempt, Event
from netmon.model.reload import Reloaded, ReloadWish
from netmon.model.world import World
from netmon.ports import Clock, Desk, Store

T = TypeVar("T")


class SignedDesk:
    """A Desk that signs every act: with an account's token the actor is that account."""

    def __init__(self, desk: Desk, request: Request) -> None:
        self._desk = desk
        self._request = request

    @property
    def world(self) -> World:
        """Return the present."""
        return self._desk.world

    @property
    def clock(self) -> Clock:
        """Return the clock."""
        return self._desk.clock

    async def read(self, question: Callable[[Store], T]) -> T:
        """Ask the record something."""
        return await self._desk.read(question)

    async def act(self, act: Act[T]) -> T:
        """Carry out the caller's wish."""
        self._request.state.recorded = True  # done or refused, it stands in the trail
        return await self._desk.act(_signed(act, caller(self._request)))

    async def reload(self, wish: ReloadWish) -> Reloaded:
        """Take up the inventory's files in the caller's name."""
        who = caller(self._request)
        if who and who.account:
            wish = replace(wish, actor=who.account.name)
        self._request.state.recorded = not wish.dry_run
        return await self._desk.reload(wish)

    async def events_after(self, event_id: int, wait_s: float) -> list[Event]:
        """Return committed events above ``event_id``; wait for one, up to ``wait_s`` seconds."""
        return await self._desk.events_after(event_id, wait_s)

    async def try_out(self, receiver: str) -> Attempt | None:
        """Send a harmless message to a receiver."""
        return await self._desk.try_out(receiver)

    def readiness(self) -> tuple[str, ...]:
        """Return why netmon is not ready."""
        return self._desk.readiness()

    def counters(self) -> Mapping[tuple[str, str], float]:
        """Return netmon's own figures."""
        return self._desk.counters()


def _signed(act: Act[T], who: Caller | None) -> Act[T]:
    if who is None or isinstance(act, LogIn | FailLogIn):
        return act  # who logs in is who is named, whatever else they show
    changed: dict[str, Any] = {"via": who.via}
    if who.account is not None and any(field.name == "actor" for field in fields(act)):
        changed["actor"] = who.account.name
    return replace(act, **changed)
