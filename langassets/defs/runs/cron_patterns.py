"""Since when each schedule has the pattern that it has.

Dagster looks for moments of today's pattern since it looked last, also where the pattern was another one
then: changed from 03:00 to 13:00 in the afternoon, it would fire at once. What was due before a pattern was
in force starts nothing here, and nobody is told that it was missed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import dagster as dg

from langassets.jobs.dagster.queries import EVALUATION, PRELOAD
from langassets.settings import Settings


@dataclass(frozen=True, slots=True)
class CronPatterns:
    """The patterns of the scheduled jobs by settings, and when these were loaded."""

    settings: Settings
    loaded_at: datetime

    @property
    def crons(self) -> Mapping[str, str]:
        """The patterns by job."""
        return {EVALUATION: self.settings.evaluation_cron, PRELOAD: self.settings.preload_cron}

    def in_force_since(self, instance: dg.DagsterInstance) -> dict[str, datetime]:
        """By job: when its pattern was first seen. It is noted in Dagster's own storage, by whoever asks."""
        key = self.settings.names.note("patterns")
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
        return f"{cron} {self.settings.jobs_timezone}" if self.settings.enable_background_jobs else "off"
