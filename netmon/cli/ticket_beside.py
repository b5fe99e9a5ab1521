"""``netmon ticket new|merge|split|parent``: tickets by hand, and how they hang together."""

from __future__ import annotations

import click

from netmon.cli.duty import instant, zone_of
from netmon.cli.given import Given, pass_given, refuse
from netmon.cli.ticket_group import Who, ask, sub, text_option, who_options
from netmon.locale import N_, tr
from netmon.model.ticket import Priority

_NONE = "none"


@sub("new", N_("Open one by hand: somebody telephoned"))
@click.argument("title", metavar="TITLE")
@click.option("--about", required=True, metavar="REF", help=N_("line:ID, node:ID, site:ID …"))
@click.option(
    "--priority",
    type=click.Choice([p.value for p in Priority]),
    default=Priority.P3.value,
    help=N_("How urgent it is (default P3)"),
)
@click.option("--tenant", metavar="ID", help=N_("Who told it"))
@click.option("--began", metavar="TIME", help=N_("When, as 2026-11-23T08:00:00+08:00"))
@text_option
@who_options
@pass_given
def new(
    given: Given,
    title: str,
    about: str,
    priority: str,
    tenant: str | None,
    began: str | None,
    text: str,
    who: Who,
) -> int:
    """Open a ticket."""
    body = {"title": title, "subject": about, "priority": priority, "text": text}
    with given.client() as client:
        began_at = None if began is None else instant(began, zone_of(client))
    more = {name: value for name, value in (("tenant", tenant), ("began_at", began_at)) if value}
    return ask(given, "tickets", {**body, **more}, who.actor, as_json=who.as_json)


@sub("merge", N_("Close it: it is another one's story, which gets its faults"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("into", type=int, metavar="INTO")
@text_option
@who_options
@pass_given
def merge(given: Given, ticket: int, into: int, text: str, who: Who) -> int:
    """Merge a ticket into another."""
    body = {"into": into, "text": text}
    return ask(given, f"tickets/{ticket}/merge", body, who.actor, as_json=who.as_json)


@sub("split", N_("Give some of its faults a ticket of their own"))
@click.argument("ticket", type=int, metavar="ID")
@click.option("--faults", required=True, metavar="3,4", help=N_("Which, by number"))
@text_option
@who_options
@pass_given
def split(given: Given, ticket: int, faults: str, text: str, who: Who) -> int:
    """Split a ticket."""
    body = {"faults": _numbers(faults), "text": text}
    return ask(given, f"tickets/{ticket}/split", body, who.actor, as_json=who.as_json)


def _numbers(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() for word in words):
        raise refuse(tr('"{word}" are no numbers of faults; write 3,4', word=text))
    return [int(word) for word in words]


@sub("parent", N_("Make it part of another one, or of none"))
@click.argument("ticket", type=int, metavar="ID")
@click.argument("parent", metavar="PARENT|none")
@text_option
@who_options
@pass_given
def parent_(given: Given, ticket: int, parent: str, text: str, who: Who) -> int:
    """Re-parent a ticket."""
    if parent != _NONE and not (parent.isascii() and parent.isdigit()):
        raise refuse(tr('"{word}" is no ticket; write its number, or none', word=parent))
    body = {"text": text, "parent": None if parent == _NONE else int(parent)}
    return ask(given, f"tickets/{ticket}/parent", body, who.actor, as_json=who.as_json)
