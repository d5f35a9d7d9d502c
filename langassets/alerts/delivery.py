"""Sending: never raises, and never says an address, for addresses hold keys and passwords."""

import logging
import warnings
from collections.abc import Sequence
from typing import Any

import httpx

from langassets.alerts.outbox import Alert

_log = logging.getLogger("langassets.alerts")

_TONES = {"languages_changed": "info", "completed": "success", "limit_reached": "warning"}
_TIMEOUT = 10.0


def open_channels(addresses: Sequence[str]) -> tuple[Any, list[int]]:
    """Apprise with all addresses that it understands, and the places (from 1) of those that it does not."""
    # Its own log names addresses, with the keys in them as far as it does not know them for keys.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        # A plugin of its own reaches for a module that Python 3.13 no longer has, and does without it there.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        channels = apprise.Apprise()
        unknown = [place for place, address in enumerate(addresses, 1) if not channels.add(address)]
    return channels, unknown


def send(alert: Alert, addresses: Sequence[str]) -> bool:
    """Send an alert to all addresses; whether every one took it."""
    try:
        channels, unknown = open_channels(addresses)
        if unknown:
            places = ", ".join(map(str, unknown))
            _log.warning("ALERT_URLS: Apprise does not understand address %s of the list.", places)
        body = f"{alert.text}\n\n{alert.link}" if alert.link else alert.text
        title = f"langassets: {alert.title}"
        return bool(channels.notify(body=body, title=title, notify_type=_TONES.get(alert.kind, "failure")))
    except Exception as error:  # noqa: BLE001 - whatever a plugin of Apprise raises, no job may end by it
        _log.warning("An alert could not be sent (%s).", type(error).__name__)
        return False


def ping(address: str) -> bool:
    """Ask an address, as a sign of life; whether it answered that this is well."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the address, which is a secret
    try:
        return httpx.get(address, timeout=_TIMEOUT, follow_redirects=True).is_success
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        _log.warning("HEARTBEAT_URL could not be asked (%s).", type(error).__name__)
        return False
