"""The one Definitions object: assembles, decides nothing."""

import dagster as dg

from langassets.defs import automation, batches, checks
from langassets.defs.backtest import tier_policy_backtest
from langassets.defs.cleanup import cleaned_storage_state
from langassets.defs.freshness import finished
from langassets.defs.jobs import language_cleanup, language_evaluation, preload_frequent_languages
from langassets.defs.lessons import lessons
from langassets.defs.preload import preloaded_translations
from langassets.defs.resources import services_resource
from langassets.defs.tier import frequent_language_tier
from langassets.defs.usage_stats import language_usage_stats
from langassets.jobs.services import Services
from langassets.settings import load_settings


def assemble(services: Services) -> dg.Definitions:
    """Everything that Dagster shows, working with `services`."""
    settings = services.settings
    evaluated = (language_usage_stats, frequent_language_tier, cleaned_storage_state)
    return dg.Definitions(
        assets=[
            *(finished(asset, settings, settings.evaluation_cron) for asset in evaluated),
            lessons,
            finished(preloaded_translations, settings, settings.preload_cron),
            tier_policy_backtest,
        ],
        asset_checks=checks.ALL,
        jobs=[language_evaluation, language_cleanup, preload_frequent_languages],
        schedules=automation.schedules(services),
        sensors=[*automation.sensors(services), *batches.sensors(services)],
        resources={"services": services_resource(services)},
        # One process a run: the default executor starts one for each step, which costs 6 to 17 s on two
        # cores and leaves a step's process behind when its run is killed.
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions for the settings in the environment; raises `SettingsError` where they are wrong."""
    return assemble(Services(load_settings()))
