"""How old an asset may become."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from langassets.jobs.dagster.cron import longest_gap
from langassets.settings import Settings

# What a job may take, and its retries, before its asset counts as late; then as outdated.
_WARN_AFTER, _FAIL_AFTER = timedelta(hours=6), timedelta(hours=24)


def freshness(settings: Settings, cron: str) -> dg.FreshnessPolicy:
    """Fresh for as long as the pattern's longest gap, and some hours more."""
    gap = longest_gap(cron, settings.jobs_timezone, datetime.now(UTC))
    return dg.FreshnessPolicy.time_window(fail_window=gap + _FAIL_AFTER, warn_window=gap + _WARN_AFTER)
