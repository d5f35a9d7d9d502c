"""One pipeline: all that Dagster shows of one set of settings, under names of its own."""

import dagster as dg

from langassets.defs.alerts.sensors import heartbeat, send_alerts
from langassets.defs.assets.declared import assets_of
from langassets.defs.automation.cleanup_after_evaluation import cleanup_after_evaluation
from langassets.defs.automation.collect_batches import collect_batches
from langassets.defs.automation.declarative import declarative_automation
from langassets.defs.automation.forget_old_runs import forget_old_runs
from langassets.defs.automation.jobs import jobs_of
from langassets.defs.automation.preload_on_startup import preload_on_startup
from langassets.defs.automation.recover_cut_runs import recover_cut_runs
from langassets.defs.automation.schedules import cron_patterns, schedules
from langassets.defs.checks.declared import checks_of
from langassets.defs.resources import services_resource
from langassets.services import Services


def pipeline(services: Services) -> dg.Definitions:
    """What works with `services`; it sets no executor, and so has room beside a host's own definitions."""
    settings = services.settings
    patterns = cron_patterns(settings, services.clock())
    return dg.Definitions(
        assets=assets_of(services),
        asset_checks=checks_of(services),
        jobs=jobs_of(settings.names),
        schedules=schedules(services, patterns),
        sensors=[
            *_starters(services),
            recover_cut_runs(services, patterns),
            forget_old_runs(services, patterns),
            send_alerts(services, patterns),
            heartbeat(services, patterns),
            *([collect_batches(services)] if settings.translation_mode != "direct" else []),
        ],
        resources={settings.names.resource: services_resource(services)},
    )


def _starters(services: Services) -> list[dg.SensorDefinition]:
    """What starts a cleanup, and a preload beside its schedule.

    The schedules are there in either mode: no event tells that usage has grown, that time is up, or that an
    object in storage is gone or was edited. A start of the server is no news of lessons or languages.
    """
    settings = services.settings
    if not settings.is_declarative:
        return [cleanup_after_evaluation(services), preload_on_startup(services)]
    return [declarative_automation(settings.names)] if settings.enable_background_jobs else []
