"""Sending: never raises, and never says an address, for addresses hold keys and passwords."""

import logging
import re
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from langassets.alerts.outbox import Alert

_log = logging.getLogger("langassets.alerts")

_TONES = {"languages_changed": "info", "completed": "success", "limit_reached": "warning"}
_TIMEOUT = 10.0
# What chats take for a call to everybody: Slack's <!channel> and <@U123>, Discord's @everyone and <@&5>.
_CALLS = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b)|<(?=[!@#])", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def send(alert: Alert, addresses: Sequence[str], places: Sequence[int] | None = None) -> list[int]:
    """Send an alert to the addresses at `places` (from 0; None: to all), at once; the places of those that
    did not take it.

    What Apprise does not understand counts as one of those only where it understands none of them.
    """
    wanted = [place for place in places or () if place < len(addresses)] or list(range(len(addresses)))
    channels = _channels(addresses)
    understood = [place for place in wanted if channels[place] is not None]
    with ThreadPoolExecutor(max(1, len(understood))) as threads:
        taken = list(threads.map(lambda place: _notify(channels[place], alert), understood))
    left = [place for place, took in zip(understood, taken, strict=True) if not took]
    return left if understood else wanted


def _channels(addresses: Sequence[str]) -> list[Any]:
    """Apprise for each address, None where it does not understand it."""
    # Its own log names addresses, with the keys in them as far as it does not know them for keys.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        # A plugin of its own reaches for a module that Python 3.13 no longer has, and does without it there.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        found = []
        for place, address in enumerate(addresses, 1):
            channel = apprise.Apprise()
            understood = channel.add(address)
            if not understood:
                _log.warning("ALERT_URLS: Apprise does not understand address %d of the list.", place)
            found.append(channel if understood else None)
    return found


def _notify(channel: Any, alert: Alert) -> bool:
    try:
        body = f"{tame(alert.text)}\n\n{alert.link}" if alert.link else tame(alert.text)
        title = f"langassets: {tame(alert.title)}"
        tone = _TONES.get(alert.kind, "failure")
        # Said to be plain text, it is escaped wherever a channel would take it for HTML.
        return bool(channel.notify(body=body, title=title, notify_type=tone, body_format="text"))
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
