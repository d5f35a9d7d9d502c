"""Alerts that wait to be sent, and the memory of those that were: values only, kept as JSON by the caller.

Whoever collects alerts may name one again and again: it is told once. One that cannot be delivered is
tried again a few times, and then let go.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

# Tries for one alert, a tick of the sensor apart.
TRIES = 10
# What is remembered as told: enough for all that the collectors look back over.
_MOST_REMEMBERED = 1000
# One tick has a minute, and an address that does not answer takes some of it.
_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell. `key` names the occasion, so that it is told once; `kind` is one of
    `run_failed`, `cleanup_refused`, `limit_reached`, `languages_changed`, `check_failed`, `sensor_failed`,
    `schedule_missed` and `completed`."""

    key: str
    kind: str
    title: str
    text: str
    link: str | None = None


@dataclass(slots=True)
class Outbox:
    """What waits, with the tries so far and the indexes of the addresses that still want it (None: all); and
    the keys of what was told or let go, those first that were named longest ago."""

    waiting: list[tuple[Alert, int, list[int] | None]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    marks: dict[str, Any] = field(default_factory=dict)
    """What the collectors note for the next time, by name."""

    def add(self, alerts: Iterable[Alert]) -> None:
        """Take in alerts; those that wait or were told already are passed over."""
        named = {alert.key: alert for alert in alerts}
        # What is named for weeks, a missed schedule for one, is not forgotten over what comes meanwhile.
        again = [key for key in self.told if key in named]
        self.told = [key for key in self.told if key not in named] + again
        known = {alert.key for alert, *_ in self.waiting} | set(again)
        self.waiting += [(alert, 0, None) for key, alert in named.items() if key not in known]

    def deliver(
        self, send: Callable[[Alert, Sequence[int] | None], list[int]]
    ) -> tuple[Sequence[Alert], Sequence[Alert]]:
        """Send the oldest of what waits; `send` is told the indexes of the addresses that want it (None: all)
        and returns those that did not take it. Returns the alerts that all have, and those that are let go
        after the last try."""
        sent, lost = list[Alert](), list[Alert]()
        left = list[tuple[Alert, int, list[int] | None]]()
        for alert, tries, wanted in self.waiting[:_AT_ONCE]:
            if not (missed := send(alert, wanted)):
                sent.append(alert)
            elif tries + 1 >= TRIES:
                lost.append(alert)
            else:
                left.append((alert, tries + 1, missed))
        # What failed goes to the end, so that it does not stand in the way of the rest.
        self.waiting = self.waiting[_AT_ONCE:] + left
        self.told = [*self.told, *(alert.key for alert in [*sent, *lost])][-_MOST_REMEMBERED:]
        return sent, lost

    def to_json(self) -> str:
        """As text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | None) -> "Outbox":
        """From text; None is an empty one."""
        if not text:
            return cls()
        data = json.loads(text)
        # Versions before noted no indexes.
        waiting = [(Alert(**alert), tries, next(iter(left), None)) for alert, tries, *left in data["waiting"]]
        return cls(waiting, data["told"], data["marks"])
