"""One pipeline: all that Dagster shows of one set of settings, under names of its own."""

import dagster as dg

from langassets.defs.alerts.sensors import heartbeat, send_alerts
from langassets.defs.assets.declared import assets_of
from langassets.defs.automation.cleanup_after_evaluation import cleanup_after_evaluation
from langassets.defs.automation.declarative import declarative_automation
from langassets.defs.automation.declared import jobs_of
from langassets.defs.automation.maintenance import forget_old_runs, recover_cut_runs
from langassets.defs.automation.preloads import collect_batches, preload_on_startup
from langassets.defs.automation.schedules import schedules
from langassets.defs.checks import checks_of
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.ownership import claim
from langassets.defs.runs.recovery import NO_RETRY, note_process
from langassets.services import Services
from langassets.settings.places import places


def pipeline(services: Services) -> dg.Definitions:
    """What works with `services`; it sets no executor, and so has room beside a host's own definitions."""
    settings = services.settings
    patterns = CronPatterns(settings, services.clock())
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
        resources={settings.names.resource: _resource(services)},
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


def _resource(services: Services) -> dg.ResourceDefinition:
    """What the assets require; on the way each run notes whose it is, and which process."""
    where = "\n".join(f"- {name}: {place}" for name, place in places(services.settings).items())

    @dg.resource(description=f"Settings, database, storage and models. What it works with:\n\n{where}")
    def opened(context: dg.InitResourceContext) -> Services:
        if context.instance and context.run:
            # Another deployment's instance: the run ends here, before it has read or touched anything.
            own, run = claim(context.instance, services), context.run
            own.instance.add_run_tags(run.run_id, own.tag)
            if own.is_of_job(run):  # else it may be on an executor that has a process for each step
                note_process(own.instance, run.run_id)
            if own.is_of(run) and not services.settings.enable_background_jobs:
                # Nothing starts by itself then: not even what a person started and a fault ended.
                own.instance.add_run_tags(run.run_id, NO_RETRY)
        return services

    return opened
