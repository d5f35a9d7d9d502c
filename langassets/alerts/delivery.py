"""Sending: never raises, and never says an address, for addresses hold keys and passwords."""

import logging
import re
import warnings
from collections.abc import Sequence
from typing import Any

from langassets.alerts.outbox import Alert

_log = logging.getLogger("langassets.alerts")

_TONES = {"languages_changed": "info", "completed": "success", "limit_reached": "warning"}
_TIMEOUT = 10.0
# What chats take for a call to everybody: Slack's <!channel> and <@U123>, Discord's @everyone and <@&5>.
_CALLS = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b)|<(?=[!@#])", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


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
        body = f"{tame(alert.text)}\n\n{alert.link}" if alert.link else tame(alert.text)
        title = f"langassets: {tame(alert.title)}"
        tone = _TONES.get(alert.kind, "failure")
        # Said to be plain text, it is escaped wherever a channel would take it for HTML.
        return bool(channels.notify(body=body, title=title, notify_type=tone, body_format="text"))
    except Exception as error:  # noqa: BLE001 - whatever a plugin of Apprise raises, no job may end by it
        _log.warning("An alert could not be sent (%s).", type(error).__name__)
        return False


def tame(text: str) -> str:
    """A text from anywhere, a lesson's title or a server's answer, that calls nobody in a chat."""
    return _CALLS.sub("\\g<0>\u200b", _CONTROLS.sub(" ", text))


def ping(address: str) -> bool:
    """Ask an address, as a sign of life; whether it answered that this is well."""
    import httpx

    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the address, which is a secret
    try:
        return httpx.get(address, timeout=_TIMEOUT, follow_redirects=True).is_success
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        _log.warning("HEARTBEAT_URL could not be asked (%s).", type(error).__name__)
        return False
