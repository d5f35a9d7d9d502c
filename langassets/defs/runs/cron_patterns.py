"""Since when each schedule has the pattern that it has.

Dagster looks for moments of today's pattern since it looked last, also where the pattern was another one
then: changed from 03:00 to 13:00 in the afternoon, it would fire at once. What was due before a pattern was
in force starts nothing here, and nobody is told that it was missed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import dagster as dg

from langassets.settings.dagster import Names


@dataclass(frozen=True, slots=True)
class CronPatterns:
    """The patterns of the scheduled jobs by name, in a time zone; whether they are in force at all; and when
    the code that says so was loaded."""

    crons: Mapping[str, str]
    timezone: str
    enabled: bool
    loaded_at: datetime
    names: Names = field(default_factory=Names)

    def in_force_since(self, instance: dg.DagsterInstance) -> dict[str, datetime]:
        """By job: when its pattern was first seen. It is noted in Dagster's own storage, by whoever asks."""
        key = self.names.note("patterns")
        stored = instance.daemon_cursor_storage.get_cursor_values({key}).get(key)
        noted: dict[str, list[str]] = json.loads(stored) if stored else {}
        now = {job: self._named(cron) for job, cron in self.crons.items()}
        known = {
            job: noted[job] if noted.get(job, [None])[0] == name else [name, self.loaded_at.isoformat()]
            for job, name in now.items()
        }
        if known != noted:
            instance.daemon_cursor_storage.set_cursor_values({key: json.dumps(known)})
        return {job: datetime.fromisoformat(since) for job, (_, since) in known.items()}

    def _named(self, cron: str) -> str:
        return f"{cron} {self.timezone}" if self.enabled else "off"
