"""From a webhook of the inventory to the notifier that serves it."""

from __future__ import annotations

from typing import assert_never

from netmon.model.policy import Webhook
from netmon.notify.alertmanager import Alertmanager
from netmon.notify.webhook import JsonWebhook
from netmon.notify.wording import Label
from netmon.ports import Clock


def notifier_of(webhook: Webhook, label: Label, clock: Clock) -> JsonWebhook | Alertmanager:
    """Return the notifier of a webhook.

    Args:
        webhook: its URL was checked when the inventory was read.
        label: what people call an object, in the current language (``locale.subjects.label``).
        clock: by which the end of an alert is set.

    Raises:
        ValueError: the URL is none of http or https.
    """
    match webhook.kind:
        case "json":
            return JsonWebhook(webhook.id, webhook.url, label)
        case "alertmanager":
            return Alertmanager(webhook.id, webhook.url, label, clock)
    assert_never(webhook.kind)
