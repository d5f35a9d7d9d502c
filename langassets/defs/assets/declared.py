"""The declarations of the assets: what Dagster knows of them without running them.

Each hands on to the function of its own file, which is loaded when it runs. They are made for one pipeline:
its settings say what they are called, and its resource, which they require, notes whose run it is.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
from pydantic import Field

from langassets.defs import assets
from langassets.defs.assets.attributes import attributes
from langassets.defs.checks.declared import memory_check, preload_checks
from langassets.services import Services


class UsageConfig(dg.Config):
    """What a run may be told."""

    accept_reset: bool = False
    """Take counters that are lower than they were, or gone, as meant."""


class CleanupConfig(dg.Config):
    """What a run may be told."""

    confirm_large_cleanup: bool = False
    """Carry the plan out even where it removes more than `MAX_DELETE_FRACTION`."""


class PreloadConfig(dg.Config):
    """What a run may be told."""

    translation_mode: str = ""
    """`direct`, `batch` or `auto`; empty: as `TRANSLATION_MODE` says."""

    languages: list[str] = Field(default_factory=list)
    """Of the frequent languages those that this run sees to, by any of their codes; empty: all."""


def assets_of(services: Services) -> list[dg.AssetsDefinition]:
    """The assets of one pipeline."""
    with warnings.catch_warnings():
        # Beta, and used on purpose: one run for many partitions since 1.8, links to the code since 1.7, and
        # what is observed, so that 'Materialize all' leaves it alone.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return [one(services) for one in (_usage, _tier, _cleanup, _lessons, _preload, _backtest)]


def _usage(services: Services) -> dg.AssetsDefinition:
    settings = services.settings

    @_asset(
        "language_usage_stats",
        services,
        "twice-monthly",
        settings.evaluation_cron,
        description="Requests for each language, recent ones weighing more (half after "
        "`TIER_HALF_LIFE_DAYS`). Counted in SQL; each reading of the growing counters is kept, so that their "
        "differences are dated.",
    )
    def declared(context: dg.AssetExecutionContext, config: UsageConfig) -> dg.MaterializeResult[Any]:
        return assets.language_usage_stats.language_usage_stats(
            context, services, accept_reset=config.accept_reset
        )

    return declared


def _tier(services: Services) -> dg.AssetsDefinition:
    settings = services.settings

    @_asset(
        "frequent_language_tier",
        services,
        "twice-monthly",
        settings.evaluation_cron,
        deps=[dg.AssetKey(settings.names.key("language_usage_stats"))],
        description="One decision a language: frequent or not, promoted or demoted, and why. A language "
        "enters at `PROMOTE_SHARE` and leaves below `DEMOTE_SHARE`; predefined languages stay.",
    )
    def declared(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        return assets.frequent_language_tier.frequent_language_tier(context, services)

    return declared


def _cleanup(services: Services) -> dg.AssetsDefinition:
    settings = services.settings

    @_asset(
        "cleaned_storage_state",
        services,
        "twice-monthly",
        settings.evaluation_cron,
        deps=[dg.AssetKey(settings.names.key("frequent_language_tier"))],
        check_specs=[memory_check(settings.names)],
        pool=settings.names.pool,
        description="What storage holds for the languages that are not frequent, after what they no longer "
        "need was deleted (where memory can make it again) or archived (where nothing can).",
    )
    def declared(
        context: dg.AssetExecutionContext, config: CleanupConfig
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
        yield from assets.cleaned_storage_state.cleaned_storage_state(
            context, services, confirmed=config.confirm_large_cleanup
        )

    return declared


def _preload(services: Services) -> dg.AssetsDefinition:
    settings = services.settings

    @_asset(
        "preloaded_translations",
        services,
        "daily",
        settings.preload_cron,
        deps=[
            dg.AssetKey(settings.names.key("frequent_language_tier")),
            dg.AssetKey(settings.names.key("lessons")),
        ],
        partitions_def=dg.DynamicPartitionsDefinition(name=settings.names.partitions),
        backfill_policy=dg.BackfillPolicy.single_run(),
        # What is recorded is each language that is complete, by events of our own: one that failed is not.
        output_required=False,
        check_specs=preload_checks(settings.names),
        pool=settings.names.pool,
        description="For one frequent language: every lesson and content type, translated and fresh in "
        "storage. A run without a partition sees to all frequent languages at once.",
    )
    def declared(context: dg.AssetExecutionContext, config: PreloadConfig) -> Iterator[dg.AssetCheckResult]:
        yield from assets.preloaded_translations.preloaded_translations(
            context, services, config.languages, config.translation_mode
        )

    return declared


# Observed, never late, and not materialized: 'Materialize all' leaves these two out, for they make nothing.


def _lessons(services: Services) -> dg.AssetsDefinition:
    settings = services.settings
    spec = dg.AssetSpec(
        **attributes("lessons", settings, "daily"),
        description="What there is to translate: every content of every active lesson in the application's "
        "`topics` and `content`, or in the folder that was imported. Observed at each preload, and by hand.",
    )
    op = settings.names.op("lessons")
    return _observed(spec, op, services, lambda: assets.lessons.lessons)


def _backtest(services: Services) -> dg.AssetsDefinition:
    settings = services.settings
    spec = dg.AssetSpec(
        **attributes("tier_policy_backtest", settings, "by-hand"),
        deps=[dg.AssetKey(settings.names.key("language_usage_stats"))],
        description="Optional, by hand: what other thresholds and half-lives would have done. `Observe` "
        "replays the recorded usage under many settings of the tier; nothing is changed, and nothing waits "
        "for it. `langassets simulate` takes settings of your own.",
    )
    return _observed(
        spec,
        settings.names.op("tier_policy_backtest"),
        services,
        lambda: assets.tier_policy_backtest.tier_policy_backtest,
    )


def _asset(
    name: str, services: Services, cadence: str, due: str, **more: Any
) -> Callable[[Callable[..., object]], dg.AssetsDefinition]:
    """A decorator for what hands on to the function of this name: Dagster's, with what all assets have."""
    settings = services.settings
    made: Callable[[Callable[..., object]], dg.AssetsDefinition] = dg.asset(
        **attributes(name, settings, cadence, due),
        required_resource_keys={settings.names.resource},
        **more,
    )
    return made


def _observed(
    spec: dg.AssetSpec, op: str, services: Services, body: Callable[[], Callable[..., dg.ObserveResult]]
) -> dg.AssetsDefinition:
    @dg.multi_observable_source_asset(  # type: ignore[untyped-decorator]
        specs=[spec], name=op, required_resource_keys={services.settings.names.resource}
    )
    def declared(context: dg.AssetExecutionContext) -> dg.ObserveResult:
        return body()(context, services)

    return declared  # type: ignore[no-any-return]
