"""The sensors that tell people: `send_alerts`, and `heartbeat` for an outside service.

Alerts leave from a sensor, never from a run: one that cannot be delivered fails no run. All that has to be
remembered stands in the sensor's cursor, in Dagster's own storage, so that an alert about our database
needs no database of ours.
"""

import time
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from langassets.alerts import delivery
from langassets.alerts.outbox import Alert, Outbox
from langassets.defs.alerts import ended_runs
from langassets.defs.alerts.overdue import failing_sensors, not_done, not_started
from langassets.defs.automation.declared import sensor
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.ownership import claim
from langassets.errors import SettingsError
from langassets.jobs.dagster.queries import AUTOMATION
from langassets.services import Services
from langassets.wording import counted

# Runs are looked back on for so long, in seconds: what is told twice is told once.
_OVERLAP = 600


def send_alerts(services: Services, patterns: CronPatterns) -> dg.SensorDefinition:
    """The sensor; `patterns` are those of the scheduled jobs."""
    settings = services.settings

    @sensor("send_alerts", settings.names)
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        addresses = settings.alert_addresses
        if not addresses:
            return dg.SkipReason("ALERT_URLS is not set: nobody is told.")
        outbox = Outbox.from_json(context.cursor)
        outbox.add(_collect(context, outbox, services, patterns))
        sent, lost = outbox.deliver(lambda alert, indexes: delivery.send(alert, addresses, indexes))
        for alert in lost:
            context.log.error(f"Could not be delivered, and is let go: {alert.title}")
        said = f"{counted(len(sent), 'alert')} sent, {len(outbox.waiting)} waiting."
        return dg.SensorResult(skip_reason=dg.SkipReason(said), cursor=outbox.to_json())

    return tick


def _collect(
    context: dg.SensorEvaluationContext, outbox: Outbox, services: Services, patterns: CronPatterns
) -> list[Alert]:
    """Everything there is to tell, some of it told before."""
    now, settings = time.time(), services.settings
    try:
        own = claim(context.instance, services)
    except SettingsError as error:
        # Of its runs there is nothing to tell: they are of no concern to those who are told here.
        title = "Dagster belongs to another deployment"
        return [Alert(f"shared {error}", "sensor_failed", title, str(error))]
    since, web = float(outbox.marks.setdefault("runs_since", now)) - _OVERLAP, settings.links_url
    alerts = ended_runs.alerts(own, since, web, completions=settings.alert_on_completion)
    # What ended before the first look is nobody's news.
    begun = float(outbox.marks.setdefault("begun", now))
    outbox.marks["runs_since"] = now
    told = [alert for ended_at, alert in alerts if ended_at >= begun]
    told += _failing(context, services, outbox.marks.setdefault("failing", {}))
    if settings.enable_background_jobs:
        told += not_started(own, patterns, datetime.now(UTC), web)
    return told


def _failing(context: dg.SensorEvaluationContext, services: Services, known: dict[str, Any]) -> list[Alert]:
    """Of the pipeline's sensors and schedules that there are, those that fail."""
    origin, repository = context.code_location_origin, context.repository_def
    assert repository is not None  # every code location has one
    sensors, schedules = repository.sensor_defs, repository.schedule_defs
    there = {sensor.name for sensor in sensors} | {schedule.name for schedule in schedules}
    defined = there & set(map(services.settings.names.own, AUTOMATION))
    location = origin.location_name if origin else None
    return failing_sensors(context.instance, location, defined, known, services.settings.links_url)


def heartbeat(services: Services, patterns: CronPatterns) -> dg.SensorDefinition:
    """The sensor; `patterns` are those of the scheduled jobs."""
    settings = services.settings

    @sensor("heartbeat", settings.names, seconds=300)
    def tick(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        if settings.heartbeat_url is None or not settings.enable_background_jobs:
            return dg.SkipReason("HEARTBEAT_URL is not set, or background jobs are switched off.")
        late = not_done(claim(context.instance, services), patterns, datetime.now(UTC))
        reasons = [*late, *(alert.title for alert in _failing(context, services, {}))]
        if reasons:
            said = f"No heartbeat: {'; '.join(reasons)}"
        elif delivery.ping(settings.heartbeat_url.get_secret_value()):
            said = "All is well: HEARTBEAT_URL was asked."
        else:
            said = "HEARTBEAT_URL did not answer as it should."
        return dg.SkipReason(said)

    return tick
