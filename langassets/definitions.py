"""The one Definitions object: assembles, decides nothing."""

import dagster as dg

from langassets.defs.assets import code_links
from langassets.defs.assets.cleaned_storage_state import cleaned_storage_state
from langassets.defs.assets.frequent_language_tier import frequent_language_tier
from langassets.defs.assets.freshness import freshness
from langassets.defs.assets.language_usage_stats import language_usage_stats
from langassets.defs.assets.lessons import lessons
from langassets.defs.assets.preloaded_translations import preloaded_translations
from langassets.defs.assets.tier_policy_backtest import tier_policy_backtest
from langassets.defs.automation import automation, collect_batches
from langassets.defs.automation.jobs import language_cleanup, language_evaluation, preload_frequent_languages
from langassets.defs.checks import asset_checks
from langassets.defs.resources import services_resource
from langassets.defs.runs.pool import one_process
from langassets.services import Services
from langassets.settings import load_settings


def assemble(services: Services) -> dg.Definitions:
    """Everything that Dagster shows, working with `services`."""
    settings, loaded_at = services.settings, services.clock()
    evaluated = (language_usage_stats, frequent_language_tier, cleaned_storage_state)
    return dg.Definitions(
        assets=[
            *(_finished(asset, freshness(settings, settings.evaluation_cron)) for asset in evaluated),
            lessons,
            _finished(preloaded_translations, freshness(settings, settings.preload_cron)),
            _finished(tier_policy_backtest, None),  # made by hand, and never late
        ],
        asset_checks=asset_checks.ALL,
        jobs=[language_evaluation, language_cleanup, preload_frequent_languages],
        schedules=automation.schedules(services, loaded_at),
        sensors=[*automation.sensors(services, loaded_at), *collect_batches.sensors(services)],
        resources={"services": services_resource(services)},
        # One process a run: the default executor starts one for each step, which costs 6 to 17 s on two
        # cores and leaves a step's process behind when its run is killed.
        executor=one_process,
    )


def _finished(asset: dg.AssetsDefinition, policy: dg.FreshnessPolicy | None) -> dg.AssetsDefinition:
    """An asset with its freshness policy and a link to its code."""
    links = code_links.to_function(asset)
    return asset.map_asset_specs(
        lambda spec: spec.replace_attributes(freshness_policy=policy).merge_attributes(metadata=links)
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions for the settings in the environment; raises `SettingsError` where they are wrong."""
    return assemble(Services(load_settings()))
