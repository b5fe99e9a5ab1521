"""From a webhook or a person of the inventory to the notifier that serves it."""

from __future__ import annotations

from functools import partial
from typing import assert_never

from netmon.locale.subjects import label
from netmon.model.inventory import Inventory, Person
from netmon.model.policy import Webhook
from netmon.model.telling import Manner
from netmon.notify.alertmanager import Alertmanager
from netmon.notify.channels import group_of, line_of
from netmon.notify.people import People
from netmon.notify.post import trust_of
from netmon.notify.webhook import JsonWebhook
from netmon.notify.wording import Label
from netmon.ports import Clock, Notifier


def receiver_of(told: Webhook | Person, inventory: Inventory, clock: Clock) -> Notifier:
    """Return the notifier of a webhook or a person.

    Args:
        told: its URLs were checked when the inventory was read.
        inventory: gives objects the names by which they are told of.
        clock: by which the end of an alert is set, and what is posted is dated.

    Raises:
        ValueError: the URL is none of http or https.
    """
    manner = Manner(told.lang, told.quiet, inventory.policy.telling)
    if isinstance(told, Person):
        return People(list(map(line_of, told.channels)), manner, inventory, clock)
    if told.kind == "apprise":
        return People([group_of(told.id, told.url)], manner, inventory, clock)
    return notifier_of(
        told, partial(label, inventory=inventory), clock, inventory.policy.external_url
    )


def notifier_of(
    webhook: Webhook, label: Label, clock: Clock, external_url: str = ""
) -> JsonWebhook | Alertmanager:
    """Return the notifier of a machine.

    Args:
        webhook: its URL was checked when the inventory was read.
        label: what people call an object, in the current language (``locale.subjects.label``).
        clock: as above.
        external_url: where people reach netmon's API; empty = they are given no links.

    Raises:
        ValueError: the URL is none of http or https, or people are behind it.
    """
    trust = trust_of(webhook.token, webhook.login, webhook.ca)
    match webhook.kind:
        case "json":
            return JsonWebhook(webhook.id, webhook.url, label, clock, webhook.secret, trust=trust)
        case "alertmanager":
            return Alertmanager(
                webhook.id, webhook.url, label, clock, trust=trust, external_url=external_url
            )
        case "apprise":
            raise ValueError("people are told in messages")
    assert_never(webhook.kind)
