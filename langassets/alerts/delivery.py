"""Sending: never raises, and never says an address, for addresses hold keys and passwords."""

import logging
import re
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from langassets import lazy
from langassets.alerts.outbox import Alert

_log = logging.getLogger("langassets.alerts")

_NOTIFY_TYPES = {"languages_changed": "info", "completed": "success", "limit_reached": "warning"}
_TIMEOUT = 10.0
# What chats take for a call to everybody: Slack's <!channel> and <@U123>, Discord's @everyone and <@&5>.
_MENTIONS = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b)|<(?=[!@#])", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def send(alert: Alert, addresses: Sequence[str], indexes: Sequence[int] | None = None) -> list[int]:
    """Send an alert to the addresses at `indexes` (None: to all), at once; the indexes of those that did not
    take it.

    What Apprise does not understand counts as one of those only where it understands none of them.
    """
    wanted = [index for index in indexes or () if index < len(addresses)] or list(range(len(addresses)))
    channels = _channels(addresses)
    understood = [index for index in wanted if channels[index] is not None]
    with ThreadPoolExecutor(max(1, len(understood))) as threads:
        taken = list(threads.map(lambda index: _notify(channels[index], alert), understood))
    left = [index for index, took in zip(understood, taken, strict=True) if not took]
    return left if understood else wanted


def _channels(addresses: Sequence[str]) -> list[Any]:
    """Apprise for each address, None where it does not understand it."""
    # Its own log names addresses, with the keys in them as far as it does not know them for keys.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    channels: list[Any] = []
    with warnings.catch_warnings():
        # A plugin of its own reaches for a module that Python 3.13 no longer has, and does without it there.
        warnings.simplefilter("ignore", DeprecationWarning)
        for number, address in enumerate(addresses, 1):
            channel = lazy.apprise.Apprise()
            understood = channel.add(address)
            if not understood:
                _log.warning("ALERT_URLS: Apprise does not understand address %d of the list.", number)
            channels.append(channel if understood else None)
    return channels


def _notify(channel: Any, alert: Alert) -> bool:
    try:
        body = without_mentions(alert.text) + (f"\n\n{alert.link}" if alert.link else "")
        title = f"langassets: {without_mentions(alert.title)}"
        notify_type = _NOTIFY_TYPES.get(alert.kind, "failure")
        # Said to be plain text, it is escaped wherever a channel would take it for HTML.
        return bool(channel.notify(body=body, title=title, notify_type=notify_type, body_format="text"))
    except Exception as error:  # noqa: BLE001 - whatever a plugin of Apprise raises, no job may end by it
        _log.warning("An alert could not be sent (%s).", type(error).__name__)
        return False


def without_mentions(text: str) -> str:
    """A text from anywhere, a lesson's title or a server's answer, that calls nobody in a chat."""
    return _MENTIONS.sub("\\g<0>\u200b", _CONTROLS.sub(" ", text))


def ping(address: str) -> bool:
    """Ask an address, as a sign of life; whether it answered that this is well."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the address, which is a secret
    try:
        return lazy.httpx.get(address, timeout=_TIMEOUT, follow_redirects=True).is_success
    except (lazy.httpx.HTTPError, lazy.httpx.InvalidURL) as error:
        _log.warning("HEARTBEAT_URL could not be asked (%s).", type(error).__name__)
        return False
