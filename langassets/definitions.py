"""The one Definitions object: assembles, decides nothing."""

import dagster as dg

from langassets.defs.alerts.sensors import heartbeat, send_alerts
from langassets.defs.assets.attributes import finished, freshness
from langassets.defs.assets.cleaned_storage_state import cleaned_storage_state
from langassets.defs.assets.frequent_language_tier import frequent_language_tier
from langassets.defs.assets.language_usage_stats import language_usage_stats
from langassets.defs.assets.lessons import lessons
from langassets.defs.assets.preloaded_translations import preloaded_translations
from langassets.defs.assets.tier_policy_backtest import tier_policy_backtest
from langassets.defs.automation.cleanup_after_evaluation import cleanup_after_evaluation
from langassets.defs.automation.collect_batches import collect_batches
from langassets.defs.automation.forget_old_runs import forget_old_runs
from langassets.defs.automation.jobs import language_cleanup, language_evaluation, preload_frequent_languages
from langassets.defs.automation.preload_on_startup import preload_on_startup
from langassets.defs.automation.recover_cut_runs import recover_cut_runs
from langassets.defs.automation.schedules import cron_patterns, schedules
from langassets.defs.checks.asset_checks import CHECKS
from langassets.defs.resources import services_resource
from langassets.defs.runs.pool import in_process_executor
from langassets.services import Services
from langassets.settings import load_settings


def assemble(services: Services) -> dg.Definitions:
    """Everything that Dagster shows, working with `services`."""
    settings = services.settings
    patterns = cron_patterns(settings, services.clock())
    evaluated = (language_usage_stats, frequent_language_tier, cleaned_storage_state)
    fresh_after_evaluation = freshness(settings, settings.evaluation_cron)
    return dg.Definitions(
        assets=[
            *(finished(asset, settings, fresh_after_evaluation) for asset in evaluated),
            finished(preloaded_translations, settings, freshness(settings, settings.preload_cron)),
            # Observed, the second by hand: never late.
            *(finished(asset, settings) for asset in (lessons, tier_policy_backtest)),
        ],
        asset_checks=CHECKS,
        jobs=[language_evaluation, language_cleanup, preload_frequent_languages],
        schedules=schedules(services, patterns),
        sensors=[
            cleanup_after_evaluation(services),
            preload_on_startup(services),
            recover_cut_runs(services, patterns),
            forget_old_runs(services, patterns),
            send_alerts(services, patterns),
            heartbeat(services, patterns),
            *([collect_batches(services)] if settings.translation_mode != "direct" else []),
        ],
        resources={"langassets_services": services_resource(services)},
        # One process a run: the default executor starts one for each step, which costs 6 to 17 s on two
        # cores and leaves a step's process behind when its run is killed.
        executor=in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions for the settings in the environment; raises `SettingsError` where they are wrong."""
    return assemble(Services(load_settings()))
